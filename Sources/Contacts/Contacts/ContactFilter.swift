import HTTP
import Persistence
import Values

/// Which contacts are meant: in a list's query, in an export's, or in the body of a group's change.
struct ContactFilter: Sendable {
    var search: String?
    var groupID: ID?
    var tag: String?
    var isOptedOut: Bool?
    /// Inclusive.
    var createdFrom: Instant?
    /// Exclusive.
    var createdTo: Instant?
    /// Texts that attributes must equal, by key.
    var attributes: [AttributeText] = []
    var hasConversation: Bool?

    static let parameters: [Parameter] = [
        Parameter("q", .text(1...200), "Part of the name, phone or e-mail."),
        Parameter("group_id", .id, "Members of this group."),
        Parameter("tag", .text(ContactRules.tagLength), "Contacts with this tag."),
        Parameter("opted_out", .boolean, "Whether they have opted out of marketing."),
        Parameter("created_from", .instant, "Created at this instant or later."),
        Parameter("created_to", .instant, "Created before this instant."),
        Parameter(
            "attribute", .keyed(0...ContactRules.attributeTextLength),
            "The attribute of this key has this value, compared as text."),
        Parameter(
            "has_conversation", .boolean,
            "Whether they have a conversation. There are none yet: true finds nobody."),
    ]

    init(_ query: QueryParameters) {
        search = query.text("q")
        groupID = query.id("group_id")
        tag = query.text("tag")
        isOptedOut = query.bool("opted_out")
        createdFrom = query.instant("created_from")
        createdTo = query.instant("created_to")
        attributes = query.keyed("attribute").map {
            AttributeText(key: Text.normalized($0.key), value: $0.value)
        }
        hasConversation = query.bool("has_conversation")
    }

    /// Boolean expressions over `tenant.contacts c`.
    var conditions: [SQL] {
        var conditions: [SQL] = []
        if let search { conditions.append(Self.matches(search)) }
        if let groupID {
            conditions.append(
                """
                EXISTS (SELECT FROM tenant.group_members f
                WHERE f.contact_id = c.id AND f.group_id = \(groupID))
                """)
        }
        if let tag { conditions.append("c.tags @> \([tag])") }
        if let isOptedOut { conditions.append("c.opted_out = \(isOptedOut)") }
        if let createdFrom { conditions.append("c.created_at >= \(createdFrom)") }
        if let createdTo { conditions.append("c.created_at < \(createdTo)") }
        for attribute in attributes {
            conditions.append("c.attributes ->> \(attribute.key) = \(attribute.value)")
        }
        if hasConversation == true { conditions.append("false") }
        return conditions
    }

    /// The pattern is made once a statement, not once a row.
    static func matches(_ text: String) -> SQL {
        "c.search_text LIKE (SELECT cell.like_pattern(\(text)))"
    }
}

extension ContactFilter: Input {
    /// The same as a JSON object; `attribute` is an object of texts there.
    init(_ fields: FieldReader) {
        search = fields.optional("q", .text(1...200))
        groupID = fields.optional("group_id", .id())
        tag = fields.optional("tag", .text(ContactRules.tagLength))
        isOptedOut = fields.optional("opted_out", .bool)
        createdFrom = fields.optional("created_from", .instant)
        createdTo = fields.optional("created_to", .instant)
        attributes = fields.optional("attribute", .attributeTexts) ?? []
        hasConversation = fields.optional("has_conversation", .bool)
    }

    static let everybody = ContactFilter()

    private init() {}
}

/// One attribute and the text it is compared with.
struct AttributeText: Sendable {
    let key: String
    let value: String
}

extension FieldType where Value == [AttributeText] {
    fileprivate static let attributeTexts = FieldType.checked(
        schema: .map(of: .text(0...ContactRules.attributeTextLength)), placeholder: []
    ) { json, report in
        guard case .object(let members) = json else { return nil }
        var texts: [AttributeText] = []
        for member in members {
            guard case .string(let text) = member.value else { return nil }
            do throws(RuleBreach) {
                texts.append(
                    AttributeText(
                        key: try ContactRules.attributeKey(member.name),
                        value: try ContactRules.attributeText(text)))
            } catch {
                report(member.name, error.code, error.detail)
            }
        }
        if members.count > ContactRules.attributeCount {
            report(nil, "too_many", "At most \(ContactRules.attributeCount).")
        }
        return texts
    }
}
