import Foundation
import Jobs
import Persistence
import Synchronization
import Tenancy
import TestSupport
import Testing
import Values

@testable import App

/// Sealing, verifying, exporting and pruning on the real database, tampered with by a superuser.
///
/// One at a time: the job that is tried here seals the logs of all tests, also before one of them
/// has tampered with what is not sealed yet.
@Suite(.serialized) struct `Audit logs` {
    let app: TestApp
    let owner: SessionConnection
    let verification: AuditVerification
    let folder: String

    init() throws {
        app = try TestApp(AllRoutes.all)
        let url = try TestInstallation.shared.get().ownerURL
        owner = try SessionConnection(address: url)
        verification = AuditVerification(owner)
        folder =
            FileManager.default.temporaryDirectory.appendingPathComponent("audit-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func superuser() throws -> SessionConnection {
        let address = try #require(TestEnvironment["COURTYARD_TEST_SUPERUSER_URL"])
        let connection = try SessionConnection(address: address)
        let name = try owner.rows("SELECT current_database()")[0][0] ?? ""
        #expect(try connection.rows("SELECT current_database()")[0][0] == name)
        return connection
    }

    /// A workspace with `count` entries in its log.
    private func tenant(entries count: Int = 6) async throws -> TestTenant {
        let tenant = try await TestTenant.create(app)
        let client = try await tenant.member(.owner, name: "Zoë O’Hara").client
        for number in 0..<count {
            let answer = await client.post(
                "/v1/teams", ["name": .string("Team “\(number)” 😀"), "kind": "other"])
            #expect(answer.status == 201)
        }
        return tenant
    }

    private func seal(_ tenant: TestTenant) async throws {
        _ = try await app.run { try await AuditSealing.seal(tenant.number, $0) }
    }

    private func log(_ tenant: TestTenant) throws -> AuditVerification.Log {
        try verification.log(of: tenant.slug)
    }

    private func verify(_ tenant: TestTenant, heads: [AuditHead] = []) throws -> AuditReport {
        try verification.verify(try log(tenant), heads: heads)
    }

    @Test("SEC-102: what is sealed by PostgreSQL is found sound by our own computation")
    func sound() async throws {
        let tenant = try await tenant()
        var report = try verify(tenant)
        #expect(report.findings == [])
        #expect(report.sealed == 0 && report.waiting == 6 && report.head.position == 0)
        try await seal(tenant)
        report = try verify(tenant)
        #expect(report.findings == [])
        #expect(report.sealed == 6 && report.waiting == 0 && report.head.position == 6)
        try await seal(tenant)
        #expect(try verify(tenant) == report)
    }

    @Test("SEC-102, SEC-33: a superuser's tampering is found and placed")
    func tampering() async throws {
        let root = try superuser()
        for (statement, finding) in [
            (
                "UPDATE T.audit_events e SET actor_name = 'Nobody' "
                    + "FROM T.audit_seals s WHERE s.event_id = e.id AND s.position = 3",
                "position 3: entry"
            ),
            (
                "UPDATE T.audit_events e SET created_at = created_at - interval '1 day' "
                    + "FROM T.audit_seals s WHERE s.event_id = e.id AND s.position = 2",
                "position 2: entry"
            ),
            (
                "DELETE FROM T.audit_events e USING T.audit_seals s "
                    + "WHERE s.event_id = e.id AND s.position = 4", "position 4: entry"
            ),
            ("DELETE FROM T.audit_seals WHERE position = 6", "the chain ends at position 5"),
            ("DELETE FROM T.audit_seals WHERE position = 2", "position 2 is removed"),
            (
                "UPDATE T.audit_seals a SET event_id = b.event_id, digest = b.digest "
                    + "FROM T.audit_seals b WHERE (a.position, b.position) IN ((2, 3), (3, 2))",
                "position 2: the seal of entry"
            ),
            ("UPDATE T.audit_chain SET hash = sha256('x')", "the head's hash"),
            (
                "INSERT INTO T.audit_events SELECT gen_random_uuid(), created_at, actor_kind, "
                    + "actor_id, actor_name, action, target_kind, target_id, details, request_id, "
                    + "address FROM T.audit_events LIMIT 1", "put in past the sealer"
            ),
        ] {
            let tenant = try await tenant()
            try await seal(tenant)
            // Neither the queue nor a unique key stands in a superuser's way.
            try root.run(
                "BEGIN; SET LOCAL session_replication_role = replica; "
                    + "ALTER TABLE t_\(tenant.number).audit_seals "
                    + "DROP CONSTRAINT audit_seals_event_id_key; "
                    + statement.replacingOccurrences(of: "T.", with: "t_\(tenant.number).")
                    + "; COMMIT")
            let findings = try verify(tenant).findings
            #expect(findings.contains { $0.contains(finding) }, "\(statement): \(findings)")
        }
    }

    @Test("SEC-102: an entry that vanishes before it is sealed is found while its ticket waits")
    func unsealed() async throws {
        let tenant = try await tenant(entries: 2)
        try superuser().run(
            "DELETE FROM t_\(tenant.number).audit_events WHERE id = (SELECT id "
                + "FROM t_\(tenant.number).audit_events ORDER BY created_at, id LIMIT 1)")
        try await seal(tenant)
        let report = try verify(tenant)
        #expect(report.sealed == 1)
        #expect(report.findings.count == 1)
        #expect(report.findings.first?.hasSuffix("was removed before it was sealed") == true)
    }

    @Test("SEC-102: sealers that race with writers and each other leave no gap")
    func race() async throws {
        let tenant = try await TestTenant.create(app)
        let client = try await tenant.member(.owner).client
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    for number in 0..<10 {
                        let answer = await client.post(
                            "/v1/teams", ["name": .string("\(writer) \(number)"), "kind": "other"])
                        #expect(answer.status == 201)
                    }
                }
            }
            for _ in 0..<3 {
                group.addTask { for _ in 0..<5 { try await seal(tenant) } }
            }
            try await group.waitForAll()
        }
        try await seal(tenant)
        let report = try verify(tenant)
        #expect(report.findings == [])
        #expect(report.sealed == 40 && report.head.position == 40)
    }

    @Test("SEC-102: a writer does not wait for a sealer that has the chain")
    func writersDoNotWait() async throws {
        let tenant = try await tenant(entries: 1)
        let client = try await tenant.member(.owner).client
        try owner.run("BEGIN")
        try owner.rows("SELECT * FROM cell.seal_audit($1, 100, now())", [String(tenant.number)])
        let answer = await client.post("/v1/teams", ["name": "While sealing", "kind": "other"])
        #expect(answer.status == 201)
        try owner.run("COMMIT")
        try await seal(tenant)
        #expect(try verify(tenant).findings == [])
        #expect(try verify(tenant).sealed == 2)
    }

    @Test("SEC-102: the workspace's role can neither write seals nor seal")
    func rights() async throws {
        let tenant = try await tenant(entries: 1)
        try await seal(tenant)
        for statement: SQL in [
            "UPDATE tenant.audit_seals SET digest = hash", "DELETE FROM tenant.audit_seals",
            "UPDATE tenant.audit_chain SET position = 0", "DELETE FROM tenant.audit_chain",
            "DELETE FROM cell.audit_queue", "SELECT cell.seal_audit(1, 1, now())",
            "UPDATE tenant.audit_events SET action = 'x'", "TRUNCATE tenant.audit_events",
            "ALTER TABLE tenant.audit_events DISABLE RULE audit_events_queue",
        ] {
            await #expect(throws: DatabaseError.self) { try await tenant.run(statement) }
        }
        #expect(try verify(tenant).findings == [])
    }

    @Test("SEC-102: an exported log verifies offline, and a changed file does not")
    func export() async throws {
        let tenant = try await tenant()
        try await seal(tenant)
        let file = folder + "/log.jsonl"
        let head = try verification.export(try log(tenant), to: file)
        #expect(throws: (any Error).self) {
            try verification.export(try log(tenant), to: file)
        }
        let report = try AuditFileReader.verify(file, heads: [head])
        #expect(report.findings == [])
        #expect(report.sealed == 6)
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let lines = text.split(separator: "\n").map(String.init)
        for (name, changed, finding) in [
            ("changed", text.replacingOccurrences(of: "“3”", with: "“9”"), "was changed"),
            ("removed", without(lines, 3), "position 3 is removed"),
            ("swapped", swapped(lines), "position 3 is removed"),
        ] {
            let path = folder + "/\(name).jsonl"
            try changed.write(toFile: path, atomically: true, encoding: .utf8)
            let findings = try AuditFileReader.verify(path).findings
            #expect(findings.contains { $0.contains(finding) }, "\(name): \(findings)")
        }
        let cut = folder + "/cut.jsonl"
        try lines.dropLast().joined(separator: "\n").write(
            toFile: cut, atomically: true, encoding: .utf8)
        #expect(throws: TenantDirectory.Refusal.self) { try AuditFileReader.verify(cut) }
    }

    private func without(_ lines: [String], _ index: Int) -> String {
        var lines = lines
        lines.remove(at: index)
        return lines.joined(separator: "\n") + "\n"
    }

    private func swapped(_ lines: [String]) -> String {
        var lines = lines
        lines.swapAt(3, 4)
        return lines.joined(separator: "\n") + "\n"
    }

    @Test("SEC-102, WS-85: what a workspace exports itself verifies offline too")
    func exportByRoute() async throws {
        let tenant = try await tenant()
        try await seal(tenant)
        let head = try verify(tenant).head
        let admin = try await tenant.member(.admin).client
        let answer = await admin.get("/v1/workspace/audit/export.jsonl")
        #expect(answer.status == 200)
        #expect(answer.contentType == "application/jsonl; charset=utf-8")
        let file = folder + "/own.jsonl"
        try answer.text.write(toFile: file, atomically: true, encoding: .utf8)
        let report = try AuditFileReader.verify(file, heads: [head])
        #expect(report.findings == [] && report.sealed == 6)
        let manager = try await tenant.member(.manager).client
        #expect(await manager.get("/v1/workspace/audit/export.jsonl").status == 403)
        let listed = await admin.get("/v1/workspace/audit?action=audit_log.export_chain")
        #expect(listed.data.count == 1)
    }

    @Test("SEC-102: an independent program agrees about the format")
    func independent() async throws {
        let tenant = try await tenant()
        try await seal(tenant)
        let file = folder + "/log.jsonl"
        _ = try verification.export(try log(tenant), to: file)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", TestEnvironment.repository + "/Tests/Peers/audit.py", file]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(text == "6 entries\n")
    }

    @Test("SEC-102: an old entry can be pruned, and the chain still holds")
    func pruning() async throws {
        let tenant = try await tenant()
        try await seal(tenant)
        let log = try log(tenant)
        let ids = try await app.run { ($0.newID(), $0.newID()) }
        let now = app.clock.now
        #expect(
            try verification.prune(log, before: now - .seconds(3_600), id: ids.0, now: now) == 0)
        let fourth =
            try owner.rows(
                """
                SELECT e.created_at FROM t_\(tenant.number).audit_events e
                JOIN t_\(tenant.number).audit_seals s ON s.event_id = e.id WHERE s.position = 4
                """)[0][0] ?? ""
        let limit = try #require(
            Instant(rfc3339: fourth.replacingOccurrences(of: " ", with: "T") + ":00"))
        #expect(try verification.prune(log, before: limit, id: ids.1, now: now) == 3)
        #expect(try verify(tenant).findings.count == 3, "the pruning itself is not sealed yet")
        try await seal(tenant)
        let report = try verify(tenant)
        #expect(report.findings == [])
        #expect(report.sealed == 7)
        let file = folder + "/pruned.jsonl"
        _ = try verification.export(log, to: file)
        #expect(try AuditFileReader.verify(file).findings == [])
    }

    @Test("SEC-102, OV-10: a restored archive brings its chain along and goes on")
    func archive() async throws {
        let tenant = try await tenant()
        try await seal(tenant)
        let client = try await tenant.member(.owner).client
        let late = await client.post("/v1/teams", ["name": "Not sealed yet", "kind": "other"])
        #expect(late.status == 201)
        let file = folder + "/archive"
        _ = try TenantExport(TenantDirectory(owner)).run(tenant.slug, to: file)
        let copy = tenant.slug + "-copy"
        _ = try TenantImport(TenantDirectory(owner)).run(file, as: copy, now: app.clock.now)
        try await seal(tenant)
        let log = try verification.log(of: copy)
        try owner.rows("SELECT * FROM cell.seal_audit($1, 100, now())", [String(log.number)])
        let report = try verification.verify(log)
        #expect(report.findings == [])
        #expect(report.head == (try verify(tenant).head))
    }

    @Test("SEC-102: the job seals every log and tells of each head, for the server's log")
    func job() async throws {
        let tenants = [try await tenant(entries: 2), try await tenant(entries: 3)]
        let heads = Mutex<[Int64: AuditHead]>([:])
        try await app.run { services in
            try await AuditSealing.sealAll(services) { progress in
                heads.withLock { $0[progress.log] = progress.head }
            }
        }
        for (tenant, count) in zip(tenants, [2, 3]) {
            let head = heads.withLock { $0[tenant.number] }
            #expect(head?.position == Int64(count))
            #expect(head == (try verify(tenant).head))
            #expect(try verify(tenant).findings == [])
        }
        let app = try TestApp([])
        try await app.run { try await AuditSealing.sealAll($0) { _ in } }
    }

    @Test("SEC-102: heads are read as they were written")
    func heads() async throws {
        let tenant = try await tenant(entries: 2)
        try await seal(tenant)
        let head = try verification.head(of: try log(tenant))
        #expect(AuditHead(head.json) == head)
        let file = folder + "/heads"
        let line = String(decoding: head.json.serialized, as: UTF8.self)
        try (line + "\n\n" + line).write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try AuditFileReader.heads(file) == [head, head])
        #expect(try verify(tenant, heads: [head]).findings == [])
        let forged = AuditHead(chain: head.chain, position: 1, hash: head.hash)
        #expect(try verify(tenant, heads: [forged]).findings.count == 1)
        #expect(AuditCommand.text(of: try verify(tenant)).contains("sound, 2 sealed entries"))
    }
}
