import HTTP

/// Takes the chunked transfer coding apart (RFC 9112 §7.1), strictly: exact CR LF, 1 to 16
/// hexadecimal digits, extensions without white space around them, everything bounded.
///
/// A pure state machine. Extensions are ignored; trailer fields are checked and discarded.
struct ChunkedDecoder {
    enum Step: Equatable {
        case needsMore
        /// Where in the given bytes a piece of content lies.
        case content(Range<Int>)
        /// The content has ended; what follows is the next request.
        case end
        case failed(WireFailure)
    }

    private enum State: Equatable {
        case size(digits: Int)
        case `extension`
        case sizeLineFeed
        case content
        case contentReturn
        case contentLineFeed
        case trailerStart
        case trailer
        case endLineFeed
        case finished
    }

    private let limits: ServerLimits
    private var state = State.size(digits: 0)
    private var remaining: UInt64 = 0
    private var extensionBytes = 0
    private var trailer: [UInt8] = []
    private var trailerBytes = 0

    init(limits: ServerLimits) {
        self.limits = limits
    }

    /// Reads on in `bytes` from `index`, which moves past what was read.
    mutating func next(_ bytes: Span<UInt8>, from index: inout Int) -> Step {
        while index < bytes.count {
            if state == .content {
                let count = Int(min(remaining, UInt64(bytes.count - index)))
                let piece = index..<(index + count)
                index += count
                remaining -= UInt64(count)
                if remaining == 0 { state = .contentReturn }
                return .content(piece)
            }
            if state == .finished { return .end }
            let byte = bytes[index]
            index += 1
            if let failure = take(byte) { return .failed(failure) }
        }
        return state == .finished ? .end : .needsMore
    }

    private mutating func take(_ byte: UInt8) -> WireFailure? {
        switch state {
        case .size(let digits): return takeSize(byte, digits)
        case .extension:
            if byte == 0x0D {
                state = .sizeLineFeed
                return nil
            }
            extensionBytes += 1
            return isFieldByte(byte) && extensionBytes <= limits.chunkExtensionBytes
                ? nil
                : .malformed(reason: "a chunk extension is too long or has control characters")
        case .sizeLineFeed:
            state = remaining == 0 ? .trailerStart : .content
            return expect(0x0A, byte)
        case .contentReturn:
            state = .contentLineFeed
            return expect(0x0D, byte)
        case .contentLineFeed:
            state = .size(digits: 0)
            return expect(0x0A, byte)
        case .trailerStart:
            if byte == 0x0D {
                state = .endLineFeed
                return nil
            }
            state = .trailer
            return takeTrailer(byte)
        case .trailer: return takeTrailer(byte)
        case .endLineFeed:
            state = .finished
            return expect(0x0A, byte)
        case .content, .finished: return nil
        }
    }

    private mutating func takeSize(_ byte: UInt8, _ digits: Int) -> WireFailure? {
        if let value = hexadecimalValue(byte) {
            guard digits < 16 else { return .malformed(reason: "a chunk size is too long") }
            if digits == 0 { remaining = 0 }
            remaining = remaining << 4 | UInt64(value)
            state = .size(digits: digits + 1)
            return remaining <= UInt64(Int.max) ? nil : .malformed(reason: "a chunk is too large")
        }
        guard digits > 0, byte == 0x0D || byte == 0x3B else {
            return .malformed(reason: "a chunk size is not hexadecimal")
        }
        state = byte == 0x0D ? .sizeLineFeed : .extension
        return nil
    }

    private mutating func takeTrailer(_ byte: UInt8) -> WireFailure? {
        trailerBytes += 1
        guard trailerBytes <= limits.trailerBytes else { return .headTooLarge }
        guard byte == 0x0A else {
            trailer.append(byte)
            return nil
        }
        guard trailer.last == 0x0D else {
            return .malformed(reason: "a trailer line ends without CR LF")
        }
        do throws(WireFailure) {
            _ = try FieldSyntax.split(trailer.span, 0..<(trailer.count - 1))
        } catch {
            return error
        }
        trailer.removeAll(keepingCapacity: true)
        state = .trailerStart
        return nil
    }

    private func expect(_ expected: UInt8, _ byte: UInt8) -> WireFailure? {
        byte == expected ? nil : .malformed(reason: "chunks are not separated by CR LF")
    }
}
