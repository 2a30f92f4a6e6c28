import Jobs
import Testing
import Values

@Suite struct `Job schedules` {
    private func next(_ schedule: JobSchedule, after text: String, in zone: String?) throws
        -> String
    {
        let timezone = try zone.map { try #require(TimeZoneInfo.named($0)) }
        let instant = try #require(Instant(rfc3339: text))
        return schedule.next(after: instant, in: timezone).description
    }

    @Test(
        "the next run is on the wall clock of the timezone",
        arguments: [
            // Already past there, not yet here.
            (
                JobSchedule.daily(hour: 3), "2026-06-01T00:30:00Z", "Europe/Berlin",
                "2026-06-01T01:00:00.000Z"
            ),
            (.daily(hour: 3), "2026-06-01T01:00:00Z", "Europe/Berlin", "2026-06-02T01:00:00.000Z"),
            (.daily(hour: 3), "2026-06-01T20:30:00Z", "Asia/Jakarta", "2026-06-02T20:00:00.000Z"),
            // Skipped: 02:30 does not exist on that day.
            (
                .daily(hour: 2, minute: 30), "2026-03-29T00:00:00Z", "Europe/Berlin",
                "2026-03-29T01:30:00.000Z"
            ),
            // Twice: 02:30 counts once.
            (
                .daily(hour: 2, minute: 30), "2026-10-25T00:00:00Z", "Europe/Berlin",
                "2026-10-25T00:30:00.000Z"
            ),
            (
                .daily(hour: 2, minute: 30), "2026-10-25T00:30:00Z", "Europe/Berlin",
                "2026-10-26T01:30:00.000Z"
            ),
            (
                .weekly(weekday: 1, hour: 9), "2026-11-21T12:00:00Z", "America/New_York",
                "2026-11-23T14:00:00.000Z"
            ),
            (
                .monthly(day: 1, hour: 0), "2026-12-15T00:00:00Z", "Pacific/Auckland",
                "2026-12-31T11:00:00.000Z"
            ),
        ])
    func wallClock(_ schedule: JobSchedule, after: String, zone: String, expected: String) throws {
        #expect(try next(schedule, after: after, in: zone) == expected)
    }

    @Test("an interval means the same moments for everybody")
    func interval() throws {
        #expect(
            try next(.every(.seconds(3_600)), after: "2026-06-01T00:30:00Z", in: nil)
                == "2026-06-01T01:00:00.000Z")
        #expect(
            try next(.every(.seconds(3_600)), after: "2026-06-01T01:00:00Z", in: nil)
                == "2026-06-01T02:00:00.000Z")
    }

    @Test("pauses between attempts double, up to the longest")
    func pauses() {
        let kind = JobKind("test.pause", firstRetry: .seconds(2), longestRetry: .seconds(60))
        #expect(kind.pause(after: 1, chance: 1) == .seconds(2))
        #expect(kind.pause(after: 1, chance: 0) == .seconds(1))
        #expect(kind.pause(after: 4, chance: 1) == .seconds(16))
        #expect(kind.pause(after: 1_000, chance: 1) == .seconds(60))
    }
}
