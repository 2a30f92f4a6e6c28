import Persistence
import Tenancy
import Values

/// What a paid order gives (BL-33, BL-22), exactly once (BL-85, BL-133).
///
/// `goods` of an order for AI credits is `{"credits": n}` with whatever else the pack says; that of
/// a plan is read by `platform.activate_plan_order`.
enum Goods {
    /// Grants the goods of a paid order, in the transaction that records its payment.
    ///
    /// Does nothing when they were granted before, or the workspace is no more.
    static func grant(
        _ order: ID, in transaction: Transaction, _ services: LoopServices
    ) async throws {
        let now = services.clock.now
        let rows = try await transaction.run(
            """
            UPDATE platform.orders o SET goods_granted_at = \(now)
            FROM cell.tenants t
            WHERE o.id = \(order) AND o.status = 'paid' AND o.goods_granted_at IS NULL
                AND t.number = o.tenant_number
            RETURNING o.kind, o.tenant_number, o.goods
            """)
        guard let row = rows.first, let kind = OrderKind(rawValue: row.text(0)) else { return }
        switch kind {
        case .aiCredits:
            guard let credits = row.json(2)["credits"]?.integerValue, credits > 0 else { return }
            try await transaction.run(
                """
                SELECT platform.grant_purchased_credits(\(order), \(row.integer(1)), \(credits),
                    \(now), \(services.newID()))
                """)
        case .plan: try await PlanOrder.activate(order, in: transaction, services)
        case .other: break
        }
    }
}
