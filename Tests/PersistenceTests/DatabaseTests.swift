import EventLoop
import Foundation
import Synchronization
import TestSupport
import Testing
import Values

@testable import Persistence

@Suite struct `PostgreSQL from one loop` {
    private struct Own: Error, Equatable {}

    /// What the tasks of a test tell each other.
    private final class Board: Sendable {
        let count = Mutex(0)
        let isDone = Mutex(false)
        let holders = Mutex<Set<Int>>([])
    }

    @Test func `values of every type come back as they went`() async throws {
        try await Sandbox.run { sandbox in
            let (id, instant) = (
                ID(high: 1, low: .max), Instant(microseconds: 1_795_266_640_123_456)
            )
            let row = try await sandbox.database.read(
                """
                SELECT \("ä😀'\\"), \(""), \(Int64.min), \(-1.5), \(true), \(id), \(instant),
                       \(bytes: [0, 255]), \(nil as String?), \(bytes: []), \(["a", "", "NULL"]),
                       \([] as [String]), \([id, id]), \(-7)::int2, \(-70000)::int4
                """, in: sandbox.scope)[0]
            #expect(row.text(0) == "ä😀'\\" && row.text(1) == "")
            #expect(row.integer(2) == .min && row.number(3) == -1.5 && row.bool(4))
            #expect(row.id(5) == id && row.instant(6) == instant)
            #expect(row.bytes(7).map(Array.init) == [0, 255])
            #expect(row.isNull(8) && row.optionalText(8) == nil)
            #expect(row.bytes(9)?.count == 0 && !row.isNull(9))
            #expect(row.texts(10) == ["a", "", "NULL"] && row.texts(11) == [])
            #expect(row.ids(12) == [id, id])
            #expect(row.integer(13) == -7 && row.integer(14) == -70_000)
        }
    }

    @Test func `a login that PostgreSQL refuses keeps nobody from open connections`() async throws {
        let change: (inout ConnectionSettings) -> Void = { settings in
            let known = settings.login
            settings.login = { $0 == 0 ? known(0) : "nobody_of_that_name" }
        }
        try await Sandbox.run(change: change) { sandbox in
            let stranger = Scope(shard: 1, schema: nil, schemaNumber: 0, preamble: "SELECT 1")
            let database = sandbox.database
            _ = try await database.read("SELECT 1", in: sandbox.scope)
            await #expect(throws: DatabaseError.self) {
                try await database.write(["SELECT 1"], in: stranger)
            }
            #expect(try await database.read("SELECT 2", in: sandbox.scope)[0].integer(0) == 2)
        }
    }

    @Test func `a connection that cannot be opened fails nobody who waits for another role's`()
        async throws
    {
        let change: (inout ConnectionSettings) -> Void = { settings in
            let known = settings.login
            settings.login = { $0 == 0 ? known(0) : "nobody_of_that_name" }
            settings.leasedConnectionsPerShard = 1
            settings.leaseTimeout = .seconds(60)
        }
        try await Sandbox.run(change: change) { sandbox in
            let (database, scope) = (sandbox.database, sandbox.scope)
            let stranger = Scope(shard: 1, schema: nil, schemaNumber: 0, preamble: "SELECT 1")
            let answer = Mutex<Int64?>(nil)
            try await database.transaction(in: scope) { transaction in
                try await transaction.run("SELECT 1")
                sandbox.loop.spawn {
                    let rows = try? await database.write(["SELECT 7"], in: scope)
                    answer.withLock { $0 = rows?[0][0].integer(0) ?? -1 }
                }
                #expect(try await eventually { database.statistics.waiters == 1 })
                await #expect(throws: DatabaseError.self) {
                    try await database.write(["SELECT 1"], in: stranger)
                }
                #expect(database.statistics.waiters == 1)
            }
            #expect(try await eventually { answer.withLock { $0 == 7 } })
        }
    }

    @Test func `a busy role leaves a connection to another, though none may be opened`()
        async throws
    {
        let right = try await Sandbox.run(change: {
            $0.leasedConnections = 2
            $0.leasedConnectionsPerShard = 2
            $0.leaseTimeout = .seconds(30)
        }) { sandbox in
            let (database, scope) = (sandbox.database, sandbox.scope)
            let other = Scope(shard: 1, schema: nil, schemaNumber: 0, preamble: "SELECT 1")
            let board = Board()
            return try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        let end = ContinuousClock.now + .seconds(60)
                        while !board.isDone.withLock({ $0 }), ContinuousClock.now < end {
                            board.count.withLock { $0 += 1 }
                            _ = try await database.write(["SELECT pg_sleep(0.02)"], in: scope)
                        }
                        return board.isDone.withLock { $0 }
                    }
                }
                #expect(try await eventually { board.count.withLock { $0 } > 10 })
                _ = try await database.write(["SELECT 1"], in: other)
                board.isDone.withLock { $0 = true }
                return try await group.reduce(true) { $0 && $1 }
            }
        }
        #expect(right)
    }

    @Test func `the victim of a deadlock runs again, and both transactions take effect`()
        async throws
    {
        let table = """
            CREATE TABLE tenant.a (id int PRIMARY KEY, n int NOT NULL);
            INSERT INTO tenant.a VALUES (1, 0), (2, 0)
            """
        let (sums, attempts) = try await Sandbox.run(table) { sandbox in
            let board = Board()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (first, second) in [(1, 2), (2, 1)] {
                    group.addTask {
                        try await sandbox.database.transaction(in: sandbox.scope) { transaction in
                            board.count.withLock { $0 += 1 }
                            try await transaction.run(
                                "UPDATE tenant.a SET n = n + 1 WHERE id = \(first)")
                            board.holders.withLock { _ = $0.insert(first) }
                            _ = try await eventually { board.holders.withLock { $0.count } == 2 }
                            try await transaction.run(
                                "UPDATE tenant.a SET n = n + 1 WHERE id = \(second)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            let rows = try await sandbox.database.read(
                "SELECT n FROM tenant.a ORDER BY id", in: sandbox.scope)
            return (rows.map { $0.integer(0) }, board.count.withLock { $0 })
        }
        #expect(sums == [2, 2])
        #expect(attempts == 3)
    }

    @Test func `statements that fall out of use are deallocated, and prepared again when needed`()
        async throws
    {
        let change: (inout ConnectionSettings) -> Void = { settings in
            settings.preparedStatements = 2
            settings.oneShotConnections = 1
            settings.leasedConnectionsPerShard = 1
        }
        try await Sandbox.run(change: change) { sandbox in
            let (database, scope) = (sandbox.database, sandbox.scope)
            let statements: [(SQL, Int64)] = [
                ("SELECT 1", 1), ("SELECT 1 + 1", 2), ("SELECT 3", 3), ("SELECT 2 + 2", 4),
            ]
            for _ in 0..<3 {
                for (statement, value) in statements {
                    // The second time it is prepared, the third time that is used.
                    for _ in 0..<3 {
                        #expect(
                            try await database.read(statement, in: scope)[0].integer(0) == value)
                    }
                    // A unit that fails between them must not confuse which are known.
                    await #expect(throws: DatabaseError.self) {
                        try await database.read(["SELECT 1 / \(0)", statement], in: scope)
                    }
                    let rows = try await database.transaction(in: scope) { transaction in
                        try await transaction.run(statement)
                    }
                    #expect(rows[0].integer(0) == value)
                }
            }
            let kept = try await database.read(
                "SELECT count(*) FROM pg_prepared_statements", in: scope)
            #expect(kept[0].integer(0) <= 2)
        }
    }

    @Test func `a login whose roles are out of date costs one try, and the connection`()
        async throws
    {
        let change: (inout ConnectionSettings) -> Void = { $0.oneShotConnections = 1 }
        try await Sandbox.run(change: change) { sandbox in
            let (database, scope) = (sandbox.database, sandbox.scope)
            let process = {
                try await database.read("SELECT pg_backend_pid()", in: scope)[0].integer(0)
            }
            let role: SQL = "SELECT pg_catalog.set_config('role', 'postgres', true)"
            let foreign = Scope(
                shard: 0, schema: sandbox.schema, schemaNumber: 1, preamble: role)
            let first = try await process()
            // A statement's own refusal is no fault of the connection.
            let refused = await #expect(throws: DatabaseError.self) {
                try await database.read(role, in: scope)
            }
            #expect(refused?.isPermissionDenied == true)
            #expect(try await process() == first)
            let failed = await #expect(throws: DatabaseError.self) {
                try await database.read("SELECT 1", in: foreign)
            }
            #expect(failed?.isUnavailable == true)
            #expect(try await process() != first)
        }
    }

    @Test func `arrays keep their NULLs`() async throws {
        try await Sandbox.run { sandbox in
            let row = try await sandbox.database.read(
                """
                SELECT array_to_string(\(nullable: ["a", nil, ""]), ',', 'NULL'),
                       array_to_string(\(nullable: [1, nil, Int64.max]), ',', 'NULL'),
                       array_to_string(\(nullable: [true, nil]), ',', 'NULL')
                """, in: sandbox.scope)[0]
            #expect(row.text(0) == "a,NULL," && row.text(1) == "1,NULL,9223372036854775807")
            #expect(row.text(2) == "t,NULL" || row.text(2) == "true,NULL")
        }
    }

    @Test func `a violated constraint is told by its name`() async throws {
        try await Sandbox.run("CREATE TABLE tenant.a (b int CONSTRAINT a_b_key UNIQUE)") {
            sandbox in
            let insert: SQL = "INSERT INTO tenant.a (b) VALUES (\(1))"
            _ = try await sandbox.database.write([insert], in: sandbox.scope)
            let error = await #expect(throws: DatabaseError.self) {
                try await sandbox.database.write([insert], in: sandbox.scope)
            }
            #expect(error?.violates("a_b_key") == true && error?.sqlState == "23505")
        }
    }

    @Test func `nothing counts when the preamble returns no row`() async throws {
        let count = try await Sandbox.run("CREATE TABLE tenant.a (b int)") { sandbox in
            var scope = sandbox.scope
            scope.preamble = "SELECT 1 WHERE false"
            let refused = scope
            await #expect(throws: NotAdmitted.self) {
                try await sandbox.database.read("SELECT 1", in: refused)
            }
            await #expect(throws: NotAdmitted.self) {
                try await sandbox.database.transaction(in: refused) { transaction in
                    try await transaction.run("INSERT INTO tenant.a (b) VALUES (1)")
                }
            }
            return try await sandbox.database.read(
                "SELECT count(*) FROM tenant.a", in: sandbox.scope)[0].integer(0)
        }
        #expect(count == 0)
    }

    @Test func `a transaction rethrows its caller's error and leaves nothing`() async throws {
        let count = try await Sandbox.run("CREATE TABLE tenant.a (b int)") { sandbox in
            await #expect(throws: Own.self) {
                try await sandbox.database.transaction(in: sandbox.scope) { transaction in
                    try await transaction.run("INSERT INTO tenant.a (b) VALUES (1)")
                    throw Own()
                }
            }
            return try await sandbox.database.read(
                "SELECT count(*) FROM tenant.a", in: sandbox.scope)[0].integer(0)
        }
        #expect(count == 0)
    }

    @Test func `a plan whose result changed is prepared again`() async throws {
        let widths = try await Sandbox.run("CREATE TABLE tenant.a (b int)") { sandbox in
            var widths: [Int64] = []
            for round in 0..<4 {
                if round == 3 {
                    _ = try await sandbox.database.write(
                        ["ALTER TABLE tenant.a ALTER b TYPE text"], in: sandbox.scope)
                }
                let rows = try await sandbox.database.read(
                    "SELECT b FROM tenant.a", in: sandbox.scope)
                widths.append(Int64(rows.count))
            }
            return widths
        }
        #expect(widths == [0, 0, 0, 0])
    }

    @Test func `a hundred reads at once are answered each with its own`() async throws {
        let right = try await Sandbox.run { sandbox in
            await withTaskGroup(of: Bool.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        let rows = try? await sandbox.database.read(
                            "SELECT \(number)", in: sandbox.scope)
                        return rows?[0].integer(0) == Int64(number)
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
        }
        #expect(right == 100)
    }

    @Test func `reads that share a round trip fail each for itself`() async throws {
        let outcomes = try await Sandbox.run { sandbox in
            var scope = sandbox.scope
            scope.preamble = "SELECT 1 WHERE false"
            let refused = scope
            // The first read opens the connection; those behind it wait for it and leave together.
            return await withTaskGroup(of: (Int, String).self) { group in
                for number in 0..<60 {
                    group.addTask {
                        do {
                            let isRefused = number % 10 == 3
                            let divisor = number % 10 == 7 ? 0 : 1
                            let rows = try await sandbox.database.read(
                                "SELECT \(number) / \(divisor)",
                                in: isRefused ? refused : sandbox.scope)
                            return (number, "\(rows[0].integer(0))")
                        } catch is NotAdmitted {
                            return (number, "refused")
                        } catch {
                            return (number, (error as? DatabaseError)?.sqlState ?? "\(error)")
                        }
                    }
                }
                return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
        }
        for number in 0..<60 {
            let wanted =
                switch number % 10 {
                case 3: "refused"
                case 7: "22012"
                default: "\(number)"
                }
            #expect(outcomes[number] == wanted)
        }
    }

    @Test func `a statement that takes too long is cancelled`() async throws {
        let error = try await Sandbox.run(change: { $0.statementTimeout = .milliseconds(100) }) {
            sandbox in
            await #expect(throws: DatabaseError.self) {
                try await sandbox.database.read("SELECT pg_sleep(20)", in: sandbox.scope)
            }
        }
        #expect(error?.isTimeout == true)
    }

    @Test func `work that waits behind other work is not given up while answers come`()
        async throws
    {
        // A connection is given up after four silent seconds here; the last answer takes longer.
        let right = try await Sandbox.run(change: {
            $0.statementTimeout = .seconds(1)
            $0.oneShotConnections = 1
        }) { sandbox in
            await withTaskGroup(of: Bool.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        let rows = try? await sandbox.database.read(
                            "SELECT \(number), pg_sleep(0.7)", in: sandbox.scope)
                        return rows?[0].integer(0) == Int64(number)
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
        }
        #expect(right == 8)
    }

    @Test func `a terminated backend is unavailable, and the next request works`() async throws {
        let superuser = try SessionConnection(address: Sandbox.url("COURTYARD_TEST_SUPERUSER_URL"))
        try await Sandbox.run { sandbox in
            let pid = try await sandbox.database.read("SELECT pg_backend_pid()", in: sandbox.scope)
            let number = pid[0].integer(0)
            sandbox.loop.schedule(after: .milliseconds(100)) {
                _ = try? superuser.rows("SELECT pg_terminate_backend(\(number))")
            }
            let error = await #expect(throws: DatabaseError.self) {
                try await sandbox.database.read("SELECT pg_sleep(8)", in: sandbox.scope)
            }
            #expect(error?.isUnavailable == true)
            let rows = try await sandbox.database.read("SELECT 7", in: sandbox.scope)
            #expect(rows[0].integer(0) == 7)
        }
    }

    @Test func `work that gets no connection in time is refused as too many`() async throws {
        try await Sandbox.run(change: {
            $0.leasedConnectionsPerShard = 1
            $0.leaseTimeout = .milliseconds(100)
        }) { sandbox in
            // Opening the one connection may itself take longer than the others will wait for it.
            #expect(
                try await eventually {
                    (try? await sandbox.database.write(["SELECT 1"], in: sandbox.scope)) != nil
                })
            try await sandbox.database.transaction(in: sandbox.scope) { transaction in
                try await transaction.run("SELECT 1")
                let error = await #expect(throws: DatabaseError.self) {
                    try await sandbox.database.write(["SELECT 1"], in: sandbox.scope)
                }
                #expect(error?.sqlState == "53300")
            }
            _ = try await sandbox.database.write(["SELECT 1"], in: sandbox.scope)
        }
    }
}

@Suite struct `SQL text` {
    @Test(arguments: [
        ("SELECT * FROM tenant.a", "SELECT * FROM t_1.a"), ("tenant.a", "t_1.a"),
        ("x_tenant.a", "x_tenant.a"), ("a.tenant.b", "a.tenant.b"), ("tenants.a", "tenants.a"),
        ("(tenant.a)", "(t_1.a)"), ("tenant", "tenant"), ("", ""),
    ])
    func `the word tenant. becomes the schema only where a name begins`(text: String, want: String)
    {
        #expect(SQL.qualify(text, schema: "t_1") == want)
    }

    @Test func `values become numbered parameters, fragments are spliced in`() {
        let part: SQL = "b = \(2)"
        let sql: SQL = "SELECT \("x'; DROP") FROM tenant.a WHERE \(part) AND c = \(nil as String?)"
        #expect(sql.text(schema: "t_9") == "SELECT $1 FROM t_9.a WHERE b = $2 AND c = $3")
        #expect(sql.text(schema: nil).contains("tenant.a"))
        #expect(sql.binds.count == 3)
    }
}
