import Crypto
import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Identity

/// What an authenticator app knows.
private struct App {
    let secret: [UInt8]

    func code(at now: Instant) -> String { TOTP(secret: secret).code(TOTP.step(at: now)) }

    /// From the text that enrolment shows.
    init(_ text: String) {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var bits = 0
        var value: UInt64 = 0
        var bytes: [UInt8] = []
        for character in text {
            value = value << 5 | UInt64(alphabet.firstIndex(of: character) ?? 0)
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(bits)))
            }
        }
        secret = bytes
    }
}

extension World {
    fileprivate func newUser() async throws -> TestMember {
        try await member(.user, of: TestTenant.create(app))
    }

    /// Turns an app on for somebody who is signed in.
    fileprivate func addApp(_ browser: Browser, _ email: String) async throws -> App {
        let began = await browser.post("/v1/me/two-factor/totp")
        let app = App(began.string("secret") ?? "")
        _ = await browser.post("/v1/me/two-factor/verification", ["via": "email"])
        let done = await browser.post(
            "/v1/me/two-factor",
            [
                "method": "totp", "code": .string(app.code(at: self.app.clock.now)),
                "verification_code": .string(try await lastCode(to: email)),
            ])
        #expect(done.status == 200, "\(done.text)")
        self.app.clock.advance(by: .seconds(61))
        return app
    }
}

extension Browser {
    fileprivate func prove(_ challenge: Answer, _ method: String, _ code: String) async -> Answer {
        await post(
            "/v1/auth/two-factor",
            [
                "challenge_id": challenge["challenge_id"], "method": .string(method),
                "code": .string(code),
            ])
    }

    fileprivate func send(_ challenge: Answer, _ method: String = "email") async -> Answer {
        await post(
            "/v1/auth/two-factor/send",
            ["challenge_id": challenge["challenge_id"], "method": .string(method)])
    }
}

private func wrong(_ code: String) -> String {
    let digits: [Character] = code.map { $0 == "9" ? "0" : "9" }
    return String(digits)
}

@Suite struct `Second factors at login` {
    let world: World
    init() throws { world = try World() }

    @Test("ID-61, ID-62, ID-142: the password alone opens nothing; a mailed code does, once")
    func mailedCode() async throws {
        let ben = try await world.newUser()
        try await world.addFactor(to: ben.personID)
        let browser = Browser(world.app)
        let challenge = await browser.logIn(ben.email, goodPassword, passesFactor: false)
        #expect(challenge.state == "two_factor_required")
        #expect(challenge["methods"] == ["email"])
        #expect(browser.sessionCookie == nil)
        #expect(await browser.get("/v1/me").status == 401)
        let skipped = await browser.post(
            "/v1/auth/select-workspace", ["workspace_id": .string(ben.tenant.id.description)])
        #expect(skipped.code == "unauthenticated")
        #expect(await browser.send(challenge).status == 202)
        let code = try await world.lastCode(to: ben.email)
        #expect(code.utf8.count == 8)
        let failed = await browser.prove(challenge, "email", wrong(code))
        #expect(failed.status == 401 && failed.code == "invalid_code")
        #expect(failed.integer("attempts_left") == 4)
        let late = browser.copy()
        let done = await browser.prove(challenge, "email", code)
        #expect(done.state == "authenticated")
        #expect(await browser.get("/v1/me")["two_factor"]["enabled"] == true)
        #expect(await late.prove(challenge, "email", code).code == "challenge_void")
        #expect(world.app.defects == [])
    }

    @Test("ID-62, SEC-54: a code of one login fails in another")
    func otherLogin() async throws {
        let ben = try await world.newUser()
        try await world.addFactor(to: ben.personID)
        let (one, two) = (Browser(world.app), Browser(world.app, address: "192.0.2.7"))
        let first = await one.logIn(ben.email, goodPassword, passesFactor: false)
        let second = await two.logIn(ben.email, goodPassword, passesFactor: false)
        #expect(await one.send(first).status == 202)
        let code = try await world.lastCode(to: ben.email)
        #expect(await two.prove(second, "email", code).code == "invalid_code")
        // Nor does the challenge of one open with the other's cookie.
        #expect(await two.prove(first, "email", code).code == "challenge_void")
        #expect(await one.prove(first, "email", code).state == "authenticated")
    }

    @Test("ID-62, ID-124: codes end after 5 minutes, and are sent with pauses")
    func pauses() async throws {
        let ben = try await world.newUser()
        try await world.addFactor(to: ben.personID)
        let browser = Browser(world.app)
        var challenge = await browser.logIn(ben.email, goodPassword, passesFactor: false)
        #expect(await browser.send(challenge).status == 202)
        let early = await browser.send(challenge)
        #expect(early.status == 429 && early.code == "code_recently_sent")
        #expect((1...60).contains(early.retryAfter ?? 0))
        let old = try await world.lastCode(to: ben.email)
        world.app.clock.advance(by: .seconds(301))
        #expect(await browser.prove(challenge, "email", old).code == "invalid_code")
        for _ in 0..<2 {
            #expect(await browser.send(challenge).status == 202)
            world.app.clock.advance(by: .seconds(61))
        }
        let fourth = await browser.send(challenge)
        #expect(fourth.code == "code_recently_sent")
        #expect((fourth.retryAfter ?? 0) > 300)
        // A new login does not get around it.
        challenge = await browser.logIn(ben.email, goodPassword, passesFactor: false)
        #expect(await browser.send(challenge).code == "code_recently_sent")
        world.app.clock.advance(by: .seconds(900))
        challenge = await browser.logIn(ben.email, goodPassword, passesFactor: false)
        #expect(await browser.send(challenge).status == 202)
    }

    @Test("ID-63, ID-123, SEC-55: five wrong codes end the login, and the next one inherits them")
    func wrongCodes() async throws {
        let ben = try await world.newUser()
        try await world.addFactor(to: ben.personID)
        let browser = Browser(world.app)
        for round in 0..<2 {
            let challenge = await browser.logIn(ben.email, goodPassword, passesFactor: false)
            for left in [4, 3, 2, 1, 0] {
                let answer = await browser.prove(challenge, "email", "00000000")
                #expect(answer.code == "invalid_code", "round \(round)")
                #expect(answer.integer("attempts_left") == Int64(left))
            }
            #expect(await browser.prove(challenge, "email", "00000000").code == "challenge_void")
            world.app.clock.advance(by: .seconds(61))
        }
        let challenge = await browser.logIn(ben.email, goodPassword, passesFactor: false)
        world.app.clock.advance(by: .seconds(-60))
        let waiting = await browser.prove(challenge, "email", "00000000")
        #expect(waiting.status == 429 && waiting.code == "too_many_attempts")
        // Nothing locks for ever, and the password counter is another (checklist rule 17).
        world.app.clock.advance(by: .seconds(61))
        #expect(await browser.prove(challenge, "email", "00000000").code == "invalid_code")
        world.app.clock.advance(by: .seconds(61))
        #expect(await browser.logIn(ben.email, goodPassword).state == "authenticated")
    }

    @Test("ID-63, SEC-53: fifty guesses at once are five tries")
    func guessesAtOnce() async throws {
        let ben = try await world.newUser()
        try await world.addFactor(to: ben.personID)
        let browser = Browser(world.app)
        let challenge = await browser.logIn(ben.email, goodPassword, passesFactor: false)
        let other = try World()
        let codes = await withTaskGroup(of: String?.self) { group in
            for index in 0..<50 {
                let twin = browser.copy()
                group.addTask {
                    await twin.send(
                        .post, "/v1/auth/two-factor",
                        [
                            "challenge_id": challenge["challenge_id"], "method": "email",
                            "code": "00000000",
                        ], through: index.isMultiple(of: 2) ? nil : other.app
                    ).code
                }
            }
            return await group.reduce(into: [String?]()) { $0.append($1) }
        }
        #expect(codes.count { $0 == "invalid_code" } == 5)
        #expect(codes.count { $0 == "challenge_void" } == 45)
    }

    @Test("ID-60, ID-63, ID-65: an app's code opens a login, and never a second one")
    func app() async throws {
        let ben = try await world.newUser()
        let browser = Browser(world.app)
        await browser.logIn(ben.email, goodPassword)
        let app = try await world.addApp(browser, ben.email)
        let challenge = await browser.logIn(ben.email, goodPassword, passesFactor: false)
        #expect(challenge["methods"] == ["totp", "recovery"])
        let code = app.code(at: world.app.clock.now)
        #expect(await browser.prove(challenge, "totp", wrong(code)).code == "invalid_code")
        #expect(await browser.prove(challenge, "totp", code).state == "authenticated")
        let again = await browser.logIn(ben.email, goodPassword, passesFactor: false)
        #expect(await browser.prove(again, "totp", code).code == "invalid_code")
        let before = app.code(at: world.app.clock.now - .seconds(30))
        #expect(await browser.prove(again, "totp", before).code == "invalid_code")
        world.app.clock.advance(by: .seconds(60))
        let next = app.code(at: world.app.clock.now)
        #expect(await browser.prove(again, "totp", next).state == "authenticated")
    }

    @Test("ID-141, SEC-50: of two logins with one code, at once and on two processes, one wins")
    func race() async throws {
        let other = try World()
        let ben = try await world.newUser()
        let browser = Browser(world.app)
        await browser.logIn(ben.email, goodPassword)
        let app = try await world.addApp(browser, ben.email)
        let renewed = await browser.post("/v1/me/two-factor/recovery-codes")
        let paper = try #require(renewed["recovery_codes"].arrayValue?.first?.stringValue)
        other.app.clock.set(world.app.clock.now)
        for (method, code) in [
            ("totp", app.code(at: world.app.clock.now)), ("recovery", paper),
        ] {
            let (one, two) = (Browser(world.app), Browser(other.app, address: "192.0.2.7"))
            let first = await one.logIn(ben.email, goodPassword, passesFactor: false)
            let second = await two.logIn(ben.email, goodPassword, passesFactor: false)
            async let left = one.prove(first, method, code)
            async let right = two.prove(second, method, code)
            #expect(await [left, right].map(\.status).sorted() == [200, 401])
        }
    }

    @Test("ID-141, SEC-50: a mailed code that two requests bring at once opens one session")
    func raceOfMailedCode() async throws {
        let other = try World()
        let ben = try await world.newUser()
        try await world.addFactor(to: ben.personID)
        let browser = Browser(world.app)
        let challenge = await browser.logIn(ben.email, goodPassword, passesFactor: false)
        _ = await browser.send(challenge)
        let code = try await world.lastCode(to: ben.email)
        let twin = browser.copy()
        let body: JSON = [
            "challenge_id": challenge["challenge_id"], "method": "email", "code": .string(code),
        ]
        async let one = browser.send(.post, "/v1/auth/two-factor", body)
        async let two = twin.send(.post, "/v1/auth/two-factor", body, through: other.app)
        #expect(await [one, two].map(\.status).sorted() == [200, 401])
        #expect(try await world.liveSessions(of: ben.personID) == 1)
    }

    @Test("ID-66: a recovery code replaces any method, once")
    func recovery() async throws {
        let ben = try await world.newUser()
        let browser = Browser(world.app)
        await browser.logIn(ben.email, goodPassword)
        _ = try await world.addApp(browser, ben.email)
        let renewed = await browser.post("/v1/me/two-factor/recovery-codes")
        let codes = renewed["recovery_codes"].arrayValue?.compactMap(\.stringValue) ?? []
        #expect(Set(codes).count == 10)
        #expect(codes.allSatisfy { $0.utf8.count == 29 })
        let challenge = await browser.logIn(ben.email, goodPassword, passesFactor: false)
        #expect(
            await browser.prove(challenge, "totp", codes[0].lowercased()).state == "authenticated")
        #expect(await browser.get("/v1/me/two-factor").integer("recovery_codes_left") == 9)
        let again = await browser.logIn(ben.email, goodPassword, passesFactor: false)
        #expect(await browser.prove(again, "recovery", codes[0]).code == "invalid_code")
        let stored = try await world.run("SELECT code_hash FROM platform.recovery_codes")
        #expect(stored.map { $0.byteArray(0).count }.allSatisfy { $0 == 32 })
    }

    @Test("ID-142: a login that was under way when a factor was turned on does not get in")
    func turnedOnMeanwhile() async throws {
        let one = try await TestTenant.create(world.app)
        let two = try await TestTenant.create(world.app)
        let ben = try await world.member(.user, of: one)
        try await world.seat(ben.personID, in: two, as: .user)
        let waiting = Browser(world.app)
        #expect(
            await waiting.logIn(ben.email, goodPassword).state == "workspace_selection_required")
        let choice: JSON = ["workspace_id": .string(one.id.description)]
        let browser = Browser(world.app)
        await browser.logIn(ben.email, goodPassword)
        #expect(await browser.post("/v1/auth/select-workspace", choice).status == 200)
        _ = try await world.addApp(browser, ben.email)
        #expect(await waiting.post("/v1/auth/select-workspace", choice).status == 401)
    }

    @Test("ID-22, SEC-49: a reset of the password keeps the second factor")
    func resetKeepsFactor() async throws {
        let ben = try await world.newUser()
        try await world.addFactor(to: ben.personID)
        let browser = Browser(world.app)
        _ = await browser.post("/v1/auth/forgot-password", ["email": .string(ben.email)])
        let reset = await browser.post(
            "/v1/auth/reset-password",
            [
                "token": .string(try await world.lastToken(to: ben.email)),
                "new_password": .string(otherPassword),
            ])
        #expect(reset.status == 204)
        let login = await browser.logIn(ben.email, otherPassword, passesFactor: false)
        #expect(login.state == "two_factor_required")
    }
}

@Suite struct `Enforced enrolment` {
    let world: World
    init() throws { world = try World() }

    private func withoutFactor(_ role: BuiltinRole) async throws -> TestMember {
        let member = try await world.member(role, of: TestTenant.create(world.app))
        try await world.run("DELETE FROM platform.factors WHERE person_id = \(member.personID)")
        return member
    }

    @Test(
        "ID-67, ID-71, SEC-45: Owners and Admins enrol at their first login, by mail if they like",
        arguments: [BuiltinRole.owner, .admin])
    func owner(role: BuiltinRole) async throws {
        let ann = try await withoutFactor(role)
        let browser = Browser(world.app)
        let login = await browser.logIn(ann.email, goodPassword)
        #expect(login.state == "two_factor_enrolment_required")
        #expect(login["methods"] == ["totp", "email"])
        #expect(browser.sessionCookie == nil)
        for path in ["/v1/me", "/v1/me/two-factor", "/v1/me/sessions"] {
            #expect(await browser.get(path).status == 401)
        }
        let bare = await browser.post("/v1/auth/enrolment", ["method": "email"])
        #expect(bare.status == 403 && bare.code == "verification_required")
        #expect(
            await browser.post("/v1/auth/enrolment/verification", ["via": "email"]).status == 202)
        let code = try await world.lastCode(to: ann.email)
        let body: JSON = ["method": "email", "verification_code": .string(code)]
        let twin = browser.copy()
        async let one = browser.post("/v1/auth/enrolment", body)
        async let two = twin.post("/v1/auth/enrolment", body)
        let answers = await [one, two]
        #expect(answers.count { $0.state == "authenticated" } == 1)
        let done = try #require(answers.first { $0.state == "authenticated" })
        #expect(done["recovery_codes"].arrayValue?.count == 10)
        #expect(try await world.liveSessions(of: ann.personID) == 1)
        let next = await Browser(world.app).logIn(ann.email, goodPassword, passesFactor: false)
        #expect(next.state == "two_factor_required")
        #expect(world.app.defects == [])
    }

    @Test("ID-65, ID-67: an app can be the first factor; a wrong code of it changes nothing")
    func appFirst() async throws {
        let ann = try await withoutFactor(.owner)
        let browser = Browser(world.app)
        await browser.logIn(ann.email, goodPassword)
        let began = await browser.post("/v1/auth/enrolment/totp")
        let url = began.string("otpauth_url") ?? ""
        #expect(url.hasPrefix("otpauth://totp/Courtyard:"))
        #expect(url.contains("secret=\(began.string("secret") ?? "-")&issuer=Courtyard"))
        #expect(began.string("qr_svg")?.hasPrefix("<svg ") == true)
        let app = App(began.string("secret") ?? "")
        let code = app.code(at: world.app.clock.now)
        _ = await browser.post("/v1/auth/enrolment/verification", ["via": "email"])
        let verification = try await world.lastCode(to: ann.email)
        let failed = await browser.post(
            "/v1/auth/enrolment",
            [
                "method": "totp", "code": .string(wrong(code)),
                "verification_code": .string(verification),
            ])
        #expect(failed.code == "invalid_code")
        let done = await browser.post(
            "/v1/auth/enrolment",
            ["method": "totp", "code": .string(code), "verification_code": .string(verification)])
        #expect(done.state == "authenticated")
        // The secret is nowhere to be read.
        let rows = try await world.run(
            "SELECT secret FROM platform.factors WHERE person_id = \(ann.personID)")
        let sealedCount = rows[0].byteArray(0).count
        #expect(sealedCount == 53)
        #expect(await browser.get("/v1/me/two-factor")["methods"] == ["totp"])
    }

    @Test("ID-67, ID-68: the workspace's rule counts from the next login on, for everybody")
    func rule() async throws {
        let tenant = try await TestTenant.create(world.app)
        let ben = try await world.member(.user, of: tenant)
        let browser = Browser(world.app)
        #expect(await browser.logIn(ben.email, goodPassword).state == "authenticated")
        try await tenant.run("UPDATE tenant.settings SET require_two_factor = true")
        #expect(await browser.get("/v1/me").status == 200)
        let later = Browser(world.app)
        #expect(
            await later.logIn(ben.email, goodPassword).state == "two_factor_enrolment_required")
        #expect(await later.get("/v1/me").status == 401)
        #expect(try await world.enrol(later, ben.email).state == "authenticated")
        #expect(
            await Browser(world.app).logIn(ben.email, goodPassword, passesFactor: false).state
                == "two_factor_required")
    }

    @Test("ID-67: whoever does not want to enrol can only log out")
    func cancel() async throws {
        let ann = try await withoutFactor(.owner)
        let browser = Browser(world.app)
        await browser.logIn(ann.email, goodPassword)
        #expect(await browser.delete("/v1/auth/enrolment").status == 204)
        #expect(browser.stepCookie == nil)
        let steps = try await world.run(
            "SELECT 1 FROM platform.login_steps WHERE person_id = \(ann.personID)")
        #expect(steps.isEmpty)
    }

    @Test("ID-71: a custom role with a sensitive permission needs a factor, another does not")
    func customRoles() async throws {
        for (permission, state) in [
            (Permission.memberManage, "two_factor_enrolment_required"),
            (.roleManage, "two_factor_enrolment_required"),
            (.securityManage, "two_factor_enrolment_required"),
            (.serviceAccountManage, "two_factor_enrolment_required"),
            (.contactRead, "authenticated"),
        ] {
            let member = try await TestTenant.create(world.app).member(holding: [permission])
            try await world.setPassword(goodPassword, of: member.personID)
            let login = await Browser(world.app).logIn(member.email, goodPassword)
            #expect(login.state == state, "\(permission)")
        }
    }

    @Test("ID-06, ID-71: switching into a workspace that wants a factor leads through enrolment")
    func switching() async throws {
        let (one, two) = try await (TestTenant.create(world.app), TestTenant.create(world.app))
        let ben = try await world.member(.user, of: one)
        try await world.seat(ben.personID, in: two, as: .admin)
        try await world.run("DELETE FROM platform.factors WHERE person_id = \(ben.personID)")
        let browser = Browser(world.app)
        await browser.logIn(ben.email, goodPassword)
        let choice: JSON = ["workspace_id": .string(one.id.description)]
        #expect(await browser.post("/v1/auth/select-workspace", choice).state == "authenticated")
        let switched = await browser.post(
            "/v1/auth/switch-workspace", ["workspace_id": .string(two.id.description)])
        #expect(switched.state == "two_factor_enrolment_required")
        #expect(await browser.get("/v1/me")["member_id"] == .string(ben.id.description))
        _ = await browser.post("/v1/auth/enrolment/verification", ["via": "email"])
        let done = await browser.post(
            "/v1/auth/enrolment",
            [
                "method": "email",
                "verification_code": .string(try await world.lastCode(to: ben.email)),
            ])
        #expect(done.state == "authenticated")
        #expect(done["workspace"]["id"] == .string(two.id.description))
    }
}

@Suite struct `Changing second factors` {
    let world: World
    init() throws { world = try World() }

    @Test("ID-64, ID-66, ID-132: turning on and off each need a fresh code; codes are shown once")
    func onAndOff() async throws {
        let ben = try await world.newUser()
        let browser = Browser(world.app)
        await browser.logIn(ben.email, goodPassword)
        for body: JSON in [
            ["method": "email"], ["method": "email", "verification_code": "12345678"],
        ] {
            let refused = await browser.post("/v1/me/two-factor", body)
            #expect(refused.status == 403 && refused.code == "verification_required")
        }
        let before = browser.copy()
        #expect(
            await browser.post("/v1/me/two-factor/verification", ["via": "email"]).status == 202)
        let code = try await world.lastCode(to: ben.email)
        let on = await browser.post(
            "/v1/me/two-factor", ["method": "email", "verification_code": .string(code)])
        #expect(on["recovery_codes"].arrayValue?.count == 10)
        // ID-12: the session has a new secret.
        #expect(await before.get("/v1/me").status == 401)
        #expect(await browser.get("/v1/me/two-factor")["methods"] == ["email"])
        let reused = await browser.post(
            "/v1/me/two-factor/disable",
            ["method": "email", "verification_code": .string(code)])
        #expect(reused.code == "verification_required")
        world.app.clock.advance(by: .seconds(61))
        _ = await browser.post("/v1/me/two-factor/verification", ["via": "email"])
        let off = await browser.post(
            "/v1/me/two-factor/disable",
            [
                "method": "email",
                "verification_code": .string(try await world.lastCode(to: ben.email)),
            ])
        #expect(off.status == 200)
        let state = await browser.get("/v1/me/two-factor")
        #expect(state["enabled"] == false && state.integer("recovery_codes_left") == 0)
        let mails = try await world.mails(to: ben.email)
        #expect(mails.count == 2)
        #expect(!mails.contains { $0.contains(code) })
        #expect(world.app.defects == [])
    }

    @Test("ID-69: nobody turns their last factor off while a workspace wants one")
    func lastFactor() async throws {
        let ann = try await world.member(.admin, of: TestTenant.create(world.app))
        let browser = Browser(world.app)
        await browser.logIn(ann.email, goodPassword)
        _ = await browser.post("/v1/me/two-factor/verification", ["via": "email"])
        let off = await browser.post(
            "/v1/me/two-factor/disable",
            [
                "method": "email",
                "verification_code": .string(try await world.lastCode(to: ann.email)),
            ])
        #expect(off.status == 409 && off.code == "two_factor_required_by_workspace")
        #expect(await browser.get("/v1/me/two-factor")["methods"] == ["email"])
    }

    @Test("ID-25, SEC-39: with a second factor eight characters are enough")
    func shortPassword() async throws {
        let ben = try await world.newUser()
        let browser = Browser(world.app)
        await browser.logIn(ben.email, goodPassword)
        let short: JSON = [
            "current_password": .string(goodPassword), "new_password": "vj3-q81k",
        ]
        #expect(
            await browser.post("/v1/me/password", short).fieldErrors == ["/new_password: too_short"]
        )
        try await world.addFactor(to: ben.personID)
        #expect(await browser.post("/v1/me/password", short).status == 200)
    }

    @Test("ID-70: an Admin resets a member's factors, but not an Owner's, nor a guest's")
    func reset() async throws {
        let tenant = try await TestTenant.create(world.app)
        let admin = try await world.member(.admin, of: tenant)
        let owner = try await world.member(.owner, of: tenant)
        let ben = try await world.member(.user, of: tenant)
        let guest = try await world.member(.user, of: tenant)
        try await world.seat(guest.personID, in: TestTenant.create(world.app), as: .user)
        try await world.addFactor(to: ben.personID)
        try await world.addFactor(to: guest.personID)
        let browser = Browser(world.app)
        await browser.logIn(admin.email, goodPassword)
        func reset(_ id: ID) async -> Answer {
            await browser.post("/v1/members/\(id)/two-factor/reset")
        }
        #expect(await reset(owner.id).code == "privilege_escalation")
        #expect(await reset(guest.id).code == "invalid_state")
        #expect(await reset(ben.personID).status == 404)
        let bens = Browser(world.app)
        await bens.logIn(ben.email, goodPassword)
        #expect(await reset(ben.id).status == 204)
        #expect(await bens.get("/v1/me").status == 401)
        #expect(await bens.logIn(ben.email, goodPassword).state == "authenticated")
        #expect(try await world.mails(to: ben.email).last?.contains("has reset") == true)
        let other = Browser(world.app)
        await other.logIn(owner.email, goodPassword)
        #expect(await other.post("/v1/members/\(owner.id)/two-factor/reset").status == 403)
    }

    @Test("ID-70, BL-90, BL-87: the platform resets the factors of a guest of several workspaces")
    func resetByStaff() async throws {
        let first = try await TestTenant.create(world.app)
        let second = try await TestTenant.create(world.app)
        let ben = try await world.member(.admin, of: first)
        try await world.seat(ben.personID, in: second, as: .user)
        let browser = Browser(world.app)
        await browser.logIn(ben.email, goodPassword)
        let path = "/v1/platform/people/two-factor/reset"
        let wish: JSON = ["email": .string(ben.email.uppercased()), "reason": "Lost the phone"]
        let billing = try await TestStaff.signedIn(.billingStaff, on: world.app)
        #expect(await billing.client.post(path, wish).code == "permission_denied")
        let administrator = try await TestStaff.signedIn(.platformAdmin, on: world.app)
        let unknown = wish.with("email", "nobody@people.example")
        #expect(await administrator.client.post(path, unknown).status == 404)
        #expect(await administrator.client.post(path, ["email": "a@b.example"]).status == 422)
        #expect(try await world.mails(to: ben.email).isEmpty)
        let done = await administrator.client.post(path, wish)
        #expect(done.status == 204, "\(done.text)")
        #expect(try await world.mails(to: ben.email).count == 1)
        #expect(await browser.get("/v1/me").status == 401)
        for tenant in [first, second] {
            let told = try await tenant.run(
                """
                SELECT actor_kind FROM tenant.audit_events
                WHERE action = 'person.reset_two_factor' AND target_id = \(ben.personID)
                """)
            #expect(told.map { $0.text(0) } == ["platform"])
        }
        await browser.logIn(ben.email, goodPassword)
        let chosen = await browser.post(
            "/v1/auth/select-workspace", ["workspace_id": .string(first.id.description)])
        #expect(chosen.state == "two_factor_enrolment_required", "\(chosen.text)")
        #expect(world.app.defects == [])
    }
}

@Suite struct `Step-up` {
    let world: World
    init() throws { world = try World() }

    @Test("ID-72, ID-137, ID-12, SEC-65: sensitive actions want proof of the last ten minutes")
    func tenMinutes() async throws {
        let ben = try await world.newUser()
        try await world.addFactor(to: ben.personID)
        let browser = Browser(world.app)
        await browser.logIn(ben.email, goodPassword)
        #expect(await browser.post("/v1/me/two-factor/totp").status == 200)
        world.app.clock.advance(by: .seconds(601))
        let refused = await browser.post("/v1/me/two-factor/totp")
        #expect(refused.status == 403 && refused.code == "step_up_required")
        #expect(await browser.get("/v1/me").status == 200)

        let alone = await browser.post("/v1/auth/step-up", ["password": .string(goodPassword)])
        #expect(alone.fieldErrors == ["/code: required", "/method: required"])
        #expect(await browser.post("/v1/auth/step-up/send", ["method": "email"]).status == 202)
        let code = try await world.lastCode(to: ben.email)
        let badPassword = await browser.post(
            "/v1/auth/step-up",
            ["password": "wrong", "method": "email", "code": .string(code)])
        #expect(badPassword.code == "current_password_wrong")
        let badCode = await browser.post(
            "/v1/auth/step-up",
            [
                "password": .string(goodPassword), "method": "email",
                "code": .string(wrong(code)),
            ])
        #expect(badCode.code == "invalid_code")
        #expect(await browser.post("/v1/me/two-factor/totp").code == "step_up_required")
        let before = browser.copy()
        let done = await browser.post(
            "/v1/auth/step-up",
            ["password": .string(goodPassword), "method": "email", "code": .string(code)])
        #expect(done.status == 200)
        #expect(await before.get("/v1/me").status == 401)
        #expect(await browser.post("/v1/me/two-factor/totp").status == 200)
        #expect(world.app.defects == [])
    }

    @Test("ID-72: changes of password, phone, factors and recovery codes want it")
    func actions() async throws {
        let ben = try await world.newUser()
        let browser = Browser(world.app)
        await browser.logIn(ben.email, goodPassword)
        world.app.clock.advance(by: .seconds(700))
        for path in [
            "/v1/me/password", "/v1/me/phone", "/v1/me/phone/verify", "/v1/me/two-factor",
            "/v1/me/two-factor/totp", "/v1/me/two-factor/disable",
            "/v1/me/two-factor/recovery-codes",
        ] {
            #expect(await browser.post(path).code == "step_up_required", "\(path)")
        }
        #expect(await browser.delete("/v1/me/phone").code == "step_up_required")
        let done = await browser.post("/v1/auth/step-up", ["password": .string(goodPassword)])
        #expect(done.status == 200)
        #expect(await browser.post("/v1/me/two-factor/totp").status == 200)
    }
}

@Suite struct `The phone` {
    let world: World
    init() throws { world = try World() }

    private func newPhone() -> String { "+447700\(Int.random(in: 900_000...999_999))" }

    @Test("ID-50, ID-133, ID-134, SEC-53: a number counts once its code has come back")
    func verify() async throws {
        let ben = try await world.newUser()
        let browser = Browser(world.app)
        await browser.logIn(ben.email, goodPassword)
        let bad = await browser.post("/v1/me/phone", ["phone": "12"])
        #expect(bad.fieldErrors == ["/phone: invalid_phone"])
        let early = await browser.post("/v1/me/two-factor/verification", ["via": "sms"])
        #expect(early.status == 409 && early.code == "phone_not_verified")
        let phone = newPhone()
        #expect(await browser.post("/v1/me/phone", ["phone": .string(phone)]).status == 202)
        #expect(await browser.get("/v1/me")["phone"] == .null)
        let code = try await world.lastCode(to: phone)
        #expect(code.utf8.count == 6)
        let failed = await browser.post("/v1/me/phone/verify", ["code": .string(wrong(code))])
        #expect(failed.status == 401 && failed.code == "invalid_code")
        #expect(failed.integer("attempts_left") != nil)
        let done = await browser.post("/v1/me/phone/verify", ["code": .string(code)])
        #expect(done.status == 200)
        #expect(await browser.get("/v1/me")["phone"] == .string(phone))
        #expect(
            await browser.post("/v1/me/phone/verify", ["code": .string(code)]).code
                == "invalid_code")
        #expect(world.app.defects == [])
    }

    @Test("ID-50, OV-61: without an SMS gateway the phone says so, and nothing else suffers")
    func notConfigured() async throws {
        let world = try World { $0.sendsSMS = false }
        let ben = try await world.newUser()
        let browser = Browser(world.app)
        await browser.logIn(ben.email, goodPassword)
        let answer = await browser.post("/v1/me/phone", ["phone": .string(newPhone())])
        #expect(answer.status == 503 && answer.code == "provider_not_configured")
        #expect(
            await browser.post("/v1/me/two-factor/verification", ["via": "email"]).status == 202)
    }

    @Test("ID-51, ID-62: while SMS is a factor, the phone changes by a code of a factor alone")
    func replace() async throws {
        let ben = try await world.newUser()
        let phone = newPhone()
        try await world.run(
            "UPDATE platform.persons SET phone = \(phone) WHERE id = \(ben.personID)")
        let browser = Browser(world.app)
        await browser.logIn(ben.email, goodPassword)
        _ = await browser.post("/v1/me/two-factor/verification", ["via": "sms"])
        let on = await browser.post(
            "/v1/me/two-factor",
            ["method": "sms", "verification_code": .string(try await world.lastCode(to: phone))])
        #expect(on.status == 200)
        let other = newPhone()
        let bare = await browser.post("/v1/me/phone", ["phone": .string(other)])
        #expect(bare.fieldErrors == ["/code: required"])
        _ = await browser.post("/v1/auth/step-up/send", ["method": "sms"])
        let code = try await world.lastCode(to: phone)
        let began = await browser.post(
            "/v1/me/phone",
            ["phone": .string(other), "method": "sms", "code": .string(code)])
        #expect(began.status == 202)
        let proof = try await world.lastCode(to: other)
        #expect(
            await browser.post("/v1/me/phone/verify", ["code": .string(proof)]).status == 200)
        #expect(await browser.get("/v1/me")["phone"] == .string(other))
        let removed = await browser.delete("/v1/me/phone")
        #expect(removed.code == "verification_required")
        // At login the code goes to the new number.
        let challenge = await browser.logIn(ben.email, goodPassword, passesFactor: false)
        #expect(await browser.send(challenge, "sms").status == 202)
        let login = try await world.lastCode(to: other)
        #expect(login.utf8.count == 6)
        #expect(await browser.prove(challenge, "sms", login).state == "authenticated")
    }
}
