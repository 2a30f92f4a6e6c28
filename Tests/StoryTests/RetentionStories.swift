import Foundation
import Testing
import Values

/// What is kept for a time only, on a server whose clock is moved.
@Suite struct `Stories of what is forgotten` {
    private static let jobs = [
        "identity.upkeep", "identity.sso", "platform.clean", "tenants.clean",
    ]

    private func runJobs(_ world: World) throws {
        for job in Self.jobs {
            let page = try Browser(world.server).post(
                "/v1/test/jobs/run", ["job": .string(job)])
            #expect(page.status == 204, "\(job): \(page.body)")
        }
    }

    private func moveClock(_ world: World, days: Int) throws {
        let now = Date().addingTimeInterval(Double(days) * 86_400)
        let page = try Browser(world.server).post(
            "/v1/test/clock", ["now": .string(ISO8601DateFormatter().string(from: now))])
        #expect(page.status < 300, "\(page.body)")
    }

    private func counts(_ world: World, _ tables: [String]) throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for table in tables {
            counts[table] = Int(try world.database.sql("SELECT count(*) FROM \(table)")) ?? -1
        }
        return counts
    }

    /// The tables whose rows run out, with the schema of the first workspace.
    private static let fleeting = [
        "platform.login_failures", "platform.login_steps", "platform.mail_links",
        "platform.sessions", "platform.code_sends", "platform.one_time_codes",
        "platform.known_devices", "cell.admissions", "t_1.login_events", "t_1.idempotency_keys",
    ]
    private static let lasting = [
        "platform.persons", "platform.memberships", "platform.factors", "t_1.members",
        "t_1.contacts",
    ]

    /// Leaves something behind in each of the fleeting tables.
    private func live(_ world: World) throws -> Browser {
        let ana = try world.signUp("Harbour Books", "Ana Ruiz", "ana@harbour.test")
        let stranger = Browser(world.server)
        _ = try stranger.post("/v1/auth/forgot-password", ["email": "ana@harbour.test"])
        // A login that stops before the second factor, after a code was sent.
        let begun = try stranger.post(
            "/v1/auth/login",
            ["email": "ana@harbour.test", "password": .string(World.password)])
        #expect(begun["state"] == "two_factor_required")
        _ = try stranger.post(
            "/v1/auth/two-factor/send",
            ["challenge_id": begun.json["challenge_id"] ?? .null, "method": "email"])
        _ = try stranger.post(
            "/v1/auth/login", ["email": "ana@harbour.test", "password": "not the password"])
        #expect(
            try ana.post(
                "/v1/contacts", ["name": "Ben", "phone": "+4915112345678", "language": "en"]
            )
            .status == 201)
        try world.database.sql(
            """
            INSERT INTO t_1.idempotency_keys
                (principal_id, key, request_hash, status, content, created_at)
            SELECT gen_random_uuid(), 'k' || n, '', 200, '', now() FROM generate_series(1, 3) n;
            """)
        return ana
    }

    @Test("ID-111, WS-24, OV-14: logins go after 12 months, proofs when they end, the rest stays")
    func forgotten() throws {
        let world = try World()
        let ana = try live(world)
        let before = try counts(world, Self.fleeting)
        for (table, count) in before { #expect(count > 0, "\(table)") }
        let lasting = try counts(world, Self.lasting)
        // Nothing that is alive is touched.
        try runJobs(world)
        #expect(
            try counts(world, ["t_1.login_events"])["t_1.login_events"]
                == before["t_1.login_events"])
        #expect(try ana.get("/v1/me").status == 200)
        // Eleven months later the logins are there, and everything that opens something is gone.
        try moveClock(world, days: 330)
        try runJobs(world)
        var after = try counts(world, Self.fleeting)
        #expect(after["t_1.login_events"] == before["t_1.login_events"])
        #expect((after["platform.known_devices"] ?? 0) > 0)
        after["t_1.login_events"] = nil
        after["platform.known_devices"] = nil
        #expect(after.filter { $0.value != 0 } == [:])
        try moveClock(world, days: 410)
        try runJobs(world)
        #expect(try counts(world, Self.fleeting).filter { $0.value != 0 } == [:])
        #expect(try counts(world, Self.lasting) == lasting)
    }

    @Test("ID-112, WS-24: activity is listed for 24 months; the audit log keeps what it has")
    func activity() throws {
        let world = try World()
        let ana = try live(world)
        func actions() throws -> [JSON] {
            try world.logIn("ana@harbour.test", on: ana)
            return try ana.get("/v1/me/activity?action=contact.create").rows
        }
        #expect(try actions().count == 1)
        try moveClock(world, days: 720)
        try runJobs(world)
        #expect(try actions().count == 1)
        try moveClock(world, days: 735)
        try runJobs(world)
        #expect(try actions().isEmpty)
        #expect(try ana.get("/v1/workspace/audit?action=contact.create").rows.count == 1)
    }

    @Test("OV-14, SEC-97: a day on which much runs out is cleaned batch by batch")
    func batches() throws {
        let world = try World()
        _ = try world.signUp("Harbour Books", "Ana Ruiz", "ana@harbour.test")
        try world.database.sql(
            """
            INSERT INTO platform.login_failures (id, email_key, address, failed_at)
            SELECT gen_random_uuid(), 'x', '192.0.2.1',
                now() - n * interval '1 hour' FROM generate_series(-1, 2500) n;
            INSERT INTO t_1.login_events
                (id, created_at, member_id, result, method, address, device)
            SELECT gen_random_uuid(), now() - interval '11 months' - n * interval '1 month',
                gen_random_uuid(), 'success', 'password', '', ''
            FROM generate_series(0, 24) n, generate_series(1, 100);
            """)
        try runJobs(world)
        #expect(
            try counts(world, ["platform.login_failures"])["platform.login_failures"].map {
                $0 <= 2
            } == true)
        let old = try world.database.sql(
            "SELECT count(*) FROM t_1.login_events WHERE created_at < now() - interval '13 months'")
        let young = try world.database.sql(
            "SELECT count(*) FROM t_1.login_events WHERE created_at < now() - interval '10 months'")
        #expect(old == "0")
        #expect(young == "100")
    }
}
