import Persistence
import Tenancy
import Values

/// When recurring work is due, on the wall clock of a timezone.
package enum JobSchedule: Sendable, Equatable {
    /// At whole multiples of the interval since 1970, so that all processes mean the same moments.
    case every(Duration)
    /// Each day at `hour`:`minute`.
    case daily(hour: Int, minute: Int = 0)
    /// Each week on `weekday`, 0 for Sunday to 6 for Saturday.
    case weekly(weekday: Int, hour: Int, minute: Int = 0)
    /// Each month on `day`, 1 to 28, so that every month has it.
    case monthly(day: Int, hour: Int, minute: Int = 0)

    /// The first moment after `instant` on the wall clock of `timezone`, or of UTC.
    ///
    /// A local time that a change of the clock skips counts as if the clock had not been changed
    /// yet; one that happens twice counts once, the first time.
    package func next(after instant: Instant, in timezone: TimeZoneInfo? = nil) -> Instant {
        if case .every(let interval) = self {
            let step = max(1, interval.wholeMicroseconds)
            let remainder = instant.microseconds % step
            return Instant(
                microseconds: instant.microseconds - remainder + (remainder < 0 ? 0 : step))
        }
        let today = timezone?.date(at: instant) ?? instant.utcDate
        // Yesterday is tried too: a skipped time may fall on the day after.
        for distance in -1...32 {
            let day = CivilDate(daysSinceEpoch: today.daysSinceEpoch + distance)
            guard let time = time(on: day) else { continue }
            let candidate = Self.instant(day, secondsOfDay: time, in: timezone)
            if candidate > instant { return candidate }
        }
        return .latest
    }

    /// Seconds after midnight, or nil on a day without a run.
    private func time(on day: CivilDate) -> Int? {
        switch self {
        case .every: nil
        case .daily(let hour, let minute): hour * 3_600 + minute * 60
        case .weekly(let weekday, let hour, let minute):
            day.weekday == weekday ? hour * 3_600 + minute * 60 : nil
        case .monthly(let dayOfMonth, let hour, let minute):
            day.day == dayOfMonth ? hour * 3_600 + minute * 60 : nil
        }
    }

    private static func instant(
        _ day: CivilDate, secondsOfDay: Int, in timezone: TimeZoneInfo?
    ) -> Instant {
        let local = day.daysSinceEpoch * 86_400 + secondsOfDay
        guard let timezone else { return Instant(microseconds: Int64(local) * 1_000_000) }
        // The offsets in force a day before and after cover both sides of any change in between.
        let offsets = [-86_400, 86_400].map {
            timezone.offsetSeconds(
                at: Instant(microseconds: Int64(local + $0) * 1_000_000))
        }
        let candidates = offsets.map { Instant(microseconds: Int64(local - $0) * 1_000_000) }
        let exact = candidates.filter {
            timezone.offsetSeconds(at: $0) == local - Int($0.seconds)
        }
        return exact.min() ?? candidates[0]
    }

    /// The first moment after now in the tenant's timezone.
    package func next(in context: TenantContext) async throws -> Instant {
        let rows = try await context.read("SELECT timezone FROM tenant.settings")
        return next(
            after: context.now, in: rows.first.map { $0.text(0) }.flatMap(TimeZoneInfo.named))
    }
}
