import Values

/// Language tags by the syntax of BCP 47 (RFC 5646 §2.1), at most 35 characters.
///
/// Only the syntax is checked: the registry of subtags grows. Grandfathered tags such as
/// `i-klingon`
/// are refused; each has had a regular replacement for years.
enum LanguageTag {
    static let maximumLength = 35

    /// The tag in the letter case that RFC 5646 §2.1.1 recommends, or nil if it is none.
    static func normalized(_ text: String) -> String? {
        guard text.utf8.count <= maximumLength, text.utf8.allSatisfy({ $0 < 0x80 }) else {
            return nil
        }
        var rest = text.lowercased().split(separator: "-", omittingEmptySubsequences: false)[...]
        guard rest.allSatisfy({ 1...8 ~= $0.utf8.count && $0.utf8.allSatisfy(Base62.isDigit) })
        else { return nil }
        var parts: [String] = []
        if rest.first == "x" { return privateUse(&rest, after: parts) }
        guard language(&rest, to: &parts) else { return nil }
        if let script = rest.first, script.utf8.count == 4, isLetters(script) {
            parts.append(script.prefix(1).uppercased() + script.dropFirst())
            rest = rest.dropFirst()
        }
        if let region = rest.first, isRegion(region) {
            parts.append(region.uppercased())
            rest = rest.dropFirst()
        }
        guard variants(&rest, to: &parts), extensions(&rest, to: &parts) else { return nil }
        return privateUse(&rest, after: parts)
    }

    /// Reads `2*3ALPHA ["-" extlang] / 4*8ALPHA`.
    private static func language(
        _ rest: inout ArraySlice<Substring>, to parts: inout [String]
    ) -> Bool {
        guard let language = rest.popFirst(), language.utf8.count >= 2, isLetters(language) else {
            return false
        }
        parts.append(String(language))
        guard language.utf8.count <= 3 else { return true }
        for _ in 0..<3 {
            guard let extended = rest.first, extended.utf8.count == 3, isLetters(extended) else {
                break
            }
            parts.append(String(extended))
            rest = rest.dropFirst()
        }
        return true
    }

    private static func isRegion(_ part: Substring) -> Bool {
        part.utf8.count == 2
            ? isLetters(part) : part.utf8.count == 3 && part.utf8.allSatisfy(isDigit)
    }

    /// No variant may stand twice.
    private static func variants(
        _ rest: inout ArraySlice<Substring>, to parts: inout [String]
    ) -> Bool {
        var seen: Set<Substring> = []
        while let variant = rest.first,
            variant.utf8.count >= 5
                || (variant.utf8.count == 4 && variant.utf8.first.map(isDigit) == true)
        {
            guard seen.insert(variant).inserted else { return false }
            parts.append(String(variant))
            rest = rest.dropFirst()
        }
        return true
    }

    /// Each is one character other than `x`, then subtags of 2 to 8; no singleton may stand twice.
    private static func extensions(
        _ rest: inout ArraySlice<Substring>, to parts: inout [String]
    ) -> Bool {
        var seen: Set<Substring> = []
        while let singleton = rest.first, singleton.utf8.count == 1, singleton != "x" {
            guard seen.insert(singleton).inserted else { return false }
            parts.append(String(singleton))
            rest = rest.dropFirst()
            var count = 0
            while let part = rest.first, part.utf8.count >= 2 {
                parts.append(String(part))
                rest = rest.dropFirst()
                count += 1
            }
            guard count > 0 else { return false }
        }
        return true
    }

    private static func privateUse(
        _ rest: inout ArraySlice<Substring>, after parts: [String]
    ) -> String? {
        guard let first = rest.first else { return parts.joined(separator: "-") }
        guard first == "x", rest.count > 1 else { return nil }
        return (parts + rest.map(String.init)).joined(separator: "-")
    }

    private static func isLetters(_ part: Substring) -> Bool {
        part.utf8.allSatisfy { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}
