import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Access

/// What the plan allows of members and service accounts, on two server processes.
@Suite struct `Limits of the plan` {
    /// A workspace that is served by two processes, and its Owner.
    private struct Served {
        let tenant: TestTenant
        let owner: TestMember
        let other: TestApp

        init(_ limits: String) async throws {
            tenant = try await TestTenant.create(try TestApp(AccessRoutes.all))
            owner = try await tenant.member(.owner)
            other = try TestApp(AccessRoutes.all)
            try await set(limits)
        }

        /// As staff would: all processes read it with the next request.
        func set(_ limits: String) async throws {
            let number = tenant.number
            _ = try await tenant.app.run { services in
                try await services.database.write(
                    [
                        """
                        UPDATE cell.tenants SET limits = limits || \(limits)::jsonb,
                            epoch = epoch + 1
                        WHERE number = \(number)
                        """
                    ], in: .identity)
            }
        }

        /// The statuses of as many calls at once, turn about through both processes.
        func calls(
            _ count: Int, _ body: @escaping @Sendable (Client, Int) async -> Answer
        ) async -> [Answer] {
            await withTaskGroup(of: Answer.self) { group in
                for index in 0..<count {
                    let client =
                        index.isMultiple(of: 2) ? owner.client : owner.client.through(other)
                    group.addTask { await body(client, index) }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
        }

        func account(_ client: Client, _ name: String) async -> Answer {
            await client.post(
                "/v1/service-accounts",
                ["name": .string(name), "scopes": ["contact.read"]])
        }

        func invite(_ client: Client, _ name: String) async throws -> Answer {
            let role = try await tenant.run("SELECT id FROM tenant.roles WHERE builtin = 'user'")
            return await client.post(
                "/v1/members",
                [
                    "name": .string(name), "email": .string("\(name)-\(tenant.slug)@people.test"),
                    "role_id": .string(role[0].id(0).description),
                    "password": "a long enough password 1",
                ])
        }
    }

    @Test("BL-16, R6, SEC-17: of parallel creations on two processes as many succeed as are free")
    func serviceAccounts() async throws {
        let served = try await Served(#"{"service_accounts": 3}"#)
        let answers = await served.calls(12) { client, index in
            await served.account(client, "Account \(index)")
        }
        #expect(answers.filter { $0.status == 201 }.count == 3)
        let refused = answers.filter { $0.code == "plan_limit_reached" }
        #expect(refused.count == 9)
        #expect(refused.allSatisfy { $0.string("limit") == "service_accounts" })
        #expect(refused.allSatisfy { $0.integer("allowed") == 3 && $0.integer("used") == 3 })
        let count = try await served.tenant.run("SELECT id FROM tenant.service_accounts").count
        #expect(count == 3)
    }

    @Test("BL-16, BL-11, R6: invitations and reactivations race for the last seat")
    func seats() async throws {
        let served = try await Served(#"{"seats": 3}"#)
        var idle: [ID] = []
        for _ in 0..<4 { idle.append(try await served.tenant.member(.user).id) }
        try await served.tenant.run(
            "UPDATE tenant.members SET status = 'deactivated' WHERE id = ANY (\(idle))")
        _ = try await served.tenant.member(.user)
        let answers = await served.calls(8) { [idle] client, index in
            if index < 4 { return await client.post("/v1/members/\(idle[index])/reactivate") }
            do {
                return try await served.invite(client, "p\(index)")
            } catch {
                return await client.get("/v1/nothing")
            }
        }
        #expect(answers.filter { (200...201).contains($0.status) }.count == 1)
        #expect(answers.filter { $0.code == "plan_limit_reached" }.count == 7)
        let seated = try await served.tenant.run(
            "SELECT id FROM tenant.members WHERE status <> 'deactivated'")
        #expect(seated.count == 3)
    }

    @Test("BL-16, R6: a creation that was rolled back frees its place")
    func rolledBack() async throws {
        let served = try await Served(#"{"service_accounts": 1}"#)
        #expect(await served.account(served.owner.client, "").status == 422)
        let unknown = await served.owner.client.post(
            "/v1/service-accounts", ["name": "X", "scopes": ["billing.manage"]])
        #expect(unknown.status == 422)
        #expect(await served.account(served.owner.client, "One").status == 201)
        #expect(await served.account(served.owner.client, "Two").status == 402)
    }

    @Test("BL-05, BL-02: no number is unlimited, 0 is none, and both act on the next request")
    func bounds() async throws {
        let served = try await Served(#"{"service_accounts": 0}"#)
        let elsewhere = served.owner.client.through(served.other)
        let none = await served.account(elsewhere, "One")
        #expect(none.status == 402)
        #expect(none.integer("allowed") == 0 && none.integer("used") == 0)
        // AC-69 stays the ceiling of what no plan limits.
        try await served.set(#"{"service_accounts": null, "seats": null}"#)
        for index in 0..<50 {
            #expect(await served.account(elsewhere, "Account \(index)").status == 201)
        }
        let ceiling = await served.account(elsewhere, "One more")
        #expect(ceiling.code == "plan_limit_reached" && ceiling.integer("allowed") == 50)
        for index in 0..<25 {
            #expect(try await served.invite(elsewhere, "u\(index)").status == 201)
        }
        try await served.set(#"{"seats": 1}"#)
        #expect(try await served.invite(elsewhere, "late").status == 402)
    }

    @Test("BL-25: over a lowered limit the oldest stay usable, the others read, nothing is lost")
    func excess() async throws {
        let served = try await Served("{}")
        let tenant = served.tenant
        var machines: [Client] = []
        for _ in 0..<3 {
            tenant.app.clock.advance(by: .seconds(1))
            machines.append(try await tenant.serviceAccount([.workspaceRead, .contactWrite]))
        }
        tenant.app.clock.advance(by: .seconds(1))
        let first = try await tenant.member(.admin)
        tenant.app.clock.advance(by: .seconds(1))
        let second = try await tenant.member(.admin)
        tenant.app.clock.advance(by: .seconds(1))
        let owner = try await tenant.member(.owner)
        served.other.clock.set(tenant.app.clock.now)
        let rename: @Sendable (Client) async -> Answer = {
            await $0.patch("/v1/workspace", ["auto_archive_days": 7])
        }
        for client in [first.client, second.client, owner.client] {
            #expect(await rename(client).status == 200)
        }
        try await served.set(#"{"seats": 2, "service_accounts": 1}"#)
        // The first Owner and the first administrator have the two seats.
        #expect(await rename(first.client.through(served.other)).status == 200)
        let refused = await rename(second.client.through(served.other))
        #expect(refused.status == 402 && refused.code == "plan_limit_reached")
        #expect(refused.string("limit") == "seats")
        #expect(refused.integer("allowed") == 2 && refused.integer("used") == 4)
        #expect(await second.client.get("/v1/workspace").status == 200)
        // An Owner is never kept from bringing the workspace back to its plan.
        #expect(await rename(owner.client).status == 200)
        #expect(await machines[2].get("/v1/workspace").status == 200)
        #expect(await second.client.post("/v1/me/leave").status == 204)
        // Who leaves makes room for the next at once.
        let third = try await tenant.member(.admin)
        #expect(await rename(third.client).status == 402)
        let path = "/v1/members/\(first.id)"
        #expect(await owner.client.post(path + "/deactivate").status == 200)
        try await served.set(#"{"seats": 3}"#)
        #expect(await rename(third.client).status == 200)
        let accounts = try await tenant.run("SELECT id FROM tenant.service_accounts")
        #expect(accounts.count == 3)
        #expect(tenant.app.defects == [])
    }

    @Test("BL-14: who brings a limit to four fifths has it looked at, once")
    func watch() async throws {
        let served = try await Served(#"{"service_accounts": 5}"#)
        let jobs: SQL = "SELECT id FROM cell.own_jobs WHERE kind = 'billing.limits'"
        for index in 0..<3 {
            #expect(await served.account(served.owner.client, "Account \(index)").status == 201)
        }
        #expect(try await served.tenant.run(jobs).count == 0)
        for index in 3..<5 {
            #expect(await served.account(served.owner.client, "Account \(index)").status == 201)
        }
        #expect(try await served.tenant.run(jobs).count == 1)
    }

    @Test("BL-16: a workspace's role raises no limit of its own")
    func rights() async throws {
        let served = try await Served("{}")
        for statement: SQL in [
            "UPDATE tenant.limits SET allowed = 1000", "DELETE FROM tenant.limits",
            "INSERT INTO tenant.limits (key, allowed) VALUES ('x', 1)",
            "SELECT cell.write_limits(1, '{}')",
        ] {
            await #expect(throws: DatabaseError.self) { try await served.tenant.run(statement) }
        }
    }
}
