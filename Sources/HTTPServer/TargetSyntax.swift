import HTTP

/// Request targets in origin-form, and `*` for OPTIONS (RFC 9112 §3.2).
enum TargetSyntax {
    /// Splits a target into path and query after checking every character of both.
    static func split(
        _ bytes: Span<UInt8>, _ target: Range<Int>, isOptions: Bool
    ) throws(WireFailure) -> (path: Range<Int>, query: Range<Int>?) {
        if isOptions, target.count == 1, bytes[target.lowerBound] == 0x2A { return (target, nil) }
        guard !target.isEmpty, bytes[target.lowerBound] == 0x2F else {
            throw .malformed(reason: "the target does not begin with a slash")
        }
        let pathEnd = try checkPath(bytes, target)
        let path = target.lowerBound..<pathEnd
        if pathEnd == target.upperBound { return (path, nil) }
        let query = (pathEnd + 1)..<target.upperBound
        try checkQuery(bytes, query)
        return (path, query)
    }

    /// Returns where the path ends: at the question mark or the end of the target.
    private static func checkPath(
        _ bytes: Span<UInt8>, _ target: Range<Int>
    ) throws(WireFailure) -> Int {
        var index = target.lowerBound
        var segment = index
        while index < target.upperBound {
            let byte = bytes[index]
            if byte == 0x2F {
                try checkSegment(bytes, segment..<index)
                segment = index + 1
            } else if byte == 0x3F {
                break
            } else if byte == 0x25 {
                let value = try escaped(bytes, at: index, before: target.upperBound)
                // Slash, backslash, dot and controls: a path must read alike before and after
                // decoding.
                if value < 0x20 || value == 0x7F || value == 0x2F || value == 0x5C || value == 0x2E
                {
                    throw .malformed(reason: "an escape that changes the meaning of the path")
                }
                index += 2
            } else if !isPathByte(byte) {
                throw .malformed(reason: "a character that a path must escape")
            }
            index += 1
        }
        try checkSegment(bytes, segment..<index)
        return index
    }

    private static func checkSegment(
        _ bytes: Span<UInt8>, _ segment: Range<Int>
    ) throws(WireFailure) {
        guard segment.count == 1 || segment.count == 2 else { return }
        for index in segment where bytes[index] != 0x2E { return }
        throw .malformed(reason: "a dot segment in the path")
    }

    private static func checkQuery(
        _ bytes: Span<UInt8>, _ query: Range<Int>
    ) throws(WireFailure) {
        var index = query.lowerBound
        while index < query.upperBound {
            if bytes[index] == 0x25 {
                let value = try escaped(bytes, at: index, before: query.upperBound)
                if value == 0 { throw .malformed(reason: "an escaped NUL in the query") }
                index += 2
            } else if !isQueryByte(bytes[index]) {
                throw .malformed(reason: "a character that a query must escape")
            }
            index += 1
        }
    }

    private static func escaped(
        _ bytes: Span<UInt8>, at index: Int, before end: Int
    ) throws(WireFailure) -> UInt8 {
        guard index + 2 < end, let high = hexadecimalValue(bytes[index + 1]),
            let low = hexadecimalValue(bytes[index + 2])
        else { throw .malformed(reason: "an incomplete percent escape") }
        return high << 4 | low
    }
}

extension Method {
    /// The method whose name, case-sensitive, stands in `range`; nil if it is not implemented.
    static func recognised(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Method? {
        switch range.count {
        case 3:
            if bytes.isExactly("GET", at: range) { return .get }
            return bytes.isExactly("PUT", at: range) ? .put : nil
        case 4:
            if bytes.isExactly("POST", at: range) { return .post }
            return bytes.isExactly("HEAD", at: range) ? .head : nil
        case 5: return bytes.isExactly("PATCH", at: range) ? .patch : nil
        case 6: return bytes.isExactly("DELETE", at: range) ? .delete : nil
        case 7: return bytes.isExactly("OPTIONS", at: range) ? .options : nil
        default: return nil
        }
    }
}
