import Foundation
import TestSupport
import Testing
import Values

@Suite struct `When PostgreSQL fails` {
    /// A server in front of a cluster of its own.
    struct Stage {
        let cluster: PrivateCluster
        let server: ServerProcess
        let browser: Browser

        init() throws {
            cluster = try PrivateCluster()
            try ServerProcess.command(["migrate"], on: cluster.database)
            server = try ServerProcess(cluster.database)
            browser = Browser(server)
        }

        /// Asks until the server is ready again.
        func readyWithin(seconds: Double) throws -> Bool {
            let start = Date()
            while Date().timeIntervalSince(start) < seconds {
                if try browser.get("/ready").status == 200 { return true }
                usleep(100_000)
            }
            return false
        }
    }

    @Test(
        "OV-60, SEC-103: stopped and started again, it is survived without a restart of the server")
    func stoppedAndStarted() throws {
        let stage = try Stage()
        #expect(try stage.browser.get("/ready").status == 200)
        try stage.cluster.stop()
        let refused = try stage.browser.get("/ready")
        #expect(refused.status == 503)
        #expect(refused.code == "database_unavailable")
        #expect(refused.head.contains("Retry-After: "))
        #expect(!refused.body.contains("08006"))
        #expect(try stage.browser.get("/health").status == 200)
        try stage.cluster.start()
        #expect(try stage.readyWithin(seconds: 60))
        #expect(stage.server.stop() == 0)
    }

    @Test("SEC-103: a frozen server is given up after its time limit and used again afterwards")
    func frozen() throws {
        let stage = try Stage()
        #expect(try stage.browser.get("/ready").status == 200)
        try stage.cluster.freeze()
        let refused = try stage.browser.get("/ready")
        #expect(refused.status == 503)
        #expect(try stage.browser.get("/health").status == 200)
        try stage.cluster.resume()
        #expect(try stage.readyWithin(seconds: 60))
    }

    @Test("SEC-103: read-only, what is there can be read, changes are refused, and it recovers")
    func readOnly() throws {
        let cluster = try PrivateCluster()
        let world = try World(cluster.database)
        let ana = try world.signUp("Harbour", "Ana Ruiz", "ana@harbour.example", plan: "GROWTH")
        var number = 0
        /// Adds one more contact until that is answered so.
        func becomes(_ status: Int) throws -> Browser.Page {
            let start = Date()
            while true {
                number += 1
                let body: JSON = ["name": "Max", "phone": .string("+4915100\(100_000 + number)")]
                let page = try ana.post("/v1/contacts", body)
                if page.status == status || Date().timeIntervalSince(start) > 60 { return page }
                usleep(50_000)
            }
        }
        #expect(try becomes(201).status == 201)
        // As a replica is that was not promoted yet.
        try cluster.database.sql("ALTER SYSTEM SET default_transaction_read_only = on")
        try cluster.database.sql("SELECT pg_reload_conf()")
        let refused = try becomes(503)
        #expect(refused.code == "database_unavailable")
        #expect(refused.head.contains("Retry-After: "))
        #expect(!refused.body.contains("25006"))
        let kept = try ana.get("/v1/contacts?limit=100")
        #expect(kept.status == 200)
        #expect(kept.rows.count == number - 1)
        #expect(try ana.get("/health").status == 200)
        try cluster.database.sql("ALTER SYSTEM RESET default_transaction_read_only")
        try cluster.database.sql("SELECT pg_reload_conf()")
        #expect(try becomes(201).status == 201)
        #expect(world.server.stop() == 0)
    }

    @Test("SEC-103: out of connections, requests are refused and then served")
    func outOfConnections() throws {
        let stage = try Stage()
        let database = stage.cluster.database
        try database.sql("ALTER ROLE courtyard_app_00 CONNECTION LIMIT 0")
        try database.sql(
            """
            SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE usename = 'courtyard_app_00'
            """
        )
        usleep(200_000)
        let refused = try stage.browser.get("/ready")
        #expect(refused.code == "database_unavailable")
        try database.sql("ALTER ROLE courtyard_app_00 CONNECTION LIMIT -1")
        #expect(try stage.readyWithin(seconds: 60))
    }
}
