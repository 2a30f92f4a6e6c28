import Crypto
import EventLoop
import HTTP
import Persistence
import Tenancy
import Values

/// A database and the way this process reaches it.
package struct Installation: Sendable {
    package let configuration: Configuration
    package let files: MigrationFiles
    package let connections: ConnectionSettings
    /// Shared by all loops.
    package let keyRing: SharedKeyRing

    /// Reads what is needed to log in as the server's roles.
    package init(_ configuration: Configuration) throws {
        self.configuration = configuration
        keyRing = SharedKeyRing(try configuration.loadKeyRing())
        files = try MigrationFiles(folder: configuration.sqlFolder)
        let owner = try SessionConnection(address: configuration.databaseURL)
        try Self.checkMigrated(owner, files)
        let database = try owner.rows("SELECT current_database()").first?[0] ?? "courtyard"
        let secret: String
        if let given = configuration.databaseSecret {
            secret = given
        } else {
            secret =
                try owner.rows("SELECT secret FROM platform.login_secret").first?[0] ?? ""
        }
        connections = ConnectionSettings(
            address: configuration.databaseURL,
            login: { shard in
                let number = shard < 10 ? "0\(shard)" : "\(shard)"
                return "\(database)_app_\(number)"
            },
            password: { login in Hex.encode(SHA256.digest(of: secret + login).bytes) })
    }

    /// - Throws: A sentence when the shared schema is older than this program needs.
    static func checkMigrated(_ owner: SessionConnection, _ files: MigrationFiles) throws {
        let exists = try owner.rows("SELECT to_regclass('platform.migrations')").first?[0] != nil
        let rows =
            exists
            ? try owner.rows(
                """
                SELECT (SELECT max(version) FROM platform.migrations),
                    (SELECT max(version) FROM platform.tenant_migrations)
                """) : []
        let platform = rows.first?[0].flatMap { Int($0) } ?? 0
        let tenant = rows.first?[1].flatMap { Int($0) } ?? 0
        guard platform >= files.platform.count, tenant >= files.tenant.count else {
            throw TenantDirectory.Refusal(
                "The database is at version \(platform) of \(files.platform.count) of the shared "
                    + "schema and knows \(tenant) of \(files.tenant.count) tenant migrations; "
                    + "run 'courtyard migrate' first.")
        }
    }

    /// The services of one loop.
    func services(
        on loop: EventLoop, clock: Clock, pools: Pools, rates: RateLimits
    ) -> LoopServices {
        let settings = configuration.services(schemaVersion: files.tenant.last?.version ?? 0)
        return LoopServices(
            loop: loop, database: Database(loop: loop, settings: connections), clock: clock,
            blocking: pools.blocking, passwords: pools.passwords, rates: rates,
            keyRing: keyRing, settings: settings)
    }
}
