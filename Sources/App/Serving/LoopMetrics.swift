import HTTP
import Tenancy

/// What one loop has counted.
///
/// Lives on that loop, so that counting takes no lock.
final class LoopMetrics: RequestObserver, @unchecked Sendable {
    /// Upper bounds of the latency histogram, in nanoseconds.
    static let bounds: [Int64] = [
        250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000,
        100_000_000, 250_000_000, 1_000_000_000, 10_000_000_000,
    ]

    /// The figures of one route.
    struct RouteFigures: Sendable {
        var byStatus: [Int: Int64] = [:]
        /// Requests up to each bound, and beyond the last; not yet summed up.
        var buckets = [Int64](repeating: 0, count: LoopMetrics.bounds.count + 1)
        var nanoseconds: Int64 = 0

        mutating func add(_ status: Int, _ duration: Int64) {
            byStatus[status, default: 0] += 1
            nanoseconds += duration
            var index = 0
            while index < LoopMetrics.bounds.count, duration > LoopMetrics.bounds[index] {
                index += 1
            }
            buckets[index] += 1
        }

        mutating func add(_ other: RouteFigures) {
            for (status, count) in other.byStatus { byStatus[status, default: 0] += count }
            for index in buckets.indices { buckets[index] += other.buckets[index] }
            nanoseconds += other.nanoseconds
        }
    }

    /// By the route's id; `unmatched` for requests that no route takes.
    private(set) var routes: [String: RouteFigures] = [:]
    /// Refusals before a request was understood, by status.
    private(set) var refusals: [Int: Int64] = [:]
    private let log: RequestLog

    init(log: RequestLog) {
        self.log = log
    }

    func finished(_ record: RequestRecord) {
        routes[record.route ?? "unmatched", default: RouteFigures()]
            .add(record.status, record.nanoseconds)
        log.finished(record)
    }

    func refused(_ failure: WireFailure, status: Int) {
        refusals[status, default: 0] += 1
        log.refused(failure, status: status)
    }
}
