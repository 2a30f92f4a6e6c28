import CLinux
import EventLoop
import Persistence
import Synchronization

/// Brings a database to the version of the files: platform first, then every tenant (OV-13).
///
/// Runs as the owner over blocking connections, from the command line. Each tenant is migrated in a
/// transaction of its own, with the version recorded in it, so that an interruption loses nothing
/// and one broken tenant stops no other. Source: design §8.
package struct Migrator: Sendable {
    /// What happened, for the operator.
    package struct Report: Sendable {
        package var platformApplied: [String] = []
        package var tenantsMigrated = 0
        package var tenantsCurrent = 0
        package var failures: [(tenant: Int64, reason: String)] = []
    }

    /// Where one tenant stands.
    package struct TenantStatus: Sendable {
        package var number: Int64
        package var slug: String
        package var state: String
        package var version: Int
    }

    /// A sentence that tells an operator why nothing was done.
    package struct Refusal: Error, CustomStringConvertible {
        package var description: String
        package init(description: String) { self.description = description }
    }

    private let address: String
    private let files: MigrationFiles
    private let workers: Int

    /// - Parameters:
    ///   - address: The owner's database URL.
    ///   - files: The migrations to apply.
    ///   - workers: How many tenants are migrated at the same time.
    package init(address: String, files: MigrationFiles, workers: Int = 4) {
        self.address = address
        self.files = files
        self.workers = max(1, workers)
    }

    package func run() throws -> Report {
        let connection = try SessionConnection(address: address)
        try Self.checkPreparation(connection)
        // One migration at a time; a second process waits for the first.
        try connection.run("SELECT pg_advisory_lock(hashtext('courtyard migrate'))")
        var report = Report()
        report.platformApplied = try migratePlatform(connection)
        try storeTenantFiles(connection)
        let outcome = try migrateTenants(connection)
        report.tenantsMigrated = outcome.migrated
        report.tenantsCurrent = outcome.current
        report.failures = outcome.failures
        return report
    }

    package func status() throws -> (platform: Int, tenants: [TenantStatus]) {
        let connection = try SessionConnection(address: address)
        guard try exists(connection) else { return (0, []) }
        let platform = try connection.rows("SELECT max(version) FROM platform.migrations")
        let tenants = try connection.rows(
            """
            SELECT c.number, p.slug, c.state, c.schema_version
            FROM cell.tenants c JOIN platform.tenants p USING (number) ORDER BY number
            """)
        return (
            platform.first?.first.flatMap { $0 }.flatMap { Int($0) } ?? 0,
            tenants.map {
                TenantStatus(
                    number: Int64($0[0] ?? "") ?? 0, slug: $0[1] ?? "", state: $0[2] ?? "",
                    version: Int($0[3] ?? "") ?? 0)
            }
        )
    }

    // MARK: Platform

    /// The steps that only a superuser can do must be done before (sql/cluster/prepare.sql).
    ///
    /// - Throws: ``Refusal`` when they are not.
    package static func checkPreparation(_ connection: SessionConnection) throws {
        let open = try connection.rows(
            """
            SELECT p.oid::regprocedure::text FROM pg_proc p
            WHERE p.pronamespace = 'pg_catalog'::regnamespace
                AND (p.proname IN ('set_config', 'ts_stat') OR p.proname LIKE '%\\_to\\_xml%')
                AND has_function_privilege('public', p.oid, 'EXECUTE')
            """)
        guard open.isEmpty else {
            throw Refusal(
                description: """
                    The database is not prepared: PUBLIC may still call \(open[0][0] ?? "") and \
                    \(open.count - 1) more. Let a superuser run sql/cluster/prepare.sql.
                    """)
        }
        let extensions = try connection.rows(
            "SELECT extname FROM pg_extension WHERE extname IN ('pg_trgm', 'unaccent')")
        guard extensions.count == 2 else {
            throw Refusal(
                description: """
                    The extensions pg_trgm and unaccent are missing. Let a superuser run \
                    sql/cluster/prepare.sql.
                    """)
        }
    }

    private func exists(_ connection: SessionConnection) throws -> Bool {
        try connection.rows("SELECT to_regclass('platform.migrations')").first?[0] != nil
    }

    private func migratePlatform(_ connection: SessionConnection) throws -> [String] {
        var applied: [Int: String] = [:]
        if try exists(connection) {
            for row in try connection.rows("SELECT version, checksum FROM platform.migrations") {
                applied[Int(row[0] ?? "") ?? 0] = row[1] ?? ""
            }
        }
        let prefix = try prefix(connection)
        var done: [String] = []
        for file in files.platform {
            if let checksum = applied[file.version] {
                guard checksum == file.checksum else {
                    throw Refusal(
                        description: "sql/platform/\(file.name) was changed after it was applied.")
                }
                continue
            }
            let record = """
                CREATE TABLE IF NOT EXISTS platform.migrations (
                    version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
                    applied_at timestamptz NOT NULL DEFAULT now());
                INSERT INTO platform.migrations (version, name, checksum)
                VALUES (\(file.version), '\(file.name)', '\(file.checksum)');
                """
            try inTransaction(connection, Self.rename(file.sql, prefix: prefix) + "\n" + record)
            done.append(file.name)
        }
        return done
    }

    /// Roles are cluster-wide, so that their prefix is the database's own name.
    private func prefix(_ connection: SessionConnection) throws -> String {
        try connection.rows("SELECT current_database()").first?[0] ?? "courtyard"
    }

    static func rename(_ sql: String, prefix: String) -> String {
        guard prefix != "courtyard" else { return sql }
        var result = ""
        var rest = sql[...]
        while let range = rest.firstRange(of: "courtyard_") {
            result += rest[..<range.lowerBound] + prefix + "_"
            rest = rest[range.upperBound...]
        }
        return result + rest
    }

    private func inTransaction(_ connection: SessionConnection, _ script: String) throws {
        do {
            try connection.run("BEGIN;" + script + ";COMMIT")
        } catch {
            let message = connection.lastMessage
            try? connection.run("ROLLBACK")
            throw Refusal(description: message)
        }
    }

    /// Keeps the tenant migrations in the database, from where `platform.create_tenant` applies
    /// them.
    private func storeTenantFiles(_ connection: SessionConnection) throws {
        let prefix = try prefix(connection)
        for file in files.tenant {
            let stored = try connection.rows(
                "SELECT encode(checksum, 'hex') FROM platform.tenant_migrations WHERE version = $1",
                [String(file.version)])
            if let checksum = stored.first?[0] {
                guard checksum == file.checksum else {
                    throw Refusal(
                        description: "sql/tenant/\(file.name) was changed after it was applied.")
                }
                continue
            }
            try connection.rows(
                """
                INSERT INTO platform.tenant_migrations (version, name, checksum, sql)
                VALUES ($1, $2, decode($3, 'hex'), $4)
                """,
                [
                    String(file.version), file.name, file.checksum,
                    Self.rename(file.sql, prefix: prefix),
                ])
        }
    }

    // MARK: Tenants

    private final class Work: Sendable {
        struct State {
            var numbers: [Int64]
            var migrated = 0
            var failures: [(tenant: Int64, reason: String)] = []
            var isRunning: Int
        }
        let state: Mutex<State>
        init(numbers: [Int64], workers: Int) {
            state = Mutex(State(numbers: numbers, isRunning: workers))
        }
    }

    private func migrateTenants(
        _ connection: SessionConnection
    ) throws -> (migrated: Int, current: Int, failures: [(tenant: Int64, reason: String)]) {
        let latest = files.tenant.last?.version ?? 0
        let rows = try connection.rows(
            "SELECT number, schema_version FROM cell.tenants ORDER BY number DESC")
        let behind = rows.filter { Int($0[1] ?? "") ?? 0 < latest }
            .compactMap { Int64($0[0] ?? "") }
        guard !behind.isEmpty else { return (0, rows.count, []) }
        let count = min(workers, behind.count)
        let work = Work(numbers: behind, workers: count)
        let pool = BlockingPool(name: "migrate", threads: count, queueLimit: count)
        EventLoop.runUntilDone { loop in
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<count {
                    group.addTask {
                        try? await pool.run(startingWithin: .seconds(3_600)) {
                            self.migrateNext(work, latest: latest)
                        }
                    }
                }
            }
        }
        let outcome = work.state.withLock { ($0.migrated, $0.failures) }
        return (outcome.0, rows.count - behind.count, outcome.1)
    }

    private func migrateNext(_ work: Work, latest: Int) {
        do {
            let connection = try SessionConnection(address: address)
            try connection.run("SET lock_timeout = '3s'")
            while let number = work.state.withLock({ $0.numbers.popLast() }) {
                do {
                    try migrate(number, connection)
                    work.state.withLock { $0.migrated += 1 }
                } catch {
                    let reason = String(describing: error)
                    work.state.withLock { $0.failures.append((number, reason)) }
                }
            }
        } catch {
            let reason = String(describing: error)
            work.state.withLock { state in
                if let number = state.numbers.popLast() { state.failures.append((number, reason)) }
            }
        }
    }

    /// Applies what the tenant lacks; retries a few times when a busy table keeps its lock.
    private func migrate(_ number: Int64, _ connection: SessionConnection) throws {
        var attempt = 1
        while true {
            do {
                try connection.run("BEGIN")
                let row = try connection.rows(
                    "SELECT schema_version, role_name FROM cell.tenants "
                        + "WHERE number = $1 FOR UPDATE",
                    [String(number)])
                let version = row.first?[0].flatMap { Int($0) } ?? 0
                let role = row.first?[1] ?? ""
                for file in files.tenant where file.version > version {
                    let sql = Self.rename(file.sql, prefix: try prefix(connection))
                    try connection.run(
                        SQL.qualify(Self.name(role, in: sql), schema: "t_\(number)"))
                }
                try connection.rows(
                    """
                    UPDATE cell.tenants SET schema_version = $2, epoch = epoch + 1 WHERE number = $1
                    """,
                    [String(number), String(files.tenant.last?.version ?? version)])
                return try connection.run("COMMIT")
            } catch let error as DatabaseError {
                let message = connection.lastMessage
                try? connection.run("ROLLBACK")
                guard error.isTimeout || error.isRetryable, attempt < 5 else {
                    throw Refusal(description: message)
                }
                attempt += 1
                usleep(UInt32(attempt) * 100_000)
            }
        }
    }

    private static func name(_ role: String, in sql: String) -> String {
        var result = ""
        var rest = sql[...]
        while let range = rest.firstRange(of: "tenant_role") {
            result += rest[..<range.lowerBound] + "\"\(role)\""
            rest = rest[range.upperBound...]
        }
        return result + rest
    }
}
