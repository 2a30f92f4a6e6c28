extension Instant {
    /// Bytes of the text form that ``write(to:)`` makes.
    package static let textByteCount = 24

    /// Appends `2026-03-01T09:15:00.000Z`: UTC, milliseconds, what is finer cut off (OV-23).
    package func write(to output: inout [UInt8]) {
        withText { output.append(contentsOf: $0) }
    }

    /// Lends the text that ``write(to:)`` appends.
    package func withText<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        let clamped = min(max(self, .earliest), .latest).microseconds
        let days = clamped.flooredQuotient(Instant.microsecondsPerDay)
        let milliseconds = Int((clamped - days * Instant.microsecondsPerDay) / 1000)
        let date = CivilDate(daysSinceEpoch: Int(days))
        return withUnsafeTemporaryAllocation(byteCount: Instant.textByteCount, alignment: 8) {
            text in
            func store(_ value: Int, digits: Int, at offset: Int) {
                var rest = value
                for index in stride(from: offset + digits - 1, through: offset, by: -1) {
                    text[index] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
                    rest /= 10
                }
            }
            store(date.year, digits: 4, at: 0)
            text[4] = UInt8(ascii: "-")
            store(date.month, digits: 2, at: 5)
            text[7] = UInt8(ascii: "-")
            store(date.day, digits: 2, at: 8)
            text[10] = UInt8(ascii: "T")
            store(milliseconds / 3_600_000, digits: 2, at: 11)
            text[13] = UInt8(ascii: ":")
            store(milliseconds / 60_000 % 60, digits: 2, at: 14)
            text[16] = UInt8(ascii: ":")
            store(milliseconds / 1000 % 60, digits: 2, at: 17)
            text[19] = UInt8(ascii: ".")
            store(milliseconds % 1000, digits: 3, at: 20)
            text[23] = UInt8(ascii: "Z")
            return body(UnsafeRawBufferPointer(text))
        }
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
