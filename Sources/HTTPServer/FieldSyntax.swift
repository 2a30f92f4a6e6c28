import HTTP

/// Field lines and the values that matter for framing (RFC 9112 §5, RFC 9110 §5.6 and §8.6).
enum FieldSyntax {
    /// Splits a line, without its CR LF, into name and value; the value has no surrounding space.
    static func split(
        _ bytes: Span<UInt8>, _ line: Range<Int>
    ) throws(WireFailure) -> (name: Range<Int>, value: Range<Int>) {
        var index = line.lowerBound
        while index < line.upperBound, isTokenByte(bytes[index]) { index += 1 }
        guard index > line.lowerBound, index < line.upperBound, bytes[index] == 0x3A else {
            throw .malformed(reason: "a field line does not begin with a name and a colon")
        }
        let name = line.lowerBound..<index
        index += 1
        let start = index
        while index < line.upperBound {
            guard isFieldByte(bytes[index]) else {
                throw .malformed(reason: "a control character in a field value")
            }
            index += 1
        }
        return (name, bytes.trimmed(start..<line.upperBound))
    }

    /// 1 to 18 digits and nothing else; a list such as `1, 1` is refused.
    static func contentLength(
        _ bytes: Span<UInt8>, _ value: Range<Int>
    ) throws(WireFailure) -> Int {
        guard (1...18).contains(value.count) else {
            throw .malformed(reason: "Content-Length is not a number of 1 to 18 digits")
        }
        var length = 0
        for index in value {
            guard isDigit(bytes[index]) else {
                throw .malformed(reason: "Content-Length is not a number of 1 to 18 digits")
            }
            length = length * 10 + Int(bytes[index] - 0x30)
        }
        return length
    }

    /// Whether a comma-separated list has `item`, which is lower-case, in any case.
    static func list(
        _ bytes: Span<UInt8>, _ value: Range<Int>, contains item: StaticString
    ) -> Bool {
        var start = value.lowerBound
        while start < value.upperBound {
            var end = start
            while end < value.upperBound, bytes[end] != 0x2C { end += 1 }
            if bytes.equals(bytes.trimmed(start..<end), ignoringCase: item) { return true }
            start = end + 1
        }
        return false
    }
}

/// `Host`: one name, IPv4 address or bracketed IPv6 address, perhaps with a port (RFC 9110 §7.2).
enum HostSyntax {
    static func check(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(WireFailure) {
        var index = value.lowerBound
        if index < value.upperBound, bytes[index] == 0x5B {
            index += 1
            let start = index
            while index < value.upperBound, isAddressByte(bytes[index]) { index += 1 }
            guard (2...45).contains(index - start), index < value.upperBound, bytes[index] == 0x5D
            else { throw invalid }
            index += 1
        } else {
            let start = index
            while index < value.upperBound, isHostNameByte(bytes[index]) { index += 1 }
            guard (1...255).contains(index - start) else { throw invalid }
        }
        guard index < value.upperBound else { return }
        guard bytes[index] == 0x3A else { throw invalid }
        let digits = (index + 1)..<value.upperBound
        guard (1...5).contains(digits.count) else { throw invalid }
        var port = 0
        for index in digits {
            guard isDigit(bytes[index]) else { throw invalid }
            port = port * 10 + Int(bytes[index] - 0x30)
        }
        guard port <= 65_535 else { throw invalid }
    }

    private static var invalid: WireFailure { .malformed(reason: "the Host field is no host name") }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        hexadecimalValue(byte) != nil || byte == 0x3A || byte == 0x2E
    }
}
