import Values

/// How long chat history is kept (WS-20); from the shortest to the longest.
enum DataRetention: String, CaseIterable, Sendable {
    case fiveDays = "5_days"
    case oneMonth = "1_month"
    case threeMonths = "3_months"
    case sixMonths = "6_months"
    case twelveMonths = "12_months"
    case twentyFourMonths = "24_months"
    case never

    func isShorter(than other: DataRetention) -> Bool { place < other.place }

    private var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// The instant before which history goes; nil when all is kept.
    ///
    /// Months are calendar months counted back in the workspace's timezone, five days are 120 hours
    /// (WS-22).
    func cutoff(at now: Instant, in zone: TimeZoneInfo) -> Instant? {
        switch self {
        case .never: nil
        case .fiveDays: now - .seconds(120 * 3_600)
        case .oneMonth: zone.instant(1, monthsBefore: now)
        case .threeMonths: zone.instant(3, monthsBefore: now)
        case .sixMonths: zone.instant(6, monthsBefore: now)
        case .twelveMonths: zone.instant(12, monthsBefore: now)
        case .twentyFourMonths: zone.instant(24, monthsBefore: now)
        }
    }
}
