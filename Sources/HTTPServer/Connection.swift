import CLinux
import EventLoop
import HTTP

/// One client connection: reads requests one after the other and sends their answers in order.
///
/// Registered once, edge-triggered, for both directions; what the socket can do is remembered in
/// `canReceive` and `canSend`. All work happens in `pump`, which goes through the phases until
/// bytes or an answer are missing. Time-outs are moments kept here and looked at by the loop's
/// sweep. Lives on one EventLoop.
final class Connection: FileHandler, TurnHandler, @unchecked Sendable {
    enum Phase {
        /// A PROXY header or a TLS handshake is still to come.
        case greeting
        /// Between requests or within a head.
        case head
        /// Content of the present request is on its way.
        case content
        /// The content is complete and the answer open.
        case answering
        /// Everything is said; input is discarded so that the client can read the last answer.
        case lingering
        case closed
    }

    let file: Int32
    let shard: ServerShard
    var transport: (any Transport)?
    var peer: Peer
    var address: IPAddress
    /// Whether `X-Forwarded-For` of this connection counts.
    var isTrustedProxy = false
    var awaitsProxyHeader = false
    /// The certificate for a handshake that is still to come.
    var tls: TLSContext?
    /// Place in the shard's list of connections.
    var index = 0

    var phase = Phase.head
    var input: ByteBuffer?
    var output: ByteBuffer?
    var canReceive = false
    var canSend = true
    var sawPeerClose = false
    var closesAfterFlush = false
    var parser: RequestParser
    var content: IncomingContent?
    /// The present exchange until it is answered.
    ///
    /// Not owned, so that one which its handler forgets ends; it then clears this itself.
    unowned(unsafe) var exchange: HTTPExchange?
    /// Owns the present exchange until the handler gets it.
    var pendingExchange: HTTPExchange?
    var isInFlight = false
    var writer: ChunkWriter?
    var isPersistent = true
    var requestCount = 0
    private var isPumping = false
    private var isQueuedForTurn = false

    var contentWaiter: UnsafeContinuation<[UInt8]?, any Error>?
    var drainWaiter: UnsafeContinuation<Void, any Error>?

    /// When the present wait for input ends; `.max` while none is awaited.
    var inputDeadline: Int64 = .max
    /// When an unsent answer is given up; `.max` while there is none.
    var outputDeadline: Int64 = .max
    var isInHead = false

    init(file: Int32, shard: ServerShard, address: IPAddress) {
        self.file = file
        self.shard = shard
        self.address = address
        peer = Peer(address: address.text, isSecure: false)
        parser = RequestParser(limits: shard.limits)
    }

    var limits: ServerLimits { shard.limits }
    var now: Int64 { shard.loop.now }

    // MARK: Events

    func ready(_ events: FileEvents) {
        if events.rawValue & FileEvents.failed.rawValue != 0 { return close() }
        if events.contains(.writable) { canSend = true }
        if events.rawValue & (FileEvents.readable.rawValue | FileEvents.peerClosed.rawValue) != 0 {
            canReceive = true
            if events.contains(.peerClosed) { sawPeerClose = true }
        }
        pump()
    }

    func endOfTurn() {
        isQueuedForTurn = false
        pump()
    }

    /// Arranges that ``pump()`` runs once this batch of events is done.
    func pumpLater() {
        guard !isPumping, !isQueuedForTurn, phase != .closed else { return }
        isQueuedForTurn = true
        shard.loop.atEndOfTurn(self)
    }

    /// Does all that can be done without waiting.
    func pump() {
        guard !isPumping, phase != .closed else { return }
        isPumping = true
        repeat {
            while step() {}
            flush()
        } while phase == .head && canGoOn
        isPumping = false
        settle()
    }

    /// Whether unread requests may be looked at again after a flush.
    private var canGoOn: Bool {
        pausedForOutput && unsentBytes < limits.highWaterBytes
    }
    private var pausedForOutput = false

    var unsentBytes: Int { output?.count ?? 0 }

    /// One step of the present phase; false when something must be waited for.
    private func step() -> Bool {
        switch phase {
        case .greeting: return greet()
        case .head:
            pausedForOutput = false
            if closesAfterFlush { return false }
            if unsentBytes >= limits.highWaterBytes {
                pausedForOutput = true
                return false
            }
            return readHead()
        case .content: return readContent()
        case .lingering: return discard()
        case .answering, .closed: return false
        }
    }

    // MARK: Input

    /// Gets more bytes into `input`; false when there are none now.
    func receive() -> Bool {
        guard canReceive else { return false }
        let buffer = input ?? shard.buffers.take()
        input = buffer
        buffer.reserve(4096)
        let space = buffer.writable
        switch transport?.receive(into: space) ?? Socket.receive(file, into: space) {
        case .moved(let count):
            buffer.commit(count)
            // A short read of a plain socket means that it is empty, unless the end is yet to be
            // read.
            if transport == nil, count < space.count, !sawPeerClose { canReceive = false }
            return true
        case .wouldBlock:
            canReceive = false
            return false
        case .ended:
            canReceive = false
            inputEnded()
            return false
        case .failed:
            close()
            return false
        }
    }

    /// The client will send nothing more: what it has asked for so far is still answered.
    private func inputEnded() {
        if phase == .head {
            closesAfterFlush = true
        } else {
            close()
        }
    }

    private func readHead() -> Bool {
        guard let input, !input.isEmpty else { return receive() }
        let bytes = input.readable
        switch parser.parse(bytes.span) {
        case .needsMore:
            isInHead = true
            return receive()
        case .failed(let failure):
            refuse(failure)
            return false
        case .complete(let parsed):
            input.consume(parsed.byteCount)
            parser.reset()
            isInHead = false
            begin(parsed)
            return true
        }
    }

    private func discard() -> Bool {
        if let input {
            lingeredBytes += input.count
            input.clear()
        }
        if lingeredBytes > limits.lingerBytes {
            close()
            return false
        }
        return receive()
    }
    private var lingeredBytes = 0

    // MARK: Output

    /// The buffer that answers are written into.
    var outgoing: ByteBuffer {
        if let output { return output }
        let buffer = shard.buffers.take()
        output = buffer
        return buffer
    }

    /// Sends what is ready, as far as the socket takes it.
    func flush() {
        while canSend, let output, !output.isEmpty {
            let bytes = output.readable
            switch transport?.send(bytes) ?? Socket.send(file, bytes) {
            case .moved(let count):
                output.consume(count)
                if count < bytes.count, transport == nil { canSend = false }
                outputDeadline = .max
            case .wouldBlock: canSend = false
            case .ended, .failed: return close()
            }
        }
        guard phase != .closed else { return }
        if unsentBytes == 0 {
            outputDeadline = .max
            if closesAfterFlush, phase == .head { linger() }
        } else if outputDeadline == .max {
            outputDeadline = now + limits.writeStallTimeout.nanoseconds
        }
        if let waiter = drainWaiter, unsentBytes < limits.highWaterBytes / 4 {
            drainWaiter = nil
            waiter.resume()
        }
    }

    private func linger() {
        transport?.finish()
        shutdown(file, Int32(SHUT_WR))
        phase = .lingering
        inputDeadline = now + limits.lingerTimeout.nanoseconds
        while step() {}
    }

    /// Waits for a PROXY header, a TLS handshake or both before HTTP.
    func expectGreeting(proxyHeader: Bool, tls: TLSContext?) {
        awaitsProxyHeader = proxyHeader
        self.tls = tls
        guard proxyHeader || tls != nil else { return }
        phase = .greeting
        inputDeadline = now + limits.handshakeTimeout.nanoseconds
    }

    /// Gives idle buffers back and sets the moment until which input is waited for.
    private func settle() {
        guard phase != .closed else { return }
        if let input, input.isEmpty {
            shard.buffers.give(input)
            self.input = nil
        }
        if let output, output.isEmpty {
            shard.buffers.give(output)
            self.output = nil
        }
        guard phase == .head else {
            if phase == .answering { inputDeadline = .max }
            return
        }
        if isInHead {
            if !isHeadTimed {
                isHeadTimed = true
                inputDeadline = now + limits.headTimeout.nanoseconds
            }
        } else {
            isHeadTimed = false
            inputDeadline = now + limits.idleTimeout.nanoseconds
        }
    }
    private var isHeadTimed = false

    // MARK: End

    /// Looks at the deadlines; called by the loop's sweep.
    func sweep(_ now: Int64) {
        if now >= outputDeadline { return close() }
        guard now >= inputDeadline else { return }
        switch phase {
        case .head where isInHead: refuse(.timedOut)
        case .content: contentTimedOut()
        default: return close()
        }
        pumpLater()
    }

    /// Closes at once if no request is under way, else after the present answer.
    func drain() {
        pump()
        if phase == .greeting || phase == .head && !isInHead && unsentBytes == 0 { close() }
    }

    /// Closes the socket; whoever waits on the connection learns that the client is gone.
    func close() {
        guard phase != .closed else { return }
        phase = .closed
        shard.remove(self)
        transport = nil
        CLinux.close(file)
        input = nil
        output = nil
        releaseExchange()
        writer?.detach()
        writer = nil
        contentWaiter?.resume(throwing: ClientGone())
        contentWaiter = nil
        drainWaiter?.resume(throwing: ClientGone())
        drainWaiter = nil
    }

    /// The handler let the exchange go without an answer, which is a defect: there is none to send.
    func exchangeWasDropped() {
        exchange = nil
        shard.loop.execute { self.close() }
    }
}
