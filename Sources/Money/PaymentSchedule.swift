import Values

/// The days that follow from an invoice's issue (billing rules §5.1).
package struct PaymentSchedule: Hashable, Sendable {
    package let issued: CivilDate

    package init(issued: CivilDate) { self.issued = issued }

    /// The day a renewal is drafted for the period that begins on `start`.
    package static func draft(forPeriodFrom start: CivilDate) -> CivilDate {
        start.adding(days: -14)
    }

    /// The last day on which a payment is in time.
    package var due: CivilDate { issued.adding(days: 14) }
    /// The day on which an unpaid invoice is brought to mind.
    package var reminder: CivilDate { due.adding(days: -3) }
    /// The first day on which it counts as overdue.
    package var overdueFrom: CivilDate { due.adding(days: 1) }
    /// The day on which the workspace of an unpaid renewal falls to the limits of FREE.
    package var freeLimitsFrom: CivilDate { due.adding(days: 14) }
}
