import Foundation
import Persistence
import TestSupport
import Testing
import Values

@testable import App
@testable import Tenancy

/// Export, import and erase, over the owner's connection.
@Suite struct `Archives of workspaces` {
    let app: TestApp
    let owner: SessionConnection
    let directory: TenantDirectory
    let folder: String

    init() throws {
        app = try TestApp(AllRoutes.all)
        owner = try SessionConnection(address: try TestInstallation.shared.get().ownerURL)
        directory = TenantDirectory(owner)
        folder =
            FileManager.default.temporaryDirectory.appendingPathComponent("archive-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func filled() async throws -> TestTenant {
        let tenant = try await TestTenant.create(app)
        _ = try await tenant.member(.owner, name: "Ölaf \"quoted\" \\ back\tslash")
        _ = try await tenant.member(holding: [.contactRead])
        _ = try await tenant.serviceAccount([.contactRead])
        try await tenant.run(
            """
            INSERT INTO tenant.contacts (id, name, phone, tags, attributes, created_at, updated_at)
            SELECT gen_random_uuid(), E'Line\\\\n' || n, '+4477009' || lpad(n::text, 5, '0'),
                ARRAY['a,b', NULL, E'c"\\t'], jsonb_build_object('k', n), now(), now()
            FROM generate_series(1, 3000) n
            """)
        return tenant
    }

    /// Every row of every table but those that are left out, as sorted text.
    private func rows(_ number: Int64) throws -> [String: [String]] {
        var result: [String: [String]] = [:]
        let tables = try owner.rows(
            """
            SELECT relname FROM pg_class
            WHERE relnamespace = to_regnamespace($1) AND relkind = 'r'
            """, ["t_\(number)"])
        let leftOut = ["service_account_tokens", "account_api_token", "idempotency_keys"]
        for table in tables.compactMap({ $0[0] }) where !leftOut.contains(table) {
            result[table] = try owner.rows("SELECT x::text FROM t_\(number).\"\(table)\" x")
                .compactMap { $0[0] }.sorted()
        }
        return result
    }

    private func count(_ sql: String, _ values: [String]) throws -> Int {
        try owner.rows(sql, values).count
    }

    @Test("OV-10: an import under another slug equals the export row for row")
    func roundTrip() async throws {
        let tenant = try await filled()
        let file = folder + "/a.cy"
        let manifest = try TenantExport(directory).run(tenant.slug, to: file)
        #expect(manifest.sections.first { $0.name == "contacts" }?.rows == 3_000)
        let copy = tenant.slug + "-copy"
        _ = try TenantImport(directory).run(file, as: copy, now: app.clock.now)
        let entry = try directory.find(copy)
        #expect(try rows(tenant.number) == rows(entry.number))
        #expect(entry.plan == "GROWTH" && entry.state == "active")
        #expect(
            try count(
                "SELECT 1 FROM platform.memberships WHERE tenant_number = $1",
                [String(entry.number)]) == 2)
        #expect(
            try count(
                "SELECT 1 FROM cell.admissions WHERE tenant_number = $1", [String(entry.number)])
                == 0)
        #expect(try SchemaVerification(owner).run().allSatisfy { $0.number != entry.number })
    }

    @Test("OV-10: people who are gone are made again from the archive, without a password")
    func peopleAreRestored() async throws {
        let tenant = try await filled()
        let file = folder + "/a.cy"
        _ = try TenantExport(directory).run(tenant.slug, to: file)
        let before = try rows(tenant.number)
        try directory.erase(tenant.slug)
        _ = try TenantImport(directory).run(file, as: tenant.slug, now: app.clock.now)
        let number = try directory.find(tenant.slug).number
        #expect(number != tenant.number)
        #expect(try rows(number) == before)
        let people = try owner.rows(
            """
            SELECT p.password_hash FROM platform.persons p
            JOIN platform.memberships m ON m.person_id = p.id WHERE m.tenant_number = $1
            """, [String(number)])
        #expect(people.count == 2 && people.allSatisfy { $0[0] == nil })
    }

    @Test(
        "OV-10: erasing leaves neither schema, role, directory rows, credentials nor lonely logins")
    func erase() async throws {
        let tenant = try await filled()
        let people = try owner.rows(
            "SELECT person_id FROM platform.memberships WHERE tenant_number = $1",
            [String(tenant.number)])
        let role = try owner.rows(
            "SELECT role_name FROM cell.tenants WHERE number = $1", [String(tenant.number)])[0][0]
        try directory.erase(tenant.slug)
        let number = String(tenant.number)
        #expect(try count("SELECT 1 FROM pg_namespace WHERE nspname = 't_' || $1", [number]) == 0)
        #expect(try count("SELECT 1 FROM pg_roles WHERE rolname = $1", [role ?? ""]) == 0)
        for table in [
            "platform.tenants WHERE number", "cell.tenants WHERE number",
            "cell.admissions WHERE tenant_number", "cell.jobs WHERE tenant_number",
            "platform.memberships WHERE tenant_number", "platform.sessions WHERE tenant_number",
        ] {
            #expect(try count("SELECT 1 FROM \(table) = $1", [number]) == 0, "\(table)")
        }
        for person in people {
            #expect(
                try count("SELECT 1 FROM platform.persons WHERE id = $1", [person[0] ?? ""]) == 0)
        }
        #expect(throws: TenantDirectory.Refusal.self) { try directory.erase(tenant.slug) }
    }

    @Test("OV-10: an archive that is damaged anywhere is refused and nothing is written")
    func damaged() async throws {
        let tenant = try await filled()
        let file = folder + "/a.cy"
        _ = try TenantExport(directory).run(tenant.slug, to: file)
        let whole = try Data(contentsOf: URL(fileURLWithPath: file))
        var spoiled = [Data(), whole.dropLast(1), whole.prefix(whole.count / 2), whole + [10]]
        for place in [0, 40, whole.count / 3, whole.count / 2, whole.count - 100, whole.count - 3] {
            var copy = whole
            copy[place] ^= 1
            spoiled.append(copy)
        }
        for (index, data) in spoiled.enumerated() {
            try data.write(to: URL(fileURLWithPath: folder + "/bad"))
            #expect(throws: TenantDirectory.Refusal.self, "number \(index)") {
                try TenantImport(directory).run(
                    folder + "/bad", as: tenant.slug + "-bad", now: app.clock.now)
            }
        }
        #expect(
            try count("SELECT 1 FROM platform.tenants WHERE slug = $1", [tenant.slug + "-bad"]) == 0
        )
    }

    @Test("OV-12: an import under a taken slug is refused and changes nothing")
    func takenSlug() async throws {
        let tenant = try await filled()
        let file = folder + "/a.cy"
        _ = try TenantExport(directory).run(tenant.slug, to: file)
        let before = try rows(tenant.number)
        #expect(throws: TenantDirectory.Refusal.self) {
            try TenantImport(directory).run(file, as: tenant.slug, now: app.clock.now)
        }
        #expect(throws: TenantDirectory.Refusal.self) {
            try TenantExport(directory).run(tenant.slug, to: file)
        }
        #expect(try rows(tenant.number) == before)
        #expect(try directory.find(tenant.slug).number == tenant.number)
    }

    @Test(
        "OV-12: kill -9 amid an export, an import, a creation or an erasure leaves no half state",
        arguments: ["export", "import", "create", "erase"])
    func killed(command: String) async throws {
        let tenant = try await filled()
        let file = folder + "/a.cy"
        _ = try TenantExport(directory).run(tenant.slug, to: file)
        let before = try rows(tenant.number)
        for step in 0..<12 {
            let slug = "\(tenant.slug)-\(step)"
            let target = folder + "/\(step).cy"
            let words =
                switch command {
                case "export": ["export", tenant.slug, target]
                case "import": ["import", file, slug]
                case "create": ["create", slug, "Name"]
                default: ["erase", tenant.slug, "--yes"]
                }
            try Self.run(words, killedAfterMilliseconds: 8 + step * 9)
            try await waitForSessions()
            let known = try directory.list().first { $0.slug == slug }
            switch command {
            case "export":
                if FileManager.default.fileExists(atPath: target) {
                    _ = try ArchiveReader(target).verify()
                }
            case "import":
                if let known { #expect(try rows(known.number) == before) }
            case "create":
                if let known { #expect(try rows(known.number)["roles"]?.count == 4) }
            default:
                let exists = try directory.list().contains { $0.slug == tenant.slug }
                if !exists {
                    #expect(
                        try count(
                            "SELECT 1 FROM pg_namespace WHERE nspname = 't_' || $1",
                            [String(tenant.number)]) == 0)
                    return
                }
                #expect(try rows(tenant.number) == before)
            }
            if known == nil { try checkNothing(of: slug) }
        }
    }

    /// No schema without a directory row.
    private func checkNothing(of slug: String) throws {
        let lonely = try owner.rows(
            """
            SELECT nspname FROM pg_namespace n WHERE nspname ~ '^t_[0-9]+$'
                AND NOT EXISTS (SELECT FROM cell.tenants t WHERE 't_' || t.number = n.nspname)
            """)
        #expect(lonely.isEmpty)
    }

    /// PostgreSQL notices a dead client at its next word; until then its transaction is open.
    private func waitForSessions() async throws {
        for _ in 0..<6_000 {
            let open = try owner.rows(
                """
                SELECT 1 FROM pg_stat_activity
                WHERE application_name = 'courtyard-killed' AND datname = current_database()
                """)
            if open.isEmpty { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("a killed command's session lives on")
    }

    private static func run(_ words: [String], killedAfterMilliseconds: Int) throws {
        let process = Process()
        process.executableURL = URL(
            fileURLWithPath: TestEnvironment.repository + "/.build/debug/courtyard")
        process.arguments = ["tenant"] + words
        process.environment = [
            "COURTYARD_DATABASE_URL": try TestInstallation.shared.get().ownerURL,
            "COURTYARD_KEYS": TestInstallation.keys, "PGAPPNAME": "courtyard-killed",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        usleep(UInt32(killedAfterMilliseconds) * 1_000)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
