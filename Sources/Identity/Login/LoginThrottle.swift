import Values

/// How long further passwords must wait after failed ones (ID-09).
///
/// Pure: times in, wait out.
struct LoginThrottle {
    static let window: Duration = .seconds(3_600)
    /// Failures for one e-mail from one address within ``burst`` that set the block off.
    static let failuresFromAddress = 5
    static let burst: Duration = .seconds(60)
    /// Failures for one e-mail from anywhere within the hour that slow unknown devices.
    static let failuresFromAnywhere = 30
    static let firstWait: Duration = .seconds(30)
    static let longestWait: Duration = .seconds(900)

    /// The times of failures within the last hour, oldest first.
    var fromAddress: [Instant]
    var fromAnywhere: [Instant]
    /// The browser has logged in to this person before.
    var isKnownDevice: Bool

    /// The instant until which no password is tried; nil when none need wait.
    func blockedUntil() -> Instant? {
        let here = Self.end(of: fromAddress, after: Self.trip(in: fromAddress))
        let anywhere =
            isKnownDevice || fromAnywhere.count < Self.failuresFromAnywhere
            ? nil : Self.end(of: fromAnywhere, after: Self.failuresFromAnywhere - 1)
        guard let here, let anywhere else { return here ?? anywhere }
        return max(here, anywhere)
    }

    /// The index of the first failure that completes a burst.
    private static func trip(in failures: [Instant]) -> Int? {
        guard failures.count >= failuresFromAddress else { return nil }
        return (failuresFromAddress - 1..<failures.count).first { index in
            failures[index] - failures[index - failuresFromAddress + 1] <= burst
        }
    }

    /// 30 seconds after the failure that set the block off; each later one doubles the wait.
    private static func end(of failures: [Instant], after trip: Int?) -> Instant? {
        guard let trip, let last = failures.last else { return nil }
        let doublings = failures.count - 1 - trip
        let wait = doublings >= 5 ? longestWait : min(firstWait * (1 << doublings), longestWait)
        return last + wait
    }
}
