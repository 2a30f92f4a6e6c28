import Values

/// How often a plan is paid.
package enum BillingInterval: String, Hashable, Sendable, CaseIterable {
    case monthly
    case annual

    package var months: Int { self == .monthly ? 1 : 12 }
}

/// A half-open range of days, `[start, end)`.
package struct BillingPeriod: Hashable, Sendable {
    /// The first day.
    package let start: CivilDate
    /// The day after the last one.
    package let end: CivilDate

    /// - Precondition: `end` is after `start`.
    package init(start: CivilDate, end: CivilDate) {
        precondition(start < end, "a period has a day")
        (self.start, self.end) = (start, end)
    }

    /// Days in the period.
    package var days: Int { end.daysSinceEpoch - start.daysSinceEpoch }

    package func contains(_ date: CivilDate) -> Bool { start <= date && date < end }

    /// Days from `date` to the end; the day itself counts as left.
    ///
    /// 0 on the day of the end and after it, never more than ``days``.
    package func daysLeft(on date: CivilDate) -> Int {
        min(max(end.daysSinceEpoch - date.daysSinceEpoch, 0), days)
    }
}

/// The periods of a subscription, all counted from its anchor and never from one another, so that
/// the 31st comes back after February.
///
/// Source: billing rules, section 2.
package struct BillingCycle: Hashable, Sendable {
    /// The day on which the first paid plan, or a new interval, took effect.
    package let anchor: CivilDate
    package let interval: BillingInterval

    package init(anchor: CivilDate, interval: BillingInterval) {
        (self.anchor, self.interval) = (anchor, interval)
    }

    /// Period `index`, from 0.
    package func period(_ index: Int) -> BillingPeriod {
        BillingPeriod(
            start: anchor.adding(months: index * interval.months),
            end: anchor.adding(months: (index + 1) * interval.months))
    }

    /// The number of the period that `date` lies in; 0 for days before the anchor.
    package func index(of date: CivilDate) -> Int {
        guard date > anchor else { return 0 }
        let months = (date.year - anchor.year) * 12 + date.month - anchor.month
        let index = months / interval.months
        return period(index).start <= date ? index : index - 1
    }

    /// The period that `date` lies in; the first one for days before the anchor.
    package func period(containing date: CivilDate) -> BillingPeriod { period(index(of: date)) }

    /// The monthly periods of the same anchor, in which an annual plan's AI credits arrive.
    package var months: BillingCycle { BillingCycle(anchor: anchor, interval: .monthly) }
}

extension CivilDate {
    /// The same day that many months later, or the last day of that month if it has no such day.
    ///
    /// What would lie outside the years 1 to 9999 is moved to their edge.
    package func adding(months: Int) -> CivilDate {
        let count = year * 12 + month - 1 + months
        let (newYear, newMonth) = (count / 12, count % 12 + 1)
        guard 1...9999 ~= newYear else {
            return CivilDate(daysSinceEpoch: months < 0 ? Int.min / 2 : Int.max / 2)
        }
        for day in [day, 30, 29, 28] where day <= self.day {
            if let date = CivilDate(year: newYear, month: newMonth, day: day) { return date }
        }
        return self
    }

    /// That many days later; what would lie outside the years 1 to 9999 is moved to their edge.
    package func adding(days: Int) -> CivilDate {
        CivilDate(daysSinceEpoch: daysSinceEpoch + days)
    }
}
