import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Identity

/// Logins that somebody prepares for somebody else's address.
@Suite struct `Sign-up for another person's address` {
    let world: World
    init() throws { world = try World() }

    private static let attackersPassword = "violet harbour lanterns"

    private func newAddress() async throws -> String { "vic-\(try await world.id())@harbour.test" }

    private func signUp(_ email: String, _ password: String = attackersPassword) async {
        let answer = await Browser(world.app, address: "198.51.100.66").post(
            "/v1/auth/signup",
            [
                "company_name": "Harbour Books", "name": "Vic", "email": .string(email),
                "password": .string(password),
            ])
        #expect(answer.status == 202)
    }

    private func confirm(_ token: String, _ password: String?) async -> Answer {
        var body: JSON = ["token": .string(token)]
        if let password { body = body.with("password", .string(password)) }
        return await Browser(world.app).post("/v1/auth/confirm-signup", body)
    }

    private func persons(_ email: String) async throws -> Int {
        try await world.run("SELECT id FROM platform.persons WHERE email_key = \(email)").count
    }

    @Test("WS-80, SEC-48: whoever opens the link without having asked creates nothing")
    func victim() async throws {
        let email = try await newAddress()
        await signUp(email)
        let token = try await world.lastToken(to: email)
        #expect(await confirm(token, nil).fieldErrors == ["/password: required"])
        #expect(await confirm(token, "").fieldErrors == ["/password: required"])
        for guess in [goodPassword, Self.attackersPassword.uppercased(), "x"] {
            let answer = await confirm(token, guess)
            #expect(answer.status == 401)
            #expect(answer.code == "invalid_credentials")
        }
        #expect(try await persons(email) == 0)
        // What the attacker chose opens nothing, now and after an invitation from elsewhere.
        let attacker = Browser(world.app, address: "198.51.100.66")
        #expect(
            await attacker.logIn(email, Self.attackersPassword).code == "invalid_credentials")
        #expect(await confirm("made up", Self.attackersPassword).code == "token_expired")
        // The victim can sign up with a password of their own; the attacker's link ends thereby.
        await signUp(email, goodPassword)
        let own = try await world.lastToken(to: email)
        #expect(await confirm(token, Self.attackersPassword).code == "token_expired")
        #expect(await confirm(own, goodPassword).status == 201)
        #expect(await attacker.logIn(email, Self.attackersPassword).status == 401)
        #expect(world.app.defects == [])
    }

    @Test("WS-80: a wrong password leaves the link good, the right one uses it up")
    func mistyped() async throws {
        let email = try await newAddress()
        await signUp(email, goodPassword)
        let token = try await world.lastToken(to: email)
        #expect(await confirm(token, otherPassword).code == "invalid_credentials")
        #expect(await confirm(token, goodPassword).status == 201)
        #expect(await confirm(token, goodPassword).code == "token_expired")
        #expect(try await persons(email) == 1)
    }

    @Test("WS-80: a login that came into being meanwhile keeps its own password")
    func loginMeanwhile() async throws {
        let email = try await newAddress()
        await signUp(email)
        let token = try await world.lastToken(to: email)
        let person = try await world.id()
        let now = world.app.clock.now
        try await world.run(
            """
            INSERT INTO platform.persons (id, email, email_key, name, created_at)
            VALUES (\(person), \(email), \(email), 'Vic', \(now))
            """)
        try await world.setPassword(goodPassword, of: person)
        #expect(await confirm(token, nil).status == 201)
        let attacker = Browser(world.app, address: "198.51.100.66")
        #expect(await attacker.logIn(email, Self.attackersPassword).status == 401)
        #expect(await Browser(world.app).logIn(email, goodPassword).status == 200)
    }
}
