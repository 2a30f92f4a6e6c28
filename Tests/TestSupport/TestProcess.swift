import EventLoop
import Jobs
import Persistence
import Synchronization
import Tenancy

/// One server process as the queue sees it: a loop, a database and a runner of its own.
package final class TestProcess: Sendable {
    package let loop: EventLoop
    package let services: LoopServices
    package let runner: JobRunner
    private let reported = Mutex<[JobReport]>([])
    private let complained = Mutex<[String]>([])

    package init(
        _ app: TestApp, _ handlers: JobHandlers, settings: JobRunnerSettings? = nil,
        listens: Bool = true
    ) throws {
        let installation = try TestInstallation.shared.get()
        loop = EventLoop.start(name: "job-process")
        var connections = installation.connections
        connections.leasedConnections = 8
        services = LoopServices(
            loop: loop, database: Database(loop: loop, settings: connections), clock: app.clock,
            blocking: installation.blocking,
            passwords: installation.blocking, rates: RateLimits(), keyRing: installation.keyRing,
            settings: app.services.settings)
        var chosen = settings ?? JobRunnerSettings()
        if settings == nil { chosen.pollInterval = .milliseconds(50) }
        let box = Box()
        runner = JobRunner(
            services: services, handlers: handlers, settings: chosen,
            connections: listens ? connections : nil,
            complain: { text in
                box.process.withLock { $0 }?.complained.withLock { $0.append(text) }
            },
            report: { report in box.process.withLock { $0 }?.note(report) })
        box.process.withLock { $0 = self }
    }

    private final class Box: Sendable {
        let process = Mutex<TestProcess?>(nil)
    }

    package func start() { loop.execute { [runner] in runner.start() } }

    private func note(_ report: JobReport) { reported.withLock { $0.append(report) } }

    package var reports: [JobReport] { reported.withLock { $0 } }

    /// What the runner said of failed looks at the queue.
    package var complaints: [String] { complained.withLock { $0 } }

    /// What a kill does: connections end in the middle, and nothing of this process runs again.
    package func kill() {
        loop.execute { [self] in
            services.database.close()
            loop.stop()
        }
    }

    package func stop(within limit: Duration = .seconds(5)) async {
        await withCheckedContinuation { continuation in
            loop.execute { [self] in
                loop.spawn { [self] in
                    await runner.stop(within: limit)
                    services.database.close()
                    continuation.resume()
                }
            }
        }
        loop.stop()
    }
}

/// Waits until the condition holds, or gives up after a while and returns false.
package func eventually(
    within limit: Duration = .seconds(60), _ condition: () async throws -> Bool
) async throws -> Bool {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(20))
    }
    return false
}

/// Runs `body` as a task of a new loop and hands back its result.
package func onLoop<Value: Sendable>(
    _ body: @escaping @Sendable (EventLoop) async throws -> Value
) async throws -> Value {
    try await withUnsafeThrowingContinuation { continuation in
        let loop = EventLoop.start(name: "test")
        loop.execute {
            loop.spawn {
                let result: Result<Value, any Error>
                do { result = .success(try await body(loop)) } catch { result = .failure(error) }
                loop.stop()
                continuation.resume(with: result)
            }
        }
    }
}

extension TestTenant {
    /// Puts a job into this tenant's queue.
    package func enqueue(_ sql: @escaping @Sendable (TenantContext) -> SQL) async throws {
        try await app.run { services in
            let context = TenantContext(tenant: reference, job: "test", services: services)
            _ = try await context.transaction { try await $0.run(sql(context)) }
        }
    }

    /// The state of each job of a kind, oldest first.
    package func jobs(_ kind: JobKind) async throws -> [JobQueue.Entry] {
        try await app.run { services in
            try await JobQueue(database: services.database).list(kind: kind.name, tenant: number)
        }
    }
}
