import Synchronization

/// What time it is for the business: the machine's time, which a test build can move (OV-63).
///
/// Named like the concurrency protocol on purpose; files that need both write `Values.Clock`.
package final class Clock: Sendable {
    /// Microseconds that the business is ahead of the machine; always 0 in a release build.
    private let offset = Atomic<Int64>(0)

    package init() {}

    package var now: Instant {
        let system = Instant.system
        return Instant(
            microseconds: system.microseconds.addingSaturating(offset.load(ordering: .relaxed)))
    }

    #if TEST_BUILD
        /// Makes it `instant` now; from there time goes on at its usual pace.
        package func set(_ instant: Instant) {
            offset.store(
                instant.microseconds &- Instant.system.microseconds, ordering: .relaxed)
        }

        /// Moves the present, forwards or back.
        package func advance(by duration: Duration) {
            set(now + duration)
        }

        /// Returns to the machine's time.
        package func reset() {
            offset.store(0, ordering: .relaxed)
        }
    #endif
}
