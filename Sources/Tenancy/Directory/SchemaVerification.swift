import Persistence
import Values

/// Compares every tenant's schema with what the migrations would make today (design §8).
///
/// The reference is created by the same function that creates tenants, in a transaction that is
/// rolled back, and read from the same catalogues.
package struct SchemaVerification {
    /// How one tenant's schema differs.
    package struct Drift: Sendable, Equatable {
        package var slug: String
        package var number: Int64
        /// One phrase a difference, such as `missing column contacts.phone text`.
        package var differences: [String]
    }

    private let connection: SessionConnection

    /// - Parameter connection: As the owner of a migrated database.
    package init(_ connection: SessionConnection) {
        self.connection = connection
    }

    /// - Returns: The tenants that differ; those that wait to be migrated are left out.
    package func run() throws -> [Drift] {
        let directory = TenantDirectory(connection)
        let reference = try self.reference(directory)
        return try directory.list().compactMap { tenant in
            guard tenant.schemaVersion >= reference.version else { return nil }
            let found = try directory.transaction { try catalogue(of: tenant.number) }
            let differences = Self.compare(found, reference.catalogue)
            guard !differences.isEmpty else { return nil }
            return Drift(slug: tenant.slug, number: tenant.number, differences: differences)
        }
    }

    private struct Undo: Error {}

    private func reference(
        _ directory: TenantDirectory
    ) throws -> (version: Int, catalogue: [String: String]) {
        var result: (version: Int, catalogue: [String: String]) = (0, [:])
        do {
            try directory.transaction {
                var ids = IDGenerator()
                let id = ids.next(at: Instant.system)
                let number = try directory.create(
                    slug: "verify-" + id.description.suffix(12), name: "Reference", plan: "FREE",
                    id: id, now: Instant.system)
                let rows = try connection.rows(
                    "SELECT schema_version FROM cell.tenants WHERE number = $1", [String(number)])
                result = (Int(rows.first?[0] ?? "") ?? 0, try catalogue(of: number))
                throw Undo()
            }
        } catch is Undo {}
        return result
    }

    static func compare(
        _ found: [String: String], _ expected: [String: String]
    ) -> [String] {
        var differences: [String] = []
        for (name, definition) in expected {
            guard let actual = found[name] else {
                differences.append("missing \(name)")
                continue
            }
            if actual != definition {
                differences.append("changed \(name): \(actual) instead of \(definition)")
            }
        }
        for name in found.keys where expected[name] == nil { differences.append("added \(name)") }
        return differences.sorted()
    }

    /// Every object of a schema by kind and name, with its definition, free of the tenant's number.
    private func catalogue(of number: Int64) throws -> [String: String] {
        let schema = "t_\(number)"
        try connection.run("SET LOCAL search_path = \(schema)")
        let role = try connection.rows(
            "SELECT role_name FROM cell.tenants WHERE number = $1", [String(number)])
        var result: [String: String] = [:]
        for row in try connection.rows(
            Self.query, [schema, role.first?[0] ?? ""])
        {
            result[row[0] ?? ""] = row[1] ?? ""
        }
        return result
    }

    private static let query = """
        WITH relations AS (
            SELECT c.* FROM pg_class c WHERE c.relnamespace = to_regnamespace($1)
        )
        SELECT CASE c.relkind WHEN 'r' THEN 'table ' WHEN 'v' THEN 'view ' WHEN 'S' THEN 'sequence '
                ELSE 'relation ' END || c.relname,
            c.relkind::text || ' ' || coalesce(array_to_string(c.reloptions, ','), '') || ' '
                || coalesce(replace((SELECT string_agg(a::text, ',' ORDER BY a::text)
                    FROM unnest(c.relacl) a), $2, 'tenant_role'), '')
                || CASE WHEN c.relkind = 'v' THEN pg_get_viewdef(c.oid) ELSE '' END
        FROM relations c WHERE c.relkind NOT IN ('i', 'I', 't')
        UNION ALL
        SELECT 'column ' || c.relname || '.' || a.attname,
            format_type(a.atttypid, a.atttypmod)
                || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
                || ' ' || a.attgenerated::text || a.attidentity::text || a.attstorage::text || ' '
                || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
                || ' ' || a.attcollation::regcollation
        FROM relations c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relkind IN ('r', 'v', 'p')
        UNION ALL
        SELECT 'constraint ' || c.relname || '.' || k.conname, pg_get_constraintdef(k.oid)
        FROM relations c JOIN pg_constraint k ON k.conrelid = c.oid
        UNION ALL
        SELECT 'index ' || i.relname, replace(pg_get_indexdef(i.oid), $1 || '.', 'tenant.')
            || CASE WHEN x.indisvalid THEN '' ELSE ' invalid' END
        FROM relations i JOIN pg_index x ON x.indexrelid = i.oid
        UNION ALL
        SELECT 'trigger ' || c.relname || '.' || t.tgname,
            t.tgenabled::text || ' ' || replace(pg_get_triggerdef(t.oid), $1 || '.', 'tenant.')
        FROM relations c JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
        UNION ALL
        SELECT 'rule ' || c.relname || '.' || r.rulename,
            r.ev_enabled::text || r.ev_type::text || r.is_instead::text
        FROM relations c JOIN pg_rewrite r ON r.ev_class = c.oid AND c.relkind = 'r'
        UNION ALL
        SELECT 'function ' || p.oid::regprocedure,
            replace(pg_get_functiondef(p.oid), $1 || '.', 'tenant.')
        FROM pg_proc p WHERE p.pronamespace = to_regnamespace($1) AND p.prokind <> 'a'
        UNION ALL
        SELECT 'policy ' || c.relname || '.' || p.polname, pg_get_expr(p.polqual, p.polrelid)
        FROM relations c JOIN pg_policy p ON p.polrelid = c.oid
        UNION ALL
        SELECT 'type ' || t.typname, coalesce(
            (SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder)
            FROM pg_enum e WHERE e.enumtypid = t.oid), '')
        FROM pg_type t WHERE t.typnamespace = to_regnamespace($1) AND t.typtype IN ('d', 'e')
        """
}
