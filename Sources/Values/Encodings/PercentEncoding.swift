/// Percent-encoding (RFC 3986 §2.1), decoded exactly once (ASVS 1.1.1).
package enum PercentEncoding {
    /// Decodes one path segment, or any other part of a URL.
    ///
    /// `+` is itself. A segment that decodes to `/`, `..` or U+0000 is handed out as such: it is a
    /// value, never to be put back into a path.
    ///
    /// - Returns: Nil if a `%` is not followed by two digits, or the bytes are not UTF-8.
    package static func decode(_ text: UnsafeRawBufferPointer) -> String? {
        decode(text, plusIsSpace: false)
    }

    /// Decodes one path segment; see the other overload.
    package static func decode(_ text: String) -> String? {
        Array(text.utf8).withUnsafeBytes { decode($0) }
    }

    /// Encodes everything but the unreserved characters of RFC 3986 §2.3: safe in a path segment
    /// and as a name or value in a query.
    package static func encode(_ text: String) -> String {
        var output: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                output.append(byte)
            case _ where Base62.isDigit(byte):
                output.append(byte)
            default:
                output.append(UInt8(ascii: "%"))
                output.append(contentsOf: Hex.encode([byte]).uppercased().utf8)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    static func decode(_ text: UnsafeRawBufferPointer, plusIsSpace: Bool) -> String? {
        let percent = UInt8(ascii: "%")
        let plus = UInt8(ascii: "+")
        guard text.contains(where: { $0 == percent || ($0 == plus && plusIsSpace) }) else {
            return String(validating: text.assumingMemoryBound(to: UInt8.self), as: UTF8.self)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            let byte = text[index]
            index += 1
            if byte == percent {
                guard index + 1 < text.count, let high = Hex.value(of: text[index]),
                    let low = Hex.value(of: text[index + 1])
                else { return nil }
                bytes.append(high << 4 | low)
                index += 2
            } else {
                bytes.append(byte == plus && plusIsSpace ? UInt8(ascii: " ") : byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

/// The query of a URL, as `application/x-www-form-urlencoded`.
package enum Query {
    /// Splits at `&`, then at the first `=`, and decodes both sides once; `+` is a space.
    ///
    /// - Returns: Names and values in the order of the text, repeated ones too; a pair without `=`
    ///   has an empty value, and empty pairs (`a=1&&b=2`) are passed over. Nil if a `%` is not
    ///   followed by two digits or a part is not UTF-8.
    package static func parse(
        _ text: UnsafeRawBufferPointer
    ) -> [(name: String, value: String)]? {
        var parameters: [(name: String, value: String)] = []
        for pair in text.split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            let rest = pair[equals...].dropFirst()
            guard
                let name = PercentEncoding.decode(
                    UnsafeRawBufferPointer(rebasing: pair[..<equals]), plusIsSpace: true),
                let value = PercentEncoding.decode(
                    UnsafeRawBufferPointer(rebasing: rest), plusIsSpace: true)
            else { return nil }
            parameters.append((name, value))
        }
        return parameters
    }

    /// Parses a query; see the other overload.
    package static func parse(_ text: String) -> [(name: String, value: String)]? {
        Array(text.utf8).withUnsafeBytes { parse($0) }
    }
}
