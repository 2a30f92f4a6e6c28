/// Telephone numbers in E.164 form: `+` and 8 to 15 digits, the first of them not 0 (OV-25).
package enum PhoneNumber {
    private static let digitCount = 8...15

    /// Brings a number to E.164, or refuses it.
    ///
    /// Spaces (also no-break and narrow ones), tabs, dashes, dots, brackets and slashes between the
    /// digits are dropped, as are white space and invisible direction marks around them. What is
    /// left must be ASCII digits after at most one `+`.
    ///
    /// - With `+`, the number is complete. A leading `00` is *not* read as `+`: it means that in
    ///   many countries only, and a wrong guess would write to a stranger.
    /// - Without `+`, the country code is put in front (MS-22). One leading 0, the national trunk
    ///   prefix, is dropped before that, except where numbers begin with 0 in international form
    ///   too, as in Italy and Ivory Coast. A number that begins `00` is refused.
    ///
    /// - Parameters:
    ///   - input: What a person or a file gave.
    ///   - countryCode: 1 to 3 digits, not beginning with 0, with or without `+`.
    /// - Returns: Nil if nothing clear results, or a code would be needed and is missing or
    ///   malformed.
    package static func normalize(_ input: String, countryCode: String? = nil) -> String? {
        var digits: [UInt8] = []
        var isComplete = false
        for scalar in input.unicodeScalars {
            switch scalar {
            case "0"..."9": digits.append(UInt8(truncatingIfNeeded: scalar.value))
            case "+":
                guard digits.isEmpty, !isComplete else { return nil }
                isComplete = true
            default:
                guard isSeparator(scalar) else { return nil }
            }
            guard digits.count <= 2 * digitCount.upperBound else { return nil }
        }
        if !isComplete {
            guard let code = countryCode.flatMap(countryCodeDigits) else { return nil }
            if digits.first == UInt8(ascii: "0"), !keepsZero.contains(code) {
                digits.removeFirst()
            }
            guard digits.first != nil, !digits.starts(with: Array("00".utf8)),
                keepsZero.contains(code) || digits.first != UInt8(ascii: "0")
            else { return nil }
            digits.insert(contentsOf: code.utf8, at: 0)
        }
        guard digitCount ~= digits.count, digits.first != UInt8(ascii: "0") else { return nil }
        return "+" + String(decoding: digits, as: UTF8.self)
    }

    /// Whether a text is in E.164 form already.
    package static func isNormalized(_ text: String) -> Bool {
        let bytes = text.utf8
        return bytes.first == UInt8(ascii: "+") && digitCount ~= bytes.count - 1
            && bytes.dropFirst().first != UInt8(ascii: "0")
            && bytes.dropFirst().allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
    }

    /// The digits of a country calling code such as `49`, `+49` or ` 1 `; nil if it is none.
    package static func countryCodeDigits(_ text: String) -> String? {
        let trimmed = Text.trimmed(text)
        let digits = trimmed.hasPrefix("+") ? trimmed.dropFirst() : trimmed[...]
        guard 1...3 ~= digits.utf8.count, digits.utf8.first != UInt8(ascii: "0"),
            digits.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 })
        else { return nil }
        return String(digits)
    }

    /// Italy, San Marino, the Vatican, Ivory Coast, Burkina Faso, Niger, Benin, Congo
    /// (Brazzaville).
    private static let keepsZero: Set<String> = [
        "39", "378", "379", "225", "226", "227", "229", "242",
    ]

    private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case " ", "\t", "-", ".", "(", ")", "[", "]", "/",
            "\u{a0}", "\u{2000}"..."\u{200a}", "\u{202f}", "\u{3000}",  // spaces
            "\u{2010}"..."\u{2015}", "\u{2212}",  // dashes
            "\u{200e}", "\u{200f}", "\u{202a}"..."\u{202e}", "\u{2066}"..."\u{2069}":  // direction
            true
        default: false
        }
    }
}
