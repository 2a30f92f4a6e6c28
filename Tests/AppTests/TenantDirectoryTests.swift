import Persistence
import TestSupport
import Tenancy
import Testing
import Values

@testable import App

@Suite struct `Operating workspaces` {
    let app: TestApp
    let owner: SessionConnection
    let directory: TenantDirectory

    init() throws {
        app = try TestApp(AllRoutes.all)
        owner = try SessionConnection(address: try TestInstallation.shared.get().ownerURL)
        directory = TenantDirectory(owner)
    }

    @Test("WS-81, OV-82: suspending counts on the next request, deletes nothing and is audited")
    func suspendAndResume() async throws {
        let tenant = try await TestTenant.create(app)
        let client = try await tenant.member(.owner).client
        #expect(await client.get("/v1/workspace").status == 200)
        let (one, two) = try await app.run { ($0.newID(), $0.newID()) }
        try directory.suspend(tenant.slug, id: one, now: app.clock.now)
        #expect(await client.get("/v1/workspace").code == "workspace_suspended")
        #expect(throws: TenantDirectory.Refusal.self) {
            try directory.suspend(tenant.slug, id: two, now: app.clock.now)
        }
        try directory.resume(tenant.slug, id: two, now: app.clock.now)
        #expect(await client.get("/v1/workspace").status == 200)
        let actions = try await tenant.run(
            "SELECT action, actor_kind FROM tenant.audit_events ORDER BY created_at, id")
        #expect(actions.map { $0.text(0) } == ["workspace.suspend", "workspace.resume"])
        #expect(actions.map { $0.text(1) } == ["operator", "operator"])
    }

    @Test("WS-81: closing ends sessions and tokens at once and keeps the data")
    func close() async throws {
        let tenant = try await TestTenant.create(app)
        let client = try await tenant.member(.owner).client
        let script = try await tenant.serviceAccount([.workspaceRead])
        #expect(await script.get("/v1/workspace").status == 200)
        let (one, two) = try await app.run { ($0.newID(), $0.newID()) }
        try directory.close(tenant.slug, id: one, now: app.clock.now)
        #expect(await client.get("/v1/workspace").status == 401)
        #expect(await script.get("/v1/workspace").status == 401)
        try directory.resume(tenant.slug, id: two, now: app.clock.now)
        #expect(await client.get("/v1/workspace").status == 401)
        #expect(try await tenant.run("SELECT id FROM tenant.members").count == 1)
    }

    @Test("OV-13: a changed schema is named, object by object")
    func drift() async throws {
        let tenant = try await TestTenant.create(app)
        let schema = "t_\(tenant.number)"
        #expect(!(try SchemaVerification(owner).run().contains { $0.number == tenant.number }))
        try owner.run(
            """
            ALTER TABLE \(schema).contacts ADD COLUMN surprise text;
            DROP INDEX \(schema).contacts_name_idx;
            ALTER TABLE \(schema).groups ALTER COLUMN name DROP NOT NULL;
            ALTER TABLE \(schema).contact_identities DISABLE TRIGGER contact_identities_inserted;
            ALTER TABLE \(schema).audit_events DISABLE RULE audit_events_queue;
            REVOKE DELETE ON \(schema).teams FROM PUBLIC, "\(try role(tenant))";
            """)
        let drift = try SchemaVerification(owner).run().first { $0.number == tenant.number }
        let differences = drift?.differences ?? []
        #expect(differences.contains("added column contacts.surprise"))
        #expect(differences.contains("missing index contacts_name_idx"))
        #expect(differences.contains { $0.hasPrefix("changed column groups.name") })
        #expect(differences.contains { $0.hasPrefix("changed table teams") })
        let rule = "changed rule audit_events.audit_events_queue"
        #expect(differences.contains { $0.hasPrefix(rule) })
        let trigger = "changed trigger contact_identities.contact_identities_inserted"
        #expect(differences.contains { $0.hasPrefix(trigger) })
    }

    private func role(_ tenant: TestTenant) throws -> String {
        try owner.rows(
            "SELECT role_name FROM cell.tenants WHERE number = $1", [String(tenant.number)])[0][0]
            ?? ""
    }

    @Test("OV-12: slugs, names and plans that cannot be are refused with a sentence")
    func badFacts() async throws {
        for (slug, name, plan) in [
            ("A", "x", "FREE"), ("-bad", "x", "FREE"), ("good-slug", "", "FREE"),
            ("good-slug", "x", "GOLD"), ("good slug", "x", "FREE"),
        ] {
            let id = try await app.run { $0.newID() }
            #expect(throws: TenantDirectory.Refusal.self) {
                try directory.create(slug: slug, name: name, plan: plan, id: id, now: app.clock.now)
            }
        }
    }
}
