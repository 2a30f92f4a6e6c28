/// One of the base 64 encodings of RFC 4648; decoding takes exactly what encoding makes.
package struct Base64Coding: Sendable {
    /// The characters for 62 and 63.
    private let last: (UInt8, UInt8)
    private let isPadded: Bool

    /// RFC 4648 §4, with padding.
    package static let standard = Base64Coding(
        last: (UInt8(ascii: "+"), UInt8(ascii: "/")), isPadded: true)
    /// The alphabet of §4 without padding, as PHC strings have it.
    package static let standardUnpadded = Base64Coding(
        last: (UInt8(ascii: "+"), UInt8(ascii: "/")), isPadded: false)
    /// RFC 4648 §5, without padding, as JOSE, cookies and links have it.
    package static let url = Base64Coding(
        last: (UInt8(ascii: "-"), UInt8(ascii: "_")), isPadded: false)

    /// Appends the text of the bytes.
    package func append(_ bytes: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        output.reserveCapacity(output.count + (bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let remaining = bytes.count - index
            var group = UInt32(bytes[index]) << 16
            if remaining > 1 { group |= UInt32(bytes[index + 1]) << 8 }
            if remaining > 2 { group |= UInt32(bytes[index + 2]) }
            output.append(character(of: group >> 18))
            output.append(character(of: group >> 12 & 63))
            if remaining > 1 { output.append(character(of: group >> 6 & 63)) }
            if remaining > 2 { output.append(character(of: group & 63)) }
            if isPadded {
                for _ in min(remaining, 3)..<3 { output.append(UInt8(ascii: "=")) }
            }
            index += 3
        }
    }

    package func encode(_ bytes: UnsafeRawBufferPointer) -> String {
        var text: [UInt8] = []
        append(bytes, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    package func encode(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes(encode) }

    /// Decodes into memory that the caller owns.
    ///
    /// - Parameters:
    ///   - text: ASCII characters.
    ///   - output: At least three bytes for every four characters begun.
    /// - Returns: The bytes written; nil if the text has a wrong length, a character outside the
    ///   alphabet, missing or superfluous padding, or set bits behind the last byte.
    package func decode(
        _ text: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) -> Int? {
        var characters = text[...]
        if isPadded {
            guard text.count.isMultiple(of: 4) else { return nil }
            for _ in 0..<2 where characters.last == UInt8(ascii: "=") { characters.removeLast() }
        }
        guard characters.count % 4 != 1 else { return nil }
        var buffer: UInt32 = 0
        var bitCount = 0
        var written = 0
        for character in characters {
            guard let value = value(of: character) else { return nil }
            buffer = buffer << 6 | UInt32(value)
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                output[written] = UInt8(truncatingIfNeeded: buffer >> UInt32(bitCount))
                written += 1
            }
        }
        return buffer & (1 << UInt32(bitCount) - 1) == 0 ? written : nil
    }

    /// The bytes of a text; nil where ``decode(_:into:)`` refuses.
    package func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        let text = Array(text)
        var isValid = true
        let bytes = [UInt8](unsafeUninitializedCapacity: text.count / 4 * 3 + 3) { output, count in
            let written = text.withUnsafeBytes {
                decode($0, into: UnsafeMutableRawBufferPointer(output))
            }
            isValid = written != nil
            count = written ?? 0
        }
        return isValid ? bytes : nil
    }

    private func character(of value: UInt32) -> UInt8 {
        switch UInt8(truncatingIfNeeded: value) {
        case let value where value < 26: UInt8(ascii: "A") + value
        case let value where value < 52: UInt8(ascii: "a") + value - 26
        case let value where value < 62: UInt8(ascii: "0") + value - 52
        case 62: last.0
        default: last.1
        }
    }

    private func value(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case last.0: 62
        case last.1: 63
        default: nil
        }
    }
}

/// Base 64 with `+`, `/` and padding (RFC 4648 §4).
package enum Base64 {
    package static func encode(_ bytes: [UInt8]) -> String { Base64Coding.standard.encode(bytes) }
    package static func encode(_ bytes: UnsafeRawBufferPointer) -> String {
        Base64Coding.standard.encode(bytes)
    }
    /// Nil unless the text is exactly what ``encode(_:)-([UInt8])`` makes of some bytes.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        Base64Coding.standard.decode(text)
    }
    /// Nil unless the text is exactly what ``encode(_:)-([UInt8])`` makes of some bytes.
    package static func decode(_ text: String) -> [UInt8]? { decode(text.utf8) }
}

/// Base 64 with `-` and `_`, without padding (RFC 4648 §5).
package enum Base64URL {
    package static func encode(_ bytes: [UInt8]) -> String { Base64Coding.url.encode(bytes) }
    package static func encode(_ bytes: UnsafeRawBufferPointer) -> String {
        Base64Coding.url.encode(bytes)
    }
    /// Nil unless the text is exactly what ``encode(_:)-([UInt8])`` makes of some bytes.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        Base64Coding.url.decode(text)
    }
    /// Nil unless the text is exactly what ``encode(_:)-([UInt8])`` makes of some bytes.
    package static func decode(_ text: String) -> [UInt8]? { decode(text.utf8) }
    /// Decodes into memory that the caller owns; see ``Base64Coding/decode(_:into:)``.
    package static func decode(
        _ text: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) -> Int? {
        Base64Coding.url.decode(text, into: output)
    }
}
