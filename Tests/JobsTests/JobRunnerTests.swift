import EventLoop
import Jobs
import Persistence
import Synchronization
import Tenancy
import TestSupport
import Testing
import Values

@Suite struct `Background work` {
    let app: TestApp

    init() throws { app = try TestApp([]) }

    /// The visible effect of a job: one contact, in the transaction that ends the job.
    private static func addContact(_ context: TenantContext, _ run: JobRun) async throws {
        let name = run.payload["name"]?.stringValue ?? "-"
        try await context.transaction { transaction in
            try await transaction.run(
                """
                INSERT INTO tenant.contacts (id, name, created_at, updated_at)
                VALUES (\(context.newID()), \(name), \(context.now), \(context.now))
                """)
            try await run.finish(in: transaction)
        }
    }

    private func contacts(_ tenant: TestTenant) async throws -> [String] {
        try await tenant.run("SELECT name FROM tenant.contacts ORDER BY name").map { $0.text(0) }
    }

    @Test("OV-14, OV-15: two processes share the work and each job takes effect once")
    func twoProcesses() async throws {
        let kind = JobKind("test.share")
        let tenant = try await TestTenant.create(app)
        var handlers = JobHandlers()
        handlers.handle(
            kind,
            inTenant: { context, run in
                try await Self.addContact(context, run)
                return .finished
            })
        for number in 100..<200 {
            try await tenant.enqueue { kind.enqueue(["name": .string("\(number)")], in: $0) }
        }
        let processes = [try TestProcess(app, handlers), try TestProcess(app, handlers)]
        for process in processes { process.start() }
        #expect(try await eventually { try await tenant.jobs(kind).isEmpty })
        #expect(try await contacts(tenant) == (100..<200).map(String.init))
        #expect(processes.allSatisfy { !$0.reports.isEmpty })
        for process in processes { await process.stop() }
    }

    @Test("OV-14: a killed process's job is taken over when its claim has run out")
    func takeOver() async throws {
        let kind = JobKind("test.takeover", lease: .seconds(4))
        let tenant = try await TestTenant.create(app)
        let begun = Mutex(0)
        var hanging = JobHandlers()
        hanging.handle(kind) { run in
            begun.withLock { $0 += 1 }
            try await run.services.loop.sleep(for: .seconds(3_600))
            return .finished
        }
        var working = JobHandlers()
        working.handle(
            kind,
            inTenant: { context, run in
                try await Self.addContact(context, run)
                return .finished
            })
        try await tenant.enqueue { kind.enqueue(["name": "one"], in: $0) }
        let first = try TestProcess(app, hanging)
        first.start()
        #expect(try await eventually { begun.withLock { $0 } == 1 })
        // While the first lives it renews its claim, far beyond one lease.
        let second = try TestProcess(app, working)
        second.start()
        try await renewals(4, of: kind, in: tenant)
        #expect(try await contacts(tenant) == [])
        first.kill()
        #expect(try await eventually { try await contacts(tenant) == ["one"] })
        #expect(try await eventually { try await tenant.jobs(kind).isEmpty })
        // The runner reports a moment after the row is gone.
        #expect(try await eventually { second.reports.map(\.attempt) == [2] })
        await second.stop()
    }

    /// Waits until the claim on the only job of a kind was renewed so often.
    private func renewals(_ count: Int, of kind: JobKind, in tenant: TestTenant) async throws {
        let owner = try SessionConnection(address: TestInstallation.shared.get().ownerURL)
        var seen: Set<String> = []
        let isReached = try await eventually {
            let rows = try owner.rows(
                """
                SELECT leased_until FROM cell.jobs
                WHERE kind = $1 AND tenant_number = $2 AND state = 'running'
                """, [kind.name, "\(tenant.number)"])
            if let end = rows.first?[0] { seen.insert(end) }
            return seen.count > count
        }
        #expect(isReached)
    }

    @Test("OV-14: who lost the claim cannot finish the job a second time")
    func lostClaim() async throws {
        let kind = JobKind("test.lost", lease: .milliseconds(300))
        let tenant = try await TestTenant.create(app)
        let runs = Mutex(0)
        var handlers = JobHandlers()
        handlers.handle(
            kind,
            inTenant: { context, run in
                let isFirst = runs.withLock {
                    $0 += 1; return $0 == 1
                }
                if isFirst {
                    // Stands still, as a process does that was suspended, and goes on afterwards.
                    try await tenant.app.run { services in
                        _ = try await services.database.write(
                            [
                                """
                                UPDATE cell.jobs SET state = 'waiting', lease_id = NULL
                                WHERE id = \(run.id)
                                """
                            ], in: .worker)
                    }
                    while runs.withLock({ $0 }) == 1 {
                        try await run.services.loop.sleep(for: .milliseconds(5))
                    }
                }
                try await Self.addContact(context, run)
                return .finished
            })
        try await tenant.enqueue { kind.enqueue(["name": "one"], in: $0) }
        let process = try TestProcess(app, handlers)
        process.start()
        #expect(try await eventually { process.reports.count == 2 })
        #expect(try await contacts(tenant) == ["one"])
        #expect(Set(process.reports.map { "\($0.outcome)" }) == ["finished", "givenBack"])
        await process.stop()
    }

    @Test("OV-14: a tenant with many jobs does not keep another waiting")
    func fairness() async throws {
        let kind = JobKind("test.fair")
        let busy = try await TestTenant.create(app)
        let quiet = try await TestTenant.create(app)
        let order = Mutex<[Int64]>([])
        let running = Mutex<[Int64: Int]>([:])
        let most = Mutex(0)
        var handlers = JobHandlers()
        handlers.handle(kind) { run in
            let tenant = run.tenant?.number ?? 0
            order.withLock { $0.append(tenant) }
            let now = running.withLock { counts in
                counts[tenant, default: 0] += 1
                return counts[tenant] ?? 0
            }
            most.withLock { $0 = max($0, now) }
            try await run.services.loop.sleep(for: .milliseconds(5))
            running.withLock { $0[tenant, default: 0] -= 1 }
            return .finished
        }
        for _ in 0..<60 { try await busy.enqueue { kind.enqueue([:], in: $0) } }
        for _ in 0..<3 { try await quiet.enqueue { kind.enqueue([:], in: $0) } }
        let process = try TestProcess(app, handlers)
        process.start()
        #expect(try await eventually { order.withLock { $0.count } == 63 })
        let places = order.withLock { $0.enumerated().filter { $0.element == quiet.number } }
        // They came last and are served among the first.
        #expect(places.count == 3)
        #expect((places.last?.offset ?? 99) < 16)
        #expect(most.withLock { $0 } == JobRunnerSettings().perTenant)
        await process.stop()
    }

    @Test("OV-14: a failing job is tried again, then put aside, and can be replayed")
    func deadLetter() async throws {
        let kind = JobKind(
            "test.dead", maxAttempts: 3, firstRetry: .milliseconds(10),
            longestRetry: .milliseconds(20))
        let tenant = try await TestTenant.create(app)
        let isBroken = Mutex(true)
        var handlers = JobHandlers()
        handlers.handle(
            kind,
            inTenant: { context, run in
                if isBroken.withLock({ $0 }) {
                    _ = try await context.read("SELECT 1 / (length('secret') - 6)")
                }
                try await Self.addContact(context, run)
                return .finished
            })
        try await tenant.enqueue { kind.enqueue(["name": "one"], in: $0) }
        let process = try TestProcess(app, handlers)
        process.start()
        #expect(try await eventually { try await tenant.jobs(kind).first?.state == .dead })
        let dead = try #require(try await tenant.jobs(kind).first)
        #expect(dead.attempts == 3)
        #expect(dead.lastError?.contains("22012") == true)
        #expect(dead.lastError?.contains("secret") == false)

        isBroken.withLock { $0 = false }
        let count = try await app.run { services in
            try await JobQueue(database: services.database).retry(dead.id, now: services.clock.now)
        }
        #expect(count == 1)
        #expect(try await eventually { try await tenant.jobs(kind).isEmpty })
        #expect(try await contacts(tenant) == ["one"])
        await process.stop()
    }

    /// Leaves the only job of a kind as a process does that vanished in the last attempt.
    private func vanish(_ kind: JobKind, _ tenant: TestTenant) throws {
        let owner = try SessionConnection(address: TestInstallation.shared.get().ownerURL)
        _ = try owner.rows(
            """
            UPDATE cell.jobs SET state = 'running', attempts = max_attempts, lease_id = id,
                leased_until = now() - interval '1 second'
            WHERE kind = $1 AND tenant_number = $2
            """, [kind.name, "\(tenant.number)"])
    }

    @Test("OV-14: a job whose process vanished in the last attempt dies, and its kind hears of it")
    func deathWithoutProcess() async throws {
        let kind = JobKind("test.vanished", maxAttempts: 2, firstRetry: .milliseconds(5))
        let tenant = try await TestTenant.create(app)
        let runs = Mutex(0)
        let deaths = Mutex<[Int64]>([])
        var handlers = JobHandlers()
        handlers.handle(
            kind,
            inTenant: { _, _ in
                runs.withLock { $0 += 1 }
                return .finished
            },
            whenDead: { context, _ in
                let count = deaths.withLock { deaths in
                    deaths.append(context.tenant.number)
                    return deaths.count
                }
                // What fails for the moment is done again.
                if count == 1 { throw JobFailure.temporary("not now") }
            })
        try await tenant.enqueue { kind.enqueue([:], in: $0) }
        try vanish(kind, tenant)
        let process = try TestProcess(app, handlers)
        process.start()
        #expect(try await eventually { try await tenant.jobs(kind).first?.state == .dead })
        let dead = try #require(try await tenant.jobs(kind).first)
        #expect(dead.lastError == "its process stopped before the work was done")
        #expect(runs.withLock { $0 } == 0)
        #expect(deaths.withLock { $0 } == [tenant.number, tenant.number])
        await process.stop()
    }

    @Test("OV-14: a step that always fails is told of, and keeps no other from being done")
    func brokenStep() async throws {
        // More attempts than the column holds: the recurring job can never be put into the queue.
        let broken = JobKind("test.broken_step", maxAttempts: 1 << 40)
        let kind = JobKind("test.beside_broken")
        let tenant = try await TestTenant.create(app)
        var handlers = JobHandlers()
        handlers.handle(kind) { _ in .finished }
        handlers.repeatPlatformJob(broken, .every(.seconds(60))) { _ in }
        try await tenant.enqueue { kind.enqueue([:], in: $0) }
        let process = try TestProcess(app, handlers)
        process.start()
        #expect(try await eventually { try await tenant.jobs(kind).isEmpty })
        #expect(try await eventually { process.complaints.count >= 2 })
        #expect(
            process.complaints.allSatisfy {
                $0.hasPrefix("ensure recurring jobs: SQLSTATE 22003")
            })
        await process.stop()
    }

    @Test("OV-14: what cannot succeed is put aside at once, and can be dropped")
    func permanentFailure() async throws {
        let kind = JobKind("test.permanent")
        let tenant = try await TestTenant.create(app)
        var handlers = JobHandlers()
        handlers.handle(kind) { _ in throw JobFailure.permanent("no_such_thing") }
        try await tenant.enqueue { kind.enqueue([:], in: $0) }
        let process = try TestProcess(app, handlers)
        process.start()
        #expect(try await eventually { try await tenant.jobs(kind).first?.state == .dead })
        let dead = try #require(try await tenant.jobs(kind).first)
        #expect(dead.attempts == 1)
        #expect(dead.lastError == "no_such_thing")
        let isDropped = try await app.run { services in
            try await JobQueue(database: services.database).drop(dead.id)
        }
        #expect(isDropped)
        #expect(try await tenant.jobs(kind).isEmpty)
        await process.stop()
    }

    @Test("OV-14: a job that takes too long is interrupted and tried again")
    func timeout() async throws {
        let kind = JobKind(
            "test.timeout", maxAttempts: 2, firstRetry: .milliseconds(5),
            timeout: .milliseconds(100))
        let tenant = try await TestTenant.create(app)
        var handlers = JobHandlers()
        handlers.handle(kind) { run in
            while true {
                try run.checkpoint()
                try? await run.services.loop.sleep(for: .milliseconds(5))
            }
        }
        try await tenant.enqueue { kind.enqueue([:], in: $0) }
        let process = try TestProcess(app, handlers)
        process.start()
        #expect(try await eventually { try await tenant.jobs(kind).first?.state == .dead })
        #expect(try await tenant.jobs(kind).first?.lastError == "timed out")
        await process.stop()
    }

    @Test("OV-14: a process that stops gives its job back without counting an attempt")
    func gracefulStop() async throws {
        let kind = JobKind("test.stop")
        let tenant = try await TestTenant.create(app)
        let begun = Mutex(false)
        var handlers = JobHandlers()
        handlers.handle(kind) { run in
            begun.withLock { $0 = true }
            while true {
                try run.checkpoint()
                try await run.services.loop.sleep(for: .milliseconds(5))
            }
        }
        try await tenant.enqueue { kind.enqueue([:], in: $0) }
        let process = try TestProcess(app, handlers)
        process.start()
        #expect(try await eventually { begun.withLock { $0 } })
        await process.stop()
        let job = try #require(try await tenant.jobs(kind).first)
        #expect(job.state == .waiting)
        #expect(job.attempts == 0)
    }

    @Test("OV-14: a job that does not hear of the stop is given back all the same")
    func deafJob() async throws {
        let kind = JobKind("test.deaf")
        let tenant = try await TestTenant.create(app)
        let begun = Mutex(false)
        var handlers = JobHandlers()
        handlers.handle(kind) { run in
            begun.withLock { $0 = true }
            await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
            return .finished
        }
        try await tenant.enqueue { kind.enqueue([:], in: $0) }
        let process = try TestProcess(app, handlers)
        process.start()
        #expect(try await eventually { begun.withLock { $0 } })
        await process.stop(within: .milliseconds(50))
        #expect(try await tenant.jobs(kind).first?.state == .waiting)
    }

    @Test("OV-14: work is announced, so that nobody waits for the next poll")
    func notification() async throws {
        let kind = JobKind("test.notify")
        let tenant = try await TestTenant.create(app)
        var handlers = JobHandlers()
        handlers.handle(kind) { _ in .finished }
        var settings = JobRunnerSettings()
        settings.pollInterval = .seconds(600)
        let process = try TestProcess(app, handlers, settings: settings)
        process.start()
        // The first may be found by the first look at the queue, the others come while the runner
        // rests. An announcement is lost when nobody listens yet.
        let end = ContinuousClock.now + .seconds(60)
        while process.reports.count < 3, ContinuousClock.now < end {
            let before = process.reports.count
            try await tenant.enqueue { kind.enqueue([:], in: $0) }
            _ = try await eventually(within: .seconds(1)) { process.reports.count > before }
        }
        #expect(process.reports.count >= 3)
        await process.stop()
    }

    @Test("OV-13: a job of a closed or unmigrated tenant waits", arguments: ["closed", "behind"])
    func tenantNotOpen(_ state: String) async throws {
        let kind = state == "closed" ? JobKind("test.closed") : JobKind("test.behind")
        let tenant = try await TestTenant.create(app)
        var handlers = JobHandlers()
        handlers.handle(kind) { _ in .finished }
        try await tenant.enqueue { kind.enqueue([:], in: $0) }
        try await change(tenant, to: state)
        let process = try TestProcess(app, handlers)
        process.start()
        try await Task.sleep(for: .milliseconds(300))
        #expect(try await tenant.jobs(kind).first?.attempts == 0)
        try await change(tenant, to: "active")
        #expect(try await eventually { try await tenant.jobs(kind).isEmpty })
        await process.stop()
    }

    private func change(_ tenant: TestTenant, to state: String) async throws {
        let installation = try TestInstallation.shared.get()
        let owner = try SessionConnection(address: installation.ownerURL)
        let version = tenant.app.services.settings.schemaVersion
        switch state {
        case "behind":
            _ = try owner.rows(
                "UPDATE cell.tenants SET schema_version = 0 WHERE number = \(tenant.number)")
        case "closed":
            _ = try owner.rows(
                "UPDATE cell.tenants SET state = 'closed' WHERE number = \(tenant.number)")
        default:
            _ = try owner.rows(
                """
                UPDATE cell.tenants SET state = 'active', schema_version = \(version)
                WHERE number = \(tenant.number)
                """)
        }
    }
}
