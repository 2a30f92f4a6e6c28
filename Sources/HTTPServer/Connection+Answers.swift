import EventLoop
import HTTP

// From the handler's response to bytes.
extension Connection {
    /// Answers the present request; a second answer, or one that comes too late, is ignored.
    func answer(_ response: Response, to exchange: HTTPExchange) {
        guard self.exchange === exchange, phase == .answering || phase == .content else { return }
        let closes =
            phase == .content || !isPersistent || response.closesConnection || shard.isDraining
        phase = .answering
        content = nil
        inputDeadline = .max
        exchange.detach()
        self.exchange = nil
        pendingExchange = nil
        if case .stream(let make) = response.body {
            let length: ResponseHead.Length = response.status.hasNoContent ? .absent : .chunked
            appendHead(response, length: length, closes: closes, exchange)
            guard exchange.head.method != .head, !response.status.hasNoContent else {
                return finishAnswer(closes: closes)
            }
            return stream(make, closes: closes)
        }
        append(response, closes: closes, exchange)
        finishAnswer(closes: closes)
    }

    /// Answers something that never became a request, and closes.
    func refuse(_ failure: WireFailure) {
        let response = shard.handler.answer(to: failure)
        append(response, closes: true, nil)
        closesAfterFlush = true
        inputDeadline = .max
        isInHead = false
    }

    private func append(_ response: Response, closes: Bool, _ exchange: HTTPExchange?) {
        guard case .bytes(let bytes) = response.body, !response.status.hasNoContent else {
            let length: ResponseHead.Length = response.status.hasNoContent ? .absent : .bytes(0)
            return appendHead(response, length: length, closes: closes, exchange)
        }
        var content = bytes
        var isCompressed = false
        if response.mayCompress, bytes.count >= Gzip.smallestBytes, let exchange,
            Gzip.isAccepted(by: exchange.head), let compressed = Gzip.compress(bytes)
        {
            content = compressed
            isCompressed = true
        }
        appendHead(
            response, length: .bytes(content.count), closes: closes, exchange,
            isCompressed: isCompressed)
        if exchange?.head.method != .head { outgoing.append(content) }
    }

    private func appendHead(
        _ response: Response, length: ResponseHead.Length, closes: Bool, _ exchange: HTTPExchange?,
        isCompressed: Bool = false
    ) {
        let buffer = outgoing
        buffer.reserve(1024)
        ResponseHead(
            status: response.status, contentType: response.contentType, fields: response.fields,
            length: length, closes: closes, isCompressed: isCompressed,
            variesByEncoding: response.mayCompress
        ).append(to: buffer)
        shard.date.append(to: buffer, now: now)
        if let exchange {
            exchange.appendRequestID(to: buffer)
        } else {
            buffer.append("X-Request-Id: ")
            RequestIDs.append(shard.ids.next(), to: buffer)
            buffer.append("\r\n")
        }
        buffer.append("\r\n")
    }

    private func finishAnswer(closes: Bool) {
        releaseExchange()
        phase = .head
        if closes { closesAfterFlush = true }
        pumpLater()
    }

    /// Forgets the present exchange and its place among the requests in flight.
    func releaseExchange() {
        exchange?.detach()
        exchange = nil
        pendingExchange = nil
        content = nil
        guard isInFlight else { return }
        isInFlight = false
        shard.inFlight -= 1
    }

    // MARK: Streaming

    private func stream(
        _ make: @escaping @Sendable (any BodyWriter) async throws -> Void, closes: Bool
    ) {
        let writer = ChunkWriter(connection: self)
        self.writer = writer
        shard.loop.spawn { [self] in
            do {
                try await make(writer)
                endStream(closes: closes)
            } catch {
                // Without its last chunk the answer is visibly incomplete to the client.
                close()
            }
        }
    }

    private func endStream(closes: Bool) {
        guard phase == .answering, let writer else { return }
        writer.detach()
        self.writer = nil
        outgoing.append("0\r\n\r\n")
        finishAnswer(closes: closes)
    }

    /// Queues one chunk; waits while the client is far behind.
    func writeChunk(_ bytes: [UInt8]) async throws {
        guard phase == .answering else { throw ClientGone() }
        if bytes.isEmpty { return }
        let buffer = outgoing
        buffer.append(hexadecimal: bytes.count)
        buffer.append("\r\n")
        buffer.append(bytes)
        buffer.append("\r\n")
        guard unsentBytes >= limits.highWaterBytes / 4 else { return pumpLater() }
        flush()
        if phase == .closed { throw ClientGone() }
        guard unsentBytes >= limits.highWaterBytes else {
            // The client keeps up; let the other connections have a turn now and then.
            return await withUnsafeContinuation { continuation in
                shard.loop.execute { continuation.resume() }
            }
        }
        precondition(drainWaiter == nil, "write called while another call waits")
        try await withUnsafeThrowingContinuation { drainWaiter = $0 }
    }
}
