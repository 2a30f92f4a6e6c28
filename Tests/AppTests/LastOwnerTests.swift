import Crypto
import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import App

/// A workspace keeps an Owner who can get in, whatever anybody tries (AC-11, checklist rule 7).
@Suite struct `The last Owner` {
    let app: TestApp
    let tenant: TestTenant
    let owner: TestMember

    private static let password = "violet-harbour-27-lanterns"

    init() async throws {
        app = try TestApp(AllRoutes.all)
        tenant = try await TestTenant.create(app, plan: "ENTERPRISE")
        owner = try await tenant.member(.owner, name: "Ana Owner")
        let hash = try PasswordHash.hash(Self.password, cost: .test)
        let person = owner.personID
        try await identity(
            "UPDATE platform.persons SET password_hash = \(hash) WHERE id = \(person)")
    }

    @discardableResult
    private func identity(_ sql: SQL) async throws -> Rows {
        try await app.run { try await $0.database.write([sql], in: .identity)[0] }
    }

    private func role(_ role: BuiltinRole) async throws -> JSON {
        let rows = try await tenant.run(
            "SELECT id FROM tenant.roles WHERE builtin = \(role.rawValue)")
        return ["role_id": .string(rows[0].id(0).description)]
    }

    /// Owners whose seat is active here and in the directory of persons alike.
    private func activeOwners() async throws -> Int {
        try await tenant.run(
            """
            SELECT m.id FROM tenant.members m
            JOIN tenant.roles r ON r.id = m.role_id
            JOIN platform.own_memberships o ON o.member_id = m.id
            WHERE r.builtin = 'owner' AND m.status = 'active' AND o.status = 'active'
            """
        ).count
    }

    private var path: String { "/v1/members/\(owner.id)" }

    /// Every call that could take the Owner's seat or role.
    private func waysOut(_ client: Client) async throws -> [Answer] {
        let roles = await client.get("/v1/roles")
        let ownerRole = roles.data.first { $0["builtin"] == "owner" }?["id"]?.stringValue ?? ""
        return [
            await client.patch(path, try await role(.admin)),
            await client.patch(path, try await role(.user)),
            await client.post(path + "/deactivate"), await client.delete(path),
            await client.delete("/v1/roles/\(ownerRole)"),
            await client.patch("/v1/roles/\(ownerRole)", ["name": "Nobody", "permissions": []]),
        ]
    }

    @Test("AC-11, AC-113: neither the Owner, an Admin nor a machine takes the last one away")
    func refused() async throws {
        let admin = try await tenant.member(.admin)
        let machine = try await tenant.serviceAccount(
            Permission.allCases.filter { $0.isScope })
        for client in [owner.client, admin.client, machine] {
            for answer in try await waysOut(client) {
                #expect([403, 404, 409, 422].contains(answer.status), "\(answer.text)")
            }
        }
        #expect(await owner.client.post("/v1/me/leave").code == "last_owner")
        #expect(try await activeOwners() == 1)
        #expect(await owner.client.get("/v1/workspace").status == 200)
        #expect(app.defects == [])
    }

    @Test("AC-11: an Owner who is deactivated is none who could stay")
    func deactivatedSecond() async throws {
        let second = try await tenant.member(.owner)
        let secondPath = "/v1/members/\(second.id)"
        #expect(await owner.client.post(secondPath + "/deactivate").status == 200)
        #expect(await owner.client.post("/v1/me/leave").code == "last_owner")
        // Coming back makes room again.
        #expect(await owner.client.post(secondPath + "/reactivate").status == 200)
        #expect(try await activeOwners() >= 1)
        // Who has only been invited is not made Owner, and nobody is invited as one.
        let invitation: JSON = [
            "name": "Ben", "email": .string("ben-\(tenant.slug)@people.test"),
            "password": .string(Self.password),
        ]
        let asOwner = try await role(.owner)["role_id"] ?? .null
        let refused = await owner.client.post("/v1/members", invitation.with("role_id", asOwner))
        #expect(refused.status == 409)
        #expect(refused.code == "invalid_state")
    }

    @Test("AC-11, AC-130: Owners who go at the same moment, each another way, leave one behind")
    func racing() async throws {
        for _ in 1...4 {
            let second = try await tenant.member(.owner)
            let first = try await tenant.member(.owner)
            // The one from the start makes room for these two.
            let id = owner.id
            try await tenant.run(
                "UPDATE tenant.members SET status = 'deactivated' WHERE id = \(id)")
            let demotion = try await role(.user)
            await withTaskGroup(of: Void.self) { group in
                group.addTask { _ = await first.client.post("/v1/me/leave") }
                group.addTask { _ = await second.client.post("/v1/me/leave") }
                group.addTask { _ = await first.client.delete("/v1/members/\(second.id)") }
                group.addTask {
                    _ = await second.client.post("/v1/members/\(first.id)/deactivate")
                }
                group.addTask {
                    _ = await second.client.patch("/v1/members/\(first.id)", demotion)
                }
            }
            #expect(try await activeOwners() == 1)
            try await tenant.run(
                """
                UPDATE tenant.members SET status = 'active' WHERE id = \(id)
                """)
            try await tenant.run(
                """
                UPDATE tenant.members SET status = 'deactivated'
                WHERE id IN (\(first.id), \(second.id))
                """)
            #expect(try await activeOwners() == 1)
        }
    }

    @Test("AC-11, ID-22: a reset of the password leaves seat and role as they were")
    func reset() async throws {
        let anonymous = Client(app: app)
        #expect(
            await anonymous.post("/v1/auth/forgot-password", ["email": .string(owner.email)])
                .status == 202)
        let address = owner.email
        let mail = try await identity(
            """
            SELECT payload->>'text' FROM cell.jobs
            WHERE kind = 'mail.send' AND payload->>'to' = \(address) ORDER BY id DESC LIMIT 1
            """)[0].text(0)
        let token = mail.split(separator: "#token=")[1].prefix { !$0.isWhitespace }
        let renewed = "nineteen quiet lighthouses"
        #expect(
            await anonymous.post(
                "/v1/auth/reset-password",
                ["token": .string(String(token)), "new_password": .string(renewed)]
            ).status == 204)
        #expect(try await activeOwners() == 1)
        let login = await anonymous.post(
            "/v1/auth/login", ["email": .string(owner.email), "password": .string(renewed)])
        #expect(login.status == 200, "\(login.text)")
    }
}
