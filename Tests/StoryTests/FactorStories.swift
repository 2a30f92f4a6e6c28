import TestSupport
import Testing
import Values

/// Harbour Books, where Ana is the Owner and Cara and Eli are Users, and its server's clock.
private final class Harbour {
    let world: World
    let ana, cara, eli: Browser
    private var ahead: Duration = .zero

    init() throws {
        world = try World()
        ana = try world.signUp("Harbour", "Ana Ruiz", "ana@harbour.example", plan: "GROWTH")
        cara = try world.invite("Cara Diaz", "cara@harbour.example", role: "User", by: ana)
        eli = try world.invite("Eli Moss", "eli@harbour.example", role: "User", by: ana)
    }

    var now: Instant { .system + ahead }

    func advance(by seconds: Int) throws {
        ahead += .seconds(seconds)
        try world.server.set(ahead: ahead)
    }

    /// Has a code mailed to Cara for a change of her factors.
    func verification() throws -> JSON {
        let position = world.server.output.count
        let sent = try cara.post("/v1/me/two-factor/verification", ["via": "email"])
        #expect(sent.status == 202)
        return .string(try world.mailedCode(to: "cara@harbour.example", after: position))
    }

    /// Cara sets up an authenticator app.
    ///
    /// - Returns: The app and her recovery codes.
    func enrolCara() throws -> (Authenticator, [String]) {
        let began = try cara.post("/v1/me/two-factor/totp")
        let app = Authenticator(secret: try #require(began["secret"]))
        var body: JSON = ["method": "totp", "code": .string(try app.code(at: now))]
        let unverified = try cara.post("/v1/me/two-factor", body)
        #expect(unverified.status == 403)
        #expect(unverified.code == "verification_required")
        body = body.with("verification_code", try verification())
        let enabled = try cara.post("/v1/me/two-factor", body)
        #expect(enabled.status == 200, "\(enabled.body)")
        let codes = enabled.json["recovery_codes"]?.arrayValue?.compactMap(\.stringValue) ?? []
        #expect(codes.count == 10)
        #expect(try cara.post("/v1/auth/logout").status == 204)
        return (app, codes)
    }

    /// Cara gives her password in a browser.
    func challenge(_ browser: Browser) throws -> Browser.Page {
        let answer = try browser.give(of: "cara@harbour.example")
        #expect(answer["state"] == "two_factor_required")
        return answer
    }
}

@Suite struct `Stories of second factors` {
    @Test("ST-04, ID-60, ID-61, ID-63…ID-69, ID-72, ID-122, WS-60: two-factor login")
    func twoFactorLogin() throws {
        let harbour = try Harbour()
        let (app, codes) = try harbour.enrolCara()
        try codesCount(app, codes, harbour)
        try ruleOfWorkspace(harbour)
        try lastFactor(app, harbour)
        #expect(harbour.world.server.stop() == 0)
    }

    /// A code opens one login at its time; so does one on paper.
    private func codesCount(
        _ app: Authenticator, _ codes: [String], _ harbour: Harbour
    ) throws {
        try harbour.advance(by: 60)
        let challenge = try harbour.challenge(harbour.cara)
        #expect(!challenge.head.contains("courtyard-session"))
        #expect(try harbour.cara.get("/v1/me").status == 401)
        let old = try app.code(at: harbour.now - .seconds(600))
        let refused = try harbour.cara.prove(challenge, "totp", old)
        #expect(refused.status == 401)
        #expect(refused.code == "invalid_code")
        #expect(refused["attempts_left"] == "4")
        let code = try app.code(at: harbour.now)
        #expect(try harbour.cara.prove(challenge, "totp", code)["state"] == "authenticated")
        #expect(try harbour.cara.get("/v1/me").status == 200)

        let other = Browser(harbour.world.server)
        let second = try harbour.challenge(other)
        #expect(try other.prove(second, "totp", code).code == "invalid_code")
        #expect(try other.prove(second, "totp", codes[0])["state"] == "authenticated")
        let third = try harbour.challenge(other)
        #expect(try other.prove(third, "recovery", codes[0]).code == "invalid_code")
        #expect(try other.prove(third, "recovery", codes[1])["state"] == "authenticated")
    }

    /// Ana proves herself anew, then asks everybody for a code.
    private func ruleOfWorkspace(_ harbour: Harbour) throws {
        try harbour.advance(by: 601)
        let (path, rule): (String, JSON) = ("/v1/workspace/security", ["require_two_factor": true])
        let stale = try harbour.ana.patch(path, rule)
        #expect(stale.status == 403)
        #expect(stale.code == "step_up_required")
        // Nor does the route of all settings lead around it.
        #expect(try harbour.ana.patch("/v1/workspace", rule).code == "step_up_required")
        #expect(try harbour.ana.patch("/v1/workspace", ["name": "Harbour"]).status == 200)
        let paper = harbour.world.recoveryCode(of: "ana@harbour.example")
        let proof: JSON = [
            "password": .string(World.password), "method": "recovery", "code": .string(paper),
        ]
        #expect(try harbour.ana.post("/v1/auth/step-up", proof).status == 200)
        #expect(try harbour.ana.patch(path, rule)["require_two_factor"] == "true")

        #expect(try harbour.eli.get("/v1/contacts").status == 200)
        let eli = Browser(harbour.world.server)
        let asked = try eli.give(of: "eli@harbour.example")
        #expect(asked["state"] == "two_factor_enrolment_required")
        #expect(try eli.get("/v1/contacts").status == 401)
        try harbour.world.passFactor(after: asked, "eli@harbour.example", on: eli)
        #expect(try eli.get("/v1/contacts").status == 200)
        #expect(try eli.give(of: "eli@harbour.example")["state"] == "two_factor_required")
    }

    /// Cara cannot switch off what the workspace asks for, nor anything without a mailed code.
    private func lastFactor(_ app: Authenticator, _ harbour: Harbour) throws {
        let challenge = try harbour.challenge(harbour.cara)
        let code = try app.code(at: harbour.now)
        #expect(try harbour.cara.prove(challenge, "totp", code)["state"] == "authenticated")
        var change: JSON = ["method": "totp"]
        let unverified = try harbour.cara.post("/v1/me/two-factor/disable", change)
        #expect(unverified.status == 403)
        #expect(unverified.code == "verification_required")
        change = change.with("verification_code", try harbour.verification())
        let refused = try harbour.cara.post("/v1/me/two-factor/disable", change)
        #expect(refused.status == 409)
        #expect(refused.code == "two_factor_required_by_workspace")
        #expect(try harbour.cara.get("/v1/me/two-factor")["enabled"] == "true")
    }

    @Test("ST-30, ID-100, ID-110, ID-111, ID-112, NT-41: Ben's alerts, and who sees his logins")
    func loginHistory() throws {
        let world = try World()
        let ana = try world.signUp("Harbour", "Ana Ruiz", "ana@harbour.example", plan: "GROWTH")
        let ben = try world.invite("Ben Ito", "ben@harbour.example", role: "User", by: ana)
        let cara = try world.invite("Cara Diaz", "cara@harbour.example", role: "User", by: ana)
        let path = "/v1/me/notification-preferences"
        let wish: JSON = ["types": ["message": ["sound": "mine", "browser": "never"]]]
        #expect(try ben.patch(path, wish).status == 200)
        #expect(try ben.get(path)["types.message.sound"] == "mine")
        #expect(try ben.get(path)["types.message.browser"] == "never")
        #expect(try ben.get("/v1/me/sounds")["inbox"] == "chime")
        #expect(try cara.get(path)["types.message.browser"] == "mine")

        let id = try #require(try ben.get("/v1/auth/session")["member.id"])
        #expect(try ben.give("a wrong password", of: "ben@harbour.example").status == 401)
        try world.logIn("ben@harbour.example", on: ben)
        let own = try ben.get("/v1/me/login-history")
        let results = own.rows.compactMap { $0["result"]?.stringValue }
        #expect(results == ["success", "wrong_password", "success"], "\(own.body)")
        #expect(own.rows.allSatisfy { $0["address"] == "127.0.0.1" && $0["method"] == "password" })
        #expect(own.rows.allSatisfy { $0["device"]?.stringValue?.hasPrefix("curl") == true })
        let others = "/v1/members/\(id)/login-history"
        #expect(try ana.get(others).rows == own.rows)
        #expect(try ana.get("/v1/members/\(id)/activity").status == 200)
        let refused = try cara.get(others)
        #expect(refused.status == 403)
        #expect(refused.code == "permission_denied")
        #expect(try ana.get("/v1/me/login-history").rows.first?["method"] == "email")
    }
}
