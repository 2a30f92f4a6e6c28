import HTTP
import Money
import Persistence
import Tenancy
import Values

/// What an approved request does: an order that changes the plan when it is paid, a change at once
/// that costs nothing, or one that waits for the period's end (billing rules §3).
struct PlanChange {
    private let request: UndecidedRequest
    private let present: Subscription
    private let offer: PlanOffer
    private let transaction: Transaction
    private let services: LoopServices

    /// What became of it.
    enum Outcome: Sendable {
        case ordered(ID, amount: Int64, currency: Currency, isActive: Bool)
        case done
        case scheduled(on: CivilDate)
    }

    /// - Throws: ``Problem`` `plan_unchanged` when the workspace has come to the plan meanwhile.
    init(
        _ request: UndecidedRequest, in transaction: Transaction, _ services: LoopServices
    ) async throws {
        // A period whose time has come is turned first, so that days are counted in the right one.
        try await SubscriptionTurn.turn(request.workspace.number, in: transaction, services)
        let present = try await Subscription.lock(request.workspace.number, in: transaction)
        guard (request.plan, request.interval) != (present.plan, present.interval) else {
            throw Problem(.planUnchanged)
        }
        self.request = request
        self.present = present
        self.transaction = transaction
        self.services = services
        offer = try await PlanOffer.find(request.plan, in: transaction)
    }

    private var today: CivilDate { services.clock.now.utcDate }

    func carryOut(activatesNow: Bool, by staff: ID?) async throws -> Outcome {
        guard let interval = request.interval, request.plan >= present.plan else {
            return try await schedule()
        }
        let lines = try await lines(interval)
        let amount = lines.reduce(Int64(0)) { $0 + $1.unitPrice }
        // What would give money back waits for the period's end, like a smaller plan (§3.2).
        if amount < 0 { return try await schedule() }
        guard amount > 0 else { return try await activateForNothing(interval) }
        let id = services.newID()
        try await transaction.run(
            """
            INSERT INTO platform.plan_orders (id, tenant_number, kind, plan, version, interval,
                price, created_at)
            VALUES (\(id), \(present.tenant), 'change', \(offer.plan.rawValue),
                \(offer.version)::integer, \(interval.rawValue), \(offer.price(interval)),
                \(services.clock.now))
            """)
        let order = try await Order.place(
            OrderDraft(
                kind: .plan, currency: offer.currency, lines: lines,
                goods: [
                    "plan": .string(offer.plan.rawValue), "interval": .string(interval.rawValue),
                    "request_id": .string(request.id.description),
                ], uniqueKey: "plan request \(request.id)"), for: present.tenant,
            in: transaction, services)
        try await transaction.run(
            "UPDATE platform.plan_orders SET order_id = \(order.id) WHERE id = \(id)")
        _ = try await InvoiceDraft.create(
            fromOrder: order.id, by: staff, in: transaction, services)
        if activatesNow {
            try await PlanOrder.activate(order.id, in: transaction, services)
        }
        return .ordered(
            order.id, amount: amount, currency: offer.currency, isActive: activatesNow)
    }

    // MARK: What it costs

    private func lines(_ interval: BillingInterval) async throws -> [OrderDraft.Line] {
        let text = try await PlanLineText(of: present.tenant, in: transaction)
        let billed = try await nextPeriodPrice()
        let price = offer.price(interval)
        guard present.plan != .free, present.currency == offer.currency else {
            return [.init(text: text.plan(offer.plan, interval), quantity: 1, unitPrice: price)]
        }
        guard interval == present.interval else {
            guard billed == nil else {
                throw Problem(
                    .invalidState,
                    "The next period has its invoice already. Void that one first.")
            }
            let change = Proration.intervalChange(
                from: present.price, in: present.period, to: price, every: interval, on: today)
            let credit = OrderDraft.Line(
                text: text.unused(present.plan, present.period, today), quantity: 1,
                unitPrice: change.credit)
            return [
                .init(text: text.plan(offer.plan, interval), quantity: 1, unitPrice: price)
            ] + (change.credit == 0 ? [] : [credit])
        }
        let due = Proration.upgrade(
            from: present.price, to: price, in: present.period, on: today)
        var lines = [
            OrderDraft.Line(
                text: text.upgrade(from: present.plan, to: offer.plan, present.period, today),
                quantity: 1, unitPrice: due)
        ]
        // A next period that was billed at the old price is brought to the new one.
        if let billed, price > billed {
            let next = text.upgradeOfNext(from: present.plan, to: offer.plan, present.period.end)
            lines.append(.init(text: next, quantity: 1, unitPrice: price - billed))
        }
        return lines
    }

    /// What the next period was billed with, if an invoice was issued for it.
    private func nextPeriodPrice() async throws -> Int64? {
        let rows = try await transaction.run(
            """
            SELECT o.price
            FROM platform.plan_orders o JOIN platform.invoices i ON i.order_id = o.order_id
            WHERE o.tenant_number = \(present.tenant) AND o.kind = 'renewal'
                AND o.period_start = \(present.period.end.description)::date
                AND i.state IN ('issued', 'paid')
            """)
        return rows.first?.integer(0)
    }

    // MARK: Without an order

    private func activateForNothing(_ interval: BillingInterval) async throws -> Outcome {
        try await transaction.run([
            "SELECT platform.drop_renewals(\(present.tenant), \(services.clock.now))",
            """
            SELECT platform.switch_plan(\(present.tenant), \(offer.plan.rawValue),
                \(offer.version)::integer, \(interval.rawValue), \(offer.price(interval)),
                \(today.description)::date, \(services.clock.now))
            """,
        ])
        return .done
    }

    private func schedule() async throws -> Outcome {
        let rows = try await transaction.run(
            """
            SELECT platform.schedule_plan(\(present.tenant), \(request.plan.rawValue),
                \(request.interval?.rawValue))::text
            """)
        guard let day = CivilDate(rows[0].text(0)) else { throw PlanFault.noOffer }
        // No renewal of the plan that is to end.
        try await transaction.run(
            "SELECT platform.drop_renewals(\(present.tenant), \(services.clock.now))")
        return .scheduled(on: day)
    }
}

extension PlanChange.Outcome {
    /// What the log says.
    var details: JSON {
        switch self {
        case .ordered(let order, let amount, let currency, let isActive):
            [
                "order_id": .string(order.description), "amount": .integer(amount),
                "currency": .string(currency.code), "activate_now": .bool(isActive),
            ]
        case .done: ["amount": 0]
        case .scheduled(let day): ["takes_effect_on": .string(day.description)]
        }
    }

    /// The request's new state, and who is told.
    func statements(_ request: UndecidedRequest, _ services: LoopServices) -> [SQL] {
        let now = services.clock.now
        switch self {
        case .ordered(let order, let amount, let currency, let isActive):
            return [
                """
                UPDATE platform.upgrade_requests SET status = 'approved', decided_at = \(now),
                    order_id = \(order), amount = \(amount), currency = \(currency.code)
                WHERE id = \(request.id)
                """,
                request.notice(
                    .approved(startsOn: isActive ? now.utcDate : nil), "approved", services),
            ]
        case .done:
            return [
                """
                UPDATE platform.upgrade_requests SET status = 'completed', decided_at = \(now),
                    completed_at = \(now)
                WHERE id = \(request.id)
                """,
                request.notice(.completed, "completed", services),
            ]
        case .scheduled(let day):
            return [
                """
                UPDATE platform.upgrade_requests SET status = 'completed', decided_at = \(now),
                    completed_at = \(now), takes_effect_on = \(day.description)::date
                WHERE id = \(request.id)
                """,
                request.notice(.approved(startsOn: day), "approved", services),
            ]
        }
    }
}
