import CLinux
import CPostgreSQL
import EventLoop

/// Where PostgreSQL is and how connections to it behave.
package struct ConnectionSettings: Sendable {
    /// A URL or keyword string as libpq takes it; user and password in it are not used by servers.
    package var address: String
    /// The login role of a shard.
    package var login: @Sendable (_ shard: Int) -> String
    package var password: @Sendable (_ login: String) -> String
    package var connectTimeout: Duration = .seconds(5)
    package var statementTimeout: Duration = .seconds(10)
    package var lockTimeout: Duration = .seconds(5)
    package var idleInTransactionTimeout: Duration = .seconds(30)
    /// Groups of units that are sent on one connection before the first is answered.
    package var pipelineDepth = 2
    /// Reads that share an implicit transaction, at most.
    package var unitsPerSync = 16
    /// Prepared statements kept per connection; about 26 kB each in the backend.
    package var preparedStatements = 2_000
    /// Distinct schemas after which a connection is replaced; bounds the backend's caches.
    package var schemasPerConnection = 1_000
    package var lifetime: Duration = .seconds(3_600)
    /// One-shot connections per shard and loop.
    package var oneShotConnections = 2
    /// Leased connections per loop, over all shards.
    package var leasedConnections = 24
    /// Leased connections per shard and loop.
    package var leasedConnectionsPerShard = 12
    /// How long work waits for a connection before it is refused.
    package var leaseTimeout: Duration = .seconds(3)

    package init(
        address: String, login: @escaping @Sendable (Int) -> String,
        password: @escaping @Sendable (String) -> String
    ) {
        self.address = address
        self.login = login
        self.password = password
    }

    /// Session settings.
    ///
    /// Generic plans let a statement's plan serve every role that runs it (§5).
    private var options: String {
        [
            "statement_timeout=\(statementTimeout.milliseconds)",
            "lock_timeout=\(lockTimeout.milliseconds)",
            "idle_in_transaction_session_timeout=\(idleInTransactionTimeout.milliseconds)",
            "plan_cache_mode=force_generic_plan", "jit=off", "TimeZone=UTC",
            "client_min_messages=error",
        ].map { "-c \($0)" }.joined(separator: " ")
    }

    /// Begins connecting; the caller polls.
    ///
    /// Nil only when memory is short.
    func start(login: String) -> OpaquePointer? {
        // `dbname` may itself be a whole URL; what stands after it overrides its parts.
        let parameters = [
            ("dbname", address), ("user", login), ("password", password(login)),
            ("options", options), ("application_name", "courtyard"), ("gssencmode", "disable"),
            ("keepalives_idle", "30"),
        ]
        var keywords: [UnsafeMutablePointer<CChar>?] = parameters.map { strdup($0.0) } + [nil]
        var values: [UnsafeMutablePointer<CChar>?] = parameters.map { strdup($0.1) } + [nil]
        defer {
            for pointer in keywords + values { free(pointer) }
            keywords.removeAll()
            values.removeAll()
        }
        let constKeywords = keywords.map { UnsafePointer($0) }
        let constValues = values.map { UnsafePointer($0) }
        return PQconnectStartParams(constKeywords, constValues, 1)
    }
}
