import EventLoop

/// The way to PostgreSQL from one loop: a one-shot lane and a transaction lane per login role.
///
/// One-shot work shares a few pipelined connections; work that commits or spans several round trips
/// leases a connection, since commits on one connection are serial. Source: design §5.
package final class Database: @unchecked Sendable {
    private let loop: EventLoop
    private let settings: ConnectionSettings
    private let parameters = Parameters()
    private var oneShot: [Int: [Connection?]] = [:]
    private let pool: LeasePool
    private var isClosed = false

    package init(loop: EventLoop, settings: ConnectionSettings) {
        self.loop = loop
        self.settings = settings
        pool = LeasePool(loop: loop, settings: settings, parameters: parameters)
        loop.execute { [weak self] in self?.watchOver() }
    }

    /// Runs one read in a pipeline that other requests share; one round trip.
    ///
    /// The statement must not write: it shares a transaction with other reads, and is undone and
    /// sent again when one of those fails.
    ///
    /// - Throws: ``NotAdmitted`` if the scope's preamble returns no row; ``DatabaseError``.
    package func read(_ sql: SQL, in scope: Scope) async throws -> Rows {
        let results = try await read([sql], in: scope)
        guard let rows = results.first else { throw DatabaseError.unavailable("no result") }
        return rows
    }

    /// Runs several reads in one implicit transaction and one round trip.
    package func read(_ statements: [SQL], in scope: Scope) async throws -> [Rows] {
        let connection = try oneShotConnection(for: scope)
        return try await connection.run(scope, statements, sendsPreamble: true, isRead: true)
    }

    /// Runs the statements in one implicit transaction on a leased connection: all or nothing, one
    /// round trip, durable when it returns.
    package func write(_ statements: [SQL], in scope: Scope) async throws -> [Rows] {
        let lease = try await pool.lease(for: scope)
        defer { pool.giveBack(lease) }
        return try await lease.connection.run(scope, statements, sendsPreamble: true)
    }

    /// Runs `body` between BEGIN and COMMIT.
    ///
    /// An error that `body` throws rolls back and is rethrown unchanged. After a serialization
    /// failure or a deadlock `body` runs again, at most three times in all, so it must have no
    /// effects of its own.
    package func transaction<Value>(
        in scope: Scope, isolation: Isolation = .readCommitted,
        _ body: (Transaction) async throws -> Value
    ) async throws -> Value {
        var attempt = 1
        while true {
            let lease = try await pool.lease(for: scope)
            let transaction = Transaction(
                connection: lease.connection, scope: scope, isolation: isolation)
            do {
                let value = try await body(transaction)
                try await transaction.commit()
                pool.giveBack(lease)
                return value
            } catch {
                await transaction.rollBack()
                pool.giveBack(lease)
                guard attempt < 3, let failure = error as? DatabaseError,
                    failure.isRetryable || failure.isStaleStatement
                else { throw error }
                attempt += 1
            }
        }
    }

    /// How many connections are open and how much work waits, for metrics.
    package var statistics: Statistics {
        var statistics = pool.statistics
        for connection in oneShot.values.joined() {
            guard let connection else { continue }
            statistics.oneShotConnections += 1
            statistics.oneShotUnits += connection.load
        }
        return statistics
    }

    package struct Statistics: Sendable {
        package var oneShotConnections = 0
        package var oneShotUnits = 0
        package var leasedConnections = 0
        package var idleConnections = 0
        package var waiters = 0

        package init() {}
    }

    /// Ends every connection; work under way fails as unavailable.
    package func close() {
        isClosed = true
        for connection in oneShot.values.joined() {
            connection?.close(.unavailable("shutting down"))
        }
        oneShot.removeAll()
        pool.close()
    }

    // MARK: One-shot lane

    private func oneShotConnection(for scope: Scope) throws -> Connection {
        guard !isClosed else { throw DatabaseError.unavailable("shutting down") }
        let count = settings.oneShotConnections
        let place = Int(truncatingIfNeeded: UInt64(bitPattern: scope.schemaNumber) % UInt64(count))
        if oneShot[scope.shard] == nil {
            oneShot[scope.shard] = [Connection?](repeating: nil, count: count)
        }
        if let connection = oneShot[scope.shard]?[place] {
            // While no other can be opened, a worn-out connection is better than none.
            if connection.state != .closed,
                !pool.isWornOut(connection) || pool.isBackingOff(scope.shard)
            {
                return connection
            }
            retire(connection)
        }
        try pool.checkBackoff(scope.shard)
        let connection = pool.open(shard: scope.shard)
        oneShot[scope.shard]?[place] = connection
        return connection
    }

    /// Lets a replaced connection answer what it was sent, then closes it; ``watchOver()`` does not
    /// see it any more.
    private func retire(_ connection: Connection) {
        guard connection.state != .closed else { return }
        guard !connection.isIdle, !isClosed else {
            return connection.close(.unavailable("replaced"))
        }
        guard !connection.isOverdue else {
            return connection.close(.unavailable("no answer in time"))
        }
        loop.schedule(after: .milliseconds(100)) { [weak self] in self?.retire(connection) }
    }

    /// Every second: breaks connections whose answer is overdue beyond any statement timeout.
    private func watchOver() {
        guard !isClosed else { return }
        for connection in oneShot.values.joined() {
            if let connection, connection.isOverdue {
                connection.close(.unavailable("no answer in time"))
            }
        }
        pool.breakOverdue()
        loop.schedule(after: .seconds(1)) { [weak self] in self?.watchOver() }
    }
}

/// Transaction isolation levels in use; the raw value opens the transaction.
package enum Isolation: Sendable {
    case readCommitted
    case repeatableRead
    case serializable

    var opening: StaticString {
        switch self {
        case .readCommitted: "BEGIN"
        case .repeatableRead: "BEGIN ISOLATION LEVEL REPEATABLE READ"
        case .serializable: "BEGIN ISOLATION LEVEL SERIALIZABLE"
        }
    }
}
