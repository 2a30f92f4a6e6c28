import CLinux
import HTTP

// What comes before HTTP: the header of a TCP proxy, and the TLS handshake.
extension Connection {
    /// One step of the greeting; false when more must be waited for.
    func greet() -> Bool {
        if awaitsProxyHeader { return readProxyHeader() }
        guard let tls else {
            phase = .head
            return true
        }
        if let session = transport as? TLSTransport { return handshake(session) }
        return beginTLS(tls)
    }

    private func readProxyHeader() -> Bool {
        guard canReceive else { return false }
        var space = [UInt8](repeating: 0, count: ProxyHeader.longestBytes)
        let count = peek(&space)
        guard count > 0 else { return false }
        switch ProxyHeader.parse(space.span.extracting(0..<count)) {
        case .needsMore:
            canReceive = false
            return false
        case .malformed:
            close()
            return false
        case .complete(let client, let byteCount):
            recv(file, &space, byteCount, 0)
            awaitsProxyHeader = false
            guard let client else { return true }
            guard shard.recount(self, as: client) else {
                close()
                return false
            }
            return true
        }
    }

    /// Looks at what has arrived without taking it; 0 if nothing, and then the socket may be
    /// closed.
    private func peek(_ space: inout [UInt8]) -> Int {
        let count = recv(file, &space, space.count, Int32(MSG_PEEK))
        if count > 0 { return count }
        if count < 0, courtyard_errno() == EAGAIN {
            canReceive = false
        } else {
            close()
        }
        return 0
    }

    /// A TLS client begins with a handshake record; anything else is told that this port speaks
    /// TLS.
    private func beginTLS(_ context: TLSContext) -> Bool {
        guard canReceive else { return false }
        var first: [UInt8] = [0]
        guard peek(&first) == 1 else { return false }
        guard first[0] == 0x16 else {
            phase = .head
            refuse(.malformed(reason: "plain HTTP on a port that speaks TLS"))
            return false
        }
        transport = TLSTransport(context, file: file)
        guard transport != nil else {
            close()
            return false
        }
        return true
    }

    private func handshake(_ session: TLSTransport) -> Bool {
        switch session.handshake() {
        case .done:
            tls = nil
            peer.isSecure = true
            phase = .head
            return true
        case .wouldBlock: return false
        case .failed:
            close()
            return false
        }
    }
}
