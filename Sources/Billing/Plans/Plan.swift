import Money
import Persistence
import Tenancy
import Values

/// The plans that exist (BL-01), smallest first: the order decides what is an upgrade (billing
/// rules §3.4).
enum Plan: String, Sendable, CaseIterable, Comparable {
    case free = "FREE"
    case starter = "STARTER"
    case growth = "GROWTH"
    case enterprise = "ENTERPRISE"

    static let names = allCases.map(\.rawValue)
    static let intervals = BillingInterval.allCases.map(\.rawValue)

    static func < (left: Plan, right: Plan) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
}

/// What a plan costs now: its newest version, which new subscriptions pin.
struct PlanOffer: Sendable, Equatable {
    var plan: Plan
    var version: Int64
    var currency: Currency
    var monthlyPrice: Int64
    var annualPrice: Int64

    /// Of a whole period, in minor units.
    func price(_ interval: BillingInterval?) -> Int64 {
        interval == .annual ? annualPrice : monthlyPrice
    }

    static func find(_ plan: Plan, in transaction: Transaction) async throws -> PlanOffer {
        let rows = try await transaction.run(
            """
            SELECT version, currency, monthly_price, annual_price
            FROM platform.plan_catalogue WHERE plan = \(plan.rawValue)
            """)
        guard let row = rows.first, let currency = Currency(row.text(1)) else {
            throw PlanFault.noOffer
        }
        return PlanOffer(
            plan: plan, version: row.integer(0), currency: currency, monthlyPrice: row.integer(2),
            annualPrice: row.integer(3))
    }
}

/// What the catalogue's own rules exclude.
enum PlanFault: Error { case noOffer }
