import Jobs
import Money
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
            let results = try await context.read(
                ["SELECT anchor::text, interval FROM platform.own_subscription"]
                    + LimitOverview.statements(at: context.now))
            let today = context.now.utcDate
            let period = results[0].first.flatMap { row in
                CivilDate(row.text(0)).map { anchor in
                    let interval = row.optionalText(1).flatMap(BillingInterval.init(rawValue:))
                    return BillingCycle(anchor: anchor, interval: interval ?? .monthly)
                        .period(containing: today).start.description
                }
            }
            try await context.transaction { transaction in
                for use in LimitOverview.uses(results.dropFirst()) {
                    // Contacts are counted by calendar month (billing rules §2.3).
                    let month = use.limit == .monthlyActiveContacts
                    notify(
                        of: use, in: month ? String(today.description.prefix(7)) : period ?? "",
                        context, transaction)
                }
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
