import CLinux
import EventLoop
import HTTP

/// The part of a server that lives on one loop: a listening socket, its connections, and what they
/// share.
final class ServerShard: FileHandler, @unchecked Sendable {
    let loop: EventLoop
    let handler: any RequestHandler
    let limits: ServerLimits
    private let census: ConnectionCensus
    private let settings: ServerSettings
    private var listener: Int32 = -1
    /// Given up for a moment when descriptors run out, so that a client can be turned away.
    private var reserve: Int32
    private var connections: [Connection] = []
    private var onDrained: (@Sendable () -> Void)?

    var buffers = BufferPool()
    var date = DateField()
    var ids = RequestIDs()
    /// Requests between head and answer.
    var inFlight = 0
    private(set) var isDraining = false

    init(
        loop: EventLoop, handler: any RequestHandler, settings: ServerSettings,
        census: ConnectionCensus
    ) {
        self.loop = loop
        self.handler = handler
        limits = settings.configuration.limits
        self.settings = settings
        self.census = census
        reserve = eventfd(0, Int32(EFD_CLOEXEC))
    }

    /// The monotonic clock of this moment, in nanoseconds.
    var clock: Int64 { courtyard_monotonic_nanoseconds() }

    var connectionCount: Int { connections.count }

    /// Begins to accept; called once, on the loop.
    func listen(on file: Int32) {
        listener = file
        loop.register(file, for: .readable, handler: self)
        scheduleSweep()
    }

    /// Who sent a request on `connection`, after trusted proxies.
    func peer(of connection: Connection, _ head: RequestHead) -> Peer {
        guard connection.isTrustedProxy else { return connection.peer }
        return ForwardedPeer.peer(
            of: connection.peer, head, trusted: settings.configuration.trustedProxies)
    }

    /// Counts `connection` for the client that its proxy has named; false if that one has too many.
    func recount(_ connection: Connection, as client: IPAddress) -> Bool {
        guard census.admit(client) else { return false }
        census.leave(connection.address)
        connection.address = client
        connection.peer.address = client.text
        connection.isTrustedProxy = settings.trustsProxy(client)
        return true
    }

    // MARK: Accepting

    func ready(_ events: FileEvents) {
        for _ in 0..<64 {
            guard listener >= 0 else { return }
            var storage = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let file = withUnsafeMutablePointer(to: &storage) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    accept4(
                        listener, $0, &length,
                        Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue))
                }
            }
            if file >= 0 {
                admit(file, from: IPAddress(storage) ?? IPAddress(v4: 0))
            } else if courtyard_errno() == EMFILE || courtyard_errno() == ENFILE {
                turnAwayWithReserve()
            } else if courtyard_errno() != EINTR, courtyard_errno() != ECONNABORTED {
                return
            }
        }
    }

    private func admit(_ file: Int32, from address: IPAddress) {
        guard census.admit(address) else {
            turnAway(file)
            return
        }
        _ = Socket.set(file, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        let connection = Connection(file: file, shard: self, address: address)
        connection.isTrustedProxy = settings.trustsProxy(address)
        connection.expectGreeting(
            proxyHeader: settings.expectsProxyHeader(address), tls: settings.tls)
        connection.index = connections.count
        connections.append(connection)
        loop.register(
            file, for: [.readable, .writable, .peerClosed, .edgeTriggered], handler: connection)
    }

    /// Out of descriptors: accepts with the spare one, so that the queue does not stay full.
    private func turnAwayWithReserve() {
        close(reserve)
        let file = accept4(listener, nil, nil, Int32(SOCK_NONBLOCK.rawValue))
        if file >= 0 { close(file) }
        reserve = eventfd(0, Int32(EFD_CLOEXEC))
    }

    /// Tries to say 503 and closes; the answer is lost if the client has sent much already.
    private func turnAway(_ file: Int32) {
        if settings.tls != nil {
            close(file)
            return
        }
        let buffer = buffers.take()
        defer { buffers.give(buffer) }
        let response = handler.answer(to: .overloaded)
        var bytes: [UInt8] = []
        if case .bytes(let content) = response.body { bytes = content }
        ResponseHead(
            status: response.status, contentType: response.contentType, fields: response.fields,
            length: .bytes(bytes.count), closes: true
        ).append(to: buffer)
        date.append(to: buffer, now: loop.now)
        buffer.append("X-Request-Id: ")
        RequestIDs.append(ids.next(), to: buffer)
        buffer.append("\r\n\r\n")
        buffer.append(bytes)
        _ = Socket.send(file, buffer.readable)
        shutdown(file, Int32(SHUT_WR))
        close(file)
    }

    /// Forgets a connection that is about to close its socket.
    func remove(_ connection: Connection) {
        loop.unregister(connection.file)
        census.leave(connection.address)
        let last = connections.removeLast()
        if last !== connection {
            last.index = connection.index
            connections[connection.index] = last
        }
        reportIfDrained()
    }

    // MARK: Time

    private func scheduleSweep() {
        loop.schedule(after: limits.sweepInterval) { [weak self] in
            guard let self else { return }
            sweep()
            if listener >= 0 || !connections.isEmpty { scheduleSweep() }
        }
    }

    private func sweep() {
        let now = clock
        var index = connections.count - 1
        while index >= 0 {
            // Closing one moves the last to its place, which was looked at already.
            if index < connections.count { connections[index].sweep(now) }
            index -= 1
        }
    }

    // MARK: Draining

    /// Stops accepting and closes each connection after its present answer; calls `onDrained` when
    /// none is left, at the latest after `limit`.
    func drain(within limit: Duration, onDrained: @escaping @Sendable () -> Void) {
        isDraining = true
        self.onDrained = onDrained
        closeListener()
        for connection in connections { connection.drain() }
        reportIfDrained()
        loop.schedule(after: limit) { [weak self] in
            guard let self else { return }
            for connection in connections { connection.close() }
        }
    }

    private func closeListener() {
        guard listener >= 0 else { return }
        loop.unregister(listener)
        close(listener)
        listener = -1
        close(reserve)
        reserve = -1
    }

    private func reportIfDrained() {
        guard isDraining, connections.isEmpty, let onDrained else { return }
        self.onDrained = nil
        onDrained()
    }
}
