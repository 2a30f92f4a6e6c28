import EventLoop
import HTTP

// From a parsed head to the handler: body policy and content.
extension Connection {
    /// Starts the exchange of a request whose head is complete.
    func begin(_ parsed: ParsedHead) {
        requestCount += 1
        isPersistent = parsed.isPersistent && requestCount < limits.requestsPerConnection
        let exchange = HTTPExchange(
            head: parsed.head, peer: shard.peer(of: self, parsed.head), id: shard.ids.next(),
            connection: self)
        self.exchange = exchange
        shard.inFlight += 1
        isInFlight = true
        let hasContent = parsed.framing != .none
        phase = hasContent ? .content : .answering
        if shard.inFlight > limits.requestsInFlightPerLoop {
            return answer(shard.handler.answer(to: .overloaded), to: exchange)
        }
        switch shard.handler.bodyPolicy(for: parsed.head, from: exchange.peer) {
        case .refused(let response): answer(response, to: exchange)
        case .buffered(let limit): collect(parsed, limit: limit, for: exchange)
        case .streamed(let limit):
            if hasContent {
                content = IncomingContent(
                    parsed.framing, limit: limit, isStreamed: true,
                    owesContinue: parsed.expectsContinue, limits: limits)
            }
            if case .length(let length) = parsed.framing, length > limit {
                return fail(.contentTooLarge)
            }
            shard.handler.handle(exchange)
        }
    }

    private func collect(_ parsed: ParsedHead, limit: Int, for exchange: HTTPExchange) {
        guard parsed.framing != .none else { return shard.handler.handle(exchange) }
        if case .length(let length) = parsed.framing, length > limit {
            return fail(.contentTooLarge)
        }
        var incoming = IncomingContent(
            parsed.framing, limit: limit, isStreamed: false, owesContinue: false, limits: limits)
        if case .length(let length) = parsed.framing {
            incoming.bytes.reserveCapacity(min(length, 64 * 1024))
        }
        content = incoming
        pendingExchange = exchange
        if parsed.expectsContinue, input?.isEmpty ?? true { sendContinue() }
    }

    private func sendContinue() {
        outgoing.append("HTTP/1.1 100 Continue\r\n\r\n")
        flush()
    }

    // MARK: Content

    /// One step of receiving content; false when bytes, or a reader, must be waited for.
    func readContent() -> Bool {
        guard content != nil, content?.failure == nil else { return false }
        if content?.isStreamed == true, contentWaiter == nil { return false }
        var index = 0
        let buffer = input ?? shard.buffers.take()
        input = buffer
        let bytes = buffer.readable
        switch content?.next(bytes.span, from: &index) ?? .end {
        case .needsMore:
            input?.consume(index)
            return waitForContent()
        case .piece(let range):
            take(range)
            input?.consume(index)
            return true
        case .end:
            input?.consume(index)
            endContent()
            return true
        case .failed(let failure):
            fail(failure)
            return false
        }
    }

    private func waitForContent() -> Bool {
        if receive() {
            content?.endWait(now)
            return true
        }
        guard phase == .content else { return false }
        content?.beginWait(now)
        // The sweep asks `isTooSlow` as soon as that could be true.
        inputDeadline = now + limits.sweepInterval.nanoseconds
        return false
    }

    private func take(_ range: Range<Int>) {
        guard let input else { return }
        let piece = input.readable[range]
        if content?.isStreamed == true {
            let waiter = contentWaiter
            contentWaiter = nil
            inputDeadline = .max
            waiter?.resume(returning: Array(piece))
        } else {
            content?.bytes.append(contentsOf: piece)
        }
    }

    private func endContent() {
        guard let finished = content, let exchange else { return }
        content = nil
        pendingExchange = nil
        phase = .answering
        inputDeadline = .max
        if finished.isStreamed {
            let waiter = contentWaiter
            contentWaiter = nil
            waiter?.resume(returning: nil)
        } else {
            exchange.setBody(finished.bytes)
            shard.handler.handle(exchange)
        }
    }

    /// The next piece for a handler that reads the content itself.
    func readContent(for exchange: HTTPExchange) async throws -> [UInt8]? {
        guard self.exchange === exchange, phase != .closed else { throw ClientGone() }
        guard let content else { return nil }
        if let failure = content.failure { throw failure }
        precondition(contentWaiter == nil, "readBody called while another call waits")
        if content.owesContinue {
            self.content?.owesContinue = false
            sendContinue()
        }
        return try await withUnsafeThrowingContinuation { continuation in
            if phase == .closed { return continuation.resume(throwing: ClientGone()) }
            contentWaiter = continuation
            pump()
        }
    }

    /// Called by the sweep while content is awaited.
    func contentTimedOut() {
        guard let content, content.isTooSlow(shard.clock, limits) else { return }
        fail(.timedOut)
    }

    /// Ends the receiving of the present content: the reader is told, or the request answered.
    private func fail(_ failure: WireFailure) {
        guard let exchange else { return refuse(failure) }
        if content?.isStreamed == true, let waiter = contentWaiter {
            content?.failure = failure
            contentWaiter = nil
            inputDeadline = .max
            return waiter.resume(throwing: failure)
        }
        answer(shard.handler.answer(to: failure), to: exchange)
    }
}
