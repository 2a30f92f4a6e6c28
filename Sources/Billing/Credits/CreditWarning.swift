import Persistence
import Tenancy

/// Tells holders of `billing.read` that credits run short, once a month each (BL-37).
enum CreditWarning: Int64, Sendable {
    /// A fifth or less is left of what the month has brought.
    case low = 1
    case exhausted = 2

    /// Queues the warning and notes that the month has had it, or neither.
    ///
    /// When it fails the next settlement tries again.
    static func send(
        _ warning: CreditWarning, to tenant: TenantReference, _ services: LoopServices
    ) async {
        let context = TenantContext(tenant: tenant, job: "credits.warning", services: services)
        _ = try? await context.transaction { transaction in
            let results = try await transaction.run([
                """
                SELECT platform.note_credit_warning(\(warning.rawValue)::smallint, \(context.now))
                """,
                """
                SELECT period::text, included - included_held + bought - bought_held
                FROM platform.own_credits(\(context.now))
                """,
            ])
            guard results[0].first?.bool(0) == true, let row = results[1].first else { return }
            let (month, available) = (row.text(0), row.integer(1))
            transaction.atCommit(
                warning == .low
                    ? BillingNotice.enqueue(
                        .creditsLow(available: available), key: "credits low \(month)",
                        in: context)
                    : BillingNotice.enqueue(
                        .creditsExhausted, key: "credits exhausted \(month)", in: context))
        }
    }
}
