import Crypto
import HTTP
import Synchronization
import Values

/// Requests per minute by credential and by workspace, counted per process (OV-48).
///
/// Processes tell each other through the database what they have counted; see `shareRates`. A key
/// counts in a window of one minute; the previous window fades out over the present one, so that a
/// burst at the turn of the minute is not served twice.
package final class RateLimits: Sendable {
    /// Whose requests are counted.
    package enum Key: Hashable, Sendable {
        case credential(ID)
        case workspace(Int64)

        /// How the key is written in the shared table.
        package var text: String {
            switch self {
            case .credential(let id): "c:\(id)"
            case .workspace(let number): "w:\(number)"
            }
        }
    }

    private struct Counter {
        var window: Int64
        var current: Int64 = 0
        var previous: Int64 = 0
        /// What other processes have counted in the present window.
        var elsewhere: Int64 = 0
        /// How much of `current` the shared table knows.
        var shared: Int64 = 0
        var limit: Int64
    }

    private let counters = Mutex<[Key: Counter]>([:])
    /// The window in which counters were last thrown away.
    private let prunedAt = Mutex<Int64>(0)

    /// Addresses known to be over their limit, and the window for which they are.
    private let refusedAddresses = Mutex<(window: Int64, addresses: Set<String>)>((0, []))

    package init() {}

    /// Whether an address was found over its limit in this window before, so that a flood of calls
    /// costs no more statements.
    func isRefused(_ address: String, window: Int64) -> Bool {
        refusedAddresses.withLock { $0.window == window && $0.addresses.contains(address) }
    }

    /// Remembers an address until the window ends; beyond 100,000 of them the database is asked.
    func refuse(_ address: String, window: Int64) {
        refusedAddresses.withLock { refused in
            if refused.window != window { refused = (window, []) }
            if refused.addresses.count < 100_000 { refused.addresses.insert(address) }
        }
    }

    /// Counts one request.
    ///
    /// - Throws: ``Problem`` `rate_limited` with the seconds until the next window.
    package func take(_ key: Key, limit: Int64, now: Instant) throws {
        guard let seconds = refuses(key, limit: limit, now: now) else { return }
        throw Problem(.rateLimited, retryAfterSeconds: seconds)
    }

    private func refuses(_ key: Key, limit: Int64, now: Instant) -> Int? {
        let window = now.microseconds / 60_000_000
        let elapsed = now.microseconds % 60_000_000
        prune(window)
        return counters.withLock { counters in
            var counter = counters[key] ?? Counter(window: window, limit: limit)
            if counter.window != window {
                let wasLast = counter.window == window - 1
                counter.previous = wasLast ? counter.current + counter.elsewhere : 0
                counter.current = 0
                counter.elsewhere = 0
                counter.shared = 0
                counter.window = window
            }
            counter.limit = limit
            let fading = counter.previous * (60_000_000 - elapsed) / 60_000_000
            let isOver = counter.current + counter.elsewhere + fading >= limit
            if !isOver { counter.current += 1 }
            counters[key] = counter
            return isOver ? Int(max(1, (60_000_000 - elapsed) / 1_000_000)) : nil
        }
    }

    /// Once in each window: throws away what was counted before the last one, which counts no more.
    private func prune(_ window: Int64) {
        let isDue = prunedAt.withLock { last in
            defer { last = window }
            return last != window
        }
        guard isDue else { return }
        counters.withLock { counters in
            counters = counters.filter { $0.value.window >= window - 1 }
        }
    }

    /// How many keys are remembered, for metrics.
    package var count: Int { counters.withLock(\.count) }

    /// One count that other processes should know.
    package struct Report: Sendable {
        package var key: Key
        package var window: Int64
        package var count: Int64
    }

    /// What was counted since the last report, for keys that used a quarter of their limit: below
    /// it, four processes together are still within the limit.
    package func takeReports(now: Instant) -> [Report] {
        let window = now.microseconds / 60_000_000
        return counters.withLock { counters in
            var reports: [Report] = []
            for (key, counter) in counters where counter.window == window {
                let fresh = counter.current - counter.shared
                guard fresh > 0, counter.current * 4 >= counter.limit else { continue }
                reports.append(Report(key: key, window: window, count: fresh))
                counters[key]?.shared = counter.current
            }
            return reports
        }
    }

    /// Learns the count over all processes.
    package func learn(_ key: Key, window: Int64, total: Int64) {
        counters.withLock { counters in
            guard let counter = counters[key], counter.window == window else { return }
            counters[key]?.elsewhere = max(0, total - counter.shared)
        }
    }
}
