import Crypto
import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Identity

/// What is written down; how it is listed, `AccessTests` try.
@Suite struct `The history of logins` {
    let world: World
    init() throws { world = try World() }

    private func history(_ tenant: TestTenant, _ member: ID) async throws -> [String] {
        try await tenant.run(
            """
            SELECT result || ' ' || method || ' ' || address FROM tenant.login_events
            WHERE member_id = \(member) ORDER BY id
            """
        ).map { $0.text(0) }
    }

    @Test("ID-110: right and wrong passwords and blocked attempts are recorded with their address")
    func attempts() async throws {
        let tenant = try await TestTenant.create(world.app)
        let member = try await world.member(.user, of: tenant)
        let browser = Browser(world.app, address: "198.51.100.7")
        for _ in 1...5 { await browser.logIn(member.email.uppercased(), "wrong") }
        #expect(await browser.logIn(member.email, goodPassword).code == "too_many_attempts")
        let elsewhere = Browser(world.app, address: "203.0.113.5")
        #expect(await elsewhere.logIn(member.email, goodPassword).state == "authenticated")
        let wrong = [String](repeating: "wrong_password password 198.51.100.7", count: 5)
        #expect(
            try await history(tenant, member.id)
                == wrong + ["blocked password 198.51.100.7", "success password 203.0.113.5"])
        #expect(world.app.defects == [])
    }

    @Test("ID-110: codes are recorded by what was presented, right, wrong or blocked")
    func codes() async throws {
        let tenant = try await TestTenant.create(world.app)
        let member = try await world.member(.user, of: tenant)
        try await world.addFactor(to: member.personID)
        let browser = Browser(world.app)
        let prove = { (code: String) in
            let challenge = await browser.logIn(member.email, goodPassword, passesFactor: false)
            return await browser.post(
                "/v1/auth/two-factor",
                [
                    "challenge_id": challenge["challenge_id"], "method": "email",
                    "code": .string(code),
                ])
        }
        #expect(await prove("12345678").code == "invalid_code")
        let challenge = await browser.logIn(member.email, goodPassword, passesFactor: false)
        let id = challenge["challenge_id"]
        _ = await browser.post(
            "/v1/auth/two-factor/send", ["challenge_id": id, "method": "email"])
        let code = try await world.lastCode(to: member.email)
        let done = await browser.post(
            "/v1/auth/two-factor",
            ["challenge_id": id, "method": "email", "code": .string(code)])
        #expect(done.state == "authenticated")
        await Browser(world.app).logIn(member.email, goodPassword)
        for _ in 1...10 { #expect(await prove("12345678").code == "invalid_code") }
        #expect(await prove("12345678").code == "too_many_attempts")
        let wrong = [String](repeating: "wrong_code email", count: 10)
        #expect(
            try await history(tenant, member.id).map {
                $0.split(separator: " ")[..<2].joined(separator: " ")
            }
                == ["wrong_code email", "success email", "success recovery_code"] + wrong
                + ["blocked email"])
        #expect(world.app.defects == [])
    }

    @Test("ID-113: a login shows in the workspace that was entered alone, a failure in each")
    func workspaces() async throws {
        let first = try await TestTenant.create(world.app)
        let second = try await TestTenant.create(world.app)
        let member = try await world.member(.user, of: first)
        let other = try await world.seat(member.personID, in: second, as: .user)
        let browser = Browser(world.app)
        await browser.logIn(member.email, "wrong")
        #expect(
            await browser.logIn(member.email, goodPassword).state == "workspace_selection_required")
        _ = await browser.post(
            "/v1/auth/select-workspace", ["workspace_id": .string(second.id.description)])
        #expect(
            try await history(first, member.id).map { $0.split(separator: " ")[0] } == [
                "wrong_password"
            ])
        #expect(
            try await history(second, other).map { $0.split(separator: " ")[0] }
                == ["wrong_password", "success"])
    }

    @Test("ID-110, ID-140: an address that nobody has leaves no trace and the same answer")
    func strangers() async throws {
        let tenant = try await TestTenant.create(world.app)
        let answer = await Browser(world.app).logIn("nobody@\(tenant.slug).test", goodPassword)
        #expect(answer.code == "invalid_credentials")
        #expect(try await tenant.run("SELECT FROM tenant.login_events").count == 0)
    }

    @Test("ID-110: the workspace's own role can neither add nor change an entry")
    func tamperProof() async throws {
        let tenant = try await TestTenant.create(world.app)
        let id = try await world.id()
        let now = world.app.clock.now
        await #expect(throws: DatabaseError.self) {
            try await tenant.run(
                """
                INSERT INTO tenant.login_events
                    (id, created_at, member_id, result, method, address, device)
                VALUES (\(id), \(now), \(id), 'success', 'password', '', '')
                """)
        }
        await #expect(throws: DatabaseError.self) {
            try await tenant.run("UPDATE tenant.login_events SET address = ''")
        }
    }
}
