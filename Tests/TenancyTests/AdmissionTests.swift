import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

/// Routes that do just enough to be let in, or not.
private enum SampleRoutes {
    static let answer = AnswerShape.json(.ok, .any)

    static let all: [Route] = [
        .read(
            "/v1/sample", id: "sampleRead", "Read", access: .holding(.contactRead), returns: answer
        ) {
            context in
            let rows = try await context.read("SELECT count(*) FROM tenant.contacts")
            return .json(.ok, Array("{\"count\":\(rows[0].integer(0))}".utf8))
        },
        .change(
            .post, "/v1/sample", id: "sampleCreate", "Create", access: .holding(.contactWrite),
            audit: "sample.create", returns: answer
        ) { context in
            let id = context.newID()
            _ = try await context.write(
                [
                    """
                    INSERT INTO tenant.contacts (id, name, created_at, updated_at)
                    VALUES (\(id), 'Sample', \(context.now), \(context.now))
                    """
                ], audit: AuditNote("contact", id))
            return .json(.ok, Array("{}".utf8))
        },
        .read("/v1/mine", id: "mine", "Read", access: .member, returns: answer) { context in
            .json(.ok, Array("{\"name\":\"\(context.principal.name)\"}".utf8))
        },
    ]
}

@Suite struct `Admission` {
    let app: TestApp

    init() throws { app = try TestApp(SampleRoutes.all) }

    @Test("AC-133: a member is let in, reads, writes and is audited")
    func memberIsAdmitted() async throws {
        let tenant = try await TestTenant.create(app)
        let owner = try await tenant.member(.owner)
        #expect(await owner.client.get("/v1/sample").integer("count") == 0)
        #expect(await owner.client.post("/v1/sample").status == 200)
        #expect(await owner.client.get("/v1/sample").integer("count") == 1)
        let audit = try await tenant.run("SELECT action, actor_id FROM tenant.audit_events")
        #expect(audit.count == 1)
        #expect(audit[0].text(0) == "sample.create")
        #expect(audit[0].id(1) == owner.id)
        #expect(app.defects == [])
    }

    @Test("AC-133, SEC-63: a revoked token is refused on the very next request of every process")
    func revocationIsImmediate() async throws {
        let other = try TestApp(SampleRoutes.all)
        let tenant = try await TestTenant.create(app)
        let script = try await tenant.serviceAccount([.contactRead])
        let elsewhere = script.through(other)
        #expect(await script.get("/v1/sample").status == 200)
        #expect(await elsewhere.get("/v1/sample").status == 200)
        try await tenant.run("DELETE FROM cell.own_admissions")
        #expect(await script.get("/v1/sample").code == "unauthenticated")
        #expect(await elsewhere.get("/v1/sample").code == "unauthenticated")
    }

    @Test("AC-66, SEC-71: a narrowed scope counts on the very next request of every process")
    func narrowingIsImmediate() async throws {
        let other = try TestApp(SampleRoutes.all)
        let tenant = try await TestTenant.create(app)
        let script = try await tenant.serviceAccount([.contactRead])
        let elsewhere = script.through(other)
        #expect(await elsewhere.get("/v1/sample").status == 200)
        try await tenant.run("UPDATE tenant.service_accounts SET scopes = '{group.read}'")
        try await tenant.run("UPDATE cell.own_tenant SET epoch = epoch + 1")
        let refused = await elsewhere.get("/v1/sample")
        #expect(refused.status == 403)
        #expect(refused.code == "scope_missing")
        #expect(refused.string("required_scope") == "contact.read")
    }

    @Test("OV-71, OV-73, AC-69, SEC-35: refusals name what is missing and nothing else")
    func refusals() async throws {
        let tenant = try await TestTenant.create(app)
        #expect(await Client(app: app).get("/v1/sample").code == "unauthenticated")
        let user = try await tenant.member(holding: [.groupRead])
        let denied = await user.client.get("/v1/sample")
        #expect(denied.code == "permission_denied")
        #expect(denied.string("required_permission") == "contact.read")
        let script = try await tenant.serviceAccount([.contactRead])
        #expect(await script.get("/v1/mine").status == 403)
    }

    @Test("OV-11, SEC-72: a statement of one tenant cannot touch another tenant's schema")
    func schemasAreClosed() async throws {
        let one = try await TestTenant.create(app)
        let two = try await TestTenant.create(app)
        // The scope of one, the schema of two.
        let mixed = try await app.run { services in
            var scope = one.reference.scope(schemaVersion: services.settings.schemaVersion)
            scope.schema = two.reference.schema
            scope.schemaNumber = two.number
            do {
                _ = try await services.database.read(
                    "SELECT count(*) FROM tenant.contacts" as SQL, in: scope)
                return "read"
            } catch let error as DatabaseError {
                return error.sqlState
            }
        }
        #expect(mixed == "42501")
    }

    @Test("OV-82: a suspended workspace refuses", arguments: ["suspended", "closed"])
    func suspension(state: String) async throws {
        let tenant = try await TestTenant.create(app)
        let owner = try await tenant.member(.owner)
        #expect(await owner.client.get("/v1/sample").status == 200)
        try await app.run { services in
            _ = try await services.database.write(
                [
                    """
                    UPDATE cell.tenants SET state = \(state), epoch = epoch + 1
                    WHERE number = \(tenant.number)
                    """
                ], in: .identity)
        }
        let refused = await owner.client.get("/v1/sample")
        #expect(refused.status == (state == "closed" ? 401 : 403))
    }

    @Test("OV-21, SEC-25: a changing request by cookie proves where it comes from")
    func csrf() async throws {
        let tenant = try await TestTenant.create(app)
        let owner = try await tenant.member(.owner)
        var client = owner.client
        client.fields.removeAll { $0.0 == "X-CSRF-Token" }
        #expect(await client.post("/v1/sample").code == "csrf_failed")
        client = owner.client
        client.fields.removeAll { $0.0 == "Origin" }
        #expect(await client.post("/v1/sample").code == "csrf_failed")
        #expect(
            await client.with("Origin", "https://evil.test").post("/v1/sample").code
                == "csrf_failed")
        #expect(
            await client.with("Origin", "https://courtyard.test").post("/v1/sample").status == 200)
    }
}
