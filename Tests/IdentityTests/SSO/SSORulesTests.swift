import Crypto
import HTTP
import HTTPClient
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Identity

@Suite struct `One workspace's provider` {
    @Test("ID-93, ID-06: opens that workspace alone, also for a person who belongs to both")
    func oneWorkspace() async throws {
        let company = try await Company.inUse()
        let browser = company.browser
        let answer = try await company.logIn(browser)
        let person = try #require(answer["person"]["id"]?.stringValue.flatMap { ID($0) })
        let other = try await TestTenant.create(company.world.app)
        try await company.world.seat(person, in: other, as: .admin)
        let moved = await browser.post(
            "/v1/auth/switch-workspace", ["workspace_id": .string(other.id.description)])
        #expect(moved.status == 403)
        #expect(moved.code == "login_required")
        #expect(await browser.get("/v1/me").status == 200)
        // The next login through the provider still goes straight into its own workspace.
        let again = try await company.logIn(company.browser)
        #expect(
            again["workspace"]["id"] == .string(company.tenant.id.description), "\(again.text)")
    }

    @Test("ID-93: the password still opens the other workspace, and a session of it may move on")
    func passwordElsewhere() async throws {
        let company = try await Company.inUse()
        let answer = try await company.logIn(company.browser)
        let person = try #require(answer["person"]["id"]?.stringValue.flatMap { ID($0) })
        let other = try await TestTenant.create(company.world.app)
        try await company.world.seat(person, in: other, as: .user)
        try await company.world.setPassword(goodPassword, of: person)
        let browser = company.browser
        await browser.logIn("ann@\(company.domain)", goodPassword)
        let chosen = await browser.post(
            "/v1/auth/select-workspace", ["workspace_id": .string(other.id.description)])
        #expect(chosen.state == "authenticated", "\(chosen.text)")
        let moved = await browser.post(
            "/v1/auth/switch-workspace", ["workspace_id": .string(company.tenant.id.description)])
        #expect(moved.state == "authenticated", "\(moved.text)")
    }

    @Test("ID-44, ID-127: who must come through a provider changes the address there")
    func managedAddress() async throws {
        let company = try await Company.inUse { $0.with("enforced", true) }
        let browser = company.browser
        let person = try #require(
            try await company.logIn(browser)["person"]["id"]?.stringValue.flatMap { ID($0) })
        try await company.world.setPassword(goodPassword, of: person)
        let wish: JSON = [
            "new_email": "new@people.example", "current_password": .string(goodPassword),
        ]
        let refused = await browser.post("/v1/me/email-change", wish)
        #expect(refused.status == 409)
        #expect(refused.code == "email_managed_by_idp")
        // An Owner has a way past the provider, and so an address of their own (ID-87).
        let owner = Browser(company.owner)
        #expect(await owner.post("/v1/me/email-change", wish).status == 202)
    }

    @Test("ID-110: logins through the provider say so")
    func history() async throws {
        let company = try await Company.inUse()
        _ = try await company.logIn(company.browser)
        let entries = try await company.tenant.run(
            "SELECT result || ' ' || method FROM tenant.login_events ORDER BY id DESC LIMIT 1")
        #expect(entries.first?.text(0) == "sso_success sso")
    }

    @Test("ID-72: who has no password proves themselves at the provider anew")
    func freshProof() async throws {
        let company = try await Company.inUse()
        let browser = company.browser
        _ = try await company.logIn(browser)
        company.world.app.clock.advance(by: .seconds(601))
        #expect(await browser.post("/v1/me/two-factor/totp").code == "step_up_required")
        let proof = await browser.post("/v1/auth/step-up", ["password": .string(goodPassword)])
        #expect(proof.status == 403 && proof.code == "step_up_required")
        _ = try await company.logIn(browser)
        #expect(await browser.post("/v1/me/two-factor/totp").status == 200)
    }

    @Test("ID-87: where it is enforced, a password opens nothing for those who are not Owners")
    func enforced() async throws {
        let company = try await Company.inUse { $0.with("enforced", true) }
        let member = try await company.world.member(.user, of: company.tenant)
        let browser = company.browser
        let refused = await browser.logIn(member.email, goodPassword)
        #expect(refused.status == 403)
        #expect(refused.code == "sso_required")
        #expect(refused.string("workspace_slug") == company.tenant.slug)
        #expect(browser.sessionCookie == nil)
        // A wrong password learns nothing of it.
        #expect(await company.browser.logIn(member.email, otherPassword).status == 401)
        let other = try await TestTenant.create(company.world.app)
        try await company.world.seat(member.personID, in: other, as: .user)
        let choosing = company.browser
        #expect(
            await choosing.logIn(member.email, goodPassword).state
                == "workspace_selection_required")
        let chosen = await choosing.post(
            "/v1/auth/select-workspace", ["workspace_id": .string(company.tenant.id.description)])
        #expect(chosen.code == "sso_required")
        let elsewhere = await choosing.post(
            "/v1/auth/select-workspace", ["workspace_id": .string(other.id.description)])
        #expect(elsewhere.state == "authenticated", "\(elsewhere.text)")
        let moved = await choosing.post(
            "/v1/auth/switch-workspace", ["workspace_id": .string(company.tenant.id.description)])
        #expect(moved.code == "sso_required")
    }

    @Test("ID-88: the provider answers for the second factor")
    func secondFactor() async throws {
        let company = try await Company.inUse()
        #expect(try await company.logIn(company.browser).state == "authenticated")
    }

    @Test("ID-87: an Owner gets past by password; it is written down and told to all Owners")
    func breakGlass() async throws {
        let company = try await Company.inUse { $0.with("enforced", true) }
        let second = try await company.tenant.member(.owner, name: "Second Owner")
        let browser = company.browser
        let answer = await browser.logIn(company.owner.email, goodPassword)
        try #require(answer.status == 200, "\(answer.text)")
        guard answer.state == "authenticated" else { return }
        #expect(try await company.audits("session.break_glass") == 1)
        for email in [company.owner.email, second.email] {
            #expect(
                try await company.subjects(to: email).contains(
                    "Emergency login past single sign-on"))
        }
    }

    @Test("ID-87: enforcing needs an Owner who could get past")
    func breakGlassNeeded() async throws {
        let company = try await Company.inUse()
        try await company.world.run(
            """
            UPDATE platform.persons SET password_hash = NULL
            WHERE id = \(company.owner.personID)
            """)
        let answer = await company.owner.client.put(
            company.path, company.settings.with("enforced", true))
        #expect(answer.status == 409)
        #expect(answer.code == "break_glass_missing")
    }

    @Test("ID-23: whoever can come in through a provider alone is pointed there")
    func forgottenPassword() async throws {
        let company = try await Company.inUse { $0.with("enforced", true) }
        try await company.logIn(company.browser)
        let email = "ann@\(company.domain)"
        let forget = { (email: String) in
            await company.browser.post("/v1/auth/forgot-password", ["email": .string(email)])
        }
        #expect(await forget(email).status == 202)
        #expect(
            try await company.subjects(to: email) == ["Sign in to Courtyard through your company"])
        #expect(try await company.world.lastToken(to: email).isEmpty)
        _ = await forget(company.owner.email)
        #expect(
            try await company.subjects(to: company.owner.email).last
                == "Reset your Courtyard password")
        // With a second workspace there is something to reset.
        let person = try #require(try await company.person(email))
        let other = try await TestTenant.create(company.world.app)
        try await company.world.seat(person, in: other, as: .user)
        _ = await forget(email)
        #expect(try await company.subjects(to: email).last == "Reset your Courtyard password")
    }

    @Test(
        "ID-90: when the plan goes, single sign-on goes; its settings come back, its use does not")
    func planEnds() async throws {
        let company = try await Company.inUse { $0.with("enforced", true) }
        let member = try await company.world.member(.user, of: company.tenant)
        try await company.change(plan: "GROWTH")
        let start = await company.browser.post(
            "/v1/auth/sso/start", ["workspace_slug": .string(company.tenant.slug)])
        #expect(start.status == 404)
        #expect(
            await company.browser.logIn(member.email, goodPassword).state == "authenticated")
        let number = company.tenant.number
        for _ in 0..<2 {
            try await company.world.app.run {
                try await SSOUpkeep.tellOfEndedPlans($0, only: number)
            }
        }
        let mails = try await company.subjects(to: company.owner.email)
        #expect(mails.filter { $0 == "Single sign-on was switched off" }.count == 1)
        try await company.change(plan: "ENTERPRISE")
        let shown = await company.owner.client.get(company.path)
        #expect(shown.string("status") == "inactive")
        #expect(shown["enforced"] == false)
        #expect(shown.string("issuer") == company.provider.issuer)
        #expect(
            await company.owner.client.post(company.path + "/activate").string("status")
                == "active")
    }

    @Test("ID-91: a record that is gone twice takes the proof away, and the Owners hear of it")
    func recheck() async throws {
        let company = try await Company.inUse()
        let shown = await company.owner.client.get(company.path)
        let entry = try #require(shown["email_domains"].arrayValue?.first)
        let record = try #require(entry["record_name"]?.stringValue)
        let clock = company.world.app.clock
        let check = { () async throws -> Bool in
            let number = company.tenant.number
            try await company.world.app.run { try await SSOUpkeep.proveAgain($0, only: number) }
            let rows = try await company.world.run(
                "SELECT verified_at FROM platform.sso_domains WHERE domain = \(company.domain)")
            return rows[0].optionalInstant(0) != nil
        }
        // Not due yet: nobody asks.
        company.names.set(record, nil)
        let asked = company.names.asked.count
        #expect(try await check())
        #expect(company.names.asked.count == asked)
        // A week later: silence of the name server changes nothing, absence counts.
        clock.advance(by: .seconds(7 * 86_400))
        company.names.set(record, .failure)
        #expect(try await check())
        clock.advance(by: .seconds(7 * 86_400))
        company.names.set(record, nil)
        #expect(try await check())
        #expect(try await check())
        clock.advance(by: .seconds(86_400))
        #expect(try await !check())
        let mails = try await company.subjects(to: company.owner.email)
        #expect(
            mails.filter { $0 == "A domain of your single sign-on is no longer proved" }.count == 1)
        let answer = try await company.logIn(company.browser)
        #expect(answer.code == "sso_rejected")
    }
}

@Suite struct `Leaving through a provider` {
    private func logoutToken(
        _ company: Company, _ adjust: (JSON) -> JSON = { $0 }, type: String? = "logout+jwt"
    ) -> String {
        let now = company.world.app.clock.now.seconds
        return company.provider.logoutToken(
            adjust([
                "iss": .string(company.provider.issuer), "aud": "courtyard", "iat": .integer(now),
                "exp": .integer(now + 120), "jti": .string("t-\(company.tenant.slug)"),
                "sub": "user-1", "events": [.init(stringLiteral: "x")],
            ]).with(
                "events",
                adjust([:])["events"]
                    ?? ["http://schemas.openid.net/event/backchannel-logout": [:]]), type: type)
    }

    private func send(_ token: String, to company: Company, body: String? = nil) async throws
        -> Answer
    {
        await company.world.app.send(
            .post, "/v1/auth/sso/backchannel-logout/\(try await company.connectionID)",
            fields: [("Content-Type", "application/x-www-form-urlencoded")],
            body: Array((body ?? "logout_token=" + token).utf8))
    }

    @Test("SEC-66, SEC-82: a logout token ends that user's sessions of that connection, once")
    func backChannel() async throws {
        let company = try await Company.inUse()
        let (ann, bob) = (company.browser, company.browser)
        try await company.logIn(ann)
        company.signInAtProvider("user-2", "bob@\(company.domain)")
        try await company.logIn(bob)
        let token = logoutToken(company)
        #expect(try await send(token, to: company).status == 200)
        #expect(await ann.get("/v1/me").status == 401)
        #expect(await bob.get("/v1/me").status == 200)
        #expect(await Browser(company.owner).get("/v1/me").status == 200)
        // Ann comes back; the old token does not throw her out again.
        company.signInAtProvider("user-1", "ann@\(company.domain)")
        try await company.logIn(ann)
        #expect(try await send(token, to: company).status == 400)
        #expect(await ann.get("/v1/me").status == 200)
    }

    @Test("SEC-82: a token that names a session ends that one alone")
    func oneSession() async throws {
        let company = try await Company.inUse()
        let (desk, phone) = (company.browser, company.browser)
        company.provider.change { $0.claims = { $0.with("sid", "desk") } }
        try await company.logIn(desk)
        company.provider.change { $0.claims = { $0.with("sid", "phone") } }
        try await company.logIn(phone)
        #expect(
            try await send(logoutToken(company) { $0.with("sid", "desk") }, to: company).status
                == 200)
        #expect(await desk.get("/v1/me").status == 401)
        #expect(await phone.get("/v1/me").status == 200)
    }

    @Test("SEC-82: wrong logout tokens end nothing")
    func wrongTokens() async throws {
        let company = try await Company.inUse()
        let browser = company.browser
        try await company.logIn(browser)
        let changes: [(JSON) -> JSON] = [
            { $0.with("aud", "other") }, { $0.with("iss", "https://login.example.com/") },
            { $0.with("iat", 1) }, { $0.with("nonce", "n") }, { $0.with("jti", nil) },
            { $0.with("sub", nil) }, { $0.with("events", ["http://example.com/other": [:]]) },
        ]
        for change in changes {
            #expect(try await send(logoutToken(company, change), to: company).status == 400)
        }
        #expect(
            try await send(logoutToken(company, type: "JWT"), to: company).status == 400)
        let token = logoutToken(company)
        for body in [
            "", "logout_token=", "logout_token=\(token)&logout_token=\(token)",
            "logout_token=\(token.dropLast(6))AAAAAA", "token=\(token)", "logout_token=%zz",
        ] {
            #expect(try await send("", to: company, body: body).status == 400)
        }
        #expect(await browser.get("/v1/me").status == 200)
        #expect(try await send(token, to: company).status == 200)
    }

    @Test("SEC-66: leaving here ends the session and says where to leave the provider")
    func leaving() async throws {
        let company = try await Company.inUse()
        let browser = company.browser
        try await company.logIn(browser)
        let answer = await browser.post("/v1/auth/sso/logout")
        #expect(answer.status == 200)
        #expect(
            answer.string("logout_url")
                == "https://login.example.com/logout?client_id=courtyard"
                + "&post_logout_redirect_uri=https%3A%2F%2Fcourtyard.test%2F")
        #expect(await browser.get("/v1/me").status == 401)
        // With a password session there is nowhere else to leave.
        let own = Browser(company.owner)
        #expect(await own.post("/v1/auth/sso/logout")["logout_url"] == .null)
        #expect(await own.get("/v1/me").status == 401)
    }

    @Test("SEC-66: leaving works while the provider does not")
    func leavingDuringOutage() async throws {
        let company = try await Company.inUse()
        let browser = company.browser
        try await company.logIn(browser)
        company.provider.change {
            $0.faults["/.well-known/openid-configuration"] = .failure(.timeout)
        }
        try await company.install([company.provider])
        let answer = await browser.post("/v1/auth/sso/logout")
        #expect(answer["logout_url"] == .null)
        #expect(await browser.get("/v1/me").status == 401)
    }

    @Test(
        "SEC-24, SEC-26: the page of the provider's way back runs no other script and no GET acts")
    func page() async throws {
        let company = try await Company.inUse()
        let page = await company.browser.get(
            "/auth/sso/callback/\(try await company.connectionID)?code=x&state=y")
        #expect(page.status == 200)
        #expect(page.contentType == "text/html; charset=utf-8")
        #expect(page.field("Content-Security-Policy")?.hasPrefix("default-src 'none';") == true)
        #expect(!page.text.contains("onclick"))
        let script = await company.browser.get("/auth/sso/callback.js")
        #expect(script.contentType == "text/javascript; charset=utf-8")
    }
}
