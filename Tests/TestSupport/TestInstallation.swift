import Crypto
import EventLoop
import HTTP
import Persistence
import Tenancy
import Values

/// The migrated database that all tests of a process share, and the loop they run on.
///
/// `scripts/test` starts the cluster and names it in COURTYARD_TEST_DATABASE_URL.
package final class TestInstallation: Sendable {
    package static let shared = Result { try TestInstallation() }

    package let ownerURL: String
    package let files: MigrationFiles
    package let connections: ConnectionSettings
    package let loop: EventLoop
    package let database: Database
    package let blocking: BlockingPool
    /// The keys of this cluster: tests of other processes seal for the same tenants.
    package let keyRing: SharedKeyRing
    /// The text of the ring, for commands.
    package static let keys = "1:" + Hex.encode(SHA256.digest(of: "keys of the tests").bytes)

    /// Why there is no installation, in one sentence.
    package struct Missing: Error, CustomStringConvertible {
        package let description: String
    }

    private init() throws {
        guard let url = TestEnvironment["COURTYARD_TEST_DATABASE_URL"] else {
            throw Missing(
                description: "Run the tests through scripts/test, which starts PostgreSQL.")
        }
        ownerURL = url
        keyRing = SharedKeyRing(try KeyRing(Self.keys))
        files = try MigrationFiles(folder: TestEnvironment.repository + "/sql")
        _ = try Migrator(address: url, files: files).run()
        connections = try Self.connections(url)
        loop = EventLoop.start(name: "test-loop")
        database = Database(loop: loop, settings: connections)
        blocking = BlockingPool(name: "test-pool", threads: 8, queueLimit: 256)
    }

    /// How a server process reaches the database behind an owner's URL.
    package static func connections(_ ownerURL: String) throws -> ConnectionSettings {
        let owner = try SessionConnection(address: ownerURL)
        let name = try owner.rows("SELECT current_database()").first?[0] ?? ""
        let secret = try owner.rows("SELECT secret FROM platform.login_secret").first?[0] ?? ""
        var settings = ConnectionSettings(
            address: ownerURL,
            login: { shard in "\(name)_app_" + (shard < 10 ? "0\(shard)" : "\(shard)") },
            password: { login in Hex.encode(SHA256.digest(of: secret + login).bytes) })
        // A machine that also builds, or writes slowly, can stand still for a while.
        settings.connectTimeout = .seconds(30)
        settings.statementTimeout = .seconds(60)
        settings.lockTimeout = .seconds(30)
        settings.leaseTimeout = .seconds(30)
        settings.leasedConnections = 32
        settings.leasedConnectionsPerShard = 24
        return settings
    }
}
