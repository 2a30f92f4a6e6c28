import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Identity

@Suite struct `Sign-up` {
    let world: World
    init() throws { world = try World() }

    private func form(
        _ email: String, company: String = "Harbour Books", password: String = goodPassword
    ) -> JSON {
        [
            "company_name": .string(company), "name": "Ana Ruiz", "email": .string(email),
            "password": .string(password),
        ]
    }

    /// What the owner of the mailbox sends who has also asked.
    private func confirmation(_ token: String, _ password: String = goodPassword) -> JSON {
        ["token": .string(token), "password": .string(password)]
    }

    private func newAddress() async throws -> String { "ana-\(try await world.id())@harbour.test" }

    @Test("ST-01, WS-80: a company signs up, opens the link and logs in as its first Owner")
    func story() async throws {
        let email = try await newAddress()
        let browser = Browser(world.app)
        let asked = await browser.post("/v1/auth/signup", form(email))
        #expect(asked.status == 202)
        #expect(asked.body.isEmpty)
        #expect(await browser.logIn(email, goodPassword).code == "invalid_credentials")
        let token = try await world.lastToken(to: email)
        let confirmed = await browser.post("/v1/auth/confirm-signup", confirmation(token))
        #expect(confirmed.status == 201)
        #expect(confirmed["workspace"]["name"] == "Harbour Books")
        #expect(confirmed.cookie("__Host-courtyard") == nil)
        // The Owner needs a second factor from the first login on (ID-71).
        #expect(
            await browser.logIn(email, goodPassword).state == "two_factor_enrolment_required")
        let login = try await world.enrol(browser, email)
        #expect(login.state == "authenticated")
        #expect(login["workspace"]["plan"] == "FREE")
        #expect(login["member"]["role"]?["builtin"] == "owner")
        #expect(login.string("landing") == "channel_settings")
        #expect(login["person"]["name"] == "Ana Ruiz")
        #expect(await browser.get("/v1/me").string("email") == email)
        #expect(world.app.defects == [])
    }

    @Test("WS-80: creation and login stand in the new workspace's audit log")
    func audit() async throws {
        let email = try await newAddress()
        let browser = Browser(world.app)
        _ = await browser.post("/v1/auth/signup", form(email))
        let token = try await world.lastToken(to: email)
        _ = await browser.post("/v1/auth/confirm-signup", confirmation(token))
        await browser.logIn(email, goodPassword)
        _ = try await world.enrol(browser, email)
        let number = try await world.run(
            """
            SELECT m.tenant_number FROM platform.memberships m
            JOIN platform.persons p ON p.id = m.person_id WHERE p.email_key = \(email)
            """
        )[0].integer(0)
        let actions = try await world.app.run { services in
            let scope = TenantReference(
                number: number, id: services.newID(), shard: Int((number - 1) / 500), plan: "FREE",
                limits: [:], features: []
            ).scope(schemaVersion: services.settings.schemaVersion)
            return try await services.database.read(
                "SELECT action FROM tenant.audit_events ORDER BY id" as SQL, in: scope
            ).map { $0.text(0) }
        }
        #expect(actions == ["workspace.create", "session.start"])
    }

    @Test("WS-80, ID-140: an address with a login gets the same answer and keeps its password")
    func knownAddress() async throws {
        let tenant = try await TestTenant.create(world.app)
        let ben = try await world.member(.user, of: tenant)
        let browser = Browser(world.app)
        let answer = await browser.post(
            "/v1/auth/signup", form(ben.email, password: otherPassword))
        let stranger = await browser.post("/v1/auth/signup", form(try await newAddress()))
        #expect(answer.status == stranger.status)
        #expect(answer.body == stranger.body)
        #expect(answer.fields.map(\.name) == stranger.fields.map(\.name))
        let mail = try await world.mails(to: ben.email).last ?? ""
        #expect(mail.contains("You have a login already"))
        let token = world.token(in: mail) ?? ""
        #expect(
            await browser.post("/v1/auth/confirm-signup", ["token": .string(token)]).status == 201)
        #expect(await browser.logIn(ben.email, otherPassword).code == "invalid_credentials")
        let login = await browser.logIn(ben.email, goodPassword)
        #expect(login.state == "workspace_selection_required")
        #expect(login["workspaces"].arrayValue?.count == 2)
    }

    @Test("WS-80, ID-125: of two confirmations of one link one creates the workspace")
    func raceOfConfirmations() async throws {
        let email = try await newAddress()
        _ = await Browser(world.app).post("/v1/auth/signup", form(email))
        let body = confirmation(try await world.lastToken(to: email))
        let other = try World()
        async let one = Browser(world.app).post("/v1/auth/confirm-signup", body)
        async let two = Browser(other.app).post("/v1/auth/confirm-signup", body)
        let answers = await [one, two]
        #expect(answers.map(\.status).sorted() == [201, 410])
        #expect(answers.compactMap(\.code) == ["token_expired"])
        let seats = try await world.run(
            """
            SELECT 1 FROM platform.memberships m JOIN platform.persons p ON p.id = m.person_id
            WHERE p.email_key = \(email)
            """)
        #expect(seats.count == 1)
    }

    @Test("OV-15, WS-80: two processes that make the same slug both succeed")
    func raceOfSlugs() async throws {
        let company = "Twins \(try await world.id())"
        let other = try World()
        var tokens: [JSON] = []
        for _ in 0..<4 {
            let email = try await newAddress()
            _ = await Browser(world.app).post("/v1/auth/signup", form(email, company: company))
            tokens.append(confirmation(try await world.lastToken(to: email)))
        }
        let slugs = await withTaskGroup(of: String?.self) { group in
            for (index, body) in tokens.enumerated() {
                let app = index.isMultiple(of: 2) ? world.app : other.app
                group.addTask {
                    let answer = await Browser(app).post("/v1/auth/confirm-signup", body)
                    #expect(answer.status == 201)
                    return answer["workspace"]["slug"]?.stringValue
                }
            }
            return await group.reduce(into: [String]()) { if let slug = $1 { $0.append(slug) } }
        }
        let base = WorkspaceSlug.base(of: company)
        #expect(Set(slugs) == [base, base + "-2", base + "-3", base + "-4"])
    }

    @Test("WS-80: the link is valid for 24 hours")
    func expiry() async throws {
        let world = try World()
        let email = try await newAddress()
        let browser = Browser(world.app)
        _ = await browser.post("/v1/auth/signup", form(email))
        let body = confirmation(try await world.lastToken(to: email))
        world.app.clock.advance(by: .seconds(86_401))
        #expect(await browser.post("/v1/auth/confirm-signup", body).code == "token_expired")
        world.app.clock.advance(by: .seconds(-10))
        #expect(await browser.post("/v1/auth/confirm-signup", body).status == 201)
    }

    @Test("WS-80: asking again makes the earlier link void; five mails an hour at most")
    func repetition() async throws {
        let email = try await newAddress()
        let browser = Browser(world.app)
        for _ in 0..<7 {
            #expect(await browser.post("/v1/auth/signup", form(email)).status == 202)
        }
        let mails = try await world.mails(to: email)
        #expect(mails.count == 5)
        let first = confirmation(world.token(in: mails[0]) ?? "")
        #expect(await browser.post("/v1/auth/confirm-signup", first).code == "token_expired")
        let last = confirmation(world.token(in: mails[4]) ?? "")
        #expect(await browser.post("/v1/auth/confirm-signup", last).status == 201)
    }

    @Test("WS-80: an installation without sign-up says so")
    func disabled() async throws {
        let world = try World { $0.allowsSignUp = false }
        let answer = await Browser(world.app).post("/v1/auth/signup", form("a@b.test"))
        #expect(answer.status == 403)
        #expect(answer.code == "sign_up_disabled")
    }

    @Test("OV-61: without a configured address no link is made from the request's Host")
    func noOrigin() async throws {
        let world = try World { $0.origin = nil }
        let browser = Browser(world.app)
        browser.origin = nil
        let email = try await newAddress()
        #expect(
            await browser.post("/v1/auth/signup", form(email)).code == "provider_not_configured")
        #expect(
            await browser.post("/v1/auth/forgot-password", ["email": .string(email)]).status == 503)
        #expect(try await world.mails(to: email).isEmpty)
    }

    @Test("OV-29, ID-126: every failing field is named at once")
    func badFields() async throws {
        let browser = Browser(world.app)
        let empty = await browser.post("/v1/auth/signup", [:])
        #expect(
            empty.fieldErrors == [
                "/company_name: required", "/email: required", "/name: required",
                "/password: required",
            ])
        let bad = await browser.post(
            "/v1/auth/signup",
            [
                "company_name": .string(String(repeating: "x", count: 81)), "name": "a\nb",
                "email": "ana@", "password": "short", "plan": "ENTERPRISE",
            ])
        #expect(bad.status == 422)
        #expect(
            bad.fieldErrors == [
                "/company_name: too_long", "/email: invalid_email", "/name: invalid_format",
                "/password: too_short", "/plan: unknown_field",
            ])
        #expect(await browser.post("/v1/auth/signup", ["email": 5]).code == "malformed_request")
    }

    @Test(
        "ID-125: nonsense for a token is a link that is unknown",
        arguments: [
            "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "' OR 1=1 --",
        ])
    func badTokens(token: String) async throws {
        let answer = await Browser(world.app).post(
            "/v1/auth/confirm-signup", ["token": .string(token)])
        #expect(answer.status == 410)
        #expect(answer.code == "token_expired")
    }

    @Test(
        "WS-80: slugs come from names in any script",
        arguments: [
            ("Harbour & Sons", "harbour-sons"), ("Café Zürich", "cafe-zurich"), ("東京", "workspace"),
            ("--A--", "workspace"), ("a1", "workspace"), ("ACME", "acme"),
            (String(repeating: "long ", count: 16), "long-long-long-long-long-long-lo"),
        ])
    func slugs(name: String, slug: String) {
        #expect(WorkspaceSlug.base(of: name) == slug)
    }
}
