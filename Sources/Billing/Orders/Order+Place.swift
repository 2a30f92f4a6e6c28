import Money
import Persistence
import Tenancy
import Values

extension Order {
    /// An order that was placed.
    struct Placed: Sendable {
        var id: ID
        /// Such as `ORD-2026-000001`.
        var number: String
        /// Before tax, in minor units.
        var amount: Int64
        /// False when the order of the draft's unique key was there already.
        var isNew: Bool
    }

    /// Places an order of the workspace, in the transaction that asks for it.
    ///
    /// Its number is taken here and held until the transaction ends, so place the order last.
    static func place(
        _ draft: OrderDraft, in transaction: TenantTransaction, of context: TenantContext
    ) async throws -> Placed {
        let (id, amount) = (context.newID(), try draft.amount())
        let rows = try await transaction.run(
            """
            INSERT INTO platform.own_orders (id, tenant_number, kind, currency, amount, lines,
                goods, unique_key, created_at)
            VALUES (\(id), \(context.tenant.number), \(draft.kind.rawValue),
                \(draft.currency.code), \(amount), \(draft.linesJSON), \(draft.goods),
                \(draft.uniqueKey), \(context.now))
            RETURNING number
            """)
        return Placed(id: id, number: rows[0].text(0), amount: amount, isNew: true)
    }

    /// Places an order for a workspace, in a transaction of the staff's role.
    ///
    /// An order of nothing is paid at once, and its goods are granted. The number is held until the
    /// transaction ends, so place the order late.
    static func place(
        _ draft: OrderDraft, for tenant: Int64, in transaction: Transaction,
        _ services: LoopServices
    ) async throws -> Placed {
        if let key = draft.uniqueKey, let present = try await find(key, in: transaction) {
            return present
        }
        let (id, amount, now) = (services.newID(), try draft.amount(), services.clock.now)
        let rows = try await transaction.run(
            """
            INSERT INTO platform.orders (id, tenant_number, kind, currency, amount, lines, goods,
                unique_key, created_at)
            VALUES (\(id), \(tenant), \(draft.kind.rawValue), \(draft.currency.code), \(amount),
                \(draft.linesJSON), \(draft.goods), \(draft.uniqueKey), \(now))
            RETURNING number
            """)
        if amount == 0 {
            try await transaction.run(
                """
                UPDATE platform.orders SET status = 'paid', paid_at = \(now) WHERE id = \(id)
                """)
            try await Goods.grant(id, in: transaction, services)
        }
        return Placed(id: id, number: rows[0].text(0), amount: amount, isNew: true)
    }

    private static func find(_ key: String, in transaction: Transaction) async throws -> Placed? {
        let rows = try await transaction.run(
            "SELECT id, number, amount FROM platform.orders WHERE unique_key = \(key)")
        return rows.first.map {
            Placed(id: $0.id(0), number: $0.text(1), amount: $0.integer(2), isNew: false)
        }
    }
}
