/// Numbers in the digits `0-9A-Za-z`, most significant first, in a fixed width.
package enum Base62 {
    /// The character of a digit, 0 to 61.
    package static func character(of value: UInt8) -> UInt8 {
        switch value {
        case ..<10: UInt8(ascii: "0") + value
        case ..<36: UInt8(ascii: "A") + value - 10
        default: UInt8(ascii: "a") + value - 36
        }
    }

    /// Whether the byte is one of the digits.
    package static func isDigit(_ character: UInt8) -> Bool {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }

    /// Appends the number that `bytes` are, most significant first, in `width` digits.
    ///
    /// The width must hold the number: 43 digits for 32 bytes, 6 for 4.
    package static func append(
        _ bytes: some Sequence<UInt8>, width: Int, to output: inout [UInt8]
    ) {
        let start = output.count
        var number = Array(bytes)
        for _ in 0..<width {
            var remainder = 0
            for index in number.indices {
                let dividend = remainder << 8 | Int(number[index])
                number[index] = UInt8(dividend / 62)
                remainder = dividend % 62
            }
            output.append(character(of: UInt8(remainder)))
        }
        precondition(number.allSatisfy { $0 == 0 }, "the width must hold the number")
        output[start...].reverse()
    }
}
