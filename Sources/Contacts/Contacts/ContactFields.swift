import HTTP
import Values

/// How a contact is known on a channel (MS-04).
struct ContactIdentity: Input, Hashable {
    static let channelKinds = ["whatsapp", "telegram", "messenger"]

    let channelKind: String
    let providerUserID: String

    init(_ fields: FieldReader) {
        channelKind = fields.required("channel_kind", .choice(Self.channelKinds))
        providerUserID = fields.required("provider_user_id", .text(1...128))
    }

    init(channelKind: String, providerUserID: String) {
        self.channelKind = channelKind
        self.providerUserID = providerUserID
    }

    init?(_ json: JSON) {
        guard let kind = json["channel_kind"]?.stringValue,
            let user = json["provider_user_id"]?.stringValue
        else { return nil }
        self.init(channelKind: kind, providerUserID: user)
    }

    var json: JSON {
        ["channel_kind": .string(channelKind), "provider_user_id": .string(providerUserID)]
    }
}

// The kinds of a contact's fields, each by its rule.
extension FieldType where Value == String {
    static let contactName = FieldType.text(ContactRules.nameLength)
    static let contactEmail = rule(
        .string(format: "email"), "invalid_email", "This is not an e-mail address."
    ) { text throws(RuleBreach) in try ContactRules.email(text) }
    static let countryCode = rule(
        .string(), "invalid_country_code", "Write a calling code such as +49."
    ) { text throws(RuleBreach) in try ContactRules.countryCode(text) }
    static let isoCode = rule(
        .text(2...2), "invalid_iso_code", "Write two letters of ISO 3166 such as DE."
    ) { text throws(RuleBreach) in try ContactRules.isoCode(text) }
    static let language = rule(
        .text(2...LanguageTag.maximumLength), "invalid_language",
        "Write a language tag such as pt-BR."
    ) { text throws(RuleBreach) in try ContactRules.language(text) }

    static let tag = FieldType.checked(
        schema: .text(ContactRules.tagLength), placeholder: ""
    ) { json, report in
        guard case .string(let text) = json else { return nil }
        do throws(RuleBreach) {
            return try ContactRules.tag(text)
        } catch {
            report(nil, error.code, error.detail)
            return text
        }
    }

    private static func rule(
        _ schema: Schema, _ code: StaticString, _ detail: Phrase,
        _ rule: @escaping @Sendable (String) throws(RuleBreach) -> String
    ) -> FieldType<String> {
        .custom(schema: schema, code: code, detail: detail) { try? rule($0) }
    }
}

extension FieldType where Value == [String] {
    /// Tags, each once.
    static let tags = FieldType.checked(
        schema: .array(.text(ContactRules.tagLength), 0...ContactRules.tagCount), placeholder: []
    ) { json, report in
        guard case .array(let items) = json else { return nil }
        var tags: [String] = []
        for (index, item) in items.enumerated() {
            guard case .string(let text) = item else { return nil }
            do throws(RuleBreach) {
                tags.append(try ContactRules.tag(text))
            } catch {
                report(String(index), error.code, error.detail)
            }
        }
        tags = ContactRules.distinct(tags)
        if tags.count > ContactRules.tagCount {
            report(nil, "too_many", "At most \(ContactRules.tagCount) tags.")
        }
        return tags
    }
}

extension FieldType where Value == [ContactIdentity] {
    static let identities = FieldType<[ContactIdentity]>.list(
        of: .object(placeholder: ContactIdentity(channelKind: "", providerUserID: "")), 0...20)
}

extension FieldType where Value == [ID] {
    static let groupIDs = FieldType<[ID]>.list(of: .id(), 0...GroupRules.limit)
}
