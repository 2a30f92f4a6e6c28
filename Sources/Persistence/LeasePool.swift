import EventLoop

/// Connections that are lent to one user at a time, over all login roles of one loop.
///
/// Each schema prefers two of its role's connections, so that a backend keeps the caches of a share
/// of the schemas only; after a moment's wait any connection will do. A connection that fails to
/// open sets a growing pause for its role, in which nobody waits for a new one, so that a stopped
/// PostgreSQL costs nothing. When no more may be opened, roles that wait longest get those of roles
/// that have more. Measured: inserting a contact takes a backend that has not met the schema four
/// times as long as one that has.
final class LeasePool: @unchecked Sendable {
    private enum Place {
        case closed
        case opening
        case idle(Connection)
        case lent(Connection)
    }

    private final class Waiter: @unchecked Sendable {
        let shard: Int
        let preferred: (Int, Int)
        /// Has waited long enough to take whatever comes.
        var takesAny: Bool
        var continuation: UnsafeContinuation<Lease, any Error>?
        var timers: [TimerToken] = []

        init(
            shard: Int, preferred: (Int, Int), takesAny: Bool,
            continuation: UnsafeContinuation<Lease, any Error>
        ) {
            self.shard = shard
            self.preferred = preferred
            self.takesAny = takesAny
            self.continuation = continuation
        }

        func accepts(_ place: Int) -> Bool {
            takesAny || place == preferred.0 || place == preferred.1
        }
    }

    private struct Backoff {
        var failures = 0
        var retryAt: Int64 = 0
    }

    /// A connection on loan, and where it belongs.
    struct Lease: Sendable {
        let connection: Connection
        fileprivate let shard: Int
        fileprivate let place: Int
    }

    private let loop: EventLoop
    private let settings: ConnectionSettings
    private let parameters: Parameters
    private var shards: [Int: [Place]] = [:]
    private var openCount = 0
    private var waiters: [Waiter] = []
    private var backoffs: [Int: Backoff] = [:]
    private var isClosed = false

    init(loop: EventLoop, settings: ConnectionSettings, parameters: Parameters) {
        self.loop = loop
        self.settings = settings
        self.parameters = parameters
    }

    var statistics: Database.Statistics {
        var statistics = Database.Statistics()
        statistics.waiters = waiters.count
        for place in shards.values.joined() {
            switch place {
            case .lent: statistics.leasedConnections += 1
            case .idle: statistics.idleConnections += 1
            case .closed, .opening: break
            }
        }
        return statistics
    }

    /// - Throws: ``DatabaseError`` while the shard's last attempt to connect failed a moment ago.
    func checkBackoff(_ shard: Int) throws {
        if isBackingOff(shard) { throw DatabaseError.unavailable("not connected") }
    }

    func isBackingOff(_ shard: Int) -> Bool {
        backoffs[shard].map { loop.now < $0.retryAt } ?? false
    }

    /// Starts a connection and keeps account of whether it came up.
    func open(shard: Int) -> Connection {
        let connection = Connection(
            loop: loop, settings: settings, login: settings.login(shard), parameters: parameters)
        connection.onOpen = { [weak self] error in
            guard let self else { return }
            if error == nil {
                backoffs[shard] = nil
            } else {
                let failures = min((backoffs[shard]?.failures ?? 0) + 1, 7)
                let pause = Int64(50_000_000) << Int64(failures - 1)
                backoffs[shard] = Backoff(failures: failures, retryAt: loop.now + pause)
            }
        }
        return connection
    }

    func isWornOut(_ connection: Connection) -> Bool {
        connection.lacksRoles || connection.schemasSeen.count > settings.schemasPerConnection
            || loop.now - connection.openedAt > settings.lifetime.nanoseconds
    }

    func lease(for scope: Scope) async throws -> Lease {
        guard !isClosed else { throw DatabaseError.unavailable("shutting down") }
        let count = settings.leasedConnectionsPerShard
        if shards[scope.shard] == nil {
            shards[scope.shard] = [Place](repeating: .closed, count: count)
        }
        let number = Int(truncatingIfNeeded: scope.schemaNumber)
        let first = number % count
        let second = (first + 1 + number / count % max(1, count - 1)) % count
        let takesAny = number == 0
        if let lease = take(scope.shard, first) ?? take(scope.shard, second) { return lease }
        if takesAny, let lease = takeAny(scope.shard) { return lease }
        // What is lent will come back, so who can wait for it need not be refused.
        if openConnections(scope.shard) == 0 { try checkBackoff(scope.shard) }
        return try await withUnsafeThrowingContinuation { continuation in
            let waiter = Waiter(
                shard: scope.shard, preferred: (first, second), takesAny: takesAny,
                continuation: continuation)
            waiters.append(waiter)
            waiter.timers = [
                loop.schedule(after: .milliseconds(5)) { [weak self] in self?.relax(waiter) },
                loop.schedule(after: settings.leaseTimeout) { [weak self] in self?.expire(waiter) },
            ]
            openPlace(for: waiter)
        }
    }

    func giveBack(_ lease: Lease) {
        let connection = lease.connection
        guard connection.state == .ready, connection.isIdle, !isClosed, !isWornOut(connection)
        else {
            connection.close(.unavailable("given back unfit"))
            vacate(lease.shard, lease.place)
            return openForWaiters()
        }
        shards[lease.shard]?[lease.place] = .idle(connection)
        serve(lease.shard, lease.place)
    }

    func breakOverdue() {
        for place in shards.values.joined() {
            if case .lent(let connection) = place, connection.isOverdue {
                connection.close(.unavailable("no answer in time"))
            }
        }
    }

    func close() {
        isClosed = true
        for place in shards.values.joined() {
            switch place {
            case .idle(let connection), .lent(let connection):
                connection.close(.unavailable("shutting down"))
            case .closed, .opening: break
            }
        }
        shards.removeAll()
        for waiter in waiters { finish(waiter, with: .failure(Self.shuttingDown)) }
    }

    private static let shuttingDown = DatabaseError.unavailable("shutting down")

    // MARK: Taking

    private func take(_ shard: Int, _ place: Int) -> Lease? {
        guard case .idle(let connection)? = shards[shard]?[place] else { return nil }
        guard connection.state == .ready, !isWornOut(connection) else {
            connection.close(.unavailable("replaced"))
            vacate(shard, place)
            return nil
        }
        shards[shard]?[place] = .lent(connection)
        return Lease(connection: connection, shard: shard, place: place)
    }

    private func takeAny(_ shard: Int) -> Lease? {
        for place in shards[shard]?.indices ?? 0..<0 {
            if let lease = take(shard, place) { return lease }
        }
        return nil
    }

    private func vacate(_ shard: Int, _ place: Int) {
        shards[shard]?[place] = .closed
        openCount -= 1
    }

    /// Hands a connection that became idle to the first waiter that accepts it.
    private func serve(_ shard: Int, _ place: Int) {
        guard !waiters.isEmpty else { return }
        if mustYield(shard), case .idle(let connection)? = shards[shard]?[place] {
            connection.close(.unavailable("makes room"))
            vacate(shard, place)
            return openForWaiters()
        }
        if let waiter = waiters.first(where: { $0.shard == shard && $0.accepts(place) }),
            let lease = take(shard, place)
        {
            return finish(waiter, with: .success(lease))
        }
        openForWaiters()
    }

    private func relax(_ waiter: Waiter) {
        guard waiter.continuation != nil else { return }
        waiter.takesAny = true
        if let lease = takeAny(waiter.shard) { return finish(waiter, with: .success(lease)) }
        openPlace(for: waiter)
    }

    private func expire(_ waiter: Waiter) {
        finish(
            waiter,
            with: .failure(DatabaseError(sqlState: "53300", context: "no free connection in time")))
    }

    private func finish(_ waiter: Waiter, with result: Result<Lease, any Error>) {
        guard let continuation = waiter.continuation else { return }
        waiter.continuation = nil
        waiters.removeAll { $0 === waiter }
        for timer in waiter.timers { loop.cancel(timer) }
        continuation.resume(with: result)
    }

    /// Whether who waits longest should have a connection of a role that has more than its own.
    private func mustYield(_ shard: Int) -> Bool {
        guard openCount >= settings.leasedConnections, let first = waiters.first,
            first.shard != shard, first.takesAny, !isBackingOff(first.shard),
            openConnections(first.shard) + 1 < openConnections(shard)
        else { return false }
        return !(shards[first.shard] ?? []).contains {
            if case .opening = $0 { true } else { false }
        }
    }

    /// Connections of a shard that are open, or will be if they can.
    private func openConnections(_ shard: Int) -> Int {
        (shards[shard] ?? []).count { if case .closed = $0 { false } else { true } }
    }

    /// After a failed attempt to connect: refuses the shard's waiters, unless others of its
    /// connections will come back to them.
    private func refuseWaiters(_ shard: Int, _ error: DatabaseError) {
        guard openConnections(shard) == 0 else {
            let pause = (backoffs[shard]?.retryAt ?? loop.now) - loop.now
            loop.schedule(after: .nanoseconds(max(0, pause))) { [weak self] in
                self?.openForWaiters()
            }
            return
        }
        for waiter in waiters where waiter.shard == shard {
            finish(waiter, with: .failure(error))
        }
    }

    // MARK: Opening

    private func openForWaiters() {
        for waiter in waiters { openPlace(for: waiter) }
    }

    /// Opens a connection that the waiter would accept, if there is none on its way and room for
    /// it.
    private func openPlace(for waiter: Waiter) {
        guard let places = shards[waiter.shard], !isBackingOff(waiter.shard) else { return }
        let wanted = [waiter.preferred.0, waiter.preferred.1]
        let candidates = waiter.takesAny ? wanted + Array(places.indices) : wanted
        for place in candidates {
            if case .opening = places[place] { return }
        }
        guard
            let place = candidates.first(where: {
                if case .closed = places[$0] { true } else { false }
            })
        else { return }
        if openCount >= settings.leasedConnections {
            guard makeRoom(besides: waiter.shard) else { return }
        }
        start(waiter.shard, place)
    }

    /// Closes an idle connection of a shard that nobody waits for.
    private func makeRoom(besides shard: Int) -> Bool {
        let wanted = Set(waiters.map(\.shard))
        for (other, places) in shards where other != shard && !wanted.contains(other) {
            for (place, content) in places.enumerated() {
                guard case .idle(let connection) = content else { continue }
                connection.close(.unavailable("makes room"))
                vacate(other, place)
                return true
            }
        }
        return false
    }

    private func start(_ shard: Int, _ place: Int) {
        shards[shard]?[place] = .opening
        openCount += 1
        let connection = open(shard: shard)
        let account = connection.onOpen
        connection.onOpen = { [weak self] error in
            account?(error)
            guard let self else { return }
            if let error {
                guard !isClosed else { return }
                vacate(shard, place)
                refuseWaiters(shard, error)
                return openForWaiters()
            }
            if isClosed { return connection.close(Self.shuttingDown) }
            shards[shard]?[place] = .idle(connection)
            serve(shard, place)
            // Several may have waited for this one, and only one of them has got it.
            openForWaiters()
        }
    }
}
