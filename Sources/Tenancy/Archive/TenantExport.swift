import Persistence
import Values

/// Writes everything a workspace owns into one file, as it was at one moment (design §8).
///
/// Left out: sessions, tokens and remembered answers, which mean nothing elsewhere, passwords, and
/// mails that wait to be sent, which would arrive twice.
package struct TenantExport {
    /// Tables whose rows are credentials or memories of one installation.
    static let leftOut: Set<String> = [
        "service_account_tokens", "account_api_token", "idempotency_keys",
    ]

    private let directory: TenantDirectory
    private var connection: SessionConnection { directory.connection }

    package init(_ directory: TenantDirectory) {
        self.directory = directory
    }

    /// - Throws: ``TenantDirectory/Refusal`` when there is no such workspace, it waits to be
    ///   migrated, or the file cannot be written; no file is left behind then.
    package func run(_ slug: String, to path: String) throws -> ArchiveManifest {
        try directory.transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") {
            let tenant = try directory.find(slug)
            var manifest = try manifest(of: tenant)
            let writer = try ArchiveWriter(path)
            for table in try TenantTables.read(tenant.number, connection)
            where !Self.leftOut.contains(table.name) {
                let columns = table.columns.map { "\"\($0)\"" }.joined(separator: ", ")
                try copy(
                    table.name, table.columns, writer,
                    "COPY t_\(tenant.number).\"\(table.name)\" (\(columns)) TO STDOUT")
            }
            for part in SharedPart.allCases {
                try copy(
                    part.name, part.columns, writer, "COPY (\(part.query(tenant.number))) TO STDOUT"
                )
            }
            manifest.sections = writer.sections
            try writer.finish(manifest)
            return manifest
        }
    }

    private func copy(
        _ name: String, _ columns: [String], _ writer: ArchiveWriter, _ statement: String
    ) throws {
        try writer.begin(name, columns: columns)
        let rows = try connection.copyOut(statement) { try writer.add($0) }
        try writer.end(rows: rows)
    }

    private func manifest(of tenant: TenantDirectory.Entry) throws -> ArchiveManifest {
        let number = String(tenant.number)
        let facts = try connection.rows(
            "SELECT limits::text, to_json(features)::text FROM cell.tenants WHERE number = $1",
            [number])
        let migrations = try connection.rows(
            """
            SELECT encode(checksum, 'hex') FROM platform.tenant_migrations
            WHERE version <= $1 ORDER BY version
            """, [String(tenant.schemaVersion)])
        return ArchiveManifest(
            slug: tenant.slug, name: tenant.name, plan: tenant.plan, state: tenant.state,
            limits: Self.json(facts.first?[0]),
            features: Self.json(facts.first?[1]).arrayValue?.compactMap(\.stringValue) ?? [],
            migrations: migrations.compactMap { $0[0] })
    }

    private static func json(_ text: String?) -> JSON {
        (try? JSON.parse(Array((text ?? "null").utf8))) ?? .null
    }
}

/// The rows of one tenant in the shared schemas that travel with it.
enum SharedPart: CaseIterable {
    case people
    case jobs
    case sequences
    /// Wrapped, as the database has them.
    case keys

    /// Begins with a sign that no table's name has.
    var name: String {
        switch self {
        case .people: "@people"
        case .jobs: "@jobs"
        case .sequences: "@sequences"
        case .keys: "@keys"
        }
    }

    /// Names and types of the columns.
    var definition: [(name: String, type: String)] {
        switch self {
        case .people:
            [
                ("person_id", "uuid"), ("email", "text"), ("email_key", "text"), ("name", "text"),
                ("language", "text"), ("created_at", "timestamptz"), ("member_id", "uuid"),
                ("status", "text"), ("last_login_at", "timestamptz"),
            ]
        case .jobs:
            [
                ("kind", "text"), ("payload", "jsonb"), ("unique_key", "text"),
                ("run_at", "timestamptz"), ("max_attempts", "integer"),
                ("created_at", "timestamptz"),
            ]
        case .sequences: [("name", "text"), ("value", "bigint")]
        case .keys: [("tenant_id", "uuid"), ("number", "bigint"), ("wrapped", "bytea")]
        }
    }

    var columns: [String] { definition.map(\.name) }

    func query(_ number: Int64) -> String {
        switch self {
        case .people:
            """
            SELECT p.id, p.email, p.email_key, p.name, p.language, p.created_at, m.member_id,
                m.status, m.last_login_at
            FROM platform.memberships m JOIN platform.persons p ON p.id = m.person_id
            WHERE m.tenant_number = \(number)
            """
        case .jobs:
            """
            SELECT kind, payload, unique_key, run_at, max_attempts, created_at FROM cell.jobs
            WHERE tenant_number = \(number) AND state <> 'dead' AND kind <> 'mail.send'
            """
        case .sequences:
            """
            SELECT sequencename, last_value FROM pg_sequences
            WHERE schemaname = 't_\(number)' AND last_value IS NOT NULL
            """
        case .keys:
            """
            SELECT t.id AS tenant_id, d.number, d.wrapped
            FROM cell.data_keys d JOIN cell.tenants t ON t.number = d.tenant_number
            WHERE d.tenant_number = \(number)
            """
        }
    }
}

/// The tables of a tenant's schema, those that others refer to first.
struct TenantTables {
    var name: String
    /// Without generated columns, whose values follow from the others.
    var columns: [String]

    static func read(_ number: Int64, _ connection: SessionConnection) throws -> [TenantTables] {
        let rows = try connection.rows(
            """
            SELECT c.relname, to_json(array_agg(a.attname::text ORDER BY a.attnum))::text,
                to_json(ARRAY(
                    SELECT f.relname::text FROM pg_constraint k
                    JOIN pg_class f ON f.oid = k.confrelid
                    WHERE k.conrelid = c.oid AND k.contype = 'f' AND f.oid <> c.oid))::text
            FROM pg_class c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                AND a.attgenerated = ''
            WHERE c.relnamespace = to_regnamespace($1) AND c.relkind = 'r'
            GROUP BY c.oid, c.relname ORDER BY c.relname
            """, ["t_\(number)"])
        var waiting = rows.map { row in
            (
                table: TenantTables(name: row[0] ?? "", columns: list(row[1])),
                needs: Set(list(row[2]))
            )
        }
        var ordered: [TenantTables] = []
        while !waiting.isEmpty {
            let done = Set(ordered.map(\.name))
            // Tables that refer to each other in a circle would have to be loaded another way.
            guard let index = waiting.firstIndex(where: { $0.needs.isSubset(of: done) }) else {
                throw TenantDirectory.Refusal(
                    "The tables of the workspace refer to each other in a circle.")
            }
            ordered.append(waiting.remove(at: index).table)
        }
        return ordered
    }

    private static func list(_ text: String?) -> [String] {
        let json = try? JSON.parse(Array((text ?? "[]").utf8))
        return json?.arrayValue?.compactMap(\.stringValue) ?? []
    }
}
