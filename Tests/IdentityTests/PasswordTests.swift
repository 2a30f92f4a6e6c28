import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Identity

@Suite struct `Forgotten and changed passwords` {
    let world: World
    init() throws { world = try World() }

    private func member() async throws -> TestMember {
        try await world.member(.user, of: try await TestTenant.create(world.app))
    }

    private func signedIn(_ member: TestMember) async -> Browser {
        let browser = Browser(world.app)
        await browser.logIn(member.email, goodPassword)
        return browser
    }

    private func askForReset(_ email: String) async throws -> String {
        let answer = await Browser(world.app).post(
            "/v1/auth/forgot-password", ["email": .string(email)])
        #expect(answer.status == 202)
        return try await world.lastToken(to: email)
    }

    private func reset(_ token: String, _ password: String = otherPassword) async -> Answer {
        await Browser(world.app).post(
            "/v1/auth/reset-password",
            ["token": .string(token), "new_password": .string(password)])
    }

    @Test("ST-03, ID-20…ID-22: a reset by mail works once and ends every session")
    func story() async throws {
        let ben = try await member()
        let session = await signedIn(ben)
        let nobody = "nobody-\(ben.email)"
        let known = await Browser(world.app).post(
            "/v1/auth/forgot-password", ["email": .string(ben.email.uppercased())])
        let unknown = await Browser(world.app).post(
            "/v1/auth/forgot-password", ["email": .string(nobody)])
        #expect(known.status == 202 && unknown.status == 202)
        #expect(known.body == unknown.body)
        #expect(known.fields.map(\.name) == unknown.fields.map(\.name))
        #expect(try await world.mails(to: nobody).isEmpty)
        #expect(try await world.mails(to: ben.email).count == 1)

        let token = try await world.lastToken(to: ben.email)
        let done = await reset(token)
        #expect(done.status == 204)
        #expect(done.cookie("__Host-courtyard") == nil)
        #expect(await reset(token).code == "token_expired")
        #expect(await session.get("/v1/me").status == 401)
        #expect(await Browser(world.app).logIn(ben.email, goodPassword).status == 401)
        #expect(await Browser(world.app).logIn(ben.email, otherPassword).state == "authenticated")
        let notice = try await world.mails(to: ben.email).last ?? ""
        #expect(notice.contains("was just changed"))
        #expect(!notice.contains("#token="))
        #expect(world.app.defects == [])
    }

    @Test("ID-141: of two resets with one token one sets the password")
    func raceOfResets() async throws {
        let ben = try await member()
        let token = try await askForReset(ben.email)
        let passwords = [otherPassword, "twelve patient cartographers"]
        async let one = reset(token, passwords[0])
        async let two = reset(token, passwords[1])
        let answers = await [one, two]
        #expect(answers.map(\.status).sorted() == [204, 410])
        for (answer, password) in zip(answers, passwords) {
            let login = await Browser(world.app).logIn(ben.email, password)
            #expect((login.state == "authenticated") == (answer.status == 204))
        }
    }

    @Test("ID-21: asking again makes earlier tokens void")
    func earlierTokens() async throws {
        let ben = try await member()
        let first = try await askForReset(ben.email)
        let second = try await askForReset(ben.email)
        #expect(await reset(first).code == "token_expired")
        #expect(await reset(second).status == 204)
    }

    @Test("ID-21: a token is good for 30 minutes")
    func expiry() async throws {
        let world = try World()
        let ben = try await world.member(.user, of: try await TestTenant.create(world.app))
        let browser = Browser(world.app)
        _ = await browser.post("/v1/auth/forgot-password", ["email": .string(ben.email)])
        let token = try await world.lastToken(to: ben.email)
        let body: JSON = ["token": .string(token), "new_password": .string(otherPassword)]
        world.app.clock.advance(by: .seconds(1_801))
        #expect(await browser.post("/v1/auth/reset-password", body).code == "token_expired")
        world.app.clock.advance(by: .seconds(-10))
        #expect(await browser.post("/v1/auth/reset-password", body).status == 204)
    }

    @Test("ID-21: five mails an hour, and the last link stays good")
    func mailLimit() async throws {
        let ben = try await member()
        for _ in 0..<8 { _ = try await askForReset(ben.email) }
        #expect(try await world.mails(to: ben.email).count == 5)
        #expect(await reset(try await world.lastToken(to: ben.email)).status == 204)
    }

    @Test("ID-21, OV-15: eight requests at the same moment send five mails")
    func parallelMails() async throws {
        let ben = try await member()
        let other = try World()
        let apps = [world.app, other.app]
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<8 {
                group.addTask {
                    let answer = await Browser(apps[index % 2]).post(
                        "/v1/auth/forgot-password", ["email": .string(ben.email)])
                    #expect(answer.status == 202)
                }
            }
        }
        let mails = try await world.mails(to: ben.email)
        #expect(mails.count == 5)
        let live = try await world.run(
            """
            SELECT 1 FROM platform.mail_links
            WHERE email_key = \(ben.email) AND expires_at > \(world.app.clock.now)
            """)
        #expect(live.count == 1)
    }

    @Test("ID-126, ID-27: a bad new password is named and leaves the link good")
    func badNewPassword() async throws {
        let ben = try await member()
        let token = try await askForReset(ben.email)
        for (password, code) in [
            ("short", "too_short"), (String(repeating: "kx9 ", count: 33), "too_long"),
            ("passwordpassword", "too_common"), ("Test Person Test", "contains_identity"),
            ("Test workspace 1", "contains_identity"), (goodPassword, "password_unchanged"),
        ] {
            let answer = await reset(token, password)
            #expect(answer.status == 422)
            #expect(answer.fieldErrors == ["/new_password: \(code)"])
        }
        #expect(await reset(token).status == 204)
    }

    @Test("ID-125: tokens of another purpose are unknown")
    func purposes() async throws {
        let ben = try await member()
        let token = try await askForReset(ben.email)
        let confirmed = await Browser(world.app).post(
            "/v1/auth/confirm-signup", ["token": .string(token)])
        #expect(confirmed.code == "token_expired")
        #expect(await reset("nonsense").code == "token_expired")
        #expect(await reset(token).status == 204)
    }

    @Test("ID-22: a reset ends logins that had not finished")
    func unfinishedLogins() async throws {
        let one = try await TestTenant.create(world.app)
        let ben = try await world.member(.user, of: one)
        try await world.seat(ben.personID, in: try await TestTenant.create(world.app), as: .user)
        let browser = Browser(world.app)
        #expect(
            await browser.logIn(ben.email, goodPassword).state == "workspace_selection_required")
        #expect(await reset(try await askForReset(ben.email)).status == 204)
        let choice = await browser.post(
            "/v1/auth/select-workspace", ["workspace_id": .string(one.id.description)])
        #expect(choice.status == 401)
    }

    @Test("ID-26, ID-12: a change keeps this session under a new secret and ends the others")
    func change() async throws {
        let ben = try await member()
        let other = await signedIn(ben)
        let browser = await signedIn(ben)
        let before = browser.copy()
        let token = try await askForReset(ben.email)
        let changed = await browser.post(
            "/v1/me/password",
            [
                "current_password": .string(goodPassword), "new_password": .string(otherPassword),
            ])
        #expect(changed.status == 200)
        #expect(browser.sessionCookie != before.sessionCookie)
        #expect(await browser.get("/v1/me").status == 200)
        #expect(await browser.patch("/v1/me", ["name": "Ben Two"]).status == 200)
        #expect(await before.get("/v1/me").status == 401)
        #expect(await other.get("/v1/me").status == 401)
        #expect(await reset(token, "twelve patient cartographers").code == "token_expired")
        #expect(await Browser(world.app).logIn(ben.email, otherPassword).status == 200)
        #expect(try await world.mails(to: ben.email).last?.contains("was just changed") == true)
        let audit = try await ben.tenant.run(
            "SELECT 1 FROM tenant.audit_events WHERE action = 'person.change_password'")
        #expect(audit.count == 1)
        #expect(world.app.defects == [])
    }

    @Test("ID-127, ID-27: a change needs the current password and another new one")
    func wrongCurrent() async throws {
        let ben = try await member()
        let browser = await signedIn(ben)
        func change(_ current: String, _ new: String) async -> Answer {
            await browser.post(
                "/v1/me/password",
                ["current_password": .string(current), "new_password": .string(new)])
        }
        let wrong = await change("wrong", otherPassword)
        #expect(wrong.status == 403)
        #expect(wrong.code == "current_password_wrong")
        #expect(
            await change(goodPassword, goodPassword).fieldErrors == [
                "/new_password: password_unchanged"
            ])
        #expect(await change(goodPassword, "short").fieldErrors == ["/new_password: too_short"])
        for _ in 0..<5 { _ = await change("wrong", otherPassword) }
        let blocked = await change(goodPassword, otherPassword)
        #expect(blocked.code == "too_many_attempts")
        #expect((blocked.retryAfter ?? 0) > 0)
    }

    @Test("SEC-19: one session cannot keep the hash pool busy")
    func changeLimit() async throws {
        let ben = try await member()
        let browser = await signedIn(ben)
        let body: JSON = [
            "current_password": .string(goodPassword), "new_password": .string(goodPassword),
        ]
        var statuses: [Int] = []
        // Two full minutes' worth, since the minute may turn meanwhile.
        for _ in 0..<21 { statuses.append(await browser.post("/v1/me/password", body).status) }
        #expect(statuses.prefix(10).allSatisfy { $0 == 422 || $0 == 429 })
        #expect(statuses.contains(429))
        #expect(statuses.filter { $0 == 422 }.count <= 20)
        let refused = await browser.post("/v1/me/password", body)
        if refused.status == 429 {
            #expect(refused.code == "rate_limited")
            #expect((1...60).contains(refused.retryAfter ?? 0))
        }
    }

    @Test("ID-12: of two changes at the same moment one counts")
    func raceOfChanges() async throws {
        let ben = try await member()
        let browser = await signedIn(ben)
        let twin = browser.copy()
        func body(_ new: String) -> JSON {
            ["current_password": .string(goodPassword), "new_password": .string(new)]
        }
        async let one = browser.post("/v1/me/password", body(otherPassword))
        async let two = twin.post("/v1/me/password", body("twelve patient cartographers"))
        let statuses = await [one, two].map(\.status).sorted()
        #expect(statuses[0] == 200)
        #expect([401, 403].contains(statuses[1]))
        #expect(try await world.liveSessions(of: ben.personID) == 1)
    }

    @Test("SEC-51, SEC-60: neither passwords nor secrets are stored readable")
    func storage() async throws {
        let ben = try await member()
        let token = try await askForReset(ben.email)
        let rows = try await world.run(
            """
            SELECT count(*) FROM platform.mail_links l
            WHERE email_key = \(ben.email) AND l::text LIKE '%' || \(token) || '%'
            """)
        #expect(rows[0].integer(0) == 0)
        let hash = try await world.run(
            "SELECT password_hash FROM platform.persons WHERE email_key = \(ben.email)")
        #expect(hash[0].text(0).hasPrefix("$argon2id$"))
    }
}
