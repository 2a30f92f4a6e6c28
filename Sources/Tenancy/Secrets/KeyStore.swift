import Crypto
import Persistence
import Values

/// The wrapped data keys of an installation as an operator handles them, over a blocking connection
/// as the owner of the database.
package struct KeyStore {
    /// How many data keys a key of the ring wraps.
    package struct Use: Sendable, Equatable {
        package var ringKey: UInt32
        package var dataKeys: Int
    }

    /// What a rotation has done.
    package struct Rotation: Sendable, Equatable {
        package var rewrapped = 0
        /// A sentence for each data key that could not be opened.
        package var failures: [String] = []
    }

    private static let batch = 500

    private let connection: SessionConnection
    private let ring: KeyRing

    package init(_ connection: SessionConnection, ring: KeyRing) {
        self.connection = connection
        self.ring = ring
    }

    /// Every key of the ring, and every other that still wraps something, by id.
    package func status() throws -> [Use] {
        let rows = try connection.rows(
            """
            SELECT ring_key, count(*) FROM (
                SELECT ring_key FROM cell.data_keys UNION ALL
                SELECT ring_key FROM platform.data_keys) k
            GROUP BY ring_key
            """)
        var counts: [UInt32: Int] = [:]
        for id in ring.ids { counts[id] = 0 }
        for row in rows { counts[UInt32(row[0] ?? "") ?? 0] = Int(row[1] ?? "") ?? 0 }
        return counts.map { Use(ringKey: $0.key, dataKeys: $0.value) }
            .sorted { $0.ringKey < $1.ringKey }
    }

    /// Wraps every data key anew that is not under the ring's current key.
    ///
    /// The keys themselves stay, so running servers notice nothing. Each batch is one transaction:
    /// after an interruption the next run goes on with the rest.
    package func rotate() throws -> Rotation {
        var rotation = Rotation()
        var after = (tenant: "0", number: "0")
        while true {
            let rows = try connection.rows(
                """
                SELECT d.tenant_number, d.number, encode(d.wrapped, 'hex'), t.id
                FROM cell.data_keys d JOIN cell.tenants t ON t.number = d.tenant_number
                WHERE d.ring_key <> $1 AND (d.tenant_number, d.number) > ($2::bigint, $3::bigint)
                ORDER BY d.tenant_number, d.number LIMIT \(Self.batch)
                """, [String(ring.current), after.tenant, after.number])
            guard let last = rows.last else { break }
            after = (last[0] ?? "", last[1] ?? "")
            try rewrap(rows, &rotation)
        }
        let rows = try connection.rows(
            """
            SELECT NULL, number, encode(wrapped, 'hex'), NULL FROM platform.data_keys
            WHERE ring_key <> $1
            """, [String(ring.current)])
        try rewrap(rows, &rotation)
        return rotation
    }

    /// Rows of tenant number, key number, wrapped key and tenant id; all of tenants or all of the
    /// platform.
    private func rewrap(_ rows: [[String?]], _ rotation: inout Rotation) throws {
        var (tenants, numbers, keys): ([String], [String], [String]) = ([], [], [])
        for row in rows {
            let number = UInt32(row[1] ?? "") ?? 0
            let owner = row[3].flatMap { ID($0) }.map { DataKeyOwner.tenant($0) } ?? .platform
            do {
                let key = try ring.unwrap(
                    Hex.decode(row[2] ?? "") ?? [], of: owner, number: number)
                keys.append(Hex.encode(ring.wrap(key, of: owner, number: number).bytes))
            } catch {
                let name = row[0].map { "workspace number \($0)" } ?? "the platform"
                rotation.failures.append("data key \(number) of \(name): \(Self.reason(error))")
                continue
            }
            if let tenant = row[0] { tenants.append(tenant) }
            numbers.append(row[1] ?? "")
        }
        guard !keys.isEmpty else { return }
        let changed =
            tenants.isEmpty
            ? try connection.rows(
                """
                UPDATE platform.data_keys d SET ring_key = $1, wrapped = decode(n.wrapped, 'hex')
                FROM unnest($2::bigint[], $3::text[]) AS n (number, wrapped)
                WHERE d.number = n.number RETURNING d.number
                """, [String(ring.current), Self.array(numbers), Self.array(keys)])
            : try connection.rows(
                """
                UPDATE cell.data_keys d SET ring_key = $1, wrapped = decode(n.wrapped, 'hex')
                FROM unnest($2::bigint[], $3::bigint[], $4::text[]) AS n (tenant, number, wrapped)
                WHERE d.tenant_number = n.tenant AND d.number = n.number RETURNING d.number
                """,
                [
                    String(ring.current), Self.array(tenants), Self.array(numbers),
                    Self.array(keys),
                ])
        rotation.rewrapped += changed.count
    }

    /// Gives every tenant and the platform a further data key, which seals from then on; what is
    /// sealed already stays readable.
    ///
    /// Running servers use the new keys within five minutes, and open with them at once.
    ///
    /// - Returns: How many were made.
    package func renew(now: Instant) throws -> Int {
        let owners = try connection.rows(
            """
            SELECT t.number, t.id, coalesce(max(d.number), 0) + 1
            FROM cell.tenants t LEFT JOIN cell.data_keys d ON d.tenant_number = t.number
            GROUP BY t.number, t.id
            UNION ALL
            SELECT NULL, NULL, coalesce(max(number), 0) + 1 FROM platform.data_keys
            """)
        var made = 0
        for row in owners {
            let number = UInt32(row[2] ?? "") ?? 0
            let owner = row[1].flatMap { ID($0) }.map { DataKeyOwner.tenant($0) } ?? .platform
            let wrapped = ring.wrap(.random(), of: owner, number: number)
            let values = [
                String(number), String(ring.current), Hex.encode(wrapped.bytes), now.description,
            ]
            // A tenant may have been erased meanwhile, or another operator been faster.
            let added =
                row[0] == nil
                ? try connection.rows(
                    """
                    INSERT INTO platform.data_keys (number, ring_key, wrapped, created_at)
                    VALUES ($1, $2, decode($3, 'hex'), $4) ON CONFLICT DO NOTHING RETURNING number
                    """, values)
                : try connection.rows(
                    """
                    INSERT INTO cell.data_keys
                        (tenant_number, number, ring_key, wrapped, created_at)
                    SELECT t.number, $1, $2, decode($3, 'hex'), $4 FROM cell.tenants t
                    WHERE t.number = $5 ON CONFLICT DO NOTHING RETURNING number
                    """, values + [row[0]])
            made += added.count
        }
        return made
    }

    private static func reason(_ error: any Error) -> String {
        error is SealedBox.Unreadable
            ? "it was altered or belongs to another" : String(describing: error)
    }

    private static func array(_ elements: [String]) -> String {
        "{" + elements.joined(separator: ",") + "}"
    }
}
