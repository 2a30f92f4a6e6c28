import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

/// Routes whose answers carry every kind of field.
private enum RepeatableRoutes {
    static func all(_ pause: @escaping @Sendable () async -> Void = {}) -> [Route] {
        [
            route("/v1/things", "thingCreate", .json(.created, .any)) { context in
                await pause()
                let id = try await add(context)
                var response = Response.json(.created, Array("{\"id\":\"\(id)\"}".utf8))
                response.fields = [
                    (name: "ETag", value: "\"7\""), (name: "Location", value: "/v1/things/\(id)"),
                    (name: "Set-Cookie", value: "secret=1"), (name: "Vary", value: "Origin"),
                ]
                return response
            },
            route("/v1/things/poke", "thingPoke", .empty(.noContent)) { context in
                let id = try await add(context)
                return Response(
                    .noContent, fields: [(name: "Location", value: "/v1/things/\(id)")])
            },
        ]
    }

    private static func route(
        _ path: String, _ id: String, _ answer: AnswerShape,
        _ handler: @escaping @Sendable (TenantContext) async throws -> Response
    ) -> Route {
        .change(
            .post, path, id: id, "Do it", access: .holding(.contactWrite), audit: "thing.create",
            accepts: .optionalJSON(.any), returns: answer,
            fails: [.idempotencyConflict, .idempotencyInProgress], isIdempotent: true,
            handler: handler)
    }

    private static func add(_ context: TenantContext) async throws -> ID {
        let id = context.newID()
        _ = try await context.write(
            [
                """
                INSERT INTO tenant.contacts (id, name, created_at, updated_at)
                VALUES (\(id), 'Thing', \(context.now), \(context.now))
                """
            ], audit: AuditNote("contact", id))
        return id
    }
}

@Suite struct `Repeated requests` {
    /// Two server processes on one database.
    let app: TestApp
    let other: TestApp

    init() throws {
        app = try TestApp(RepeatableRoutes.all())
        other = try TestApp(RepeatableRoutes.all())
    }

    private func count(_ tenant: TestTenant) async throws -> Int64 {
        try await tenant.run("SELECT count(*) FROM tenant.contacts")[0].integer(0)
    }

    @Test("OV-46, OV-15: every process answers again what belongs to the answer, and nothing else")
    func fields() async throws {
        let tenant = try await TestTenant.create(app)
        let client = try await tenant.member(.owner).client.with("Idempotency-Key", "k")
        let first = await client.post("/v1/things", [:])
        #expect(first.status == 201)
        #expect(first.field("Idempotent-Replay") == nil)
        #expect(first.field("Set-Cookie") == "secret=1")
        for process in [app, other] {
            let again = await client.through(process).post("/v1/things", [:])
            #expect(again.status == 201)
            #expect(again.text == first.text)
            #expect(again.contentType == first.contentType)
            #expect(again.field("ETag") == "\"7\"")
            #expect(again.field("Location") == first.field("Location"))
            #expect(again.field("Location")?.hasPrefix("/v1/things/") == true)
            #expect(again.field("Idempotent-Replay") == "true")
            #expect(again.field("Set-Cookie") == nil)
            #expect(again.field("Vary") == nil)
        }
        #expect(try await count(tenant) == 1)
        #expect(app.defects + other.defects == [])
    }

    @Test("OV-46: an answer without content is one too")
    func withoutContent() async throws {
        let tenant = try await TestTenant.create(app)
        let client = try await tenant.member(.owner).client.with("Idempotency-Key", "k")
        let first = await client.post("/v1/things/poke")
        let again = await client.through(other).post("/v1/things/poke")
        #expect(first.status == 204)
        #expect(again.status == 204)
        #expect(again.text == "")
        #expect(again.contentType == nil)
        #expect(again.field("Location") == first.field("Location"))
        #expect(again.field("Idempotent-Replay") == "true")
        #expect(try await count(tenant) == 1)
    }

    @Test("OV-46, OV-15: while the first runs on one process, the second is refused on another")
    func inProgress() async throws {
        let (started, begin) = AsyncStream<Void>.makeStream()
        let (released, release) = AsyncStream<Void>.makeStream()
        let slow = try TestApp(
            RepeatableRoutes.all {
                begin.finish()
                for await _ in released {}
            })
        let tenant = try await TestTenant.create(app)
        let client = try await tenant.member(.owner).client.with("Idempotency-Key", "k")
        async let first = client.through(slow).post("/v1/things", [:])
        for await _ in started {}
        let second = await client.through(other).post("/v1/things", [:])
        #expect(second.status == 409)
        #expect(second.code == "idempotency_in_progress")
        release.finish()
        #expect(await first.status == 201)
        #expect(await client.post("/v1/things", [:]).text == first.text)
        #expect(try await count(tenant) == 1)
    }

    @Test("OV-46: another body, another route and another caller under one key are not the same")
    func conflicts() async throws {
        let tenant = try await TestTenant.create(app)
        let client = try await tenant.member(.owner).client.with("Idempotency-Key", "k")
        #expect(await client.post("/v1/things", [:]).status == 201)
        #expect(await client.post("/v1/things", ["a": 1]).code == "idempotency_conflict")
        #expect(await client.post("/v1/things/poke").code == "idempotency_conflict")
        let colleague = try await tenant.member(.owner).client.with("Idempotency-Key", "k")
        let theirs = await colleague.post("/v1/things", ["a": 1])
        #expect(theirs.status == 201)
        #expect(theirs.field("Idempotent-Replay") == nil)
        #expect(try await count(tenant) == 2)
    }

    @Test("OV-46: a key serves for 24 hours")
    func lifetime() async throws {
        let tenant = try await TestTenant.create(app)
        let machine = try await tenant.serviceAccount([.contactWrite])
            .with("Idempotency-Key", "k")
        let end = app.clock.now + .seconds(172_800)
        try await tenant.run("UPDATE cell.own_admissions SET expires_at = \(end), ends_at = \(end)")
        let first = await machine.post("/v1/things", [:])
        app.clock.advance(by: .seconds(86_000))
        #expect(await machine.post("/v1/things", [:]).text == first.text)
        app.clock.advance(by: .seconds(1_000))
        let anew = await machine.post("/v1/things", [:])
        #expect(anew.status == 201)
        #expect(anew.text != first.text)
        #expect(try await count(tenant) == 2)
    }

    @Test("OV-46: a key has 1 to 128 printable characters", arguments: ["", "a b", "ä"])
    func malformed(key: String) async throws {
        let tenant = try await TestTenant.create(app)
        let owner = try await tenant.member(.owner).client
        for key in [key, String(repeating: "k", count: 129)] {
            let answer = await owner.with("Idempotency-Key", key).post("/v1/things", [:])
            #expect(answer.status == 400, "\(key)")
        }
        let longest = owner.with("Idempotency-Key", String(repeating: "k", count: 128))
        #expect(await longest.post("/v1/things", [:]).status == 201)
        #expect(try await count(tenant) == 1)
    }
}
