import Persistence
import Tenancy
import Values

/// Seals new audit entries into the chain of their log (docs/audit.md).
///
/// Sealers may run on several processes: those of one log wait for each other, and nobody who
/// writes an entry waits for any of them.
package enum AuditSealing {
    static let kind = JobKind("audit.seal", timeout: .seconds(900))
    static let interval: Duration = .seconds(60)
    private static let batch = 500

    /// A log that has grown, for whoever keeps heads elsewhere.
    package struct Progress: Sendable {
        /// The tenant's number; 0 is the platform's own log.
        package let log: Int64
        package let head: AuditHead
    }

    /// Seals what waits in every log; one log's trouble does not keep the others waiting.
    package static func sealAll(
        _ services: LoopServices, checkpoint: () throws -> Void = {},
        report: (Progress) -> Void
    ) async throws {
        // A schema that waits to be migrated may have no chain yet.
        let logs: Rows = try await services.database.read(
            """
            SELECT q.log FROM (SELECT DISTINCT log FROM cell.audit_queue) q
            WHERE q.log = 0 OR EXISTS (
                SELECT FROM cell.tenants t
                WHERE t.number = q.log
                    AND t.schema_version >= \(services.settings.schemaVersion))
            ORDER BY q.log
            """, in: .worker)
        var failure: (any Error)?
        for index in 0..<logs.count {
            do {
                let log = logs[index].integer(0)
                if let head = try await seal(log, services, checkpoint: checkpoint) {
                    report(Progress(log: log, head: head))
                }
            } catch let error as DatabaseError {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    /// Seals what waits in one log.
    ///
    /// - Returns: The new head; nil if nothing waited.
    @discardableResult
    package static func seal(
        _ log: Int64, _ services: LoopServices, checkpoint: () throws -> Void = {}
    ) async throws -> AuditHead? {
        var head: AuditHead?
        while true {
            try checkpoint()
            let results = try await services.database.write(
                [
                    """
                    SELECT taken, sealed, chain, head_position, head_hash
                    FROM cell.seal_audit(\(log), \(batch)::integer, \(services.clock.now))
                    """
                ], in: .worker)
            guard let row = results.first?.first else { return head }
            if row.integer(1) > 0 {
                head = AuditHead(
                    chain: row.id(2).description, position: row.integer(3),
                    hash: row.bytes(4).map { [UInt8]($0) } ?? [])
            }
            guard row.integer(0) == Int64(batch) else { return head }
        }
    }
}

extension JobHandlers {
    /// Registers the sealer that every installation needs; `report` is told of every log that grew.
    package mutating func sealAuditLogs(
        report: @escaping @Sendable (AuditSealing.Progress) -> Void
    ) {
        repeatPlatformJob(AuditSealing.kind, .every(AuditSealing.interval)) { run in
            try await AuditSealing.sealAll(
                run.services, checkpoint: { try run.checkpoint() }, report: report)
        }
    }
}
