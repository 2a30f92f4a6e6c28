import EventLoop
import Persistence
import Tenancy
import Values

/// How much a runner does at a time.
package struct JobRunnerSettings: Sendable {
    /// Jobs of this runner at the same time.
    package var concurrency = 4
    /// Jobs of one tenant at the same time, over all processes (roughly: two processes that look at
    /// the same moment may exceed it by one).
    package var perTenant = 2
    /// How often the queue is looked at when nobody announces work.
    package var pollInterval: Duration = .seconds(1)

    package init() {}
}

/// What happened to a job, for log and metrics.
package struct JobReport: Sendable {
    package enum Outcome: Sendable, Equatable {
        case finished
        case again
        case givenBack
        /// Will be tried again.
        case failed(String)
        case dead(String)
    }

    package let id: ID
    package let kind: String
    package let tenant: Int64?
    package let attempt: Int
    package let nanoseconds: Int64
    package let outcome: Outcome
}

/// Takes jobs from the queue and runs them, one runner per loop (design §9).
///
/// Lives on one loop. A job is claimed for a while, the claim is renewed while the job runs, and a
/// claim that was not renewed is open to every other runner.
package final class JobRunner: @unchecked Sendable {
    let services: LoopServices
    let queue: JobQueue
    let handlers: JobHandlers
    private let settings: JobRunnerSettings
    private let connections: ConnectionSettings?
    let report: @Sendable (JobReport) -> Void
    private let complain: @Sendable (String) -> Void
    /// How often in a row a look at the queue has failed.
    private var failures = 0

    private(set) var runs: [ID: JobRun] = [:]
    private var tasks: [ID: Task<Void, Never>] = [:]
    private var listener: Listener?
    /// The lane that was served last.
    private var lane: Int64 = -1
    private(set) var isStopping = false
    private var hasStarted = false
    private var isWoken = false
    private var sleeper: UnsafeContinuation<Void, Never>?
    private var random = SystemRandomNumberGenerator()
    private var recurringCheckedAt: Int64?
    private var takenBackAt: Int64?

    /// A runner that does nothing yet.
    ///
    /// It listens for new work through `connections`; without them it only polls. `report` is told
    /// of every run's end, `complain` of each failed look at the queue, without data.
    package init(
        services: LoopServices, handlers: JobHandlers, settings: JobRunnerSettings = .init(),
        connections: ConnectionSettings?, complain: @escaping @Sendable (String) -> Void = { _ in },
        report: @escaping @Sendable (JobReport) -> Void
    ) {
        self.services = services
        self.handlers = handlers
        self.settings = settings
        self.connections = connections
        self.report = report
        self.complain = complain
        queue = JobQueue(database: services.database)
    }

    /// Jobs that run here now.
    package var running: Int { runs.count }

    /// Begins to work; must be called on the loop, once.
    package func start() {
        precondition(!hasStarted, "a runner starts once")
        hasStarted = true
        if let connections {
            listener = Listener(
                loop: services.loop, settings: connections, shard: 0,
                command: "LISTEN courtyard_jobs"
            ) { [weak self] in self?.wake() }
        }
        services.loop.spawn { [self] in await work() }
        services.loop.spawn { [self] in await keepClaims() }
    }

    /// Takes no more work, asks what runs to stop at its next checkpoint, and gives back what has
    /// not stopped by then.
    package func stop(within limit: Duration) async {
        isStopping = true
        listener?.stop()
        wake()
        for run in runs.values { run.interrupt(.stopping) }
        let deadline = services.loop.currentTime + limit.nanoseconds
        while !runs.isEmpty, services.loop.currentTime < deadline {
            try? await services.loop.sleep(for: .milliseconds(10))
        }
        for run in runs.values {
            tasks[run.id]?.cancel()
            await end(run, .runAgain(at: services.clock.now, attempts: run.attempt - 1, error: nil))
        }
    }

    /// Looks at the queue now instead of at the next poll.
    package func wake() {
        isWoken = true
        // After a failure the pause is kept, or every announcement would repeat what failed.
        if failures == 0 || isStopping { endRest() }
    }

    private func endRest() {
        sleeper?.resume()
        sleeper = nil
    }

    // MARK: Taking work

    private func work() async {
        while !isStopping {
            let isWell = [
                await attempt("ensure recurring jobs") { try await ensureRecurring() },
                await attempt("take back expired jobs") { try await takeBackExpired() },
                await attempt("take due jobs") { try await takeDue() },
            ]
            failures = isWell.contains(false) ? failures + 1 : 0
            await rest()
        }
    }

    /// Does one step; what keeps it from working must not keep the others.
    private func attempt(_ step: StaticString, _ body: () async throws -> Void) async -> Bool {
        do {
            try await body()
            return true
        } catch {
            complain("\(step): \(Self.text(of: error))")
            return false
        }
    }

    private func takeBackExpired() async throws {
        let now = services.loop.currentTime
        if let takenBackAt, now - takenBackAt < settings.pollInterval.nanoseconds { return }
        takenBackAt = now
        _ = try await queue.takeBackExpired(now: services.clock.now)
    }

    /// Claims until nothing is due or every place is taken.
    private func takeDue() async throws {
        let kinds = handlers.kinds
        var isFresh = lane == -1
        while !isStopping {
            let room = settings.concurrency - runs.count
            guard room > 0 else { return }
            let lease = services.newID()
            let claimed = try await queue.claim(
                after: lane, limit: room, perLane: settings.perTenant, kinds: kinds, lease: lease,
                now: services.clock.now, schemaVersion: services.settings.schemaVersion)
            guard !claimed.isEmpty else {
                if isFresh { return }
                lane = -1
                isFresh = true
                continue
            }
            isFresh = false
            lane = claimed.reduce(lane) { max($0, $1.tenant?.number ?? 0) }
            for job in claimed { begin(job, lease: lease) }
        }
    }

    private func begin(_ job: JobQueue.Claimed, lease: ID) {
        guard let entry = handlers.entries[job.kind] else { return }
        let run = JobRun(
            id: job.id, kind: entry.kind, payload: job.payload, attempt: job.attempt,
            tenant: job.tenant, lease: lease, services: services)
        runs[run.id] = run
        if isStopping { run.interrupt(.stopping) }
        let timer = services.loop.schedule(after: entry.kind.timeout) { [weak self] in
            run.interrupt(.timedOut)
            self?.tasks[run.id]?.cancel()
        }
        let task = services.loop.spawn { [self] in
            await perform(run, entry)
            services.loop.cancel(timer)
            runs[run.id] = nil
            tasks[run.id] = nil
            wake()
        }
        if runs[run.id] != nil { tasks[run.id] = task }
    }

    private func ensureRecurring() async throws {
        let now = services.loop.currentTime
        if let last = recurringCheckedAt, now - last < 60_000_000_000 { return }
        for job in handlers.recurring {
            let due = job.schedule.next(after: services.clock.now)
            _ = try await services.database.write(
                [job.kind.enqueue([:], platform: services, key: "recurring", runAt: due)],
                in: .worker)
        }
        recurringCheckedAt = now
    }

    // MARK: Waiting

    private func rest() async {
        if isStopping || (isWoken && failures == 0) {
            isWoken = false
            return
        }
        let doublings = min(max(failures, 1) - 1, 10)
        let pause = min(
            settings.pollInterval * (1 << doublings), max(settings.pollInterval, .seconds(10)))
        var timer: TimerToken?
        await withUnsafeContinuation { continuation in
            sleeper = continuation
            timer = services.loop.schedule(after: pause) { [weak self] in self?.endRest() }
        }
        if let timer { services.loop.cancel(timer) }
        isWoken = false
    }

    /// Renews all claims in one statement, three times within the shortest lease.
    private func keepClaims() async {
        while !isStopping || !runs.isEmpty {
            let shortest = handlers.kinds.map(\.lease).min() ?? .seconds(30)
            try? await services.loop.sleep(for: shortest / 3)
            let held = runs.values.filter { !$0.isInterrupted }
            guard !held.isEmpty else { continue }
            let askedAt = services.loop.currentTime
            guard let kept = try? await queue.renew(held) else { continue }
            for run in held {
                if kept.contains(run.id) {
                    run.leasedUntil = askedAt + run.kind.lease.nanoseconds
                } else if runs[run.id] === run {
                    run.interrupt(.leaseLost)
                }
            }
        }
    }

    func chance() -> Double { Double.random(in: 0...1, using: &random) }
}
