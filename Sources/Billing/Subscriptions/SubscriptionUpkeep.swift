import Jobs
import Money
import Persistence
import Tenancy
import Values

/// What time does to subscriptions: periods end, renewals are drafted, and plans whose invoices
/// stay unpaid end (BL-24, BL-25).
///
/// Each workspace is a transaction of its own, which looks again at what it finds under its lock:
/// a run that was cut off goes on where it stopped, and two at once do nothing twice.
enum SubscriptionUpkeep {
    static let kind = JobKind("billing.subscriptions", timeout: .seconds(3_600))
    private static let batch = 200

    static func register(in handlers: inout JobHandlers) {
        handlers.repeatPlatformJob(kind, .every(.seconds(600))) { run in
            try await self.run(run.services, checkpoint: { try run.checkpoint() })
        }
    }

    /// Does what is due, in all workspaces or in one.
    static func run(
        _ services: LoopServices, only tenant: Int64? = nil, checkpoint: () throws -> Void = {}
    ) async throws {
        try await each(due, tenant, services, checkpoint) { tenant, transaction in
            try await SubscriptionTurn.turn(tenant, in: transaction, services)
        }
        try await each(ending, tenant, services, checkpoint) { tenant, transaction in
            try await Renewal.draft(tenant, forPresentPeriod: false, in: transaction, services)
        }
        try await each(unpaid, tenant, services, checkpoint) { tenant, transaction in
            try await fall(tenant, in: transaction, services)
        }
    }

    /// Workspaces whose period has ended.
    private static func due(_ today: CivilDate, _ last: Int64, _ only: Int64?) -> SQL {
        """
        SELECT s.tenant_number FROM platform.subscriptions s
        WHERE s.period_end <= \(today.description)::date AND s.tenant_number > \(last)
            AND (\(only) IS NULL OR s.tenant_number = \(only))
        ORDER BY s.tenant_number LIMIT \(batch)
        """
    }

    /// Workspaces whose next period wants its renewal.
    private static func ending(_ today: CivilDate, _ last: Int64, _ only: Int64?) -> SQL {
        """
        SELECT s.tenant_number
        FROM platform.subscriptions s JOIN cell.tenants c ON c.number = s.tenant_number
        WHERE s.plan <> 'FREE' AND s.period_end <= \(today.adding(days: 14).description)::date
            AND s.next_on IS DISTINCT FROM s.period_end AND c.state <> 'closed'
            AND s.tenant_number > \(last)
            AND (\(only) IS NULL OR s.tenant_number = \(only))
            AND NOT EXISTS (SELECT FROM platform.plan_orders o
                WHERE o.tenant_number = s.tenant_number AND o.period_start = s.period_end)
        ORDER BY s.tenant_number LIMIT \(batch)
        """
    }

    /// Workspaces with a plan whose invoice is unpaid for too long.
    private static func unpaid(_ today: CivilDate, _ last: Int64, _ only: Int64?) -> SQL {
        """
        SELECT DISTINCT o.tenant_number
        FROM platform.invoices i
        JOIN platform.plan_orders o ON o.order_id = i.order_id
        JOIN platform.subscriptions s ON s.tenant_number = o.tenant_number
        WHERE i.state = 'issued' AND i.due_date <= \(today.adding(days: -14).description)::date
            AND o.effective_at IS NOT NULL AND o.dropped_at IS NULL AND s.plan <> 'FREE'
            AND o.tenant_number > \(last)
            AND (\(only) IS NULL OR o.tenant_number = \(only))
        ORDER BY o.tenant_number LIMIT \(batch)
        """
    }

    /// One workspace's trouble does not keep the others waiting; it is reported at the end.
    private static func each(
        _ select: (CivilDate, Int64, Int64?) -> SQL, _ only: Int64?, _ services: LoopServices,
        _ checkpoint: () throws -> Void, _ body: (Int64, Transaction) async throws -> Void
    ) async throws {
        var last: Int64 = 0
        var failure: (any Error)?
        while true {
            let rows = try await services.database.read(
                select(services.clock.now.utcDate, last, only), in: .staff)
            let numbers = rows.map { $0.integer(0) }
            guard let final = numbers.last else { break }
            last = final
            for number in numbers {
                try checkpoint()
                do {
                    try await services.database.transaction(in: .staff) { transaction in
                        try await body(number, transaction)
                    }
                } catch {
                    failure = error
                }
            }
        }
        if let failure { throw failure }
    }

    private static func fall(
        _ tenant: Int64, in transaction: Transaction, _ services: LoopServices
    ) async throws {
        let rows = try await transaction.run(
            "SELECT plan, invoice FROM platform.fall_to_free(\(tenant), \(services.clock.now))")
        guard let row = rows.first else { return }
        transaction.atCommit(
            BillingNotice.enqueue(
                .fellToFree(plan: row.text(0), invoice: row.text(1)),
                key: "fell \(row.text(1))", to: tenant, services))
    }
}
