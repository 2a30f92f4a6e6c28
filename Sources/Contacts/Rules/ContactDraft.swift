import Values

/// A contact as a row of a file gives it: checked, normalised, not yet stored.
///
/// What the file leaves empty is nil or empty here, which an update reads as "leave as it is".
struct ContactDraft: Equatable, Sendable {
    var name = ""
    var phone = ""
    var email: String?
    var countryCode: String?
    var isoCode: String?
    var language: String?
    var tags: [String] = []
    /// Names of groups, normalised, each once.
    var groups: [String] = []
    /// Texts by key, in the order of the file's columns.
    var attributes: [JSON.Member] = []

    /// One cell that broke a rule.
    struct Finding: Error, Equatable, Sendable {
        /// The column's header.
        let column: String
        let breach: RuleBreach
    }

    /// Checks one row.
    ///
    /// Cells are texts as the table reader gives them, formula guards removed; empty ones count as
    /// not given. Name and phone are needed (MS-21).
    ///
    /// - Parameters:
    ///   - cells: The row, by column.
    ///   - texts: The row's attributes, in the order of their columns.
    ///   - defaultCountryCode: For phones without `+` where the row has no code (MS-22).
    /// - Throws: The first finding, in the order of the columns of an export.
    init(
        cells: [ContactColumn: String], attributes texts: [(key: String, text: String)] = [],
        defaultCountryCode: String? = nil
    ) throws(Finding) {
        func given(_ column: ContactColumn) -> String? {
            guard let text = cells[column], !Text.trimmed(text).isEmpty else { return nil }
            return text
        }
        name = try Self.check(.name) { () throws(RuleBreach) in
            try ContactRules.name(given(.name) ?? "")
        }
        countryCode = try Self.read(given(.countryCode), .countryCode, ContactRules.countryCode)
        phone = try Self.check(.phone) { [countryCode] () throws(RuleBreach) in
            guard let text = given(.phone) else {
                throw RuleBreach("required", "This field is needed.")
            }
            return try ContactRules.phone(text, countryCode: countryCode ?? defaultCountryCode)
        }
        email = try Self.read(given(.email), .email, ContactRules.email)
        isoCode = try Self.read(given(.isoCode), .isoCode, ContactRules.isoCode)
        language = try Self.read(given(.language), .language, ContactRules.language)
        tags = try Self.read(given(.tags), .tags, ContactRules.tags(separated:)) ?? []
        groups = try Self.read(given(.groups), .groups, GroupRules.names(separated:)) ?? []
        attributes = try Self.attributes(texts)
    }

    private static func attributes(
        _ texts: [(key: String, text: String)]
    ) throws(Finding) -> [JSON.Member] {
        var members: [JSON.Member] = []
        for (key, text) in texts where !Text.trimmed(text).isEmpty {
            do throws(RuleBreach) {
                let name = try ContactRules.attributeKey(key)
                members.append(
                    JSON.Member(name: name, value: .string(try ContactRules.attributeText(text))))
                guard members.count <= ContactRules.attributeCount else {
                    throw RuleBreach("too_many", "At most \(ContactRules.attributeCount).")
                }
            } catch {
                throw Finding(column: key, breach: error)
            }
        }
        return members
    }

    private static func read<Value>(
        _ text: String?, _ column: ContactColumn, _ rule: (String) throws(RuleBreach) -> Value
    ) throws(Finding) -> Value? {
        guard let text else { return nil }
        return try check(column) { () throws(RuleBreach) in try rule(text) }
    }

    private static func check<Value>(
        _ column: ContactColumn, _ rule: () throws(RuleBreach) -> Value
    ) throws(Finding) -> Value {
        do {
            return try rule()
        } catch {
            throw Finding(column: column.header, breach: error)
        }
    }
}
