/// A kind of background work: its name and how the queue treats it (design §9).
///
/// Declared once as a static value, used by whoever enqueues and by whoever handles.
package struct JobKind: Sendable, Hashable {
    /// Such as `contacts.import`; stored with each job and never renamed.
    package let name: String
    /// How often a job is begun before it is put aside as dead; at least 1.
    package let maxAttempts: Int
    /// The pause after the first failure; doubles with each further one.
    package let firstRetry: Duration
    package let longestRetry: Duration
    /// How long a job stays with a process that has stopped renewing its claim.
    package let lease: Duration
    /// How long one attempt may take.
    package let timeout: Duration

    package init(
        _ name: StaticString, maxAttempts: Int = 10, firstRetry: Duration = .seconds(2),
        longestRetry: Duration = .seconds(3_600), lease: Duration = .seconds(30),
        timeout: Duration = .seconds(600)
    ) {
        precondition(maxAttempts >= 1 && lease > .zero && timeout > .zero)
        self.name = name.description
        self.maxAttempts = maxAttempts
        self.firstRetry = firstRetry
        self.longestRetry = longestRetry
        self.lease = lease
        self.timeout = timeout
    }

    /// The pause before the next attempt, after `attempts` have failed.
    ///
    /// It grows exponentially, and up to half of it is left to `chance`, from 0 to 1, so that jobs
    /// which failed together do not come back together.
    package func pause(after attempts: Int, chance: Double) -> Duration {
        let doublings = min(max(attempts, 1) - 1, 40)
        let full = min(
            firstRetry * Double(sign: .plus, exponent: doublings, significand: 1), longestRetry)
        return full * (0.5 + 0.5 * min(max(chance, 0), 1))
    }
}
