import Persistence
import Tenancy
import TestSupport
import Testing
import Values

/// What SQL under a tenant's role can reach, tried over a plain connection of the server's login
/// role: worse than any injection, which never gets a statement of its own.
@Suite struct `Isolation of tenants in PostgreSQL` {
    /// A session that is inside tenant `one`, and the number of another tenant.
    struct Intruder {
        let connection: SessionConnection
        let own: Int64
        let other: Int64

        init() async throws {
            let app = try TestApp([])
            let one = try await TestTenant.create(app)
            let two = try await TestTenant.create(app)
            try await two.run(
                """
                INSERT INTO tenant.contacts (id, name, created_at, updated_at)
                VALUES (\(ID(high: 1, low: 1)), 'Secret customer', \(app.clock.now),
                    \(app.clock.now))
                """)
            let installation = try TestInstallation.shared.get()
            let login = installation.connections.login(one.reference.shard)
            let password = installation.connections.password(login)
            let rest = installation.ownerURL.split(separator: "@", maxSplits: 1)[1]
            connection = try SessionConnection(address: "postgresql://\(login):\(password)@\(rest)")
            own = one.number
            other = two.number
        }

        var role: String { "t_\(own)" }

        /// SQLSTATE of the failure, or `done`.
        func attempt(_ sql: String, entering: Bool = true) -> String {
            do {
                try connection.run("BEGIN")
                if entering {
                    let database = try connection.rows("SELECT current_database()")[0][0] ?? ""
                    try connection.rows(
                        "SELECT set_config('role', $1, true)", ["\(database)_t_\(own)"])
                }
                try connection.run(sql)
                try connection.run("ROLLBACK")
                return "done"
            } catch {
                try? connection.run("ROLLBACK")
                return error.sqlState
            }
        }
    }

    @Test("OV-11, SEC-72: a tenant's role reads and writes its own schema only")
    func ownSchemaOnly() async throws {
        let intruder = try await Intruder()
        #expect(intruder.attempt("SELECT count(*) FROM t_\(intruder.own).contacts") == "done")
        for sql in [
            "SELECT count(*) FROM t_\(intruder.other).contacts",
            "DELETE FROM t_\(intruder.other).contacts",
            "INSERT INTO t_\(intruder.own).group_members "
                + "SELECT id, id FROM t_\(intruder.other).groups",
            "SELECT * FROM t_\(intruder.own).contacts c "
                + "JOIN t_\(intruder.other).contacts d USING (id)",
            "CREATE TABLE t_\(intruder.own).mine (id integer)",
            "CREATE TEMP TABLE mine (id integer)",
            "CREATE FUNCTION t_\(intruder.own).f() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
            "DO $$ BEGIN PERFORM 1; END $$",
            "ALTER TABLE t_\(intruder.own).contacts ADD COLUMN x integer",
            "ALTER SCHEMA t_\(intruder.own) RENAME TO mine",
            "COPY t_\(intruder.own).contacts TO PROGRAM 'cat'",
            "COPY t_\(intruder.own).contacts FROM '/etc/passwd'",
        ] {
            #expect(intruder.attempt(sql) == "42501", "\(sql)")
        }
    }

    @Test(
        "OV-11, SEC-4: an expression injected into a statement cannot change role or run text",
        arguments: [
            "set_config('role', 'none', true)",
            "set_config('session_authorization', 'postgres', true)",
            "query_to_xml('SELECT 1', true, false, '')",
            "query_to_xml('RESET ROLE', true, false, '')",
            "query_to_xmlschema('SELECT 1', true, false, '')",
            "query_to_xml_and_xmlschema('SELECT 1', true, false, '')",
            "table_to_xml('pg_class', true, false, '')",
            "schema_to_xml('platform', true, false, '')",
            "database_to_xml(true, false, '')",
            "cursor_to_xml('c', 1, true, false, '')",
            "pg_read_file('/etc/passwd')",
            "pg_ls_dir('/')",
            "lo_import('/etc/passwd')",
            "lo_create(0)",
            "pg_terminate_backend((SELECT min(pid) FROM pg_stat_activity WHERE usename ~ '_app_'))",
            "pg_reload_conf()",
            "(SELECT count(*) FROM platform.persons)",
            "(SELECT count(*) FROM platform.tenants)",
            "(SELECT count(*) FROM platform.login_secret)",
            "(SELECT count(*) FROM cell.admissions)",
            "(SELECT count(*) FROM cell.jobs)",
            "platform.create_tenant(gen_random_uuid(), 'x', 'x', 'FREE', now())",
            "platform.erase_tenant(1)",
            "platform.open_shard(7)",
        ])
    func injectedExpressions(expression: String) async throws {
        let intruder = try await Intruder()
        #expect(intruder.attempt("SELECT \(expression)") == "42501")
    }

    @Test("OV-11, SEC-04: ts_stat and ts_rewrite, which run SQL from text, are closed")
    func textSearch() async throws {
        let intruder = try await Intruder()
        #expect(intruder.attempt("SELECT * FROM ts_stat('SELECT 1')") == "42501")
        #expect(
            intruder.attempt(
                "SELECT ts_rewrite('a'::tsquery, 'SELECT ''a''::tsquery, ''b''::tsquery')")
                == "42501")
    }

    @Test("OV-10: shared tables show a tenant what is its own, and take nothing for others")
    func ownViews() async throws {
        let intruder = try await Intruder()
        #expect(
            intruder.attempt(
                "INSERT INTO cell.own_jobs (id, tenant_number, kind, payload, run_at, created_at) "
                    + "VALUES (gen_random_uuid(), \(intruder.other), 'x', '{}', now(), now())")
                == "44000")
        #expect(
            intruder.attempt(
                "DO $$ BEGIN IF (SELECT count(*) FROM cell.own_tenant) <> 1 "
                    + "THEN RAISE; END IF; END $$"
            )
                == "42501")
        let rows = try await TestTenant.create(TestApp([])).run(
            """
            SELECT (SELECT count(*) FROM cell.own_tenant),
                (SELECT count(*) FROM platform.own_tenant),
                (SELECT count(*) FROM platform.own_people),
                (SELECT count(*) FROM cell.own_admissions)
            """)
        #expect((0..<4).map { rows[0].integer($0) } == [1, 1, 0, 0])
    }

    @Test("OV-10, SEC-72: no condition of a tenant is evaluated on another tenant's rows")
    func viewBarriers() async throws {
        let intruder = try await Intruder()
        let open = try intruder.connection.rows(
            """
            SELECT relname FROM pg_class
            WHERE relkind = 'v' AND relname LIKE 'own\\_%'
                AND 'security_barrier=true' = ANY (reloptions) IS NOT TRUE
            """)
        #expect(open == [])
        // Without the barrier the division, being cheaper, runs before the view's own condition.
        #expect(
            intruder.attempt(
                "SELECT 1 FROM platform.own_tenant WHERE 1 / (number - \(intruder.other)) < 2")
                == "done")
    }

    @Test("SEC-90: the login role alone reads nothing and owns nothing")
    func loginRole() async throws {
        let intruder = try await Intruder()
        for sql in [
            "SELECT count(*) FROM t_\(intruder.own).contacts",
            "SELECT count(*) FROM platform.persons",
            "SELECT count(*) FROM cell.jobs",
            "DELETE FROM cell.admissions",
            "UPDATE cell.tenants SET state = 'active'",
            "CREATE ROLE intruder",
            "CREATE SCHEMA mine",
        ] {
            #expect(intruder.attempt(sql, entering: false) == "42501", "\(sql)")
        }
        let attributes = try intruder.connection.rows(
            """
            SELECT rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_roles
            WHERE rolname = current_user
            """)
        #expect(attributes == [["f", "f", "f", "f", "f"]])
    }

    @Test("OV-49, SEC-102: audit entries can be added and read, never changed or removed")
    func auditIsAppendOnly() async throws {
        let intruder = try await Intruder()
        let table = "t_\(intruder.own).audit_events"
        #expect(intruder.attempt("SELECT count(*) FROM \(table)") == "done")
        for sql in [
            "UPDATE \(table) SET action = 'x'", "DELETE FROM \(table)", "TRUNCATE \(table)",
        ] {
            #expect(intruder.attempt(sql) == "42501", "\(sql)")
        }
    }
}
