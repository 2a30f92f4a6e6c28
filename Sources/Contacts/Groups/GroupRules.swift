import Values

/// What a group's fields may hold (MS-40); shared by the API and by imports.
enum GroupRules {
    static let nameLength = 1...60
    static let descriptionLength = 0...500
    /// How many groups a workspace may have.
    static let limit = 1_000

    static func name(_ text: String) throws(RuleBreach) -> String {
        let name = try ContactRules.line(text, nameLength)
        guard !name.unicodeScalars.contains(ContactRules.separator) else {
            throw RuleBreach("invalid_format", "A group's name cannot contain |.")
        }
        return name
    }

    /// Names as a file has them, with `|` between; empty ones are passed over.
    static func names(separated text: String) throws(RuleBreach) -> [String] {
        var names: [String] = []
        for part in ContactRules.parts(of: text) { names.append(try name(part)) }
        return ContactRules.distinct(names)
    }
}
