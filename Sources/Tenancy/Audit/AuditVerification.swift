import CLinux
import Persistence
import Values

/// Verifies, exports and prunes audit logs over the owner's connection.
package struct AuditVerification {
    /// A log: one workspace's, or the platform's own.
    package struct Log: Sendable, Equatable {
        /// 0 for the platform.
        package var number: Int64
        package var slug: String
        package var name: String
        package var id: String

        package static let platform = Log(
            number: 0, slug: "platform", name: "Courtyard", id: "")
        var schema: String { number == 0 ? "platform" : "t_\(number)" }
    }

    private static let batch = 2_000
    private let connection: SessionConnection
    private var directory: TenantDirectory { TenantDirectory(connection) }

    package init(_ connection: SessionConnection) {
        self.connection = connection
    }

    /// Every log whose schema has a chain.
    package func logs() throws -> [Log] {
        try directory.list().map(Self.log).filter { try hasChain($0) }
            + (hasChain(.platform) ? [.platform] : [])
    }

    /// - Throws: ``TenantDirectory/Refusal`` when no workspace has the slug.
    package func log(of slug: String) throws -> Log {
        slug == Log.platform.slug ? .platform : Self.log(try directory.find(slug))
    }

    private static func log(_ tenant: TenantDirectory.Entry) -> Log {
        Log(number: tenant.number, slug: tenant.slug, name: tenant.name, id: tenant.id)
    }

    private func hasChain(_ log: Log) throws -> Bool {
        try connection.rows("SELECT to_regclass($1)", ["\(log.schema).audit_chain"])[0][0] != nil
    }

    // MARK: Reading

    /// How far the log's chain has come.
    package func head(of log: Log) throws -> AuditHead {
        let rows = try connection.rows(
            "SELECT chain_id, position, encode(hash, 'hex') FROM \(log.schema).audit_chain")
        guard let row = rows.first, let chain = row[0],
            let position = row[1].flatMap({ Int64($0) }),
            let hash = row[2].flatMap({ Hex.decode($0) })
        else { throw TenantDirectory.Refusal("The chain of “\(log.slug)” has no head.") }
        return AuditHead(chain: chain, position: position, hash: hash)
    }

    /// Follows the chain from its beginning, in one snapshot, while others go on writing.
    package func verify(_ log: Log, heads: [AuditHead] = []) throws -> AuditReport {
        try directory.transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") {
            let head = try head(of: log)
            var check = AuditChainCheck(chain: head.chain, heads: heads)
            try forEachSeal(of: log) { check.add($0) }
            let findings = check.finish(at: head)
            let strays = try strays(of: log)
            return AuditReport(
                log: log.slug, head: head, sealed: check.count, waiting: strays.waiting,
                findings: findings + strays.findings)
        }
    }

    /// Entries beside the chain: those that wait, those that were put in past the sealer, and those
    /// that were gone before it came.
    private func strays(of log: Log) throws -> (waiting: Int64, findings: [String]) {
        let number = String(log.number)
        let rows = try connection.rows(
            """
            SELECT e.id, q.event_id IS NOT NULL
            FROM \(log.schema).audit_events e
            LEFT JOIN cell.audit_queue q ON q.log = $1 AND q.event_id = e.id
            WHERE NOT EXISTS (SELECT FROM \(log.schema).audit_seals s WHERE s.event_id = e.id)
            ORDER BY e.created_at, e.id
            """, [number])
        let added = rows.filter { $0[1] == "f" }.map {
            "entry \($0[0] ?? "") is not in the chain: it was put in past the sealer, or its "
                + "seal was removed"
        }
        let lost = try connection.rows(
            """
            SELECT q.event_id FROM cell.audit_queue q
            WHERE q.log = $1
                AND NOT EXISTS (SELECT FROM \(log.schema).audit_events e WHERE e.id = q.event_id)
            """, [number]
        ).map { "entry \($0[0] ?? "") was removed before it was sealed" }
        return (Int64(rows.count - added.count), added + lost)
    }

    private func forEachSeal(of log: Log, _ visit: (AuditSeal) throws -> Void) throws {
        var last: Int64 = 0
        while true {
            let rows = try connection.rows(
                """
                SELECT s.position, s.event_id, encode(s.digest, 'hex'), encode(s.hash, 'hex'),
                    cell.audit_instant(e.created_at), e.actor_kind, e.actor_id, e.actor_name,
                    e.action, e.target_kind, e.target_id, e.details::text, e.request_id, e.address
                FROM \(log.schema).audit_seals s
                LEFT JOIN \(log.schema).audit_events e ON e.id = s.event_id
                WHERE s.position > $1
                ORDER BY s.position
                LIMIT \(Self.batch)
                """, [String(last)])
            for row in rows {
                let seal = Self.seal(row)
                try visit(seal)
                last = seal.position
            }
            guard rows.count == Self.batch else { return }
        }
    }

    private static func seal(_ row: [String?]) -> AuditSeal {
        func text(_ column: Int) -> String { row[column] ?? "" }
        var seal = AuditSeal(
            position: Int64(text(0)) ?? 0, eventID: text(1), digest: Hex.decode(text(2)) ?? [],
            hash: Hex.decode(text(3)) ?? [])
        guard let createdAt = row[4] else { return seal }
        seal.entry = AuditEntry(
            id: text(1), createdAt: createdAt, actorKind: text(5), actorID: row[6],
            actorName: text(7), action: text(8), targetKind: text(9), targetID: row[10],
            details: text(11), requestID: text(12), address: text(13))
        return seal
    }

    // MARK: Export

    /// Writes the chain as it is now to a new file that only its owner may read.
    ///
    /// - Throws: ``TenantDirectory/Refusal`` when the file exists or cannot be written.
    /// - Returns: The head that the file ends with.
    package func export(_ log: Log, to path: String) throws -> AuditHead {
        let descriptor = courtyard_create_private(path)
        guard descriptor >= 0, let file = fdopen(descriptor, "w") else {
            throw Self.failure(path)
        }
        defer { fclose(file) }
        func put(_ bytes: [UInt8]) throws {
            guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
                throw Self.failure(path)
            }
        }
        return try directory.transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") {
            let head = try head(of: log)
            try put(
                AuditFile.header(
                    chain: head.chain,
                    workspace: [
                        "id": .string(log.id), "slug": .string(log.slug), "name": .string(log.name),
                    ]))
            try forEachSeal(of: log) { try put(AuditFile.line($0)) }
            try put(AuditFile.footer(head))
            guard fflush(file) == 0, fsync(fileno(file)) == 0 else { throw Self.failure(path) }
            return head
        }
    }

    private static func failure(_ path: String) -> TenantDirectory.Refusal {
        TenantDirectory.Refusal(
            "\(path) cannot be written: \(String(cString: strerror(courtyard_errno()))).")
    }

    // MARK: Pruning

    /// Removes the oldest entries that are sealed, and writes that down as an entry of the log; the
    /// seals stay, so that the chain still holds.
    ///
    /// - Returns: How many entries are gone.
    package func prune(_ log: Log, before limit: Instant, id: ID, now: Instant) throws -> Int {
        try directory.transaction {
            // The chain's row keeps the sealer out until this is done.
            try connection.rows("SELECT 1 FROM \(log.schema).audit_chain FOR UPDATE")
            let through =
                try connection.rows(
                    """
                    SELECT coalesce(min(s.position) - 1,
                        (SELECT max(position) FROM \(log.schema).audit_seals), 0)
                    FROM \(log.schema).audit_seals s
                    JOIN \(log.schema).audit_events e ON e.id = s.event_id
                    WHERE e.created_at >= $1
                    """, [limit.description])[0][0] ?? "0"
            let gone = try connection.rows(
                """
                DELETE FROM \(log.schema).audit_events e
                USING \(log.schema).audit_seals s
                WHERE s.event_id = e.id AND s.position <= $1
                RETURNING e.id
                """, [through])
            guard !gone.isEmpty else { return 0 }
            try connection.rows(
                """
                INSERT INTO \(log.schema).audit_events
                    (id, created_at, actor_kind, actor_id, actor_name, action, target_kind,
                    target_id, details, request_id, address)
                VALUES ($1, $2, 'operator', NULL, 'Operator', $3, 'audit_log', NULL,
                    jsonb_build_object('through_position', $4::bigint, 'entries', $5::bigint,
                        'before', $6::text), 'courtyard audit', '')
                """,
                [
                    id.description, now.description, AuditChainCheck.pruneAction, through,
                    String(gone.count), limit.description,
                ])
            return gone.count
        }
    }
}
