import EventLoop

/// Connections that are lent to one user at a time, over all login roles of one loop.
///
/// Waiters are served in order of arrival. A connection that fails to open sets a growing pause in
/// which everybody is refused at once, so that a stopped PostgreSQL costs nothing.
final class LeasePool: @unchecked Sendable {
    private final class Waiter: @unchecked Sendable {
        let shard: Int
        var continuation: UnsafeContinuation<Connection, any Error>?
        var timer: TimerToken?
        init(shard: Int, continuation: UnsafeContinuation<Connection, any Error>) {
            self.shard = shard
            self.continuation = continuation
        }
    }

    private let loop: EventLoop
    private let settings: ConnectionSettings
    private let parameters: Parameters
    private var idle: [(connection: Connection, shard: Int)] = []
    private var lent: [ObjectIdentifier: Connection] = [:]
    private var opening: [Int: Int] = [:]
    private var openingTotal = 0
    private var waiters: [Waiter] = []
    private var failures = 0
    private var retryAt: Int64 = 0
    private var isClosed = false

    init(loop: EventLoop, settings: ConnectionSettings, parameters: Parameters) {
        self.loop = loop
        self.settings = settings
        self.parameters = parameters
    }

    var statistics: Database.Statistics {
        Database.Statistics(
            leasedConnections: lent.count, idleConnections: idle.count,
            waiters: waiters.count)
    }

    /// - Throws: ``DatabaseError`` while the last attempt to connect failed a moment ago.
    func checkBackoff() throws {
        guard loop.now >= retryAt else { throw DatabaseError.unavailable("not connected") }
    }

    /// Starts a connection and keeps account of whether it came up.
    func open(shard: Int) -> Connection {
        let connection = Connection(
            loop: loop, settings: settings, login: settings.login(shard), parameters: parameters)
        connection.onOpen = { [weak self] error in
            guard let self else { return }
            if error == nil {
                failures = 0
                retryAt = 0
            } else {
                failures = min(failures + 1, 7)
                retryAt = loop.now + Int64(50_000_000) << Int64(failures - 1)
            }
        }
        return connection
    }

    func isWornOut(_ connection: Connection) -> Bool {
        connection.schemasSeen.count > settings.schemasPerConnection
            || loop.now - connection.openedAt > settings.lifetime.nanoseconds
    }

    func lease(shard: Int) async throws -> Connection {
        guard !isClosed else { throw DatabaseError.unavailable("shutting down") }
        while let index = idle.lastIndex(where: { $0.shard == shard }) {
            let connection = idle.remove(at: index).connection
            guard connection.state == .ready else { continue }
            guard !isWornOut(connection) else {
                connection.close(.unavailable("replaced"))
                continue
            }
            lent[ObjectIdentifier(connection)] = connection
            return connection
        }
        try checkBackoff()
        return try await withUnsafeThrowingContinuation { continuation in
            let waiter = Waiter(shard: shard, continuation: continuation)
            waiter.timer = loop.schedule(after: settings.leaseTimeout) { [weak self] in
                self?.expire(waiter)
            }
            waiters.append(waiter)
            openForWaiters()
        }
    }

    func giveBack(_ connection: Connection, shard: Int) {
        lent[ObjectIdentifier(connection)] = nil
        guard connection.state == .ready, connection.isIdle, !isClosed, !isWornOut(connection)
        else {
            connection.close(.unavailable("given back unfit"))
            return openForWaiters()
        }
        offer(connection, shard: shard)
        openForWaiters()
    }

    func breakOverdue(limit: Int64) {
        for connection in lent.values {
            if let sentAt = connection.oldestSentAt, loop.now - sentAt > limit {
                connection.close(.unavailable("no answer in time"))
            }
        }
    }

    func close() {
        isClosed = true
        for entry in idle { entry.connection.close(.unavailable("shutting down")) }
        for connection in lent.values { connection.close(.unavailable("shutting down")) }
        idle.removeAll()
        failWaiters(.unavailable("shutting down"))
    }

    // MARK: Details

    private func offer(_ connection: Connection, shard: Int) {
        if let index = waiters.firstIndex(where: { $0.shard == shard }) {
            let waiter = waiters.remove(at: index)
            if let timer = waiter.timer { loop.cancel(timer) }
            lent[ObjectIdentifier(connection)] = connection
            waiter.continuation?.resume(returning: connection)
            waiter.continuation = nil
        } else {
            idle.append((connection, shard))
        }
    }

    private func openForWaiters() {
        var wanted: [Int: Int] = [:]
        for waiter in waiters { wanted[waiter.shard, default: 0] += 1 }
        for (shard, count) in wanted {
            for _ in 0..<max(0, count - opening[shard, default: 0]) {
                guard lent.count + idle.count + openingTotal < settings.leasedConnections else {
                    // Another shard's idle connection makes room.
                    guard let spare = idle.firstIndex(where: { wanted[$0.shard] == nil }) else {
                        return
                    }
                    idle.remove(at: spare).connection.close(.unavailable("makes room"))
                    start(shard)
                    continue
                }
                start(shard)
            }
        }
    }

    private func start(_ shard: Int) {
        opening[shard, default: 0] += 1
        openingTotal += 1
        let connection = open(shard: shard)
        let account = connection.onOpen
        connection.onOpen = { [weak self] error in
            account?(error)
            guard let self else { return }
            opening[shard, default: 1] -= 1
            openingTotal -= 1
            if let error { return failWaiters(error) }
            if isClosed { return connection.close(.unavailable("shutting down")) }
            offer(connection, shard: shard)
        }
    }

    private func expire(_ waiter: Waiter) {
        guard let index = waiters.firstIndex(where: { $0 === waiter }) else { return }
        waiters.remove(at: index)
        waiter.continuation?.resume(
            throwing: DatabaseError(sqlState: "53300", context: "no free connection in time"))
        waiter.continuation = nil
    }

    private func failWaiters(_ error: DatabaseError) {
        let failed = waiters
        waiters.removeAll()
        for waiter in failed {
            if let timer = waiter.timer { loop.cancel(timer) }
            waiter.continuation?.resume(throwing: error)
            waiter.continuation = nil
        }
    }
}
