import CLinux
import Persistence
import Tenancy

/// `courtyard check`: one sentence on each thing that serving needs.
enum CheckCommand {
    static func run(_ arguments: inout Arguments) throws {
        try arguments.finish()
        let configuration: Configuration
        do {
            configuration = try Configuration()
        } catch {
            for sentence in error.sentences { print("✗ \(sentence)") }
            throw TenantDirectory.Refusal("The configuration has mistakes.")
        }
        print("✓ The configuration has no mistakes.")
        var failures = 0
        func report(_ success: String, _ body: () throws -> Void) {
            do {
                try body()
                print("✓ \(success)")
            } catch {
                failures += 1
                let text = (error as? DatabaseError)?.context ?? String(describing: error)
                print("✗ \(text.split(separator: "\n").joined(separator: " "))")
            }
        }
        for (name, folder) in [("spool", configuration.spoolFolder)] {
            report("The \(name) folder \(folder) can be written.") { try checkFolder(folder) }
        }
        report("The key ring can be used.") { _ = try configuration.loadKeyRing() }
        checkDatabase(configuration, report)
        guard failures == 0 else {
            throw TenantDirectory.Refusal(
                "\(failures == 1 ? "One thing keeps" : "\(failures) things keep") the server from "
                    + "serving.")
        }
    }

    private static func checkDatabase(
        _ configuration: Configuration, _ report: (String, () throws -> Void) -> Void
    ) {
        var found: SessionConnection?
        report("The database can be reached.") {
            found = try SessionConnection(address: configuration.databaseURL)
        }
        guard let owner = found else { return }
        report("The database is PostgreSQL 15 or later.") {
            let version =
                try owner.rows("SHOW server_version_num").first?[0].flatMap { Int($0) } ?? 0
            guard version >= 150_000 else {
                throw TenantDirectory.Refusal("PostgreSQL is older than 15; use 15 or later.")
            }
        }
        report("The database is prepared by sql/cluster/prepare.sql.") {
            try Migrator.checkPreparation(owner)
        }
        var files: MigrationFiles?
        report("The migrations in \(configuration.sqlFolder) can be read.") {
            files = try MigrationFiles(folder: configuration.sqlFolder)
        }
        guard let files else { return }
        report("The shared schema is current.") { try Installation.checkMigrated(owner, files) }
        report("Every workspace is current.") {
            let status = try Migrator(address: configuration.databaseURL, files: files).status()
            let behind = status.tenants.count { $0.version < files.tenant.count }
            guard behind == 0 else {
                throw TenantDirectory.Refusal(
                    "\(MigrateCommand.count(behind, "workspace")) is behind; "
                        + "run 'courtyard migrate'."
                )
            }
        }
        report("The server's database roles can log in.") { try checkLogins(configuration, owner) }
    }

    /// Logs in as the role of every shard.
    private static func checkLogins(_ configuration: Configuration, _ owner: SessionConnection)
        throws
    {
        let installation = try Installation(configuration)
        let shards = try owner.rows(
            """
            SELECT substr(rolname, length(current_database()::text) + 6)
            FROM pg_roles WHERE rolname ~ ('^' || current_database() || '_app_[0-9]+$')
            """)
        for shard in shards.compactMap({ $0[0].flatMap { Int($0) } }) {
            let login = installation.connections.login(shard)
            do {
                _ = try SessionConnection(
                    address: configuration.databaseURL, user: login,
                    password: installation.connections.password(login))
            } catch {
                throw TenantDirectory.Refusal("\(login) cannot log in: \(error.context)")
            }
        }
    }

    private static func checkFolder(_ folder: String) throws {
        let path = folder + "/courtyard-check-\(getpid())"
        let file = courtyard_create_private(path)
        guard file >= 0 else {
            let reason = String(cString: strerror(courtyard_errno()))
            throw TenantDirectory.Refusal("Nothing can be written in \(folder): \(reason).")
        }
        close(file)
        unlink(path)
    }
}
