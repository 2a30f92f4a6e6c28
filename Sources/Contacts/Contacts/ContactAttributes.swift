import HTTP
import Values

/// The free fields of a contact (MS-02): up to 100 keys, each with a text, a number, a boolean or a
/// date, which is a text of the form `YYYY-MM-DD`.
enum ContactAttributes {
    static let valueSchema = Schema(
        json: [
            "anyOf": [
                ["type": "string", "maxLength": .integer(Int64(ContactRules.attributeTextLength))],
                ["type": "number"], ["type": "boolean"],
            ]
        ])
    static let schema = Schema.map(of: valueSchema)

    /// Lays changes over what is there: null takes a key away (as in RFC 7396), anything else sets
    /// it.
    ///
    /// Keys keep their place; new ones follow.
    static func merged(_ old: [JSON.Member], _ changes: [JSON.Member]) -> [JSON.Member] {
        var members = old
        for change in changes {
            let place = members.firstIndex { $0.name == change.name }
            if change.value == .null {
                if let place { members.remove(at: place) }
            } else if let place {
                members[place].value = change.value
            } else {
                members.append(change)
            }
        }
        return members
    }

    /// Checks the members of an object.
    ///
    /// - Returns: Nil if a value is of a JSON type that attributes do not have.
    static func read(
        _ members: [JSON.Member], allowsNull: Bool,
        _ report: (_ key: String?, _ code: String, _ detail: Phrase) -> Void
    ) -> [JSON.Member]? {
        var result: [JSON.Member] = []
        var seen: Set<String> = []
        for member in members {
            do throws(RuleBreach) {
                let key = try ContactRules.attributeKey(member.name)
                guard seen.insert(key).inserted else {
                    throw RuleBreach("repeated_name", "The key stands there twice.")
                }
                guard let value = try value(member.value, allowsNull: allowsNull) else {
                    return nil
                }
                result.append(JSON.Member(name: key, value: value))
            } catch {
                report(member.name, error.code, error.detail)
            }
        }
        if members.count > ContactRules.attributeCount {
            report(nil, "too_many", "At most \(ContactRules.attributeCount) attributes.")
        }
        return result
    }

    private static func value(_ json: JSON, allowsNull: Bool) throws(RuleBreach) -> JSON? {
        switch json {
        case .string(let text): .string(try ContactRules.attributeText(text))
        case .integer, .bool: json
        case .number(let number): .number(try ContactRules.attributeNumber(number))
        // `nil` alone would be read as the JSON null.
        case .null: allowsNull ? json : JSON?.none
        case .array, .object: JSON?.none
        }
    }
}

extension FieldType where Value == [JSON.Member] {
    /// All attributes of a new contact.
    static let attributes = FieldType.checked(
        schema: ContactAttributes.schema, placeholder: []
    ) { json, report in
        guard case .object(let members) = json else { return nil }
        return ContactAttributes.read(members, allowsNull: false, report)
    }

    /// Changes to attributes; null takes one away.
    static let attributeChanges = FieldType.checked(
        schema: .map(of: .nullable(ContactAttributes.valueSchema)), placeholder: []
    ) { json, report in
        guard case .object(let members) = json else { return nil }
        return ContactAttributes.read(members, allowsNull: true, report)
    }
}
