/// Hexadecimal text (RFC 4648 §8); written in lower case, read in either.
package enum Hex {
    /// The value of one digit, 0 to 15, or nil.
    @inline(__always)
    package static func value(of byte: UInt8) -> UInt8? {
        let digit = byte &- UInt8(ascii: "0")
        if digit < 10 { return digit }
        let letter = (byte | 0x20) &- UInt8(ascii: "a")
        return letter < 6 ? letter + 10 : nil
    }

    /// The eight digits of a word as ASCII, the first in the most significant byte.
    ///
    /// Works on all digits at once: spreads the nibbles over bytes, then adds what turns 0–9 and
    /// 10–15 into characters.
    @inline(__always)
    static func digits(of word: UInt32) -> UInt64 {
        var nibbles = UInt64(word)
        nibbles = (nibbles | nibbles &<< 16) & 0x0000_ffff_0000_ffff
        nibbles = (nibbles | nibbles &<< 8) & 0x00ff_00ff_00ff_00ff
        nibbles = (nibbles | nibbles &<< 4) & 0x0f0f_0f0f_0f0f_0f0f
        let isLetter = ((nibbles &+ 0x0606_0606_0606_0606) &>> 4) & 0x0101_0101_0101_0101
        return nibbles &+ 0x3030_3030_3030_3030 &+ isLetter &* 0x27
    }

    /// Two lower-case digits for each byte.
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        for byte in bytes {
            let pair = digits(of: UInt32(byte))
            text.append(UInt8(truncatingIfNeeded: pair &>> 8))
            text.append(UInt8(truncatingIfNeeded: pair))
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of an even number of digits, or nil if anything else stands there.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2)
        var first: UInt8?
        for character in text {
            guard let digit = value(of: character) else { return nil }
            if let high = first {
                bytes.append(high << 4 | digit)
                first = nil
            } else {
                first = digit
            }
        }
        return bytes
    }

    /// The bytes of an even number of digits, or nil if anything else stands there.
    package static func decode(_ text: String) -> [UInt8]? { decode(text.utf8) }
}
