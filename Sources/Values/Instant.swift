import CLinux

/// A point in time: microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// The precision is PostgreSQL's. Texts carry years 1 to 9999 only; what lies outside is written as
/// the nearest instant that can be.
package struct Instant: Hashable, Sendable, Comparable {
    package var microseconds: Int64

    @inlinable
    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    @inlinable
    package static func < (left: Instant, right: Instant) -> Bool {
        left.microseconds < right.microseconds
    }

    /// 0001-01-01T00:00:00.000000Z.
    package static let earliest = Instant(microseconds: -62_135_596_800_000_000)
    /// 9999-12-31T23:59:59.999999Z.
    package static let latest = Instant(microseconds: 253_402_300_799_999_999)

    /// The machine's clock.
    ///
    /// Business code asks a ``Clock`` instead, so that tests can move the time.
    package static var system: Instant {
        Instant(microseconds: courtyard_realtime_microseconds())
    }

    /// Whole seconds since 1970, rounded down.
    package var seconds: Int64 {
        microseconds.flooredQuotient(1_000_000)
    }

    /// The day in UTC.
    package var utcDate: CivilDate {
        CivilDate(daysSinceEpoch: Int(microseconds.flooredQuotient(Instant.microsecondsPerDay)))
    }

    static let microsecondsPerDay: Int64 = 86_400_000_000
}

// MARK: - Arithmetic

extension Instant {
    /// The instant that much later, to the microsecond (rounded towards zero); overflow stops at
    /// the ends of the type.
    package static func + (instant: Instant, duration: Duration) -> Instant {
        Instant(microseconds: instant.microseconds.addingSaturating(duration.wholeMicroseconds))
    }

    package static func - (instant: Instant, duration: Duration) -> Instant {
        instant + (.zero - duration)
    }

    /// The time from `earlier` to `later`; negative if they stand the other way round.
    package static func - (later: Instant, earlier: Instant) -> Duration {
        let (difference, overflow) = later.microseconds.subtractingReportingOverflow(
            earlier.microseconds)
        if overflow { return .microseconds(later > earlier ? Int64.max : .min) }
        return .microseconds(difference)
    }

    package static func += (instant: inout Instant, duration: Duration) {
        instant = instant + duration
    }

    package static func -= (instant: inout Instant, duration: Duration) {
        instant = instant - duration
    }
}

extension Duration {
    /// Microseconds, rounded towards zero; overflow stops at the ends of the type.
    package var wholeMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        return scaled.addingSaturating(attoseconds / 1_000_000_000_000)
    }
}

extension Int64 {
    func addingSaturating(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    /// The quotient rounded down, for a positive divisor.
    func flooredQuotient(_ divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}

// MARK: - PostgreSQL

extension Instant {
    /// 2000-01-01T00:00:00Z, where PostgreSQL's binary `timestamptz` begins, in Unix microseconds.
    private static let postgresEpoch: Int64 = 946_684_800_000_000

    /// Reads the binary form of `timestamptz`: microseconds since 2000-01-01T00:00:00Z.
    ///
    /// `infinity` and `-infinity`, the ends of the type there, become the ends of the type here.
    package init(postgresMicroseconds: Int64) {
        if postgresMicroseconds == .min {
            self.init(microseconds: .min)
        } else {
            self.init(
                microseconds: postgresMicroseconds.addingSaturating(Instant.postgresEpoch))
        }
    }

    /// The binary form of `timestamptz`; the ends of the type stand for the infinities.
    package var postgresMicroseconds: Int64 {
        microseconds == .max ? .max : microseconds.addingSaturating(-Instant.postgresEpoch)
    }
}
