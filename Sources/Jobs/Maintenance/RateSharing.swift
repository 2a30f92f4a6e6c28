import EventLoop
import Persistence
import Tenancy
import Values

/// Lets processes know, once a second, what the others have counted.
///
/// So a limit holds over all of them (OV-48). One per process; lives on one loop.
package final class RateSharing: @unchecked Sendable {
    private let services: LoopServices
    private let interval: Duration
    private var isStopped = false

    package init(services: LoopServices, interval: Duration = .seconds(1)) {
        self.services = services
        self.interval = interval
    }

    /// Begins; must be called on the loop, once.
    package func start() {
        services.loop.spawn { [self] in
            while !isStopped {
                try? await services.loop.sleep(for: interval)
                // While the database is away no request gets as far as its limit.
                try? await share()
            }
        }
    }

    package func stop() { isStopped = true }

    /// Adds this process's fresh counts to the table and learns the totals.
    package func share() async throws {
        var reports: [String: RateLimits.Report] = [:]
        for report in services.rates.takeReports(now: services.clock.now) {
            reports[report.key.text] = report
        }
        guard !reports.isEmpty else { return }
        // Always in the same order, so that two processes cannot wait for each other.
        let keys = reports.keys.sorted()
        let windows = keys.compactMap { reports[$0].map { Self.start(of: $0.window) } }
        let counts = keys.compactMap { reports[$0]?.count }
        let results = try await services.database.write(
            [
                """
                INSERT INTO platform.rate_counters AS c (key, window_start, count)
                SELECT key, start, count
                FROM unnest(\(keys), \(windows), \(counts)) AS r (key, start, count)
                ON CONFLICT (key, window_start) DO UPDATE SET count = c.count + excluded.count
                RETURNING key, count
                """
            ], in: .identity)
        guard let rows = results.first else { return }
        for index in 0..<rows.count {
            guard let report = reports[rows[index].text(0)] else { continue }
            services.rates.learn(
                report.key, window: report.window, total: rows[index].integer(1))
        }
    }

    private static func start(of window: Int64) -> Instant {
        Instant(microseconds: window * 60_000_000)
    }
}
