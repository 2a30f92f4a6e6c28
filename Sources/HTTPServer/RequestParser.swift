import HTTP

/// How the content of a request is delimited (RFC 9112 §6).
enum Framing: Equatable {
    case none
    /// So many bytes; at least 1.
    case length(Int)
    case chunked
}

/// A request head together with what it says about the connection.
struct ParsedHead {
    var head: RequestHead
    var framing: Framing
    /// False if the client asked for `Connection: close`.
    var isPersistent: Bool
    var expectsContinue: Bool
    /// Bytes of the input that the head took.
    var byteCount: Int
}

/// Reads request heads, strictly: what RFC 9112 leaves to leniency is refused, so that no proxy in
/// front can read a request otherwise than we do (checklist rule 27).
///
/// A pure state machine over bytes. The caller keeps the bytes of the unfinished head and calls
/// ``parse(_:)`` with all of them whenever more have come; finished lines are not read twice, and
/// how the bytes were split never changes the result. Decisions beyond the RFC: one empty line
/// before a request is skipped; versions other than HTTP/1.1 are 505; methods are case-sensitive
/// and unknown ones 501; absolute-form targets, dot segments and encoded slashes, backslashes, dots
/// and control characters in a path are 400.
struct RequestParser {
    enum Step {
        case needsMore
        case failed(WireFailure)
        case complete(ParsedHead)
    }

    private struct Facts {
        var hosts = 0
        var contentLength: Int?
        var hasTransferEncoding = false
        var isChunked = false
        var isPersistent = true
        var expectsContinue = false
        var hasUnknownExpectation = false
    }

    private let limits: ServerLimits
    private var lineStart = 0
    private var headStart = 0
    private var method: Method?
    private var path = 0..<0
    private var query: Range<Int>?
    private var fields: [RequestHead.Field] = []
    private var facts = Facts()

    init(limits: ServerLimits) {
        self.limits = limits
    }

    /// Forgets everything, to begin with the next request.
    mutating func reset() {
        lineStart = 0
        headStart = 0
        method = nil
        query = nil
        fields = []
        facts = Facts()
    }

    /// Goes on with `bytes`, all received since the head began.
    ///
    /// After anything but `needsMore` the parser must be reset.
    mutating func parse(_ bytes: Span<UInt8>) -> Step {
        do throws(WireFailure) {
            while let lineFeed = bytes.firstLineFeed(from: lineStart) {
                try checkLength(upTo: lineFeed + 1)
                guard lineFeed > lineStart, bytes[lineFeed - 1] == 0x0D else {
                    throw .malformed(reason: "a line ends without CR LF")
                }
                let line = lineStart..<(lineFeed - 1)
                lineStart = lineFeed + 1
                if method == nil {
                    if line.isEmpty, line.lowerBound == 0 {
                        headStart = lineStart
                    } else {
                        try parseRequestLine(bytes, line)
                    }
                } else if line.isEmpty {
                    return .complete(try finish(bytes))
                } else {
                    try parseField(bytes, line)
                }
            }
            try checkLength(upTo: bytes.count)
            return .needsMore
        } catch {
            return .failed(error)
        }
    }

    /// Applies the limits to the present line, which reaches at least to `end`.
    private func checkLength(upTo end: Int) throws(WireFailure) {
        // The longest method and version and the two spaces add 17 bytes to a target.
        if method == nil, end - lineStart > limits.targetBytes + 24 { throw .targetTooLong }
        if end - headStart > limits.headBytes { throw .headTooLarge }
    }

    // MARK: Request line

    private mutating func parseRequestLine(
        _ bytes: Span<UInt8>, _ line: Range<Int>
    ) throws(WireFailure) {
        var index = line.lowerBound
        while index < line.upperBound, isTokenByte(bytes[index]) { index += 1 }
        let name = line.lowerBound..<index
        guard !name.isEmpty, index < line.upperBound, bytes[index] == 0x20 else {
            throw .malformed(reason: "the request line does not begin with a method")
        }
        let start = index + 1
        index = start
        while index < line.upperBound, bytes[index] != 0x20 { index += 1 }
        let target = start..<index
        guard index < line.upperBound else {
            throw .malformed(reason: "the request line has no version")
        }
        try checkVersion(bytes, (index + 1)..<line.upperBound)
        guard let known = Method.recognised(bytes, name) else { throw .notImplemented }
        if target.count > limits.targetBytes { throw .targetTooLong }
        (path, query) = try TargetSyntax.split(bytes, target, isOptions: known == .options)
        method = known
        fields.reserveCapacity(12)
    }

    private func checkVersion(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(WireFailure) {
        if bytes.isExactly("HTTP/1.1", at: range) { return }
        let start = range.lowerBound
        guard range.count == 8, bytes.isExactly("HTTP/", at: start..<(start + 5)),
            isDigit(bytes[start + 5]), bytes[start + 6] == 0x2E, isDigit(bytes[start + 7])
        else { throw .malformed(reason: "the request line does not end with a version") }
        throw .unsupportedVersion
    }

    // MARK: Fields

    private mutating func parseField(
        _ bytes: Span<UInt8>, _ line: Range<Int>
    ) throws(WireFailure) {
        if fields.count >= limits.headFields { throw .headTooLarge }
        let (name, value) = try FieldSyntax.split(bytes, line)
        let known = FieldName.recognised(bytes, name)
        if let known { try note(known, bytes, value) }
        fields.append(
            RequestHead.Field(
                name: Int32(name.lowerBound)..<Int32(name.upperBound),
                value: Int32(value.lowerBound)..<Int32(value.upperBound), known: known))
    }

    private mutating func note(
        _ name: FieldName, _ bytes: Span<UInt8>, _ value: Range<Int>
    ) throws(WireFailure) {
        switch name {
        case .host:
            facts.hosts += 1
            if facts.hosts > 1 { throw .malformed(reason: "two Host fields") }
            try HostSyntax.check(bytes, value)
        case .contentLength:
            if facts.contentLength != nil { throw .malformed(reason: "two Content-Length fields") }
            facts.contentLength = try FieldSyntax.contentLength(bytes, value)
        case .transferEncoding:
            if facts.hasTransferEncoding {
                throw .malformed(reason: "two Transfer-Encoding fields")
            }
            facts.hasTransferEncoding = true
            facts.isChunked = bytes.equals(value, ignoringCase: "chunked")
        case .connection:
            if FieldSyntax.list(bytes, value, contains: "close") { facts.isPersistent = false }
        case .expect:
            if bytes.equals(value, ignoringCase: "100-continue") {
                facts.expectsContinue = true
            } else {
                facts.hasUnknownExpectation = true
            }
        default: break
        }
    }

    private mutating func finish(_ bytes: Span<UInt8>) throws(WireFailure) -> ParsedHead {
        guard facts.hosts == 1, let method else { throw .malformed(reason: "no Host field") }
        var framing = Framing.none
        if facts.hasTransferEncoding {
            guard facts.contentLength == nil else {
                throw .malformed(reason: "both Content-Length and Transfer-Encoding")
            }
            guard facts.isChunked else { throw .notImplemented }
            framing = .chunked
        } else if let length = facts.contentLength, length > 0 {
            framing = .length(length)
        }
        if facts.hasUnknownExpectation { throw .expectationFailed }
        let head = RequestHead(
            bytes: bytes.array(0..<lineStart), method: method, path: path, query: query,
            fields: fields)
        return ParsedHead(
            head: head, framing: framing, isPersistent: facts.isPersistent,
            expectsContinue: facts.expectsContinue, byteCount: lineStart)
    }
}
