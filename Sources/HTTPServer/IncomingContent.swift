import EventLoop
import HTTP

/// The content of a request while it is being received.
struct IncomingContent {
    enum Coding {
        case length(remaining: Int)
        case chunked(ChunkedDecoder)
    }

    enum Step {
        case needsMore
        case piece(Range<Int>)
        case end
        case failed(WireFailure)
    }

    var coding: Coding
    /// Most bytes of content, after taking chunks apart.
    let limit: Int
    /// Whether the handler reads piece by piece; otherwise `bytes` collects everything.
    let isStreamed: Bool
    /// Whether the client waits for `100 Continue` before it sends anything.
    var owesContinue: Bool
    var bytes: [UInt8] = []
    var receivedBytes = 0
    var failure: WireFailure?
    /// When the present wait for bytes began, on the loop's clock; nil while nobody waits.
    var waitingSince: Int64?
    var waitedNanoseconds: Int64 = 0

    init(
        _ framing: Framing, limit: Int, isStreamed: Bool, owesContinue: Bool, limits: ServerLimits
    ) {
        switch framing {
        case .none: coding = .length(remaining: 0)
        case .length(let length): coding = .length(remaining: length)
        case .chunked: coding = .chunked(ChunkedDecoder(limits: limits))
        }
        self.limit = limit
        self.isStreamed = isStreamed
        self.owesContinue = owesContinue
    }

    /// Reads on in `bytes` from `index`, which moves past what was read.
    mutating func next(_ bytes: Span<UInt8>, from index: inout Int) -> Step {
        let step: Step
        switch coding {
        case .length(let remaining):
            if remaining == 0 { return .end }
            let count = min(remaining, bytes.count - index)
            if count == 0 { return .needsMore }
            step = .piece(index..<(index + count))
            index += count
            coding = .length(remaining: remaining - count)
        case .chunked(var decoder):
            defer { coding = .chunked(decoder) }
            switch decoder.next(bytes, from: &index) {
            case .needsMore: return .needsMore
            case .end: return .end
            case .failed(let failure): return .failed(failure)
            case .content(let range): step = .piece(range)
            }
        }
        if case .piece(let range) = step {
            receivedBytes += range.count
            if receivedBytes > limit { return .failed(.contentTooLarge) }
        }
        return step
    }

    mutating func beginWait(_ now: Int64) {
        if waitingSince == nil { waitingSince = now }
    }

    mutating func endWait(_ now: Int64) {
        if let since = waitingSince { waitedNanoseconds += now - since }
        waitingSince = nil
    }

    /// Whether the client sends more slowly than `limits` allow; called while waiting.
    func isTooSlow(_ now: Int64, _ limits: ServerLimits) -> Bool {
        guard let waitingSince else { return false }
        let grace = limits.bodyStallTimeout.nanoseconds
        if now - waitingSince >= grace { return true }
        let waited = waitedNanoseconds + now - waitingSince - grace
        return waited > 0
            && Int64(receivedBytes) < waited / 1_000_000_000
                * Int64(limits.bodyBytesPerSecond)
    }
}
