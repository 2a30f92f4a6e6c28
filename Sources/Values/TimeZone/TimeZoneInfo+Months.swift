extension TimeZoneInfo {
    /// The same local time so many calendar months earlier; on a day that month does not have, its
    /// last day.
    ///
    /// A local time that the clocks skip or repeat there is taken by the offset that holds before
    /// the change.
    package func instant(_ months: Int, monthsBefore instant: Instant) -> Instant {
        let local = instant + .seconds(offsetSeconds(at: instant))
        let today = local.utcDate
        let index = today.year * 12 + (today.month - 1) - months
        let (year, month) = (index / 12, index % 12 + 1)
        let day = min(today.day, CivilDate.dayCount(ofMonth: month, year: year))
        guard let date = CivilDate(year: year, month: month, day: day) else { return .earliest }
        let days = date.daysSinceEpoch - today.daysSinceEpoch
        let moved = local + .seconds(days * 86_400)
        // The offset a day earlier is the one before any change on that day.
        let before = offsetSeconds(at: moved - .seconds(86_400))
        let guess = moved - .seconds(before)
        let actual = offsetSeconds(at: guess)
        let second = moved - .seconds(actual)
        return offsetSeconds(at: second) == actual ? second : guess
    }
}
