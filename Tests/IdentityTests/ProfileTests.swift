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

    @Test("AC-14, checklist 63: leaving ends the membership at once")
    func leaving() async throws {
        let (member, browser) = try await signedIn()
        let second = Browser(world.app)
        await second.logIn(member.email, goodPassword)
        #expect(await browser.post("/v1/me/leave").status == 204)
        #expect(browser.sessionCookie == nil)
        #expect(await second.get("/v1/me").status == 401)
        #expect(await Browser(world.app).logIn(member.email, goodPassword).code == "no_workspace")
        let audit = try await member.tenant.run(
            "SELECT actor_id FROM tenant.audit_events WHERE action = 'member.leave'")
        #expect(audit.map { $0.id(0) } == [member.id])
    }

    @Test("AC-14, ST-08: the last Owner stays")
    func lastOwner() async throws {
        let (member, browser) = try await signedIn(.owner)
        let refused = await browser.post("/v1/me/leave")
        #expect(refused.status == 409)
        #expect(refused.code == "last_owner")
        #expect(await browser.get("/v1/me").status == 200)
        // A second Owner who is deactivated does not count.
        let other = try await world.member(.owner, of: member.tenant)
        try await member.tenant.run(
            "UPDATE tenant.members SET status = 'deactivated' WHERE id = \(other.id)")
        #expect(await browser.post("/v1/me/leave").code == "last_owner")
        try await member.tenant.run(
            "UPDATE tenant.members SET status = 'active' WHERE id = \(other.id)")
        #expect(await browser.post("/v1/me/leave").status == 204)
    }

    @Test("AC-11, AC-14: of two Owners who leave together one stays", arguments: 0..<4)
    func raceOfOwners(round: Int) async throws {
        let (member, browser) = try await signedIn(.owner)
        let other = try await world.member(.owner, of: member.tenant)
        let elsewhere = Browser(try World().app)
        await elsewhere.logIn(other.email, goodPassword)
        async let one = browser.post("/v1/me/leave")
        async let two = elsewhere.post("/v1/me/leave")
        let statuses = await [one, two].map(\.status).sorted()
        #expect(statuses == [204, 409])
        let owners = try await member.tenant.run(
            "SELECT 1 FROM tenant.members WHERE status = 'active'")
        #expect(owners.count == 1)
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
