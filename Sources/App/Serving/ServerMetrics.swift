import CLinux
import EventLoop
import HTTPServer
import Jobs
import Persistence
import Synchronization
import Tenancy

/// Everything `/metrics` tells of this process, gathered when it is asked for (design §11).
final class ServerMetrics: Sendable {
    /// What is known of one loop.
    struct Loop: Sendable {
        let loop: EventLoop
        let metrics: LoopMetrics
        let pipeline: Pipeline
        let database: Database
    }

    private struct Snapshot: Sendable {
        var routes: [String: LoopMetrics.RouteFigures] = [:]
        var refusals: [Int: Int64] = [:]
        var inFlight = 0
        var database: Database.Statistics

        mutating func add(_ other: Snapshot) {
            routes.merge(other.routes) { left, right in
                var sum = left
                sum.add(right)
                return sum
            }
            refusals.merge(other.refusals, uniquingKeysWith: +)
            inFlight += other.inFlight
            database.oneShotConnections += other.database.oneShotConnections
            database.oneShotUnits += other.database.oneShotUnits
            database.leasedConnections += other.database.leasedConnections
            database.idleConnections += other.database.idleConnections
            database.waiters += other.database.waiters
        }
    }

    private struct Parts: Sendable {
        var loops: [Loop] = []
        var connections: @Sendable () -> Int = { 0 }
    }

    private let parts = Mutex(Parts())
    private let pools: Pools
    let jobs = JobMetrics()

    init(pools: Pools) {
        self.pools = pools
    }

    func add(_ loop: Loop) { parts.withLock { $0.loops.append(loop) } }

    func count(connections: @escaping @Sendable () -> Int) {
        parts.withLock { $0.connections = connections }
    }

    func text(_ context: PlatformContext) async throws -> [UInt8] {
        let parts = self.parts.withLock { $0 }
        var total = Snapshot(database: .init())
        for part in parts.loops { total.add(await Self.snapshot(of: part)) }
        var text = MetricsText()
        Self.write(total, to: &text)
        write(connections: parts.connections(), loops: parts.loops.count, to: &text)
        writeRuns(to: &text)
        // A database that is away must not hide what the process itself knows.
        if let depths = try? await JobQueue(database: context.services.database)
            .depths(now: context.now)
        {
            Self.write(depths, to: &text)
        }
        return text.bytes
    }

    private static func snapshot(of part: Loop) async -> Snapshot {
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Snapshot, Never>) in
            part.loop.execute {
                continuation.resume(
                    returning: Snapshot(
                        routes: part.metrics.routes, refusals: part.metrics.refusals,
                        inFlight: part.pipeline.inFlight, database: part.database.statistics))
            }
        }
    }

    // MARK: Text

    private static func write(_ total: Snapshot, to text: inout MetricsText) {
        text.begin("courtyard_requests_total", "counter", "Requests answered.")
        let routes = total.routes.sorted { $0.key < $1.key }
        for (route, figures) in routes {
            for (status, count) in figures.byStatus.sorted(by: { $0.key < $1.key }) {
                text.sample(
                    "courtyard_requests_total", [("route", route), ("status", String(status))],
                    value: count)
            }
        }
        text.begin(
            "courtyard_request_duration_seconds", "histogram", "Time from head to answer.")
        for (route, figures) in routes { histogram(route, figures, to: &text) }
        text.begin(
            "courtyard_refusals_total", "counter", "Refused before a request was understood.")
        for (status, count) in total.refusals.sorted(by: { $0.key < $1.key }) {
            text.sample("courtyard_refusals_total", [("status", String(status))], value: count)
        }
        text.begin("courtyard_requests_in_flight", "gauge", "Requests whose handler is running.")
        text.sample("courtyard_requests_in_flight", value: Int64(total.inFlight))
        text.begin("courtyard_database_connections", "gauge", "Connections to PostgreSQL.")
        for (use, count) in [
            ("one_shot", total.database.oneShotConnections),
            ("leased", total.database.leasedConnections),
            ("idle", total.database.idleConnections),
        ] {
            text.sample("courtyard_database_connections", [("use", use)], value: Int64(count))
        }
        text.begin("courtyard_database_one_shot_units", "gauge", "Reads under way or waiting.")
        text.sample("courtyard_database_one_shot_units", value: Int64(total.database.oneShotUnits))
        text.begin("courtyard_database_waiters", "gauge", "Work that waits for a connection.")
        text.sample("courtyard_database_waiters", value: Int64(total.database.waiters))
    }

    private static func histogram(
        _ route: String, _ figures: LoopMetrics.RouteFigures, to text: inout MetricsText
    ) {
        let name = "courtyard_request_duration_seconds"
        var sum: Int64 = 0
        for (index, count) in figures.buckets.enumerated() {
            sum += count
            let bound =
                index < LoopMetrics.bounds.count
                ? String(Double(LoopMetrics.bounds[index]) / 1e9) : "+Inf"
            text.sample(name + "_bucket", [("route", route), ("le", bound)], value: sum)
        }
        text.sample(name + "_sum", [("route", route)], seconds: Double(figures.nanoseconds) / 1e9)
        text.sample(name + "_count", [("route", route)], value: sum)
    }

    private func write(connections: Int, loops: Int, to text: inout MetricsText) {
        text.begin("courtyard_connections", "gauge", "Open client connections.")
        text.sample("courtyard_connections", value: Int64(connections))
        text.begin("courtyard_blocking_queue", "gauge", "Work that waits for a thread.")
        for (pool, work) in [("files", pools.blocking), ("passwords", pools.passwords)] {
            text.sample(
                "courtyard_blocking_queue", [("pool", pool)], value: Int64(work.queueDepth))
        }
        text.begin("courtyard_loops", "gauge", "Event loops.")
        text.sample("courtyard_loops", value: Int64(loops))
        text.begin("process_resident_memory_bytes", "gauge", "Resident memory.")
        text.sample("process_resident_memory_bytes", value: Self.residentBytes)
        text.begin("process_cpu_seconds_total", "counter", "User and system CPU time.")
        text.sample("process_cpu_seconds_total", seconds: Self.cpuSeconds)
    }

    private func writeRuns(to text: inout MetricsText) {
        text.begin(
            "courtyard_job_runs_total", "counter", "Runs of background work that ended here.")
        let order: (JobMetrics.Key, JobMetrics.Key) -> Bool = {
            ($0.kind, $0.outcome) < ($1.kind, $1.outcome)
        }
        let counts = jobs.all
        for key in counts.keys.sorted(by: order) {
            text.sample(
                "courtyard_job_runs_total", [("kind", key.kind), ("outcome", key.outcome)],
                value: counts[key] ?? 0)
        }
    }

    private static func write(_ depths: [JobQueue.Depth], to text: inout MetricsText) {
        text.begin("courtyard_jobs", "gauge", "Background work in the queue, over all processes.")
        for depth in depths {
            text.sample(
                "courtyard_jobs", [("kind", depth.kind), ("state", depth.state.rawValue)],
                value: depth.count)
        }
        text.begin("courtyard_job_oldest_seconds", "gauge", "How long the oldest has been due.")
        for depth in depths {
            text.sample(
                "courtyard_job_oldest_seconds",
                [("kind", depth.kind), ("state", depth.state.rawValue)],
                seconds: depth.oldestSeconds)
        }
    }

    /// The second number of /proc/self/statm, in pages; 0 where it cannot be read.
    private static var residentBytes: Int64 {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard fgets(&line, 256, file) != nil else { return 0 }
        let text = String(decoding: line.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let words = text.split(separator: " ")
        guard words.count > 1, let pages = Int64(words[1]) else { return 0 }
        return pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
    }

    private static var cpuSeconds: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
        return Double(seconds) + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }
}
