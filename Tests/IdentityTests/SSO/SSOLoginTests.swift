import HTTP
import HTTPClient
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Identity

@Suite struct `Logins through a provider` {
    @Test("ID-84, ID-86: a first login makes person and member, and leads back")
    func firstLogin() async throws {
        let company = try await Company.inUse()
        let browser = company.browser
        let address = try await company.begin(browser, returnTo: "/contacts?view=all")
        #expect(address.hasPrefix("https://login.example.com/authorize?response_type=code&"))
        let answer = try await company.finish(browser, address)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.state == "authenticated")
        #expect(answer.string("return_to") == "/contacts?view=all")
        #expect(answer["person"]["email"] == .string("ann@\(company.domain)"))
        #expect(answer["person"]["name"] == "Ann")
        #expect(answer["workspace"]["id"] == .string(company.tenant.id.description))
        let person = try #require(try await company.person("ann@\(company.domain)"))
        #expect(try await company.seat(of: person) == "user active")
        #expect(try await company.audits("member.provision") == 1)
        #expect(browser.sessionCookie != nil)
        #expect(await browser.get("/v1/me").status == 200)
    }

    @Test("ID-92: whoever comes again is known by the subject, whatever the address says now")
    func knownSubject() async throws {
        let company = try await Company.inUse()
        let first = try await company.logIn(company.browser)
        company.signInAtProvider("user-1", "ann.married@\(company.domain)", name: "Ann M.")
        let second = try await company.logIn(company.browser)
        #expect(second["person"]["id"] == first["person"]["id"])
        #expect(second["person"]["email"] == .string("ann@\(company.domain)"))
        // Another subject with the first one's address is somebody else until proved otherwise.
        company.signInAtProvider("user-2", "ann@\(company.domain)")
        #expect(try await company.logIn(company.browser).state == "link_required")
    }

    @Test("ID-86: without automatic creation, or without a seat, nobody new comes in")
    func noSeat() async throws {
        let company = try await Company.inUse { $0.with("auto_provision", false) }
        let refused = try await company.logIn(company.browser)
        #expect(refused.status == 403)
        #expect(refused.code == "not_a_member")
        #expect(try await company.person("ann@\(company.domain)") == nil)
        let full = try await Company.inUse()
        try await full.world.run(
            """
            UPDATE cell.tenants SET limits = limits || '{"seats": 1}', epoch = epoch + 1
            WHERE number = \(full.tenant.number)
            """)
        let limited = try await full.logIn(full.browser)
        #expect(limited.status == 402)
        #expect(limited.code == "plan_limit_reached")
        #expect(limited.string("limit") == "seats")
        #expect(try await full.person("ann@\(full.domain)") == nil)
    }

    @Test("ID-86, SEC-17: fifty first logins at once do not pass the limit of seats")
    func seatRace() async throws {
        let company = try await Company.inUse()
        try await company.world.run(
            """
            UPDATE cell.tenants SET limits = limits || '{"seats": 4}', epoch = epoch + 1
            WHERE number = \(company.tenant.number)
            """)
        var ready: [(Browser, String)] = []
        for _ in 0..<12 {
            let browser = company.browser
            let address = try await company.begin(browser)
            ready.append((browser, address))
        }
        // Each login is another person's.
        company.provider.change { [domain = company.domain] state in
            state.claims = { claims in
                let mark = (claims["nonce"]?.stringValue ?? "").utf8.reduce(0) {
                    ($0 &* 31 &+ UInt64($1)) % 1_000_000_007
                }
                return claims.with("sub", .string("racer-\(mark)"))
                    .with("email", .string("racer\(mark)@\(domain)"))
            }
        }
        let statuses = await withTaskGroup(of: Int.self) { group in
            for (browser, address) in ready {
                group.addTask { (try? await company.finish(browser, address).status) ?? 0 }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.filter { $0 == 200 }.count == 3)
        #expect(statuses.filter { $0 == 402 }.count == 9)
        let seats = try await company.tenant.run("SELECT id FROM tenant.members")
        #expect(seats.count == 4)
    }

    @Test("ID-84: a start names a workspace or a domain, and tells nothing of persons")
    func start() async throws {
        let company = try await Company.inUse()
        let start = { (body: JSON) in await company.browser.post("/v1/auth/sso/start", body) }
        let known = await start(["email": .string("ann@\(company.domain)")])
        let unknown = await start(["email": .string("nobody@\(company.domain)")])
        #expect(known.status == 200)
        #expect(unknown.status == 200)
        #expect(known.string("authorization_url")?.contains("login_hint=ann%40") == true)
        let nowhere = await start(["email": "ann@elsewhere.example"])
        let noSlug = await start(["workspace_slug": "no-such-workspace"])
        #expect(nowhere.status == 404)
        #expect(nowhere.text == noSlug.text)
        #expect(await start([:]).status == 422)
        #expect(
            await start([
                "email": .string("ann@\(company.domain)"),
                "workspace_slug": .string(company.tenant.slug),
            ]).status == 422)
        _ = await company.owner.client.post(company.path + "/deactivate")
        let inactive = await start(["workspace_slug": .string(company.tenant.slug)])
        #expect(inactive.text == noSlug.text)
    }

    @Test("ID-91: several workspaces may prove one domain; then the workspace must be named")
    func sharedDomain() async throws {
        let company = try await Company.inUse()
        let provider = TestProvider(issuer: "https://second.example.com") {
            company.world.app.clock.now.seconds
        }
        let second = try await Company.make(in: company.world, provider, company.names)
        try await company.install([company.provider, provider])
        try await second.putIntoUse {
            $0.with("email_domains", [.string(company.domain), .string(second.domain)])
        }
        let answer = await company.browser.post(
            "/v1/auth/sso/start", ["email": .string("ann@\(company.domain)")])
        #expect(answer.status == 409)
        #expect(answer.code == "workspace_needed")
        _ = try await second.begin(second.browser)
        // The same subject and address from two connections are two identities.
        try await company.logIn(company.browser)
        second.signInAtProvider("user-1", "ann@\(company.domain)")
        let other = try await second.logIn(second.browser)
        #expect(other.state == "link_required")
    }

    @Test("SEC-56: the same subject and address from two connections are two identities")
    func twoConnections() async throws {
        let company = try await Company.inUse()
        let first = try await company.logIn(company.browser)
        let provider = TestProvider(issuer: "https://second.example.com") {
            company.world.app.clock.now.seconds
        }
        let second = try await Company.make(in: company.world, provider, company.names)
        try await company.install([company.provider, provider])
        try await second.putIntoUse()
        second.signInAtProvider("user-1", "ann@\(second.domain)")
        let other = try await second.logIn(second.browser)
        #expect(other.state == "authenticated")
        #expect(other["person"]["id"] != first["person"]["id"])
    }

    @Test("ID-85: the address must be in a proved domain")
    func domains() async throws {
        let company = try await Company.inUse()
        for email in [
            "ann@elsewhere.example", "ann@sub.\(company.domain)", "ann@x\(company.domain)",
            "ann@\(company.domain).evil.example", "ann", "ann@", "@\(company.domain)",
            "a@b@\(company.domain)", "ann@\(company.domain)\u{0}", "ann@\(company.domain) ",
        ] {
            company.signInAtProvider("user-1", email)
            let answer = try await company.logIn(company.browser)
            let isTrimmed = email.hasSuffix(" ")
            #expect(answer.status == (isTrimmed ? 200 : 401), "\(email)")
        }
        company.signInAtProvider("user-9", "Bob@\(company.domain.uppercased())")
        #expect(try await company.logIn(company.browser).status == 200)
    }

    @Test("ID-85: an address that is not verified counts only where the provider owns the domains")
    func unverified() async throws {
        let company = try await Company.inUse()
        company.provider.change { $0.claims = { $0.with("email_verified", nil) } }
        #expect(try await company.logIn(company.browser).code == "sso_rejected")
        let owning = try await Company.inUse { $0.with("provider_owns_domains", true) }
        owning.provider.change { $0.claims = { $0.with("email_verified", nil) } }
        #expect(try await owning.logIn(owning.browser).status == 200)
    }

    @Test("SEC-76: an address may come from userinfo, if it speaks of the same subject")
    func userInfo() async throws {
        let company = try await Company.inUse()
        company.provider.change {
            $0.claims = { $0.with("email", nil).with("email_verified", nil) }
            $0.userInfo = ["sub": "user-2", "email": $0.user["email"] ?? nil]
        }
        let foreign = try await company.logIn(company.browser)
        #expect(foreign.status == 502)
        company.provider.change { $0.userInfo = nil }
        #expect(try await company.logIn(company.browser).status == 200)
    }

    @Test("ID-89, ID-110: a deactivated member cannot come in, which the history tells")
    func deactivated() async throws {
        let company = try await Company.inUse()
        let browser = company.browser
        let answer = try await company.logIn(browser)
        let member = try #require(answer["member"]["id"]?.stringValue)
        try await company.tenant.run(
            "UPDATE tenant.members SET status = 'deactivated' WHERE id = \(ID(member))")
        try await company.tenant.run(
            """
            UPDATE platform.own_memberships SET status = 'deactivated'
            WHERE member_id = \(ID(member))
            """)
        let refused = try await company.logIn(company.browser)
        #expect(refused.status == 403)
        #expect(refused.code == "not_a_member")
        let history = try await company.tenant.run(
            "SELECT result FROM tenant.login_events WHERE method = 'sso' ORDER BY id")
        #expect(history.map { $0.text(0) } == ["sso_success", "sso_rejected"])
    }

    @Test("SEC-61: a session that was planted in the browser does not become the person's")
    func fixation() async throws {
        let company = try await Company.inUse()
        let planted = Browser(try await company.tenant.member(.user))
        let before = planted.sessionCookie
        let victim = planted.copy()
        #expect(try await company.logIn(victim).state == "authenticated")
        #expect(victim.sessionCookie != before)
        // The planted one has ended with it.
        #expect(await planted.get("/v1/me").status == 401)
    }

    @Test("SEC-21, SEC-77: cookies are bound to the host, and no token of the provider comes out")
    func cookies() async throws {
        let company = try await Company.inUse()
        let browser = company.browser
        let begun = await browser.post(
            "/v1/auth/sso/start", ["workspace_slug": .string(company.tenant.slug)])
        let cookie = try #require(begun.field("Set-Cookie"))
        #expect(cookie.hasPrefix("__Host-courtyard-sso="))
        for part in ["Path=/", "Secure", "HttpOnly", "SameSite=Strict", "Max-Age=600"] {
            #expect(cookie.contains(part))
        }
        #expect(!cookie.contains("Domain"))
        let address = begun.string("authorization_url") ?? ""
        let answer = try await company.finish(browser, address)
        let sent = answer.text + answer.fields.map { "\($0.name): \($0.value)" }.joined()
        #expect(!sent.contains("eyJ"))
        #expect(!sent.contains("access-"))
        #expect(answer.cookie("__Host-courtyard-sso") == "")
    }
}

@Suite struct `Linking` {
    /// A company, and a person with a password who is a member of it.
    private func member() async throws -> (Company, TestMember) {
        let company = try await Company.inUse()
        let member = try await company.tenant.member(.user, name: "Ann")
        try await company.world.setPassword(goodPassword, of: member.personID)
        let email = "ann@\(company.domain)"
        try await company.world.run(
            """
            UPDATE platform.persons SET email = \(email), email_key = \(email)
            WHERE id = \(member.personID)
            """)
        return (company, member)
    }

    @Test("ID-92: a person with the same address is linked by the own password alone")
    func byPassword() async throws {
        let (company, member) = try await member()
        let browser = company.browser
        let asked = try await company.logIn(browser)
        #expect(asked.status == 200)
        #expect(asked.state == "link_required")
        #expect(browser.sessionCookie == nil)
        #expect(asked["person"] == .null)
        let wrong = await browser.post("/v1/auth/sso/link", ["password": "wrong password here"])
        #expect(wrong.status == 401)
        #expect(wrong.code == "invalid_credentials")
        let linked = await browser.post(
            "/v1/auth/sso/link", ["password": .string(goodPassword)])
        #expect(linked.state == "authenticated", "\(linked.text)")
        #expect(linked["person"]["id"] == .string(member.personID.description))
        // Once: the step is used up, and the next login needs no proof.
        let again = await browser.post("/v1/auth/sso/link", ["password": .string(goodPassword)])
        #expect(again.status == 401)
        #expect(try await company.logIn(company.browser).state == "authenticated")
    }

    @Test("ID-92: a mailed link proves too, once, and only in the browser that logged in")
    func byMail() async throws {
        let (company, member) = try await member()
        let email = "ann@\(company.domain)"
        let browser = company.browser
        _ = try await company.logIn(browser)
        #expect(await browser.post("/v1/auth/sso/link/mail").status == 202)
        let token = try await company.world.lastToken(to: email)
        #expect(token.count == 43)
        // Another browser, also one with a login of its own on the way.
        let other = company.browser
        #expect(
            await other.post("/v1/auth/sso/link/confirm", ["token": .string(token)]).status == 401)
        _ = try await company.logIn(other)
        #expect(
            await other.post("/v1/auth/sso/link/confirm", ["token": .string(token)]).code
                == "token_expired")
        let bad = await browser.post("/v1/auth/sso/link/confirm", ["token": "nonsense"])
        #expect(bad.status == 410)
        let linked = await browser.post("/v1/auth/sso/link/confirm", ["token": .string(token)])
        #expect(linked.state == "authenticated", "\(linked.text)")
        #expect(linked["person"]["id"] == .string(member.personID.description))
        let again = await browser.post("/v1/auth/sso/link/confirm", ["token": .string(token)])
        #expect(again.status == 401)
    }

    @Test("ID-92, SEC-19: few mails are sent for one login, and none without it")
    func mailLimit() async throws {
        let (company, _) = try await member()
        #expect(await company.browser.post("/v1/auth/sso/link/mail").status == 401)
        let browser = company.browser
        _ = try await company.logIn(browser)
        for _ in 0..<3 { #expect(await browser.post("/v1/auth/sso/link/mail").status == 202) }
        let refused = await browser.post("/v1/auth/sso/link/mail")
        #expect(refused.status == 429)
        #expect(refused.retryAfter != nil)
    }

    @Test("ID-92, SEC-25: proofs need the token of the page and the own origin")
    func forged() async throws {
        let (company, _) = try await member()
        let browser = company.browser
        _ = try await company.logIn(browser)
        browser.csrfToken = nil
        let body: JSON = ["password": .string(goodPassword)]
        #expect(await browser.post("/v1/auth/sso/link", body).code == "csrf_failed")
        browser.csrfToken = "x"
        #expect(await browser.post("/v1/auth/sso/link", body).code == "csrf_failed")
        browser.origin = "https://sibling.courtyard.test"
        #expect(await browser.post("/v1/auth/sso/link", body).code == "csrf_failed")
    }

    @Test("ID-92: two proofs at once link once")
    func race() async throws {
        let (company, _) = try await member()
        let browser = company.browser
        _ = try await company.logIn(browser)
        let statuses = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                let copy = browser.copy()
                group.addTask {
                    await copy.post("/v1/auth/sso/link", ["password": .string(goodPassword)])
                        .status
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.filter { $0 == 200 }.count == 1)
    }

    @Test("ID-92: guesses at the password are counted like those at login")
    func guesses() async throws {
        let (company, _) = try await member()
        let browser = company.browser
        _ = try await company.logIn(browser)
        var last = 0
        for _ in 0..<6 {
            last = await browser.post("/v1/auth/sso/link", ["password": "wrong password"]).status
        }
        #expect(last == 429)
    }

    @Test("ID-92: the end of ten minutes, of the connection, or of the password ends the link")
    func expiry() async throws {
        let (company, member) = try await member()
        let browser = company.browser
        let body: JSON = ["password": .string(otherPassword)]
        try await company.world.setPassword(otherPassword, of: member.personID)
        _ = try await company.logIn(browser)
        #expect(await company.owner.client.post(company.path + "/deactivate").status == 200)
        #expect(await browser.post("/v1/auth/sso/link", body).status == 401)
        #expect(await company.owner.client.post(company.path + "/activate").status == 200)
        _ = try await company.logIn(browser)
        company.world.app.clock.advance(by: .seconds(600))
        #expect(await browser.post("/v1/auth/sso/link", body).status == 401)
    }
}
