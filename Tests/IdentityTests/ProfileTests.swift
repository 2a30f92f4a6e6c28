import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Identity

@Suite struct `One's own profile` {
    let world: World
    init() throws { world = try World() }

    private func signedIn(_ role: BuiltinRole = .user) async throws -> (TestMember, Browser) {
        let member = try await world.member(role, of: try await TestTenant.create(world.app))
        let browser = Browser(world.app)
        await browser.logIn(member.email, goodPassword)
        return (member, browser)
    }

    @Test("ID-30, ID-31, ID-37: is shown and changed")
    func profile() async throws {
        let (member, browser) = try await signedIn()
        let team = try await world.id()
        let now = world.app.clock.now
        try await member.tenant.run(
            """
            INSERT INTO tenant.teams (id, name, kind, created_at)
            VALUES (\(team), 'Sales', 'sales', \(now))
            """)
        try await member.tenant.run(
            "INSERT INTO tenant.team_members VALUES (\(team), \(member.id))")
        let profile = await browser.get("/v1/me")
        #expect(profile.string("name") == "Test Person")
        #expect(profile["role"]["name"] == "User")
        #expect(profile["teams"] == [["id": .string(team.description), "name": "Sales"]])
        #expect(profile["two_factor"] == ["enabled": false])
        let changed = await browser.patch("/v1/me", ["name": "  Bén  ", "language": "es"])
        #expect(changed.status == 200)
        #expect(changed.string("name") == "Bén")
        #expect(changed.string("language") == "es")
        #expect(await browser.patch("/v1/me", [:]).string("name") == "Bén")
        #expect(await browser.get("/v1/auth/session")["person"]["name"] == "Bén")
        let audit = try await member.tenant.run(
            "SELECT details FROM tenant.audit_events WHERE action = 'person.update'")
        #expect(audit.count == 1)
        #expect(audit[0].json(0)["name"] == "Bén")
        #expect(world.app.defects == [])
    }

    @Test("ID-32, ID-40, ID-131, ID-143: what cannot be changed is refused by name")
    func readOnly() async throws {
        let (member, browser) = try await signedIn()
        let answer = await browser.patch(
            "/v1/me",
            ["role_id": "x", "email": "new@b.test", "language": "tlh", "name": "", "shoe": 44])
        #expect(answer.status == 422)
        #expect(
            answer.fieldErrors == [
                "/email: read_only", "/language: invalid_option", "/name: required",
                "/role_id: read_only", "/shoe: unknown_field",
            ])
        let long = JSON.string(String(repeating: "x", count: 81))
        #expect(await browser.patch("/v1/me", ["name": long]).fieldErrors == ["/name: too_long"])
        #expect(await browser.patch("/v1/me", ["name": 5]).code == "malformed_request")
        #expect(await browser.get("/v1/me").string("email") == member.email)
    }

    @Test("AC-38: the effective permissions are those of the role", arguments: BuiltinRole.allCases)
    func permissions(role: BuiltinRole) async throws {
        let (_, browser) = try await signedIn(role)
        let names = await browser.get("/v1/me/permissions")["permissions"].arrayValue ?? []
        #expect(names == role.permissions.permissions.map { .string($0.rawValue) })
    }

    @Test("AC-69: machines have no profile")
    func machines() async throws {
        let tenant = try await TestTenant.create(world.app)
        let script = try await tenant.serviceAccount([.contactRead])
        for path in ["/v1/me", "/v1/me/sessions", "/v1/me/permissions"] {
            #expect(await script.get(path).status == 403)
        }
        #expect(await script.post("/v1/auth/logout").status == 403)
        #expect(await script.get("/v1/auth/session")["authenticated"] == false)
    }
}
