import Jobs
import Persistence
import Tenancy
import Values

/// Tells whoever reads billing when four fifths of a limit are in use, and when all of it is, once
/// for each limit and period (BL-14).
///
/// The job is queued by cell.watch_own_limits, in the transaction that brings a limit so far, and
/// counts again, since more may have been created or removed by the time it runs.
enum LimitWatch {
    /// As sql/platform names it.
    static let kind = JobKind("billing.limits")

    static func register(in handlers: inout JobHandlers) {
        handlers.handle(kind) { (context: TenantContext, run: JobRun) in
            let uses = try await LimitOverview.read(in: context)
            let period = context.now.utcDate.description.prefix(7)
            try await context.transaction { transaction in
                for use in uses { notify(of: use, in: String(period), context, transaction) }
                try await run.finish(in: transaction)
            }
            return .finished
        }
    }

    private static func notify(
        of use: LimitUse, in period: String, _ context: TenantContext,
        _ transaction: TenantTransaction
    ) {
        guard use.used > 0, let allowed = use.allowed, 5 * use.used >= 4 * allowed else { return }
        let percent = use.used >= allowed ? 100 : 80
        transaction.atCommit(
            BillingNotice.enqueue(
                .limit(use.limit, percent: percent, used: use.used, allowed: allowed),
                key: "limit \(use.limit.rawValue) \(percent) \(period)", in: context))
    }
}

/// What the workspace uses of each limit at this moment, counted (BL-15).
enum LimitOverview {
    /// In the order of ``PlanLimit``, in one round trip.
    static func read(in context: TenantContext) async throws -> [LimitUse] {
        let now = context.now
        let results = try await context.read(
            ["SELECT key, allowed FROM tenant.limits"]
                + PlanLimit.allCases.map { $0.usage(at: now) })
        var allowed: [String: Int64?] = [:]
        for row in results[0].map({ $0 }) { allowed[row.text(0)] = row.optionalInteger(1) }
        return zip(PlanLimit.allCases, results.dropFirst()).map { limit, rows in
            LimitUse(
                limit, allowed: allowed[limit.rawValue] ?? 0, used: rows.first?.integer(0) ?? 0)
        }
    }
}
