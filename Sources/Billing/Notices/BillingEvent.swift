import Tenancy
import Values

/// What people are told of their workspace's billing, by mail until there is a notification centre.
package enum BillingEvent: Sendable, Equatable {
    /// 80 or 100 percent of a limit are used (BL-14).
    case limit(PlanLimit, percent: Int, used: Int64, allowed: Int64)
    /// A request for another plan has reached a state (BL-26).
    case request(RequestState, plan: String, isAnnual: Bool)
    case planChanged(from: String, to: String)
    /// A smaller plan could not begin, since usage did not fit; `over` names the limits (BL-24).
    case downgradeImpossible(plan: String, renewed: String, over: [PlanLimit])
    /// One fifth of the month's credits or less is left (BL-37).
    case creditsLow(available: Int64)
    case creditsExhausted
    /// `total` as the invoice prints it, with its currency (BL-55).
    case invoiceIssued(number: String, total: String, dueOn: CivilDate)
    case invoiceDueSoon(number: String, total: String, dueOn: CivilDate)
    case invoiceOverdue(number: String, total: String, dueOn: CivilDate)
    /// The plan ended because its invoice stayed unpaid (BL-25).
    case fellToFree(plan: String, invoice: String)

    package enum RequestState: Sendable, Equatable {
        case requested
        /// Waits for its payment; with a date, begins on that day without one.
        case approved(startsOn: CivilDate?)
        case rejected(reason: String)
        case cancelled
        case completed
    }

    /// Who is told.
    enum Audience {
        case owners
        case ownersAndAdmins
        /// Everybody who holds `billing.read`, custom roles included.
        case readers
    }

    var audience: Audience {
        switch self {
        case .limit, .creditsLow, .creditsExhausted: .readers
        case .request, .planChanged: .ownersAndAdmins
        case .downgradeImpossible, .invoiceIssued, .invoiceDueSoon, .invoiceOverdue, .fellToFree:
            .owners
        }
    }
}
