import Money
import Persistence
import Tenancy
import Values

/// What the order of a plan does to the subscription, once (BL-85).
enum PlanOrder {
    /// Gives the workspace the plan of an order, in the transaction that pays or approves it.
    ///
    /// Does nothing when it was given before, or when a renewal's period is still to come.
    static func activate(
        _ order: ID, in transaction: Transaction, _ services: LoopServices
    ) async throws {
        let before = try await transaction.run(
            """
            SELECT o.tenant_number, s.plan
            FROM platform.plan_orders o
            JOIN platform.subscriptions s ON s.tenant_number = o.tenant_number
            WHERE o.order_id = \(order)
            """)
        guard let row = before.first else { return }
        let (tenant, old) = (row.integer(0), row.text(1))
        let begun = try await transaction.run(
            "SELECT platform.activate_plan_order(\(order), \(services.clock.now))")
        if let new = begun[0].optionalText(0), new != old {
            transaction.atCommit(
                BillingNotice.enqueue(
                    .planChanged(from: old, to: new), key: "plan order \(order)", to: tenant,
                    services))
        }
        let completed = try await transaction.run(
            """
            SELECT id, plan, interval FROM platform.upgrade_requests
            WHERE order_id = \(order) AND status = 'completed'
            """)
        if let request = completed.first {
            transaction.atCommit(
                BillingNotice.enqueue(
                    .request(
                        .completed, plan: request.text(1),
                        isAnnual: request.optionalText(2) == "annual"),
                    key: "request \(request.id(0)) completed", to: tenant, services))
        }
    }
}

/// The lines of plan orders, in the language of the workspace's documents.
struct PlanLineText: Sendable {
    private let language: Language

    init(of tenant: Int64, in transaction: Transaction) async throws {
        let rows = try await transaction.run(
            "SELECT language FROM platform.billing_profiles WHERE tenant_number = \(tenant)")
        self.init(Language(code: rows.first?.text(0) ?? ""))
    }

    init(_ language: Language) { self.language = language }

    func plan(_ plan: Plan, _ interval: BillingInterval) -> String {
        let name = plan.rawValue
        return
            (interval == .annual
            ? Phrase("Plan \(name), one year") : Phrase("Plan \(name), one month"))
            .text(in: language)
    }

    func renewal(_ plan: Plan, _ period: BillingPeriod) -> String {
        let (first, last) = (period.start.description, period.end.adding(days: -1).description)
        return Phrase("Plan \(plan.rawValue), \(first) to \(last)").text(in: language)
    }

    func upgrade(
        from old: Plan, to new: Plan, _ period: BillingPeriod, _ day: CivilDate
    ) -> String {
        let (left, days) = (period.daysLeft(on: day), period.days)
        return Phrase(
            "From \(old.rawValue) to \(new.rawValue), \(left) of \(days) days of the period"
        ).text(in: language)
    }

    func upgradeOfNext(from old: Plan, to new: Plan, _ start: CivilDate) -> String {
        Phrase(
            "From \(old.rawValue) to \(new.rawValue), the period from \(start.description)"
        ).text(in: language)
    }

    func unused(_ plan: Plan, _ period: BillingPeriod, _ day: CivilDate) -> String {
        let (left, days) = (period.daysLeft(on: day), period.days)
        return Phrase("Unused days of \(plan.rawValue), \(left) of \(days)").text(in: language)
    }
}
