import Money
import Persistence
import Tenancy
import Values

/// What the next period of a paid plan costs, drafted 14 days before it begins (BL-25).
enum Renewal {
    /// Drafts order and invoice for the period after the present one, or for the present one if it
    /// has begun without; once for each, however many workers try (billing rules §5.6).
    @discardableResult
    static func draft(
        _ tenant: Int64, forPresentPeriod: Bool, in transaction: Transaction,
        _ services: LoopServices
    ) async throws -> Bool {
        let now = services.clock.now
        let id = services.newID()
        let rows = try await transaction.run(
            """
            INSERT INTO platform.plan_orders (id, tenant_number, kind, plan, version, interval,
                price, period_start, period_end, created_at)
            SELECT \(id), s.tenant_number, 'renewal', s.plan,
                CASE WHEN \(forPresentPeriod) THEN s.version ELSE c.version END, s.interval,
                CASE WHEN \(forPresentPeriod) THEN s.price
                    WHEN s.interval = 'annual' THEN c.annual_price ELSE c.monthly_price END,
                p.starts, p.ends, \(now)
            FROM platform.lock_subscription(\(tenant)) s
            JOIN platform.plan_catalogue c ON c.plan = s.plan
            CROSS JOIN LATERAL platform.period_at(s.anchor,
                CASE s.interval WHEN 'annual' THEN 12 ELSE 1 END,
                CASE WHEN \(forPresentPeriod) THEN s.period_start ELSE s.period_end END) p
            WHERE s.plan <> 'FREE'
                AND (\(forPresentPeriod) OR s.next_on IS DISTINCT FROM s.period_end)
            ON CONFLICT (tenant_number, period_start) DO NOTHING
            RETURNING plan, price, period_start::text, period_end::text, interval, version
            """)
        guard let row = rows.first, let plan = Plan(rawValue: row.text(0)),
            let start = CivilDate(row.text(2)), let end = CivilDate(row.text(3))
        else { return false }
        if forPresentPeriod {
            try await transaction.run(
                "UPDATE platform.plan_orders SET effective_at = \(now) WHERE id = \(id)")
        }
        guard row.integer(1) > 0 else { return true }
        try await place(
            id, plan, price: row.integer(1), BillingPeriod(start: start, end: end),
            version: row.integer(5), of: tenant, in: transaction, services)
        return true
    }

    private static func place(
        _ id: ID, _ plan: Plan, price: Int64, _ period: BillingPeriod, version: Int64,
        of tenant: Int64, in transaction: Transaction, _ services: LoopServices
    ) async throws {
        let text = try await PlanLineText(of: tenant, in: transaction)
        let rows = try await transaction.run(
            """
            SELECT currency FROM platform.plan_versions
            WHERE plan = \(plan.rawValue) AND version = \(version)
            """)
        guard let currency = Currency(rows[0].text(0)) else { throw PlanFault.noOffer }
        let order = try await Order.place(
            OrderDraft(
                kind: .plan, currency: currency,
                lines: [.init(text: text.renewal(plan, period), quantity: 1, unitPrice: price)],
                goods: [
                    "plan": .string(plan.rawValue),
                    "period_start": .string(period.start.description),
                ], uniqueKey: "renewal \(id)"), for: tenant, in: transaction, services)
        try await transaction.run(
            "UPDATE platform.plan_orders SET order_id = \(order.id) WHERE id = \(id)")
        _ = try await InvoiceDraft.create(fromOrder: order.id, in: transaction, services)
    }
}
