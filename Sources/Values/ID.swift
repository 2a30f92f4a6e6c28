/// A 128-bit identifier with the text form of a UUID (RFC 9562); new ones come from
/// ``IDGenerator``.
package struct ID: Hashable, Sendable, Comparable {
    /// The first eight bytes, read big-endian.
    package let high: UInt64
    /// The last eight bytes, read big-endian.
    package let low: UInt64

    /// Bytes of the binary form.
    package static let byteCount = 16
    /// Bytes of the text form.
    package static let textByteCount = 36

    @inlinable
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads the binary form.
    ///
    /// - Parameter bytes: Exactly 16 bytes, the most significant first; any alignment.
    package init(bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count == ID.byteCount, "an ID has 16 bytes")
        high = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    /// Reads the text form: 36 characters, hexadecimal digits of either case in groups of
    /// 8-4-4-4-12.
    ///
    /// Any version and variant is taken. Braces, `urn:uuid:` and missing dashes are refused.
    package init?(text: UnsafeRawBufferPointer) {
        guard text.count == ID.textByteCount else { return nil }
        var words: (high: UInt64, low: UInt64) = (0, 0)
        var isValid = true
        for index in 0..<ID.textByteCount {
            let byte = text[index]
            switch index {
            case 8, 13, 18, 23:
                isValid = isValid && byte == UInt8(ascii: "-")
            default:
                guard let digit = Hex.value(of: byte) else { return nil }
                if index < 18 {
                    words.high = words.high << 4 | UInt64(digit)
                } else {
                    words.low = words.low << 4 | UInt64(digit)
                }
            }
        }
        guard isValid else { return nil }
        self.init(high: words.high, low: words.low)
    }

    /// Reads the text form; see ``init(text:)``.
    @inlinable
    package init?(utf8: some Collection<UInt8>) {
        let read = utf8.withContiguousStorageIfAvailable { ID(text: UnsafeRawBufferPointer($0)) }
        guard let id = read ?? Array(utf8).withUnsafeBytes({ ID(text: $0) }) else { return nil }
        self = id
    }

    /// Reads the text form; see ``init(text:)``.
    @inlinable
    package init?(_ text: some StringProtocol) {
        self.init(utf8: text.utf8)
    }

    @inlinable
    package static func < (left: ID, right: ID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    /// Lends the binary form: 16 bytes, the most significant first.
    package func withBytes<Value, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let words = (high.bigEndian, low.bigEndian)
        return try withUnsafePointer(to: words) { (pointer) throws(Failure) in
            try body(UnsafeRawBufferPointer(start: pointer, count: ID.byteCount))
        }
    }

    /// Appends the text form: 36 ASCII bytes, lower case.
    package func write(to output: inout [UInt8]) {
        withText { output.append(contentsOf: $0) }
    }

    /// Lends the text form: 36 ASCII bytes, lower case.
    package func withText<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        withUnsafeTemporaryAllocation(byteCount: ID.textByteCount, alignment: 8) { text in
            if let start = text.baseAddress { writeText(to: start) }
            return body(UnsafeRawBufferPointer(text))
        }
    }

    /// Writes the text form.
    ///
    /// - Parameter text: Room for ``textByteCount`` bytes.
    @inline(__always)
    func writeText(to text: UnsafeMutableRawPointer) {
        let dash = UInt8(ascii: "-")
        let second = Hex.digits(of: UInt32(truncatingIfNeeded: high))
        let third = Hex.digits(of: UInt32(truncatingIfNeeded: low &>> 32))
        func store(_ word: some FixedWidthInteger & BitwiseCopyable, at offset: Int) {
            text.storeBytes(of: word.bigEndian, toByteOffset: offset, as: type(of: word))
        }
        store(Hex.digits(of: UInt32(truncatingIfNeeded: high &>> 32)), at: 0)
        store(dash, at: 8)
        store(UInt32(truncatingIfNeeded: second &>> 32), at: 9)
        store(dash, at: 13)
        store(UInt32(truncatingIfNeeded: second), at: 14)
        store(dash, at: 18)
        store(UInt32(truncatingIfNeeded: third &>> 32), at: 19)
        store(dash, at: 23)
        store(UInt32(truncatingIfNeeded: third), at: 24)
        store(Hex.digits(of: UInt32(truncatingIfNeeded: low)), at: 28)
    }
}

extension ID: CustomStringConvertible {
    package var description: String {
        withText { String(decoding: $0, as: UTF8.self) }
    }
}
