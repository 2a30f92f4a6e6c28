import Values

/// What each field of a contact may hold and how it is stored (MS-02); shared by the API and by
/// imports, so that a file says neither more nor less than a request.
///
/// Every function takes text as a person or a file gave it, and returns it as it is stored.
enum ContactRules {
    static let nameLength = 1...120
    static let tagLength = 1...40
    static let tagCount = 50
    static let attributeCount = 100
    static let attributeKeyLength = 1...64
    static let attributeTextLength = 1_000
    /// Stands between tags and between group names in files (MS-21), so neither may hold it.
    static let separator: Unicode.Scalar = "|"

    static func name(_ text: String) throws(RuleBreach) -> String {
        try line(text, nameLength)
    }

    /// Gives a phone number its stored form; `countryCode` completes one without `+` (MS-22).
    static func phone(_ text: String, countryCode: String? = nil) throws(RuleBreach) -> String {
        guard let phone = PhoneNumber.normalize(text, countryCode: countryCode) else {
            throw RuleBreach("invalid_phone", "Write the phone number with + and country code.")
        }
        return phone
    }

    static func email(_ text: String) throws(RuleBreach) -> String {
        guard let email = EmailAddress.normalized(Text.normalized(text)) else {
            throw RuleBreach("invalid_email", "This is not an e-mail address.")
        }
        return email
    }

    /// A country calling code; stored with its `+`.
    static func countryCode(_ text: String) throws(RuleBreach) -> String {
        guard let digits = PhoneNumber.countryCodeDigits(text) else {
            throw RuleBreach("invalid_country_code", "Write a calling code such as +49.")
        }
        return "+" + digits
    }

    /// ISO 3166-1 alpha-2, in capitals.
    static func isoCode(_ text: String) throws(RuleBreach) -> String {
        guard let code = CountryCode.normalized(Text.trimmed(text)) else {
            throw RuleBreach("invalid_iso_code", "Write two letters of ISO 3166 such as DE.")
        }
        return code
    }

    /// BCP 47, in its conventional letter case.
    static func language(_ text: String) throws(RuleBreach) -> String {
        guard let tag = LanguageTag.normalized(Text.trimmed(text)) else {
            throw RuleBreach("invalid_language", "Write a language tag such as pt-BR.")
        }
        return tag
    }

    static func tag(_ text: String) throws(RuleBreach) -> String {
        let tag = try line(text, tagLength)
        guard !tag.unicodeScalars.contains(separator) else {
            throw RuleBreach("invalid_format", "A tag cannot contain |.")
        }
        return tag
    }

    /// Tags as a file has them, with `|` between; empty ones are passed over.
    static func tags(separated text: String) throws(RuleBreach) -> [String] {
        var tags: [String] = []
        for part in parts(of: text) { tags.append(try tag(part)) }
        let distinct = distinct(tags)
        guard distinct.count <= tagCount else {
            throw RuleBreach("too_many", "At most \(tagCount) tags.")
        }
        return distinct
    }

    /// What stands between separators, without white space and without what is empty then.
    static func parts(of text: String) -> [String] {
        text.unicodeScalars.split(separator: separator).map { Text.trimmed(String($0)) }
            .filter { !$0.isEmpty }
    }

    /// Each tag once, at its first place.
    static func distinct(_ tags: [String]) -> [String] {
        var seen: Set<String> = []
        return tags.filter { seen.insert($0).inserted }
    }

    /// A key that is no column of a contact file, so that what is exported can be read again.
    static func attributeKey(_ text: String) throws(RuleBreach) -> String {
        let key = try line(text, attributeKeyLength)
        guard ContactColumn(header: key) == nil else {
            throw RuleBreach("reserved_name", "This is the name of a field.")
        }
        return key
    }

    /// The text of one attribute; may have several lines.
    static func attributeText(_ text: String) throws(RuleBreach) -> String {
        let text = Text.withLineFeeds(Text.normalized(text))
        guard Text.isMultiline(text) else {
            throw RuleBreach("invalid_format", "Control characters are not allowed.")
        }
        guard Text.length(text) <= attributeTextLength else {
            throw RuleBreach("too_long", "At most \(attributeTextLength) characters.")
        }
        return text
    }

    /// A number whose decimal form is short: jsonb stores 1e300 as 301 digits, which files would
    /// show and our own reader refuses.
    static func attributeNumber(_ number: Double) throws(RuleBreach) -> Double {
        guard number == 0 || 1e-15...1e21 ~= number.magnitude else {
            throw RuleBreach("out_of_range", "Write the number as text.")
        }
        return number
    }

    /// One line of so many Unicode scalars after trimming and NFC (OV-26).
    static func line(_ text: String, _ length: ClosedRange<Int>) throws(RuleBreach) -> String {
        let text = Text.normalized(text)
        guard Text.isSingleLine(text) else {
            throw RuleBreach("invalid_format", "Control characters are not allowed.")
        }
        let count = Text.length(text)
        if count < length.lowerBound { throw RuleBreach("required", "This field is needed.") }
        if count > length.upperBound {
            throw RuleBreach("too_long", "At most \(length.upperBound) characters.")
        }
        return text
    }
}
