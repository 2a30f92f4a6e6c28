import Persistence
import Values

/// Makes a new workspace of an archive, equal row for row, in one transaction.
///
/// People are recognised by their e-mail address; who is not known yet is created without a
/// password and chooses one by the "forgotten password" mail. An archive of an older schema version
/// is restored at that version and migrated at once.
package struct TenantImport {
    private let directory: TenantDirectory
    private var connection: SessionConnection { directory.connection }

    package init(_ directory: TenantDirectory) {
        self.directory = directory
    }

    /// - Throws: ``TenantDirectory/Refusal`` when the file is damaged or from a newer version, or
    ///   the slug is taken; nothing was written then.
    package func run(_ path: String, as slug: String, now: Instant) throws -> ArchiveManifest {
        let reader = try ArchiveReader(path)
        let manifest = try reader.verify()
        try reader.rewind()
        var ids = IDGenerator()
        let id = ids.next(at: now)
        try directory.transaction {
            let newer = try holdBack(manifest)
            let number = try directory.create(
                slug: slug, name: manifest.name, plan: manifest.plan, id: id, now: now)
            try load(manifest, into: number, reader)
            try linkPeople(number)
            try addJobs(number)
            try setSequences(number)
            try apply(newer, to: number)
            try Resealing(connection, ring: directory.ring, number: number, id: id).run()
            try connection.rows(
                """
                UPDATE cell.tenants SET limits = $2::jsonb, features = $3::text[], state = $4
                WHERE number = $1
                """,
                [
                    String(number), String(decoding: manifest.limits.serialized, as: UTF8.self),
                    "{" + manifest.features.joined(separator: ",") + "}",
                    manifest.state == "suspended" ? "suspended" : "active",
                ])
        }
        return manifest
    }

    // MARK: Schema version

    /// Hides the migrations that the archive does not have from `platform.create_tenant`, in this
    /// transaction alone.
    ///
    /// - Returns: The hidden rows: version, name, checksum, SQL.
    private func holdBack(_ manifest: ArchiveManifest) throws -> [[String?]] {
        let known = try connection.rows(
            "SELECT encode(checksum, 'hex') FROM platform.tenant_migrations ORDER BY version"
        ).compactMap { $0[0] }
        guard known.starts(with: manifest.migrations) else {
            throw TenantDirectory.Refusal(
                manifest.migrations.count > known.count
                    ? "The archive has schema version \(manifest.migrations.count), this "
                        + "installation \(known.count); install the newer Courtyard first."
                    : "The archive was made by a Courtyard whose migrations are not those of this "
                        + "one."
            )
        }
        let hidden = try connection.rows(
            """
            DELETE FROM platform.tenant_migrations WHERE version > $1
            RETURNING version, name, encode(checksum, 'hex'), sql
            """, [String(manifest.migrations.count)])
        return hidden.sorted { (Int($0[0] ?? "") ?? 0) < (Int($1[0] ?? "") ?? 0) }
    }

    /// Puts the hidden migrations back and applies them to the new schema.
    private func apply(_ hidden: [[String?]], to number: Int64) throws {
        let role = try connection.rows(
            "SELECT quote_ident(role_name) FROM cell.tenants WHERE number = $1", [String(number)])
        for row in hidden {
            try connection.rows(
                """
                INSERT INTO platform.tenant_migrations (version, name, checksum, sql)
                VALUES ($1, $2, decode($3, 'hex'), $4)
                """, row)
            let sql = (row[3] ?? "").replacing("tenant_role", with: role.first?[0] ?? "")
            try connection.run(SQL.qualify(sql, schema: "t_\(number)"))
            try connection.rows(
                "UPDATE cell.tenants SET schema_version = $2 WHERE number = $1",
                [String(number), row[0]])
        }
    }

    // MARK: Rows

    private func load(
        _ manifest: ArchiveManifest, into number: Int64, _ reader: ArchiveReader
    ) throws {
        let tables = try TenantTables.read(number, connection)
        let all = tables.map { "t_\(number).\"\($0.name)\"" }.joined(separator: ", ")
        // What creation has seeded is in the archive too.
        try connection.run("TRUNCATE \(all)")
        for part in SharedPart.allCases {
            let columns = part.definition.map { "\($0.name) \($0.type)" }.joined(separator: ", ")
            try connection.run(
                "CREATE TEMPORARY TABLE \"\(part.name)\" (\(columns)) ON COMMIT DROP")
        }
        for section in manifest.sections {
            let isShared = section.name.hasPrefix("@")
            guard isShared || tables.contains(where: { $0.name == section.name }),
                section.columns.allSatisfy(Self.isPlainName)
            else { throw reader.damaged() }
            let columns = section.columns.map { "\"\($0)\"" }.joined(separator: ", ")
            let table = isShared ? "pg_temp" : "t_\(number)"
            try reader.open(section.name)
            let rows = try connection.copyIn(
                "COPY \(table).\"\(section.name)\" (\(columns)) FROM STDIN"
            ) { try reader.next() }
            guard Int64(rows) == section.rows else { throw reader.damaged() }
        }
        if tables.contains(where: { $0.name == "audit_seals" }) { try queueUnsealed(number) }
    }

    /// COPY passes the rule by that puts entries of the audit log into the sealer's queue.
    private func queueUnsealed(_ number: Int64) throws {
        try connection.run(
            """
            INSERT INTO cell.audit_queue (log, event_id)
            SELECT \(number), e.id FROM t_\(number).audit_events e
            WHERE NOT EXISTS (SELECT FROM t_\(number).audit_seals s WHERE s.event_id = e.id)
            ON CONFLICT DO NOTHING
            """)
    }

    private static func isPlainName(_ name: String) -> Bool {
        name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
    }

    /// Creates the people who are not known here, and lets every reference to a person point to the
    /// one of that address here.
    private func linkPeople(_ number: Int64) throws {
        try connection.run(
            """
            INSERT INTO platform.persons (id, email, email_key, name, language, created_at)
            SELECT CASE WHEN EXISTS (SELECT FROM platform.persons o WHERE o.id = a.person_id)
                THEN gen_random_uuid() ELSE a.person_id END,
                a.email, a.email_key, a.name, a.language, a.created_at
            FROM pg_temp."@people" a
            ON CONFLICT ON CONSTRAINT persons_email_key DO NOTHING;
            INSERT INTO platform.memberships
                (person_id, tenant_number, member_id, status, last_login_at)
            SELECT p.id, \(number), a.member_id, a.status, a.last_login_at
            FROM pg_temp."@people" a JOIN platform.persons p USING (email_key);
            """)
        let columns = try connection.rows(
            """
            SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE c.relnamespace = to_regnamespace($1) AND c.relkind = 'r'
                AND a.attname = 'person_id' AND NOT a.attisdropped
            """, ["t_\(number)"])
        for row in columns {
            try connection.run(
                """
                UPDATE t_\(number)."\(row[0] ?? "")" r SET "\(row[1] ?? "")" = p.id
                FROM pg_temp."@people" a JOIN platform.persons p USING (email_key)
                WHERE r."\(row[1] ?? "")" = a.person_id AND a.person_id <> p.id
                """)
        }
    }

    /// Lets unfinished work of the workspace begin anew.
    private func addJobs(_ number: Int64) throws {
        try connection.run(
            """
            INSERT INTO cell.jobs (id, tenant_number, kind, payload, unique_key, run_at,
                max_attempts, created_at)
            SELECT gen_random_uuid(), \(number), kind, payload, unique_key, run_at, max_attempts,
                created_at
            FROM pg_temp."@jobs"
            """)
    }

    private func setSequences(_ number: Int64) throws {
        try connection.run(
            """
            SELECT setval(to_regclass('t_\(number).' || quote_ident(name)), value)
            FROM pg_temp."@sequences"
            """)
    }
}
