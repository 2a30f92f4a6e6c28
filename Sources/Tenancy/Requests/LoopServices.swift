import Crypto
import EventLoop
import HTTP
import Persistence
import Values

/// What every handler on one loop can use.
package final class LoopServices: @unchecked Sendable {
    package let loop: EventLoop
    package let database: Database
    package let clock: Clock
    package let grants: GrantResolver
    /// File work; shared by all loops.
    package let blocking: BlockingPool
    /// Password hashing, on fewer threads than there are cores; shared by all loops.
    package let passwords: BlockingPool
    package let rates: RateLimits
    /// Data keys for secrets at rest.
    package let vault: Vault
    package let settings: ServiceSettings
    private var ids = IDGenerator()
    private var components = LoopComponents()

    package init(
        loop: EventLoop, database: Database, clock: Clock, blocking: BlockingPool,
        passwords: BlockingPool, rates: RateLimits, keyRing: SharedKeyRing,
        settings: ServiceSettings
    ) {
        self.loop = loop
        self.database = database
        self.clock = clock
        self.blocking = blocking
        self.passwords = passwords
        self.rates = rates
        self.settings = settings
        vault = Vault(database: database, clock: clock, ring: keyRing)
        grants = GrantResolver(
            database: database, schemaVersion: settings.schemaVersion, clock: clock)
    }

    package func newID() -> ID { ids.next(at: clock.now) }

    /// What a feature keeps on this loop; made when it is first asked for.
    package func component<Component: LoopComponent>(
        _ type: Component.Type = Component.self
    ) -> Component {
        components.component { Component(self) }
    }

    /// Puts a component in the place of the one that would be made: for tests.
    package func install<Component: LoopComponent>(_ component: Component) {
        components.replace(component)
    }

    /// Ends what features keep here; called on the loop before it ends.
    package func closeComponents() { components.close() }
}

/// What the operator decided and every request may need.
package struct ServiceSettings: Sendable {
    /// The version of tenant schemas that this server needs; the number of the newest migration.
    package var schemaVersion: Int
    /// The address people use, such as `https://courtyard.example`; nil accepts the request's Host.
    package var origin: String?
    /// Further origins that browsers may call from.
    package var corsOrigins: Set<String> = []
    /// Whether API calls over plain HTTP are refused (checklist 29).
    package var requiresTLS = false
    package var allowsSignUp = true
    /// Whether SMS can be sent at all (OV-61).
    package var sendsSMS = false
    /// Requests a minute (OV-48).
    package var requestsPerToken: Int64 = 600
    package var requestsPerSession: Int64 = 1_200
    package var requestsPerWorkspace: Int64 = 3_000
    package var authCallsPerAddress: Int64 = 10
    /// The secret that reads metrics and the API description; nil closes both (OV-64).
    package var operatorToken: Digest?
    package var passwordCost = PasswordHash.Cost.production
    /// Where uploads are spooled.
    package var spoolFolder = "/tmp"
    /// Name servers with ports, separated by commas; nil for those of the system.
    package var nameServers: String?
    #if TEST_BUILD
        /// Takes identity providers on this machine and without TLS (checklist rule 36).
        package var allowsLocalProviders = false
    #endif

    package init(schemaVersion: Int) {
        self.schemaVersion = schemaVersion
    }
}
