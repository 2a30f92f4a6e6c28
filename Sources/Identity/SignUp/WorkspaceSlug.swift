import Values

/// The short name of a workspace in addresses: 3 to 40 lower-case letters, digits and inner
/// hyphens.
enum WorkspaceSlug {
    private static let longest = 40
    /// Room for a hyphen and a number that makes it unique.
    private static let room = 8

    /// Derives a slug from a company's name; `workspace` when its script leaves nothing.
    static func base(of name: String) -> String {
        var slug = ""
        for scalar in Text.folded(name).unicodeScalars {
            if Base62.isDigit(UInt8(truncatingIfNeeded: scalar.value)), scalar.isASCII {
                slug.unicodeScalars.append(scalar)
            } else if !slug.isEmpty, !slug.hasSuffix("-") {
                slug += "-"
            }
            if slug.utf8.count == longest - room { break }
        }
        while slug.hasSuffix("-") { slug.removeLast() }
        return slug.utf8.count >= 3 ? slug : "workspace"
    }

    /// The base itself, or with the first number from 2 on that is free.
    static func firstFree(_ base: String, taken: Set<String>) -> String {
        guard taken.contains(base) else { return base }
        var number = 2
        while taken.contains("\(base)-\(number)") { number += 1 }
        return "\(base)-\(number)"
    }
}
