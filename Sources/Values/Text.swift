@_spi(_Unicode) import Swift

/// What counts as the same text, how long it is, and what may be stored (OV-26).
package enum Text {
    /// Unicode normalisation form C without white space at either end: how text input is stored.
    package static func normalized(_ text: String) -> String {
        composed(trimmed(text))
    }

    /// Unicode normalisation form C, nothing trimmed.
    ///
    /// Source: docs/decisions/0011-normalisation-by-the-standard-library.md.
    package static func composed(_ text: String) -> String {
        // Texts of scalars below U+0300 only, the first that combines, are in form C already.
        if text.utf8.allSatisfy({ $0 < 0xcc }) { return text }
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: text._nfc)
        return String(scalars)
    }

    /// The text without characters of the Unicode property White_Space at either end.
    package static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.first, let last = scalars.last,
            first.properties.isWhitespace || last.properties.isWhitespace
        else { return text }
        let isInk = { (scalar: Unicode.Scalar) in !scalar.properties.isWhitespace }
        guard let start = scalars.firstIndex(where: isInk),
            let end = scalars.lastIndex(where: isInk)
        else { return "" }
        return String(scalars[start...end])
    }

    /// The length that limits speak of: Unicode scalar values of normalised text (OV-26).
    package static func length(_ text: String) -> Int {
        text.unicodeScalars.count
    }

    /// Whether a text field of one line may hold it: no control character (U+0000–U+001F,
    /// U+007F–U+009F) and no line or paragraph separator (U+2028, U+2029).
    package static func isSingleLine(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { !isControl($0) && !isSeparator($0) }
    }

    /// Whether a text field of several lines may hold it.
    ///
    /// As ``isSingleLine(_:)``, but tabs, line feeds and the separators are allowed. A carriage
    /// return is not: see ``withLineFeeds(_:)``.
    package static func isMultiline(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { !isControl($0) || $0 == "\t" || $0 == "\n" }
    }

    /// Whether PostgreSQL can store it: anything without U+0000.
    package static func isStorable(_ text: String) -> Bool {
        !text.utf8.contains(0)
    }

    /// The text with every CR LF, and every CR alone, turned into LF.
    package static func withLineFeeds(_ text: String) -> String {
        guard text.utf8.contains(0x0d) else { return text }
        var scalars = String.UnicodeScalarView()
        var afterReturn = false
        for scalar in text.unicodeScalars {
            if scalar == "\r" {
                scalars.append("\n")
            } else if !(scalar == "\n" && afterReturn) {
                scalars.append(scalar)
            }
            afterReturn = scalar == "\r"
        }
        return String(scalars)
    }

    /// A form that is equal for texts which differ in case, accents or composition only; for the
    /// uniqueness of names and for search, never shown.
    ///
    /// Normalised, decomposed canonically (NFD), stripped of non-spacing marks (general category
    /// Mn), lower-cased without regard to language; `ß` and `ẞ` count as `ss`, final sigma as
    /// sigma, and dotless `ı` as `i`. Compatibility forms such as `ﬁ` or full-width letters stay
    /// different: the standard library has no NFKD. In scripts that write vowels as marks, texts
    /// that differ in those alone become equal.
    package static func folded(_ text: String) -> String {
        let text = trimmed(text)
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
        var scalars = String.UnicodeScalarView()
        for scalar in text._nfd where !isMark(scalar) {
            for lower in scalar.properties.lowercaseMapping.unicodeScalars where !isMark(lower) {
                switch lower {
                case "ß": scalars.append(contentsOf: "ss".unicodeScalars)
                case "ς": scalars.append("σ")
                case "ı": scalars.append("i")
                default: scalars.append(lower)
                }
            }
        }
        return composed(String(scalars))
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 0x300 && scalar.properties.generalCategory == .nonspacingMark
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || 0x7f...0x9f ~= scalar.value
    }

    private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
        0x2028...0x2029 ~= scalar.value
    }
}
