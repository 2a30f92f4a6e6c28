import Money
import Persistence
import Tenancy
import Values

/// The end of a period and the beginning of the next (BL-24, BL-25).
enum SubscriptionTurn {
    /// Ends every period of the workspace whose time has come, one after the other, also when a
    /// clock has moved over several, and drafts what is to be paid for the new ones.
    static func turn(
        _ tenant: Int64, in transaction: Transaction, _ services: LoopServices
    ) async throws {
        while true {
            let row = try await transaction.run(
                """
                SELECT outcome, old_plan, new_plan, over
                FROM platform.turn_subscription(\(tenant), \(services.clock.now))
                """)[0]
            let outcome = row.text(0)
            guard outcome != "none" else { return }
            try await tell(outcome, row, tenant, in: transaction, services)
            try await Renewal.draft(
                tenant, forPresentPeriod: true, in: transaction, services)
        }
    }

    private static func tell(
        _ outcome: String, _ row: Row, _ tenant: Int64, in transaction: Transaction,
        _ services: LoopServices
    ) async throws {
        let (old, new) = (row.text(1), row.text(2))
        switch outcome {
        case "changed" where old != new, "ended":
            transaction.atCommit(
                BillingNotice.enqueue(
                    .planChanged(from: old, to: new), key: "plan \(services.newID())", to: tenant,
                    services))
        case "refused":
            let over = (row.json(3).objectValue ?? []).compactMap { PlanLimit(rawValue: $0.name) }
            transaction.atCommit(
                BillingNotice.enqueue(
                    .downgradeImpossible(plan: new, renewed: old, over: over),
                    key: "downgrade \(services.newID())", to: tenant, services))
        default: break
        }
    }
}
