import EventLoop
import Jobs
import Persistence
import Synchronization
import Tenancy
import TestSupport
import Testing
import Values

@Suite struct `Enqueueing` {
    let app: TestApp

    init() throws { app = try TestApp([]) }

    @Test("OV-14: with a key nothing is added while such a job waits, for this tenant alone")
    func uniqueKeys() async throws {
        let kind = JobKind("test.unique")
        let other = JobKind("test.unique_other")
        let tenant = try await TestTenant.create(app)
        let neighbour = try await TestTenant.create(app)
        for _ in 0..<3 {
            try await tenant.enqueue { kind.enqueue([:], in: $0, key: "a") }
        }
        try await tenant.enqueue { kind.enqueue([:], in: $0, key: "b") }
        try await tenant.enqueue { other.enqueue([:], in: $0, key: "a") }
        try await neighbour.enqueue { kind.enqueue([:], in: $0, key: "a") }
        for _ in 0..<2 { try await tenant.enqueue { kind.enqueue([:], in: $0) } }
        #expect(try await tenant.jobs(kind).count == 4)
        #expect(try await tenant.jobs(other).count == 1)
        #expect(try await neighbour.jobs(kind).count == 1)
    }

    @Test("OV-14: a dead job does not stand in the way of its key, nor come back beside another")
    func deadKey() async throws {
        let kind = JobKind("test.dead_key", maxAttempts: 1)
        let tenant = try await TestTenant.create(app)
        try await tenant.enqueue { kind.enqueue([:], in: $0, key: "a") }
        var handlers = JobHandlers()
        handlers.handle(kind) { _ in throw JobFailure.permanent("broken") }
        let process = try TestProcess(app, handlers)
        process.start()
        #expect(try await eventually { try await tenant.jobs(kind).first?.state == .dead })
        await process.stop()
        try await tenant.enqueue { kind.enqueue([:], in: $0, key: "a") }
        let jobs = try await tenant.jobs(kind)
        #expect(jobs.map(\.state) == [.dead, .waiting])
        let retried = try await app.run { services in
            try await JobQueue(database: services.database)
                .retry(jobs[0].id, now: services.clock.now)
        }
        #expect(retried == 0)
    }

    @Test("OV-14, SEC-18: a job whose transaction rolls back never was")
    func rollback() async throws {
        struct Sorry: Error {}
        let kind = JobKind("test.rollback")
        let tenant = try await TestTenant.create(app)
        await #expect(throws: Sorry.self) {
            try await app.run { services in
                let context = TenantContext(
                    tenant: tenant.reference, job: "test", services: services)
                try await context.transaction { transaction in
                    try await transaction.run(kind.enqueue([:], in: context))
                    throw Sorry()
                }
            }
        }
        #expect(try await tenant.jobs(kind).isEmpty)
    }

    @Test("OV-63: a job is due when the moved clock says so")
    func clockMoves() async throws {
        let kind = JobKind("test.clock")
        let tenant = try await TestTenant.create(app)
        var handlers = JobHandlers()
        handlers.handle(kind) { _ in .finished }
        let due = app.clock.now + .seconds(3 * 86_400)
        try await tenant.enqueue { kind.enqueue([:], in: $0, runAt: due) }
        let process = try TestProcess(app, handlers)
        process.start()
        try await Task.sleep(for: .milliseconds(300))
        #expect(process.reports.isEmpty)
        app.clock.advance(by: .seconds(3 * 86_400 + 1))
        #expect(try await eventually { try await tenant.jobs(kind).isEmpty })
        await process.stop()
    }

    @Test("OV-63: moving the clock takes no job from who runs it")
    func clockMovesWhileRunning() async throws {
        let kind = JobKind("test.clock_running")
        let tenant = try await TestTenant.create(app)
        let runs = Mutex(0)
        let mayEnd = Mutex(false)
        var handlers = JobHandlers()
        handlers.handle(kind) { run in
            runs.withLock { $0 += 1 }
            while !mayEnd.withLock({ $0 }) {
                try await run.services.loop.sleep(for: .milliseconds(5))
            }
            return .finished
        }
        try await tenant.enqueue { kind.enqueue([:], in: $0) }
        let process = try TestProcess(app, handlers)
        process.start()
        #expect(try await eventually { runs.withLock { $0 } == 1 })
        app.clock.advance(by: .seconds(365 * 86_400))
        try await Task.sleep(for: .milliseconds(300))
        mayEnd.withLock { $0 = true }
        #expect(try await eventually { process.reports.count == 1 })
        #expect(runs.withLock { $0 } == 1)
        await process.stop()
    }

    @Test("OV-63: a test build runs a waiting job at once, and knows which there are")
    func runNow() async throws {
        let kind = JobKind("test.run_now")
        let routed = try TestApp(JobTestRoutes.all(kinds: [kind]))
        let tenant = try await TestTenant.create(routed)
        var handlers = JobHandlers()
        handlers.handle(kind) { _ in .finished }
        let due = routed.clock.now + .seconds(86_400)
        try await tenant.enqueue { kind.enqueue([:], in: $0, runAt: due) }
        let process = try TestProcess(routed, handlers)
        process.start()
        let client = Client(app: routed)
        #expect(await client.post("/v1/test/jobs/run", ["job": "test.run_now"]).status == 204)
        #expect(try await tenant.jobs(kind).isEmpty)
        let unknown = await client.post("/v1/test/jobs/run", ["job": "no.such"])
        #expect(unknown.fieldErrors == ["/job: invalid_option"])
        await process.stop()
    }
}
