/// E-mail addresses as people have them: RFC 5321 in ASCII, without quoting, comments and literals.
///
/// Nothing valid contains white space, a control character, a comma, an angle bracket or a second
/// `@`, so an address can stand in a mail header and in an SMTP command as it is (checklist rule
/// 30).
package enum EmailAddress {
    /// Checks a text, surrounding white space not allowed.
    ///
    /// - Before the `@`: a dot-atom of 1 to 64 ASCII characters. International local parts (RFC
    ///   6531) are refused until mail is sent with SMTPUTF8; international domains are written in
    ///   punycode.
    /// - After it: two or more labels of letters, digits and inner hyphens, at most 63 characters
    ///   each, the last not of digits alone.
    /// - At most 254 characters in all (RFC 5321 §4.5.3.1, erratum 1690).
    package static func isValid(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count <= 254, let at = bytes.firstIndex(of: UInt8(ascii: "@")) else {
            return false
        }
        return isLocalPart(bytes[..<at]) && isDomain(bytes[(at + 1)...])
    }

    /// The address as it is compared and stored: white space trimmed, lower case; nil if invalid.
    ///
    /// RFC 5321 lets a mail server tell local parts apart by case; none that people use does.
    package static func normalized(_ text: String) -> String? {
        let trimmed = Text.trimmed(text)
        return isValid(trimmed) ? trimmed.lowercased() : nil
    }

    private static func isLocalPart(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard 1...64 ~= bytes.count else { return false }
        return bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .allSatisfy { !$0.isEmpty && $0.allSatisfy(isAtomCharacter) }
    }

    private static func isDomain(_ bytes: ArraySlice<UInt8>) -> Bool {
        let labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.count >= 2, let last = labels.last else { return false }
        let hyphen = UInt8(ascii: "-")
        return !last.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
            && labels.allSatisfy { label in
                1...63 ~= label.count && label.first != hyphen && label.last != hyphen
                    && label.allSatisfy { Base62.isDigit($0) || $0 == hyphen }
            }
    }

    /// `atext` of RFC 5322 §3.2.3.
    private static func isAtomCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "'"), UInt8(ascii: "*"),
            UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "="),
            UInt8(ascii: "?"), UInt8(ascii: "^")...UInt8(ascii: "`"),
            UInt8(ascii: "{")...UInt8(ascii: "~"):
            true
        default: Base62.isDigit(byte)
        }
    }
}
