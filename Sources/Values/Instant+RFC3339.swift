extension Instant {
    /// Bytes of the text form that ``write(to:)`` makes.
    package static let textByteCount = 24

    /// Appends `2026-03-01T09:15:00.000Z`: UTC, milliseconds, what is finer cut off (OV-23).
    package func write(to output: inout [UInt8]) {
        withText { output.append(contentsOf: $0) }
    }

    /// Lends the text that ``write(to:)`` appends.
    package func withText<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        withUnsafeTemporaryAllocation(byteCount: Instant.textByteCount, alignment: 8) { text in
            if let start = text.baseAddress { writeText(to: start) }
            return body(UnsafeRawBufferPointer(text))
        }
    }

    /// Writes the text that ``write(to:)`` appends.
    ///
    /// - Parameter text: Room for ``textByteCount`` bytes.
    func writeText(to text: UnsafeMutableRawPointer) {
        let clamped = min(max(self, .earliest), .latest).microseconds
        let days = clamped.flooredQuotient(Instant.microsecondsPerDay)
        let milliseconds = UInt32(
            truncatingIfNeeded: (clamped &- days &* Instant.microsecondsPerDay) / 1000)
        let date = CivilDate(daysSinceEpoch: Int(days))
        let (seconds, thousandths) = (milliseconds / 1000, milliseconds % 1000)
        func put(_ byte: UInt8, at offset: Int) {
            text.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
        }
        /// Two digits, the tens first.
        func put(_ value: UInt32, at offset: Int) {
            let pair = 0x3030 &+ value / 10 &+ (value % 10) &<< 8
            text.storeBytes(
                of: UInt16(truncatingIfNeeded: pair).littleEndian, toByteOffset: offset,
                as: UInt16.self)
        }
        put(UInt32(truncatingIfNeeded: date.year) / 100, at: 0)
        put(UInt32(truncatingIfNeeded: date.year) % 100, at: 2)
        put(UInt8(ascii: "-"), at: 4)
        put(UInt32(truncatingIfNeeded: date.month), at: 5)
        put(UInt8(ascii: "-"), at: 7)
        put(UInt32(truncatingIfNeeded: date.day), at: 8)
        put(UInt8(ascii: "T"), at: 10)
        put(seconds / 3600, at: 11)
        put(UInt8(ascii: ":"), at: 13)
        put(seconds / 60 % 60, at: 14)
        put(UInt8(ascii: ":"), at: 16)
        put(seconds % 60, at: 17)
        put(UInt8(ascii: "."), at: 19)
        put(thousandths / 10, at: 20)
        put(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: thousandths % 10), at: 22)
        put(UInt8(ascii: "Z"), at: 23)
    }

    /// Reads an RFC 3339 date-time such as `2026-03-01T10:15:00.25+01:00`.
    ///
    /// `t` and `z` may be lower case (RFC 3339 §5.6); the offset is required; a fraction has 1 to 9
    /// digits and is cut to microseconds. Refused: a space for the `T`, second 60 (leap seconds
    /// have no place in this type), hour 24, and years outside 1 to 9999, also after the offset is
    /// applied.
    package init?(rfc3339 text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= 35,
            let date = CivilDate(text.prefix(10)),
            bytes[10] | 0x20 == UInt8(ascii: "t"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let hour = Decimal.value(of: bytes[11..<13]), hour < 24,
            let minute = Decimal.value(of: bytes[14..<16]), minute < 60,
            let second = Decimal.value(of: bytes[17..<19]), second < 60
        else { return nil }

        var position = 19
        var fraction = 0
        if bytes[position] == UInt8(ascii: ".") {
            let digits = bytes[(position + 1)...].prefix { $0 &- UInt8(ascii: "0") < 10 }
            guard 1...9 ~= digits.count, let value = Decimal.value(of: digits) else { return nil }
            fraction = value
            for _ in digits.count..<9 { fraction *= 10 }
            position = digits.endIndex
        }
        guard let offset = Instant.offsetSeconds(bytes[position...]) else { return nil }

        let seconds = date.daysSinceEpoch * 86400 + hour * 3600 + minute * 60 + second - offset
        self.init(microseconds: Int64(seconds) * 1_000_000 + Int64(fraction / 1000))
        guard self >= .earliest, self <= .latest else { return nil }
    }

    /// The seconds east of UTC that `Z`, `+hh:mm` or `-hh:mm` name, or nil.
    private static func offsetSeconds(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard let sign = bytes.first else { return nil }
        if sign | 0x20 == UInt8(ascii: "z") { return bytes.count == 1 ? 0 : nil }
        let start = bytes.startIndex
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            bytes.count == 6, bytes[start + 3] == UInt8(ascii: ":"),
            let hours = Decimal.value(of: bytes[(start + 1)..<(start + 3)]), hours < 24,
            let minutes = Decimal.value(of: bytes[(start + 4)..<(start + 6)]), minutes < 60
        else { return nil }
        let seconds = hours * 3600 + minutes * 60
        return sign == UInt8(ascii: "-") ? -seconds : seconds
    }
}

extension Instant: CustomStringConvertible {
    /// `2026-03-01T09:15:00.000Z`.
    package var description: String {
        withText { String(decoding: $0, as: UTF8.self) }
    }
}
