@_spi(_Unicode) import Swift

/// What counts as the same text, how long it is, and what may be stored (OV-26).
package enum Text {
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
}
