/// The rule at the end of a TZif file: a `TZ` string of POSIX with the extensions of RFC 8536
/// §3.3.1, such as `CET-1CEST,M3.5.0,M10.5.0/3`.
struct POSIXTimeZone: Sendable {
    private var standardOffset: Int
    private var daylight: Daylight?

    private struct Daylight {
        var offset: Int
        var start, end: Change
    }

    /// When in a year the clocks change.
    private struct Change {
        var day: Day
        /// Seconds after local midnight, −167 to 167 hours.
        var time: Int

        enum Day {
            /// 1 to 365; 29 February is never counted.
            case julian(Int)
            /// 0 to 365; 29 February is counted.
            case zeroBased(Int)
            /// The week 1 to 5 (5 for the last) of the month, and the day 0 (Sunday) to 6.
            case weekday(month: Int, week: Int, day: Int)
        }

        /// Local seconds since 1970, by the clock before the change.
        func localSeconds(year: Int) -> Int {
            let newYear = CivilDate(year: year, month: 1, day: 1)?.daysSinceEpoch ?? 0
            switch day {
            case .julian(let number):
                let leap = CivilDate.isLeap(year) && number >= 60 ? 1 : 0
                return (newYear + number - 1 + leap) * 86400 + time
            case .zeroBased(let number):
                return (newYear + number) * 86400 + time
            case .weekday(let month, let week, let weekday):
                guard let first = CivilDate(year: year, month: month, day: 1) else { return 0 }
                var day = 1 + (weekday - first.weekday + 7) % 7 + (week - 1) * 7
                if day > CivilDate.dayCount(ofMonth: month, year: year) { day -= 7 }
                return (first.daysSinceEpoch + day - 1) * 86400 + time
            }
        }
    }

    func offsetSeconds(at seconds: Int) -> Int {
        guard let daylight else { return standardOffset }
        let local = Int64(seconds + standardOffset).flooredQuotient(86400)
        let year = CivilDate(daysSinceEpoch: Int(local)).year
        let start = daylight.start.localSeconds(year: year) - standardOffset
        let end = daylight.end.localSeconds(year: year) - daylight.offset
        let isDaylight =
            start < end ? start <= seconds && seconds < end : seconds < end || start <= seconds
        return isDaylight ? daylight.offset : standardOffset
    }

    init?(_ text: ArraySlice<UInt8>) {
        var scanner = Scanner(rest: text)
        guard scanner.name(), let standard = scanner.time(hourLimit: 24) else { return nil }
        standardOffset = -standard
        guard !scanner.rest.isEmpty else { return }

        guard scanner.name() else { return nil }
        var offset = standardOffset + 3600
        if scanner.rest.first != UInt8(ascii: ",") {
            guard let west = scanner.time(hourLimit: 24) else { return nil }
            offset = -west
        }
        guard let start = POSIXTimeZone.change(&scanner), let end = POSIXTimeZone.change(&scanner),
            scanner.rest.isEmpty
        else { return nil }
        daylight = Daylight(offset: offset, start: start, end: end)
    }

    /// `,` and a day, then `/` and a time if it is not 2 o'clock.
    private static func change(_ scanner: inout Scanner) -> Change? {
        guard scanner.take(","), let day = day(&scanner) else { return nil }
        guard scanner.take("/") else { return Change(day: day, time: 7200) }
        return scanner.time(hourLimit: 167).map { Change(day: day, time: $0) }
    }

    private static func day(_ scanner: inout Scanner) -> Change.Day? {
        if scanner.take("M") {
            guard let month = scanner.number(1...12), scanner.take("."),
                let week = scanner.number(1...5), scanner.take("."),
                let day = scanner.number(0...6)
            else { return nil }
            return .weekday(month: month, week: week, day: day)
        }
        if scanner.take("J") { return scanner.number(1...365).map(Change.Day.julian) }
        return scanner.number(0...365).map(Change.Day.zeroBased)
    }

    private struct Scanner {
        var rest: ArraySlice<UInt8>

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard let first = rest.first, UInt32(first) == character.value else { return false }
            rest.removeFirst()
            return true
        }

        /// Three or more letters, or anything between `<` and `>`.
        mutating func name() -> Bool {
            if take("<") {
                guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
                rest = rest[(end + 1)...]
                return true
            }
            let letters = rest.prefix { ($0 | 0x20) &- UInt8(ascii: "a") < 26 }
            rest = rest[letters.endIndex...]
            return letters.count >= 3
        }

        mutating func number(_ range: ClosedRange<Int>) -> Int? {
            let digits = rest.prefix { $0 &- UInt8(ascii: "0") < 10 }
            guard 1...3 ~= digits.count, let value = Decimal.value(of: digits), range ~= value
            else { return nil }
            rest = rest[digits.endIndex...]
            return value
        }

        /// `[+-]hh[:mm[:ss]]` in seconds.
        mutating func time(hourLimit: Int) -> Int? {
            let isNegative = take("-")
            if !isNegative { _ = take("+") }
            guard let hours = number(0...hourLimit) else { return nil }
            var seconds = hours * 3600
            if take(":") {
                guard let minutes = number(0...59) else { return nil }
                seconds += minutes * 60
                if take(":") {
                    guard let rest = number(0...59) else { return nil }
                    seconds += rest
                }
            }
            return isNegative ? -seconds : seconds
        }
    }
}
