// Strings and numbers: the parts of a JSON text that are not nesting.

extension JSONParser {
    /// A number text longer than this is refused: no double and no 64-bit integer needs it.
    private static let numberByteLimit = 128

    mutating func parseNumber() throws(JSON.Failure) -> JSON {
        let start = position
        let isNegative = current == UInt8(ascii: "-")
        if isNegative { position += 1 }

        // Counted downwards, since the type reaches one further there.
        var value: Int64? = 0
        let integerStart = position
        try scanDigits { digit in
            guard let sofar = value else { return }
            let (scaled, overflow) = sofar.multipliedReportingOverflow(by: 10)
            let (next, underflow) = scaled.subtractingReportingOverflow(Int64(digit))
            value = overflow || underflow ? nil : next
        }
        if text[integerStart] == UInt8(ascii: "0"), position > integerStart + 1 {
            position = integerStart + 1
            throw failure(.malformedNumber)
        }

        var isInteger = true
        if current == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            try scanDigits { _ in }
        }
        if let byte = current, byte | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            try scanDigits { _ in }
        }

        if isInteger, let magnitude = value, !(isNegative && magnitude == 0) {
            if isNegative { return .integer(magnitude) }
            let (positive, overflow) = (0 as Int64).subtractingReportingOverflow(magnitude)
            if !overflow { return .integer(positive) }
        }
        return .number(try double(from: start))
    }

    /// Passes one or more digits.
    @inline(__always)
    private mutating func scanDigits(_ body: (UInt8) -> Void) throws(JSON.Failure) {
        let start = position
        while let byte = current {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            body(digit)
            position += 1
        }
        guard position > start else {
            throw failure(position == text.count ? .unexpectedEnd : .malformedNumber)
        }
    }

    private func double(from start: Int) throws(JSON.Failure) -> Double {
        let digits = UnsafeRawBufferPointer(rebasing: text[start..<position])
        guard digits.count <= JSONParser.numberByteLimit,
            let value = Double(String(decoding: digits, as: UTF8.self)), value.isFinite
        else { throw JSON.Failure(offset: start, reason: .numberOutOfRange) }
        return value
    }

    /// Parses a string; the position is at its opening quote.
    mutating func parseString() throws(JSON.Failure) -> String {
        position += 1
        let start = position
        scanPlain()
        if current == UInt8(ascii: "\"") {
            let value = try validated(UnsafeRawBufferPointer(rebasing: text[start..<position]))
            position += 1
            return value
        }
        var decoded = Array(text[start..<position])
        while true {
            guard let byte = current else { throw failure(.unexpectedEnd) }
            if byte == UInt8(ascii: "\"") { break }
            guard byte == UInt8(ascii: "\\") else { throw failure(.controlCharacter) }
            try parseEscape(into: &decoded)
            let runStart = position
            scanPlain()
            decoded.append(contentsOf: text[runStart..<position])
        }
        let value = try decoded.withUnsafeBufferPointer { (bytes) throws(JSON.Failure) in
            try validated(UnsafeRawBufferPointer(bytes))
        }
        position += 1
        return value
    }

    /// Moves to the next quote, backslash or control character, or to the end.
    @inline(__always)
    private mutating func scanPlain() {
        while let byte = current, byte >= 0x20, byte != UInt8(ascii: "\""),
            byte != UInt8(ascii: "\\")
        {
            position += 1
        }
    }

    /// The string of bytes that must be UTF-8; the failure points at the string's end.
    private func validated(_ bytes: UnsafeRawBufferPointer) throws(JSON.Failure) -> String {
        guard
            let value = String(
                validating: bytes.assumingMemoryBound(to: UInt8.self), as: UTF8.self)
        else { throw failure(.invalidUTF8) }
        return value
    }

    /// Parses an escape; the position is at its backslash.
    private mutating func parseEscape(into output: inout [UInt8]) throws(JSON.Failure) {
        position += 1
        guard let byte = current else { throw failure(.unexpectedEnd) }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(byte)
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0c)
        case UInt8(ascii: "n"): output.append(0x0a)
        case UInt8(ascii: "r"): output.append(0x0d)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "u"): output.append(contentsOf: try parseScalar().utf8)
        default:
            position -= 1
            throw failure(.malformedEscape)
        }
    }

    /// The scalar of one `\uXXXX`, or of two that form a surrogate pair; the position is behind
    /// `\u`.
    private mutating func parseScalar() throws(JSON.Failure) -> Unicode.Scalar {
        let start = position - 2
        let first = try parseHexDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xdc00, current == UInt8(ascii: "\\"), position + 1 < text.count,
            text[position + 1] == UInt8(ascii: "u")
        else { throw JSON.Failure(offset: start, reason: .loneSurrogate) }
        position += 2
        let second = try parseHexDigits()
        guard 0xdc00...0xdfff ~= second,
            let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
        else { throw JSON.Failure(offset: start, reason: .loneSurrogate) }
        return scalar
    }

    private mutating func parseHexDigits() throws(JSON.Failure) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current else { throw failure(.unexpectedEnd) }
            guard let digit = Hex.value(of: byte) else { throw failure(.malformedEscape) }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
