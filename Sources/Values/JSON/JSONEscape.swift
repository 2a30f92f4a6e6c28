/// The escapes that a JSON string needs (RFC 8259 §7), and those for U+2028 and U+2029, which end a
/// line in older ECMAScript.
enum JSONEscape {
    /// Writes text as it stands between quotes: runs that need no escape are copied whole.
    ///
    /// - Parameters:
    ///   - text: Valid UTF-8.
    ///   - output: Room for six times as many bytes.
    /// - Returns: The bytes written.
    static func write(_ text: UnsafeRawBufferPointer, to output: UnsafeMutableRawPointer) -> Int {
        guard let source = text.baseAddress else { return 0 }
        var written = 0
        var runStart = 0
        var index = 0
        func copyRun(to end: Int) {
            (output + written).copyMemory(from: source + runStart, byteCount: end - runStart)
            written += end - runStart
        }
        while true {
            index = firstSuspect(in: text, from: index)
            guard index < text.count else { break }
            let byte = text[index]
            if byte == 0xe2 {
                guard isLineSeparator(text, at: index) else {
                    index += 1
                    continue
                }
                copyRun(to: index)
                let scalar = 0x2000 | UInt32(text[index + 2] & 0x3f)
                written += writeUnicodeEscape(scalar, to: output + written)
                index += 3
            } else {
                copyRun(to: index)
                written += writeEscape(byte, to: output + written)
                index += 1
            }
            runStart = index
        }
        copyRun(to: text.count)
        return written
    }

    /// The index of the first byte at or after `start` that may need an escape, or the count.
    ///
    /// Such are controls, quotes, backslashes and 0xE2, which may begin U+2028 or U+2029. Looks at
    /// eight bytes at a time.
    private static func firstSuspect(in text: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        while index + 8 <= text.count {
            let word = text.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            guard !mayHoldSuspect(word) else { break }
            index += 8
        }
        while index < text.count {
            let byte = text[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
                || byte == 0xe2
            {
                // Found in the word that looked suspicious, or in the last few bytes.
                return index
            }
            index += 1
        }
        return index
    }

    /// False only if none of the eight bytes is a suspect.
    ///
    /// A zero byte shows as a borrow out of `x - 1` where `x` had its top bit clear; borrows can
    /// spread upwards but never hide a suspect.
    private static func mayHoldSuspect(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        func zeroes(_ value: UInt64) -> UInt64 { (value &- ones) & ~value }
        let quotes = zeroes(word ^ ones &* 0x22)
        let backslashes = zeroes(word ^ ones &* 0x5c)
        let separators = zeroes(word ^ ones &* 0xe2)
        let controls = (word &- ones &* 0x20) & ~word
        return (quotes | backslashes | separators | controls) & tops != 0
    }

    /// U+2028 is E2 80 A8, U+2029 is E2 80 A9.
    private static func isLineSeparator(_ text: UnsafeRawBufferPointer, at index: Int) -> Bool {
        index + 2 < text.count && text[index + 1] == 0x80 && text[index + 2] & 0xfe == 0xa8
    }

    private static func writeEscape(_ byte: UInt8, to output: UnsafeMutableRawPointer) -> Int {
        let short: UInt8
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): short = byte
        case 0x08: short = UInt8(ascii: "b")
        case 0x09: short = UInt8(ascii: "t")
        case 0x0a: short = UInt8(ascii: "n")
        case 0x0c: short = UInt8(ascii: "f")
        case 0x0d: short = UInt8(ascii: "r")
        default: return writeUnicodeEscape(UInt32(byte), to: output)
        }
        output.storeBytes(of: UInt8(ascii: "\\"), as: UInt8.self)
        output.storeBytes(of: short, toByteOffset: 1, as: UInt8.self)
        return 2
    }

    /// The last four hexadecimal digits of the scalar behind `\u`.
    private static func writeUnicodeEscape(
        _ scalar: UInt32, to output: UnsafeMutableRawPointer
    ) -> Int {
        output.storeBytes(of: UInt8(ascii: "\\"), as: UInt8.self)
        output.storeBytes(of: UInt8(ascii: "u"), toByteOffset: 1, as: UInt8.self)
        let digits = UInt32(truncatingIfNeeded: Hex.digits(of: scalar))
        output.storeBytes(of: digits.bigEndian, toByteOffset: 2, as: UInt32.self)
        return 6
    }
}
