import CLinux
import EventLoop
import HTTP
import Synchronization

/// An HTTP/1.1 server: one listening socket on each loop, shared out by the kernel (SO_REUSEPORT).
package final class Server: Sendable {
    /// Why a server could not begin to listen, in plain words.
    package struct BindFailure: Error, CustomStringConvertible {
        package let description: String
    }

    /// What an operator may decide.
    package struct Configuration: Sendable {
        package var limits = ServerLimits()
        /// The certificate, if the server speaks TLS itself.
        package var tls: TLSFiles?
        /// Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` count.
        package var trustedProxies: [AddressRange] = []
        /// Proxies whose connections begin with a PROXY protocol header, which must then come.
        package var proxyProtocolSources: [AddressRange] = []

        package init() {}
    }

    private let shards: [ServerShard]
    private let census: ConnectionCensus
    private let settings: ServerSettings

    /// - Parameters:
    ///   - loops: The loops that will serve, at least one; they must be running before
    ///     ``bind(host:port:)``.
    ///   - configuration: Limits, certificate and proxies.
    ///   - handler: Makes the handler of each loop; it is called only on that loop.
    /// - Throws: ``TLSFailure`` if the certificate cannot be used.
    package init(
        loops: [EventLoop], configuration: Configuration = Configuration(),
        handler: (EventLoop) -> any RequestHandler
    ) throws(TLSFailure) {
        precondition(!loops.isEmpty, "a server needs a loop")
        courtyard_ignore_broken_pipes()
        let settings = try ServerSettings(configuration)
        self.settings = settings
        let census = ConnectionCensus(
            limits: configuration.limits,
            trusted: configuration.trustedProxies + configuration.proxyProtocolSources)
        self.census = census
        shards = loops.map {
            ServerShard(loop: $0, handler: handler($0), settings: settings, census: census)
        }
    }

    /// Connections that are open now.
    package var connectionCount: Int { census.total }

    /// Reads certificate and key again; connections made from now on use them.
    ///
    /// - Throws: ``TLSFailure`` if they cannot be used; the present ones stay in use.
    package func reloadCertificate() throws(TLSFailure) {
        try settings.reloadCertificate()
    }

    /// Begins to accept connections.
    ///
    /// - Parameters:
    ///   - host: A literal IP address; `0.0.0.0` or `::` for all.
    ///   - port: 1 to 65535, or 0 for one that the system chooses.
    /// - Returns: The port that is listened on.
    /// - Throws: ``BindFailure`` for what is no such address, or one that cannot be had.
    package func bind(host: String, port: Int) throws(BindFailure) -> Int {
        guard let address = IPAddress(host), (0...65_535).contains(port) else {
            throw BindFailure(description: "\(host) port \(port) is not an address to listen on")
        }
        var actual = port
        for shard in shards {
            let file = try ListeningSocket.open(address, isV6: host.contains(":"), port: actual)
            actual = ListeningSocket.port(of: file)
            shard.loop.execute { shard.listen(on: file) }
        }
        return actual
    }

    /// Stops accepting, answers what is under way, closes idle connections at once and all others
    /// after their answer; what is left after `limit` is cut off.
    ///
    /// Returns when no connection is open.
    package func drain(within limit: Duration) async {
        let remaining = Mutex(shards.count)
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            let oneIsDone: @Sendable () -> Void = {
                let isLast = remaining.withLock { count in
                    count -= 1
                    return count == 0
                }
                if isLast { continuation.resume() }
            }
            for shard in shards {
                shard.loop.execute { shard.drain(within: limit, onDrained: oneIsDone) }
            }
        }
    }
}

/// Opens TCP sockets that listen.
enum ListeningSocket {
    static func open(
        _ address: IPAddress, isV6: Bool, port: Int
    ) throws(Server.BindFailure) -> Int32 {
        let type = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        let file = socket(isV6 ? AF_INET6 : AF_INET, Int32(type), 0)
        guard file >= 0 else { throw failure("no socket", address, port) }
        guard Socket.set(file, SOL_SOCKET, SO_REUSEADDR, 1),
            Socket.set(file, SOL_SOCKET, SO_REUSEPORT, 1),
            bind(file, address, isV6, port) == 0, listen(file, 4_096) == 0
        else {
            let error = failure("cannot listen on", address, port)
            close(file)
            throw error
        }
        return file
    }

    private static func bind(
        _ file: Int32, _ address: IPAddress, _ isV6: Bool, _ port: Int
    ) -> Int32 {
        func call<Address>(_ value: Address) -> Int32 {
            withUnsafeBytes(of: value) { bytes in
                guard let start = bytes.baseAddress else { return -1 }
                return CLinux.bind(
                    file, start.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
            }
        }
        if isV6 {
            var v6 = sockaddr_in6()
            v6.sin6_family = sa_family_t(AF_INET6)
            v6.sin6_port = in_port_t(port).bigEndian
            v6.sin6_addr = address.v6
            return call(v6)
        }
        var v4 = sockaddr_in()
        v4.sin_family = sa_family_t(AF_INET)
        v4.sin_port = in_port_t(port).bigEndian
        v4.sin_addr.s_addr = UInt32(truncatingIfNeeded: address.low).bigEndian
        return call(v4)
    }

    /// The port that the system has chosen.
    static func port(of file: Int32) -> Int {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = getsockname(file, $0, &length)
            }
        }
        // Both families keep the port in the same place.
        return withUnsafeBytes(of: &storage) { bytes in
            Int(UInt16(bigEndian: bytes.load(as: sockaddr_in.self).sin_port))
        }
    }

    private static func failure(
        _ what: String, _ address: IPAddress, _ port: Int
    ) -> Server.BindFailure {
        let reason = String(cString: strerror(courtyard_errno()))
        return Server.BindFailure(description: "\(what) \(address.text) port \(port): \(reason)")
    }
}
