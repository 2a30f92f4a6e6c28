import Testing
import Values

@testable import Money

@Suite struct `Billing periods` {
    private func date(_ text: String) -> CivilDate {
        guard let date = CivilDate(text) else { preconditionFailure("no such day: \(text)") }
        return date
    }

    @Test("BL-23: the day of the change counts as left")
    func daysLeft() {
        let period = BillingPeriod(start: date("2026-11-01"), end: date("2026-12-01"))
        #expect(period.days == 30)
        #expect(period.daysLeft(on: date("2026-11-01")) == 30)
        #expect(period.daysLeft(on: date("2026-11-16")) == 15)
        #expect(period.daysLeft(on: date("2026-11-30")) == 1)
        #expect(period.daysLeft(on: date("2026-12-01")) == 0)
        #expect(period.daysLeft(on: date("2027-01-01")) == 0)
        #expect(period.daysLeft(on: date("2026-10-01")) == 30)
        #expect(period.contains(date("2026-11-30")) && !period.contains(date("2026-12-01")))
    }

    @Test("BL-25: every day lies in exactly one period of any anchor")
    func partition() {
        for interval in BillingInterval.allCases {
            for anchorDay in 0..<400 {
                let anchor = date("2027-12-01").adding(days: anchorDay)
                let cycle = BillingCycle(anchor: anchor, interval: interval)
                for index in 0..<15 {
                    let period = cycle.period(index)
                    #expect(period.end == cycle.period(index + 1).start)
                    #expect(cycle.index(of: period.start) == index)
                    #expect(cycle.index(of: period.end.adding(days: -1)) == index)
                }
            }
        }
    }

    @Test("BL-25: days before the anchor belong to the first period")
    func before() {
        let cycle = BillingCycle(anchor: date("2026-11-15"), interval: .annual)
        #expect(cycle.index(of: date("2020-01-01")) == 0)
        #expect(cycle.period(containing: date("2020-01-01")).start == cycle.anchor)
        #expect(cycle.months.period(3).start == date("2027-02-15"))
    }

    @Test("BL-25: months are added without leaving the calendar")
    func months() {
        #expect(date("2026-01-31").adding(months: -2) == date("2025-11-30"))
        #expect(date("2026-01-15").adding(months: -1) == date("2025-12-15"))
        #expect(date("2024-02-29").adding(months: 12) == date("2025-02-28"))
        #expect(date("9999-12-31").adding(months: 1) == date("9999-12-31"))
        #expect(date("0001-01-01").adding(months: -1) == date("0001-01-01"))
    }

    @Test("BL-23, R9: two upgrades cost the time-weighted price, within one unit a step")
    func weighted() {
        for days in [28, 29, 30, 31, 365] {
            for first in stride(from: 1, through: days, by: 7) {
                for second in stride(from: 1, through: first, by: 5) {
                    let cost =
                        2_900 + Proration.upgrade(from: 2_900, to: 9_900, daysLeft: first, of: days)
                        + Proration.upgrade(from: 9_900, to: 49_900, daysLeft: second, of: days)
                    let weighted =
                        2_900 * Int64(days - first) + 9_900 * Int64(first - second)
                        + 49_900 * Int64(second)
                    #expect(abs(cost * Int64(days) - weighted) <= 2 * Int64(days))
                }
            }
        }
    }

    @Test("BL-23: going back and forth gives nothing back")
    func backAndForth() {
        #expect(Proration.upgrade(from: 9_900, to: 2_900, daysLeft: 15, of: 30) == 0)
        #expect(Proration.upgrade(from: 0, to: .max / 2, daysLeft: 1, of: 1) == .max / 2)
    }

    @Test("BL-23: an interval change may be worth less than nothing, which the caller sees")
    func negative() {
        let period = BillingPeriod(start: date("2026-01-01"), end: date("2027-01-01"))
        let change = Proration.intervalChange(
            from: 29_000, in: period, to: 2_900, every: .monthly, on: date("2026-07-01"))
        #expect(change.due < 0)
        #expect(change.cycle.period(0).end == date("2026-08-01"))
    }
}
