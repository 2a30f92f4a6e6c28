import Jobs
import Persistence
import Tenancy
import Values

/// What has to happen to wallets by itself.
///
/// Nothing depends on it being in time: whoever uses a wallet turns its month first, and sweeps its
/// holds before it is refused.
enum CreditUpkeep {
    /// Gives back what holds keep whose owner died.
    static let sweep = JobKind("credits.sweep")
    /// Lets included credits expire and arrive with each billing month (BL-34).
    static let months = JobKind("credits.months", timeout: .seconds(1_800))

    /// Wallets of one transaction.
    private static let batch = 100

    static func register(in handlers: inout JobHandlers) {
        handlers.handle(HoldSettling.kind, inTenant: HoldSettling.run)
        handlers.repeatPlatformJob(sweep, .every(.seconds(60))) { run in
            try await expireHolds(run.services, checkpoint: { try run.checkpoint() })
        }
        handlers.repeatPlatformJob(months, .every(.seconds(300))) { run in
            try await turnMonths(run.services, checkpoint: { try run.checkpoint() })
        }
    }

    static func expireHolds(
        _ services: LoopServices, checkpoint: () throws -> Void = {}
    ) async throws {
        try await forEachBatch(services, checkpoint) { last, now in
            """
            SELECT last, damaged
            FROM platform.expire_credit_holds(\(last), \(batch), \(now))
            """
        }
    }

    static func turnMonths(
        _ services: LoopServices, checkpoint: () throws -> Void = {}
    ) async throws {
        try await forEachBatch(services, checkpoint) { last, now in
            "SELECT last, damaged FROM platform.turn_credit_months(\(last), \(batch), \(now))"
        }
    }

    /// Runs a statement over all wallets in the order of their numbers.
    ///
    /// - Throws: ``JobFailure`` once all are served, if the books of some are damaged, so that an
    ///   operator hears of it: `courtyard ledger verify` says which.
    private static func forEachBatch(
        _ services: LoopServices, _ checkpoint: () throws -> Void,
        _ statement: (_ after: Int64, _ now: Instant) -> SQL
    ) async throws {
        var last: Int64 = 0
        var damaged: Int64 = 0
        while true {
            try checkpoint()
            let results = try await services.database.write(
                [statement(last, services.clock.now)], in: .staff)
            guard let row = results.first?.first, let reached = row.optionalInteger(0) else {
                break
            }
            last = reached
            damaged += row.integer(1)
        }
        if damaged > 0 { throw JobFailure.temporary("damaged_ledger") }
    }
}
