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

    /// Reads what is needed to log in as the server's roles.
    package init(_ configuration: Configuration) throws {
        self.configuration = configuration
        files = try MigrationFiles(folder: configuration.sqlFolder)
        let owner = try SessionConnection(address: configuration.databaseURL)
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

    /// The services of one loop.
    package func services(
        on loop: EventLoop, clock: Clock, blocking: BlockingPool, rates: RateLimits
    ) -> LoopServices {
        let settings = configuration.services(schemaVersion: files.tenant.last?.version ?? 0)
        return LoopServices(
            loop: loop, database: Database(loop: loop, settings: connections), clock: clock,
            blocking: blocking, rates: rates, settings: settings)
    }
}
