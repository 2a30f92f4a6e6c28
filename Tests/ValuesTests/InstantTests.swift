import Testing
import Values

@Suite struct `An instant` {
    @Test(
        "OV-23: it is written in UTC with milliseconds",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_772_356_500_000_000, "2026-03-01T09:15:00.000Z"),
            (1_772_356_500_123_999, "2026-03-01T09:15:00.123Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000Z"),
            (4_107_542_399_999_999, "2100-02-28T23:59:59.999Z"),
            (-62_135_596_800_000_000, "0001-01-01T00:00:00.000Z"),
            (253_402_300_799_999_999, "9999-12-31T23:59:59.999Z"),
            (Int64.max, "9999-12-31T23:59:59.999Z"),
            (Int64.min, "0001-01-01T00:00:00.000Z"),
        ] as [(Int64, String)])
    func writing(_ microseconds: Int64, _ text: String) {
        #expect(Instant(microseconds: microseconds).description == text)
    }

    @Test(
        "OV-23: RFC 3339 is read to the microsecond",
        arguments: [
            ("2026-03-01T09:15:00Z", 1_772_356_500_000_000),
            ("2026-03-01t09:15:00z", 1_772_356_500_000_000),
            ("2026-03-01T09:15:00.1Z", 1_772_356_500_100_000),
            ("2026-03-01T09:15:00.123456Z", 1_772_356_500_123_456),
            ("2026-03-01T09:15:00.123456999Z", 1_772_356_500_123_456),
            ("2026-03-01T15:00:00+05:45", 1_772_356_500_000_000),
            ("2026-02-28T19:15:00-14:00", 1_772_356_500_000_000),
            ("2026-03-01T09:15:00-00:00", 1_772_356_500_000_000),
            ("1969-12-31T23:59:59.999999Z", -1),
            ("0001-01-01T00:00:00Z", -62_135_596_800_000_000),
        ] as [(String, Int64)])
    func reading(_ text: String, _ microseconds: Int64) {
        #expect(Instant(rfc3339: text)?.microseconds == microseconds)
    }

    @Test(
        "OV-23: what is not RFC 3339 is refused",
        arguments: [
            "", "2026-03-01", "2026-03-01T09:15:00", "2026-03-01 09:15:00Z", "2026-03-01T09:15Z",
            "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
            "2026-04-31T00:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T23:60:00Z",
            "2026-12-31T23:59:60Z", "2026-03-01T09:15:00.Z", "2026-03-01T09:15:00.1234567890Z",
            "2026-03-01T09:15:00,5Z", "2026-03-01T09:15:00+0100", "2026-03-01T09:15:00+24:00",
            "2026-03-01T09:15:00+01:60", "2026-03-01T09:15:00ZZ", "2026-03-01T09:15:00Z ",
            "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
            "2026-03-01T09:15:00.5", "+026-03-01T09:15:00Z", "２026-03-01T09:15:00Z",
            "12026-03-01T09:15:00Z",
        ])
    func refusing(_ text: String) {
        #expect(Instant(rfc3339: text) == nil)
    }

    @Test func `read back from its text is itself, over four centuries`() {
        for day in stride(from: -12_000, through: 134_000, by: 1) {
            let instant = Instant(microseconds: Int64(day) * 86_400_000_000 + 45_296_789_000)
            #expect(Instant(rfc3339: instant.description) == instant)
        }
    }

    @Test func `adds and subtracts durations, and stops at the ends`() {
        let start = Instant(microseconds: 1_000_000)
        #expect(start + .milliseconds(1500) == Instant(microseconds: 2_500_000))
        #expect(start - .seconds(2) == Instant(microseconds: -1_000_000))
        #expect(start - Instant(microseconds: 3_000_000) == .seconds(-2))
        #expect(Instant(microseconds: .max) + .seconds(1) == Instant(microseconds: .max))
        #expect(Instant(microseconds: .min) - .seconds(1) == Instant(microseconds: .min))
        #expect(start + .seconds(Int64.max) == Instant(microseconds: .max))
        #expect(Instant(microseconds: -1).seconds == -1)
        #expect(Instant(microseconds: 1_999_999).seconds == 1)
        #expect(Instant(microseconds: -1).utcDate.description == "1969-12-31")
    }

    @Test func `has PostgreSQL's binary form`() {
        let instant = Instant(postgresMicroseconds: 0)
        #expect(instant.description == "2000-01-01T00:00:00.000Z")
        #expect(Instant(postgresMicroseconds: -5).postgresMicroseconds == -5)
        for end in [Int64.min, .max] {
            #expect(Instant(postgresMicroseconds: end).microseconds == end)
            #expect(Instant(microseconds: end).postgresMicroseconds == end)
        }
    }
}

@Suite struct `A date` {
    @Test func `counts the days of nine thousand years`() throws {
        var days = CivilDate.daysRange.lowerBound
        for year in 1...9999 {
            for (month, length) in zip(1..., [31, 0, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) {
                let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
                let length = length == 0 ? (isLeap ? 29 : 28) : length
                let first = try #require(CivilDate(year: year, month: month, day: 1))
                #expect(first.daysSinceEpoch == days)
                #expect(CivilDate(daysSinceEpoch: days) == first)
                #expect(CivilDate(year: year, month: month, day: length + 1) == nil)
                days += length
                #expect(CivilDate(daysSinceEpoch: days - 1).day == length)
            }
        }
        #expect(days - 1 == CivilDate.daysRange.upperBound)
    }

    @Test func `knows its weekday`() throws {
        #expect(try #require(CivilDate("1970-01-01")).weekday == 4)
        #expect(try #require(CivilDate("2026-11-21")).weekday == 6)
        #expect(try #require(CivilDate("0001-01-01")).weekday == 1)
        #expect(try #require(CivilDate("1899-12-31")).weekday == 0)
    }

    @Test(
        "OV-23: a malformed date is refused",
        arguments: [
            "", "2026-3-01", "2026-03-1", "2026/03/01", "2026-03-011", "2026-02-30", "-026-01-01",
        ])
    func malformed(_ text: String) {
        #expect(CivilDate(text) == nil)
    }
}

@Suite struct `The clock` {
    @Test("OV-63: a test build can move the present and return")
    func moving() throws {
        let clock = Clock()
        let year2030 = try #require(Instant(rfc3339: "2030-01-01T00:00:00Z"))
        #expect(clock.now - .system < .seconds(5))
        clock.set(year2030)
        #expect(clock.now >= year2030)
        #expect(clock.now - year2030 < .seconds(5))
        clock.advance(by: .seconds(86_400))
        #expect(clock.now - year2030 >= .seconds(86_400))
        clock.reset()
        #expect(clock.now < year2030)
    }
}
