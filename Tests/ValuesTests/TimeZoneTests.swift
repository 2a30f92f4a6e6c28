import Testing

@testable import Values

@Suite struct `A time zone` {
    @Test(
        "OV-40: it knows the offset at any instant",
        arguments: [
            ("America/Bogota", "2026-03-01T09:15:00Z", -18_000),
            ("America/Bogota", "1992-12-01T00:00:00Z", -14_400),
            ("Europe/Berlin", "2026-03-29T00:59:59Z", 3600),
            ("Europe/Berlin", "2026-03-29T01:00:00Z", 7200),
            ("Europe/Berlin", "2026-10-25T00:59:59Z", 7200),
            ("Europe/Berlin", "2026-10-25T01:00:00Z", 3600),
            ("Europe/Berlin", "2060-07-01T00:00:00Z", 7200),
            ("Europe/Berlin", "2060-03-28T00:59:59Z", 3600),
            ("Europe/Berlin", "2060-03-28T01:00:00Z", 7200),
            ("Europe/Berlin", "2060-12-31T23:59:59Z", 3600),
            ("Europe/Berlin", "1850-01-01T00:00:00Z", 3208),
            ("Asia/Kathmandu", "2026-01-01T00:00:00Z", 20_700),
            ("Asia/Kathmandu", "1985-12-31T18:29:59Z", 19_800),
            ("Asia/Kathmandu", "1985-12-31T18:30:00Z", 20_700),
            ("Pacific/Apia", "2011-12-30T09:59:59Z", -36_000),
            ("Pacific/Apia", "2011-12-30T10:00:00Z", 50_400),
            ("Pacific/Apia", "2026-07-01T00:00:00Z", 46_800),
            ("Australia/Sydney", "2050-01-01T00:00:00Z", 39_600),
            ("Australia/Sydney", "2050-07-01T00:00:00Z", 36_000),
            ("Australia/Lord_Howe", "2050-01-01T00:00:00Z", 39_600),
            ("Australia/Lord_Howe", "2050-07-01T00:00:00Z", 37_800),
            ("Europe/Dublin", "2050-07-01T00:00:00Z", 3600),
            ("Europe/Dublin", "2050-01-01T00:00:00Z", 0),
            ("America/New_York", "2050-03-13T06:59:59Z", -18_000),
            ("America/New_York", "2050-03-13T07:00:00Z", -14_400),
            ("America/Nuuk", "2050-07-01T00:00:00Z", -3600),
            ("Etc/UTC", "2026-01-01T00:00:00Z", 0), ("UTC", "9999-12-31T23:59:59Z", 0),
            ("Etc/GMT+5", "2026-01-01T00:00:00Z", -18_000),
            ("America/Argentina/Buenos_Aires", "2026-01-01T00:00:00Z", -10_800),
        ])
    func offsets(_ name: String, _ text: String, _ offset: Int) throws {
        let zone = try #require(TimeZoneInfo.named(name))
        let instant = try #require(Instant(rfc3339: text))
        #expect(zone.name == name)
        #expect(zone.offsetSeconds(at: instant) == offset)
    }

    @Test(
        "5.3.2: a name that the database does not have is refused",
        arguments: [
            "", "Europe", "Europe/", "/Europe/Berlin", "Europe/Atlantis", "../zoneinfo/UTC",
            "Europe/../UTC", "./UTC", "Europe//Berlin", "UTC\0", "UTC ", "europe/berlin/x/y",
            "posix/UTC", "right/UTC", "tzdata.zi", "zone.tab", "leapseconds", "Europe/Berlin\0.txt",
            "Évian", "+00:00", "-", "../../../etc/passwd", String(repeating: "A", count: 300),
        ])
    func unknown(_ name: String) {
        #expect(TimeZoneInfo.named(name) == nil)
    }

    @Test func `is read once`() throws {
        #expect(TimeZoneInfo.named("Asia/Tokyo") === TimeZoneInfo.named("Asia/Tokyo"))
    }

    @Test(
        "OV-40: instants are written in local time with offset",
        arguments: [
            ("America/Bogota", "2026-03-01T04:15:00.250-05:00"),
            ("Asia/Kathmandu", "2026-03-01T15:00:00.250+05:45"),
            ("UTC", "2026-03-01T09:15:00.250+00:00"),
            ("America/St_Johns", "2026-03-01T05:45:00.250-03:30"),
        ])
    func writing(_ name: String, _ text: String) throws {
        let instant = try #require(Instant(rfc3339: "2026-03-01T09:15:00.25Z"))
        var output: [UInt8] = []
        try #require(TimeZoneInfo.named(name)).write(instant, to: &output)
        #expect(String(decoding: output, as: UTF8.self) == text)
        #expect(Instant(rfc3339: text) == instant)
    }

    @Test func `skips the day that Samoa skipped`() throws {
        let apia = try #require(TimeZoneInfo.named("Pacific/Apia"))
        let before = try #require(Instant(rfc3339: "2011-12-30T09:59:59Z"))
        #expect(apia.date(at: before).description == "2011-12-29")
        #expect(apia.date(at: before + .seconds(1)).description == "2011-12-31")
    }
}

@Suite struct `A time zone file` {
    @Test func `is refused when cut or changed in its head`() throws {
        #expect(TZFile([]) == nil)
        #expect(TZFile(Array("TZif".utf8)) == nil)
        #expect(TZFile([UInt8](repeating: 0x7f, count: 5000)) == nil)
        #expect(TZFile(Array("TZif2".utf8) + [UInt8](repeating: 0xff, count: 200)) == nil)
    }

    @Test(arguments: [
        "", "C-1", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-25", "CET-1CEST,J0,J365",
        "CET-1CEST,M3.5.0,M10.5.0/168", "CET-1CEST,M3.5.0,M10.5.0x", "<+03-3", "CET-1:60",
    ])
    func `has a rule that is refused when malformed`(_ text: String) {
        #expect(POSIXTimeZone(Array(text.utf8)[...]) == nil)
    }

    @Test func `has rules by day of the year too`() throws {
        let julian = try #require(POSIXTimeZone(Array("AAA0BBB-1,J60/0,J300/0".utf8)[...]))
        let zeroBased = try #require(POSIXTimeZone(Array("AAA0BBB-1,59/0,300/0".utf8)[...]))
        func offset(_ zone: POSIXTimeZone, _ text: String) throws -> Int {
            zone.offsetSeconds(at: Int(try #require(Instant(rfc3339: text)).seconds))
        }
        for (year, zeroBasedStart) in [("2023", "-03-01"), ("2024", "-02-29")] {
            #expect(try offset(julian, year + "-02-28T23:59:59Z") == 0)
            #expect(try offset(julian, year + "-03-01T00:00:00Z") == 3600)
            #expect(try offset(zeroBased, year + "-02-28T23:59:59Z") == 0)
            #expect(try offset(zeroBased, year + zeroBasedStart + "T00:00:00Z") == 3600)
        }
    }

    @Test(
        "WS-22: months are counted back at the same local time, to the last day of a short month",
        arguments: [
            ("UTC", 1, "2027-03-31T12:00:00Z", "2027-02-28T12:00:00Z"),
            ("UTC", 1, "2028-03-31T12:00:00Z", "2028-02-29T12:00:00Z"),
            ("UTC", 12, "2028-02-29T12:00:00Z", "2027-02-28T12:00:00Z"),
            ("UTC", 24, "2027-01-15T00:00:00Z", "2025-01-15T00:00:00Z"),
            ("UTC", 3, "2027-01-31T23:59:59Z", "2026-10-31T23:59:59Z"),
            // The local date decides, not that of UTC.
            ("Pacific/Auckland", 1, "2027-03-30T12:00:00Z", "2027-02-27T12:00:00Z"),
            ("Europe/Berlin", 1, "2027-04-15T10:00:00Z", "2027-03-15T11:00:00Z"),
            // 02:30 does not exist on 28 March 2027 in Berlin.
            ("Europe/Berlin", 1, "2027-04-28T00:30:00Z", "2027-03-28T01:30:00Z"),
        ])
    func monthsBefore(zone: String, months: Int, now: String, expected: String) throws {
        let zone = try #require(TimeZoneInfo.named(zone))
        let now = try #require(Instant(rfc3339: now))
        #expect(zone.instant(months, monthsBefore: now) == Instant(rfc3339: expected))
    }
}
