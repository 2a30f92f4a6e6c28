import Crypto
import Jobs
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import App

/// Closing, opening again and erasing, over all modules.
@Suite struct `The end of a workspace` {
    private static let password = "violet-harbour-27-lanterns"
    let app: TestApp

    init() throws {
        app = try TestApp(AllRoutes.all)
    }

    private func owner(of tenant: TestTenant, on app: TestApp) async throws -> TestMember {
        let owner = try await tenant.member(.owner, name: "Ana Owner")
        let hash = try PasswordHash.hash(Self.password, cost: .test)
        _ = try await app.run { services in
            try await services.database.write(
                [
                    """
                    UPDATE platform.persons SET password_hash = \(hash)
                    WHERE id = \(owner.personID)
                    """
                ], in: .identity)
        }
        return owner
    }

    private static let confirmation: JSON = [
        "name": "Test workspace", "password": .string(password),
    ]

    private func identity(_ sql: SQL) async throws -> Rows {
        try await app.run { try await $0.database.write([sql], in: .identity)[0] }
    }

    @Test("WS-82, WS-99: closing needs the exact name and the password")
    func confirmation() async throws {
        let tenant = try await TestTenant.create(app)
        let owner = try await owner(of: tenant, on: app)
        for body: JSON in [
            ["name": "test workspace", "password": .string(Self.password)],
            ["name": "Test workspace", "password": "wrong"],
            ["name": "Test", "password": "wrong"],
        ] {
            let answer = await owner.client.post("/v1/workspace/close", body)
            #expect(answer.status == 403)
            #expect(answer.code == "confirmation_failed")
        }
        let empty = await owner.client.post("/v1/workspace/close", [:])
        #expect(empty.fieldErrors == ["/name: required", "/password: required"])
        let admin = try await tenant.member(.admin)
        let refused = await admin.client.post("/v1/workspace/close", Self.confirmation)
        #expect(refused.string("required_permission") == "workspace.close")
        #expect(await owner.client.get("/v1/workspace").string("status") == "active")
        #expect(app.defects == [])
    }

    @Test("SEC-19, WS-82: guesses at the password are limited like those of a login")
    func guesses() async throws {
        let tenant = try await TestTenant.create(app)
        let owner = try await owner(of: tenant, on: app)
        for _ in 0..<5 {
            let answer = await owner.client.post(
                "/v1/workspace/close", ["name": "Test workspace", "password": "wrong"])
            #expect(answer.code == "confirmation_failed")
        }
        let late = await owner.client.post("/v1/workspace/close", Self.confirmation)
        #expect(late.status == 429)
        #expect(late.code == "too_many_attempts")
        #expect(late.field("Retry-After") != nil)
    }

    @Test("WS-81, WS-82, AC-88, SEC-63: every session and token stops at once, on all processes")
    func everythingStops() async throws {
        let other = try TestApp(AllRoutes.all)
        let tenant = try await TestTenant.create(app)
        let owner = try await owner(of: tenant, on: app)
        let user = try await tenant.member(.user).client
        let machine = try await tenant.serviceAccount([.contactRead])
        let issued = await owner.client.post("/v1/workspace/api-token")
        let script = Client(app: app, token: issued.string("secret") ?? "")
        for client in [user, machine, script] {
            for process in [app, other] {
                #expect(await client.through(process).get("/v1/contacts").status == 200)
            }
        }
        let closed = await owner.client.post("/v1/workspace/close", Self.confirmation)
        #expect(closed.status == 200)
        #expect(closed.string("status") == "closed")
        #expect(closed.cookie("__Host-courtyard") == "")
        for client in [owner.client, user, machine, script] {
            for process in [other, app] {
                let answer = await client.through(process).get("/v1/contacts")
                #expect(answer.status == 401)
                #expect(answer.code == "unauthenticated")
            }
        }
        let login = await Client(app: other).post(
            "/v1/auth/login",
            ["email": .string(owner.email), "password": .string(Self.password)])
        #expect(login.code == "no_workspace")
        let mails = try await identity(
            """
            SELECT payload->>'text' FROM cell.jobs
            WHERE kind = 'mail.send' AND payload->>'to' = \(owner.email)
            ORDER BY created_at DESC, id DESC LIMIT 1
            """)
        #expect(mails[0].text(0).contains("has closed the workspace “Test workspace”"))
        #expect(app.defects == [] && other.defects == [])
    }

    @Test("WS-82: two Owners who close at the same moment close once")
    func race() async throws {
        let tenant = try await TestTenant.create(app)
        let owners = [
            try await owner(of: tenant, on: app), try await owner(of: tenant, on: app),
        ]
        let statuses = await withTaskGroup(of: Int.self) { group in
            for owner in owners {
                group.addTask {
                    await owner.client.post("/v1/workspace/close", Self.confirmation).status
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.sorted() == [200, 401])
        let url = try TestInstallation.shared.get().ownerURL
        let entries = try SessionConnection(address: url).rows(
            "SELECT 1 FROM t_\(tenant.number).audit_events WHERE action = 'workspace.close'")
        #expect(entries.count == 1)
    }

    @Test(
        "WS-82, OV-14: data is erased 30 days after closing, not earlier; the invoices' row stays")
    func erasing() async throws {
        let installation = try TestInstallation.shared.get()
        let connection = try SessionConnection(address: installation.ownerURL)
        let now = app.clock.now
        // The same clock for all: what was closed 31 days ago was closed when it stood there.
        var tenants: [TestTenant] = []
        var people: [ID] = []
        for days in [31, 29] {
            let past = try TestApp(AllRoutes.all)
            past.clock.set(now - .seconds(days * 86_400))
            let tenant = try await TestTenant.create(past)
            let owner = try await owner(of: tenant, on: past)
            let closed = await owner.client.post("/v1/workspace/close", Self.confirmation)
            #expect(closed.status == 200, "\(closed.text)")
            tenants.append(tenant)
            people.append(owner.personID)
        }
        let open = try await TestTenant.create(app)
        var handlers = JobHandlers()
        handlers.eraseClosedWorkspaces()
        let process = try TestProcess(app, handlers)
        process.start()
        _ = try await app.run { services in
            try await services.database.write(
                [
                    """
                    UPDATE cell.jobs SET run_at = \(now)
                    WHERE kind = 'workspaces.erase' AND state = 'waiting'
                    """
                ], in: .worker)
        }
        func exists(_ tenant: TestTenant) throws -> Bool {
            try connection.rows("SELECT to_regnamespace($1)", ["t_\(tenant.number)"])[0][0] != nil
        }
        #expect(
            try await eventually(within: .seconds(60)) {
                _ = try await app.run { services in
                    try await services.database.write(
                        [
                            """
                            UPDATE cell.jobs SET run_at = \(now)
                            WHERE kind = 'workspaces.erase' AND state = 'waiting'
                            """
                        ], in: .worker)
                }
                return try !exists(tenants[0])
            })
        await process.stop()
        #expect(try exists(tenants[1]))
        #expect(try exists(open))
        let gone = try connection.rows(
            """
            SELECT t.name, t.slug, t.erased_at IS NOT NULL,
                (SELECT count(*) FROM cell.tenants c WHERE c.number = t.number),
                (SELECT count(*) FROM platform.memberships m WHERE m.tenant_number = t.number),
                (SELECT count(*) FROM platform.persons p WHERE p.id = $2),
                (SELECT count(*) FROM pg_roles WHERE rolname = current_database() || '_t_' || $1)
            FROM platform.tenants t WHERE t.number = $1::bigint
            """, [String(tenants[0].number), people[0].description])
        #expect(
            gone == [["Test workspace", "erased-\(tenants[0].number)", "t", "0", "0", "0", "0"]])
        // The slug may be taken again.
        let directory = TenantDirectory(connection)
        let id = try await app.run { $0.newID() }
        try directory.create(
            slug: tenants[0].slug, name: "Next", plan: "FREE", id: id, now: now)
        #expect(try directory.list().allSatisfy { !$0.slug.hasPrefix("erased-") })
    }

    @Test("WS-82: a workspace that is opened again in time is not erased")
    func reopened() async throws {
        let tenant = try await TestTenant.create(app)
        let owner = try await owner(of: tenant, on: app)
        #expect(
            await owner.client.post("/v1/workspace/close", Self.confirmation).status == 200)
        let url = try TestInstallation.shared.get().ownerURL
        let connection = try SessionConnection(address: url)
        let id = try await app.run { $0.newID() }
        let now = app.clock.now
        try TenantDirectory(connection).resume(tenant.slug, id: id, now: now)
        let later = now + .seconds(60 * 86_400)
        let erased = try connection.rows(
            "SELECT cell.erase_closed_tenant($1, $2, $2)",
            [String(tenant.number), later.description])
        #expect(erased == [["f"]])
        let login = await Client(app: app).with("Origin", "https://courtyard.test").post(
            "/v1/auth/login",
            ["email": .string(owner.email), "password": .string(Self.password)])
        #expect(login.status == 200)
    }
}
