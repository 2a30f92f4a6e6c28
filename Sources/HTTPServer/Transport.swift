import CLinux

/// What became of one attempt to move bytes.
enum Transfer {
    case moved(Int)
    case wouldBlock
    /// The peer has closed its writing side in good order.
    case ended
    case failed
}

/// The bytes of a connection as the HTTP layer sees them: the socket itself, or TLS on top of it.
///
/// Lives on one loop.
protocol Transport: AnyObject {
    func receive(into space: UnsafeMutableBufferPointer<UInt8>) -> Transfer
    func send(_ bytes: UnsafeBufferPointer<UInt8>) -> Transfer
    /// Says to the peer that nothing more will be sent.
    func finish()
}

/// Plain calls on non-blocking sockets.
enum Socket {
    static func receive(_ file: Int32, into space: UnsafeMutableBufferPointer<UInt8>) -> Transfer {
        while true {
            let count = recv(file, space.baseAddress, space.count, 0)
            if count > 0 { return .moved(count) }
            if count == 0 { return .ended }
            switch courtyard_errno() {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            default: return .failed
            }
        }
    }

    static func send(_ file: Int32, _ bytes: UnsafeBufferPointer<UInt8>) -> Transfer {
        while true {
            let count = CLinux.send(file, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            if count >= 0 { return .moved(count) }
            switch courtyard_errno() {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            default: return .failed
            }
        }
    }

    static func set(_ file: Int32, _ level: Int32, _ option: Int32, _ value: Int32) -> Bool {
        var value = value
        return setsockopt(file, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0
    }
}
