import Values

/// What a change of plan in the middle of a period costs (BL-23), in minor units.
///
/// Source: billing rules, section 3. Prices are those of full periods, pinned for the subscription,
/// never what an earlier change happened to cost.
package enum Proration {
    /// What an upgrade within the same interval costs for the rest of the period; never below 0.
    package static func upgrade(
        from old: Int64, to new: Int64, in period: BillingPeriod, on date: CivilDate
    ) -> Int64 {
        upgrade(from: old, to: new, daysLeft: period.daysLeft(on: date), of: period.days)
    }

    /// What an upgrade within the same interval costs for `daysLeft` of a period of `days`; never
    /// below 0.
    package static func upgrade(
        from old: Int64, to new: Int64, daysLeft: Int, of days: Int
    ) -> Int64 {
        let difference = (Int128(new) - Int128(old)) * Int128(daysLeft)
        return max(0, Rounding.divide(difference, by: Int128(days)))
    }

    /// What `daysLeft` of a period of `days` cost, to be given back when the interval changes.
    package static func unused(_ price: Int64, daysLeft: Int, of days: Int) -> Int64 {
        Rounding.divide(Int128(price) * Int128(daysLeft), by: Int128(days))
    }

    /// A change of interval: a new period from that day on, and the unused days of the old one
    /// given back.
    package struct IntervalChange: Hashable, Sendable {
        /// The new price, the first line of the invoice.
        package let price: Int64
        /// The unused days, the second line: 0 or negative.
        package let credit: Int64
        /// Anchored on the day of the change.
        package let cycle: BillingCycle

        /// What both lines come to; below 0 the change waits for the period's end.
        package var due: Int64 { price + credit }
    }

    /// What it costs to end `period`, paid with `old`, and to begin one of a new interval.
    package static func intervalChange(
        from old: Int64, in period: BillingPeriod, to new: Int64, every interval: BillingInterval,
        on date: CivilDate
    ) -> IntervalChange {
        let left = period.daysLeft(on: date)
        return IntervalChange(
            price: new, credit: -unused(old, daysLeft: left, of: period.days),
            cycle: BillingCycle(anchor: date, interval: interval))
    }
}
