import Crypto
import Persistence
import Values

/// Seals the secrets of an imported workspace anew: those in the archive are bound to the workspace
/// it was made from and stand under that one's data keys, which the archive holds wrapped.
struct Resealing {
    private let connection: SessionConnection
    private let ring: KeyRing?
    private let number: Int64
    private let id: ID

    init(_ connection: SessionConnection, ring: KeyRing?, number: Int64, id: ID) {
        self.connection = connection
        self.ring = ring
        self.number = number
        self.id = id
    }

    /// - Throws: ``TenantDirectory/Refusal`` when the ring has not the keys that open the secrets.
    func run() throws {
        for (table, column, key) in try columns() {
            let rows = try connection.rows(
                """
                SELECT \(key), encode("\(column)", 'hex') FROM t_\(number)."\(table)"
                WHERE "\(column)" IS NOT NULL
                """)
            guard !rows.isEmpty else { continue }
            let (old, new) = try (oldKeys(), newKeys())
            let place = SealedColumn(table, column)
            for row in rows {
                let (name, value) = (row[0] ?? "", Hex.decode(row[1] ?? "") ?? [])
                guard let plain = try? old.open(value, place, row: name) else {
                    throw TenantDirectory.Refusal(
                        "A secret of the archive in \(table).\(column) cannot be opened.")
                }
                try connection.rows(
                    """
                    UPDATE t_\(number)."\(table)" SET "\(column)" = decode($2, 'hex')
                    WHERE \(key) = $1
                    """, [name, Hex.encode(new.seal(plain, place, row: name))])
            }
        }
    }

    /// Table, column, and an expression for the text of the primary key.
    private func columns() throws -> [(table: String, column: String, key: String)] {
        try connection.rows(
            """
            SELECT c.relname, a.attname, (
                SELECT string_agg(format('%I::text', k.attname), ' || ''/'' || ' ORDER BY k.attnum)
                FROM pg_index i
                JOIN pg_attribute k ON k.attrelid = i.indrelid AND k.attnum = ANY (i.indkey)
                WHERE i.indrelid = c.oid AND i.indisprimary)
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
            WHERE c.relnamespace = to_regnamespace($1) AND c.relkind = 'r'
                AND a.atttypid = 'cell.sealed'::regtype
            ORDER BY 1, 2
            """, ["t_\(number)"]
        ).map { ($0[0] ?? "", $0[1] ?? "", $0[2] ?? "") }
    }

    private func oldKeys() throws -> DataKeys {
        let rows = try connection.rows(
            "SELECT tenant_id, number, encode(wrapped, 'hex') FROM pg_temp.\"@keys\"")
        guard let owner = rows.first?[0].flatMap({ ID($0) }) else {
            throw TenantDirectory.Refusal("The archive has secrets and not the keys to them.")
        }
        return try keys(of: owner, rows.map { ($0[1], $0[2]) })
    }

    private func newKeys() throws -> DataKeys {
        try keys(
            of: id,
            connection.rows(
                """
                SELECT number, encode(wrapped, 'hex') FROM cell.data_keys WHERE tenant_number = $1
                """,
                [String(number)]
            ).map { ($0[0], $0[1]) })
    }

    private func keys(
        of owner: ID, _ rows: [(number: String?, wrapped: String?)]
    ) throws -> DataKeys {
        guard let ring else {
            throw TenantDirectory.Refusal("The archive has secrets; a key ring is needed.")
        }
        var keys = DataKeys(of: .tenant(owner))
        for row in rows {
            let number = UInt32(row.number ?? "") ?? 0
            do {
                let wrapped = Hex.decode(row.wrapped ?? "") ?? []
                keys.add(
                    try ring.unwrap(wrapped, of: .tenant(owner), number: number), number: number)
            } catch let error as KeyRing.UnknownKey {
                throw TenantDirectory.Refusal(
                    "The archive's secrets are wrapped under key \(error.id), which is not in the "
                        + "key ring; add it there and import again.")
            } catch {
                throw TenantDirectory.Refusal("A key in the archive cannot be opened.")
            }
        }
        return keys
    }
}
