import Jobs
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@Suite struct `Maintenance` {
    @Test("OV-48: what one process counts, the others learn")
    func sharedRates() async throws {
        let (one, two) = (try TestApp([]), try TestApp([]))
        // Counts belong to a minute; this one has just begun for both.
        let second = one.clock.now.microseconds % 60_000_000 / 1_000_000
        for app in [one, two] { app.clock.advance(by: .seconds(60 - second)) }
        let now = one.clock.now
        let key = RateLimits.Key.credential(try await one.run { $0.newID() })
        for app in [one, two] {
            for _ in 0..<60 { try app.services.rates.take(key, limit: 100, now: now) }
        }
        for app in [one, two, one] {
            try await app.run { try await RateSharing(services: $0).share() }
        }
        // 60 here and 60 there are over 100; the second to report has learnt it.
        #expect(throws: (any Error).self) {
            try two.services.rates.take(key, limit: 100, now: now)
        }
    }

    @Test("expired rows of the platform and of tenants are removed, live ones kept")
    func cleaning() async throws {
        let app = try TestApp([])
        let tenant = try await TestTenant.create(app)
        let now = app.clock.now
        let key = tenant.slug
        let old = now - .seconds(2 * 86_400)
        try await app.run { services in
            _ = try await services.database.write(
                [old, now].map { instant -> SQL in
                    """
                    INSERT INTO platform.rate_counters (key, window_start, count)
                    VALUES (\(key), \(instant), 1)
                    """
                }, in: .identity)
        }
        for (name, instant) in [("old", old), ("new", now)] {
            try await tenant.run(
                """
                INSERT INTO tenant.idempotency_keys
                    (principal_id, key, request_hash, status, content, created_at)
                VALUES (\(tenant.id), \(name), ''::bytea, 200, ''::bytea, \(instant))
                """)
        }
        var handlers = JobHandlers()
        handlers.cleanExpiredRows()
        let process = try TestProcess(app, handlers)
        process.start()
        let routed = try TestApp(JobTestRoutes.all(kinds: handlers.kinds))
        // The recurring jobs are put into the queue by the runner itself.
        #expect(
            try await eventually {
                try await app.run { services in
                    try await JobQueue(database: services.database).list(kind: "tenants.clean")
                }.count == 1
            })
        for kind in handlers.kinds {
            let answer = await Client(app: routed).post(
                "/v1/test/jobs/run", ["job": .string(kind.name)])
            #expect(answer.status == 204)
        }
        #expect(
            try await count(app, "SELECT count(*) FROM platform.rate_counters WHERE key = \(key)")
                == 1)
        let keys = try await tenant.run("SELECT key FROM tenant.idempotency_keys")
        #expect(keys.map { $0.text(0) } == ["new"])
        // They are in the queue again, for their next time.
        let jobs = try await app.run { services in
            try await JobQueue(database: services.database).list(kind: "platform.clean")
        }
        #expect(jobs.count == 1)
        #expect((jobs.first?.runAt ?? now) > now)
        await process.stop()
    }

    private func count(_ app: TestApp, _ sql: SQL) async throws -> Int64 {
        try await app.run { services in
            let rows: Rows = try await services.database.read(sql, in: .identity)
            return rows[0].integer(0)
        }
    }
}
