import Values

/// How one kind of value is checked, normalised and described.
package struct FieldType<Value: Sendable>: Sendable {
    package enum Outcome {
        case value(Value)
        case wrongType
        case broken(StaticString, Phrase, [JSON.Member])
        /// Nested findings were added already.
        case reported

        static func broken(_ code: StaticString, _ detail: Phrase) -> Outcome {
            .broken(code, detail, [])
        }
    }

    let schema: Schema
    /// Stands in when the value is missing or broken; never reaches a handler.
    let placeholder: Value
    let read:
        @Sendable (_ json: JSON, _ pointer: String, _ findings: FieldReader.Findings) -> Outcome

    init(
        schema: Schema, placeholder: Value,
        read: @escaping @Sendable (JSON, String, FieldReader.Findings) -> Outcome
    ) {
        self.schema = schema
        self.placeholder = placeholder
        self.read = read
    }
}

extension FieldType where Value == String {
    /// Text of so many Unicode scalars after trimming and NFC (OV-26); one line unless said
    /// otherwise.
    package static func text(
        _ length: ClosedRange<Int>, allowsLines: Bool = false
    ) -> FieldType<String> {
        FieldType(schema: .text(length), placeholder: "") { json, _, _ in
            guard case .string(let raw) = json else { return .wrongType }
            let text = Text.normalized(raw)
            guard allowsLines ? Text.isMultiline(text) : Text.isSingleLine(text) else {
                return .broken("invalid_format", "Control characters are not allowed.")
            }
            let count = Text.length(text)
            if count < length.lowerBound {
                return count == 0
                    ? .broken("required", "This field is needed.")
                    : .broken("too_short", "At least \(length.lowerBound) characters.")
            }
            if count > length.upperBound {
                return .broken(
                    "too_long", "At most \(length.upperBound) characters.",
                    [JSON.Member(name: "max", value: .integer(Int64(length.upperBound)))])
            }
            return .value(text)
        }
    }

    /// Text that is taken as it is: passwords and secrets.
    ///
    /// Bounded so that work is.
    package static func verbatim(maximumLength: Int) -> FieldType<String> {
        FieldType(schema: .text(0...maximumLength), placeholder: "") { json, _, _ in
            guard case .string(let raw) = json else { return .wrongType }
            if raw.isEmpty { return .broken("required", "This field is needed.") }
            if raw.unicodeScalars.count > maximumLength {
                return .broken("too_long", "At most \(maximumLength) characters.")
            }
            return .value(raw)
        }
    }

    /// OV-25.
    package static let phone = FieldType(
        schema: .string(format: "phone"), placeholder: ""
    ) { json, _, _ in
        guard case .string(let raw) = json else { return .wrongType }
        guard let phone = PhoneNumber.normalize(raw, countryCode: nil) else {
            return .broken("invalid_phone", "Write the phone number with + and country code.")
        }
        return .value(phone)
    }

    package static let email = FieldType(
        schema: .string(format: "email"), placeholder: ""
    ) { json, _, _ in
        guard case .string(let raw) = json else { return .wrongType }
        let text = Text.normalized(raw)
        if text.isEmpty { return .broken("required", "This field is needed.") }
        guard EmailAddress.isValid(text) else {
            return .broken("invalid_email", "This is not an e-mail address.")
        }
        return .value(text)
    }

    /// One of a fixed set of words.
    package static func choice(_ options: [String]) -> FieldType<String> {
        FieldType(schema: .choice(options), placeholder: options.first ?? "") { json, _, _ in
            guard case .string(let text) = json else { return .wrongType }
            guard options.contains(text) else {
                return .broken("invalid_option", "One of: \(options.joined(separator: ", ")).")
            }
            return .value(text)
        }
    }

    /// Text that a rule of its own turns into its stored form; nil from `normalize` breaks the
    /// rule.
    package static func custom(
        schema: Schema, code: StaticString, detail: Phrase,
        _ normalize: @escaping @Sendable (String) -> String?
    ) -> FieldType<String> {
        FieldType(schema: schema, placeholder: "") { json, _, _ in
            guard case .string(let raw) = json else { return .wrongType }
            guard let text = normalize(Text.normalized(raw)) else { return .broken(code, detail) }
            return .value(text)
        }
    }
}

extension FieldType where Value == Bool {
    package static let bool = FieldType(schema: .boolean, placeholder: false) { json, _, _ in
        guard case .bool(let value) = json else { return .wrongType }
        return .value(value)
    }
}

extension FieldType where Value == Int64 {
    package static func integer(_ range: ClosedRange<Int64>) -> FieldType<Int64> {
        FieldType(schema: .integer(range), placeholder: range.lowerBound) { json, _, _ in
            switch json {
            case .integer(let value) where range.contains(value): return .value(value)
            case .integer, .number:
                return .broken(
                    "out_of_range",
                    "A whole number from \(range.lowerBound) to \(range.upperBound).")
            default: return .wrongType
            }
        }
    }
}

extension FieldType where Value == ID {
    /// An id that does not parse is reported as unknown, like one that names nothing (OV-22).
    package static func id(unknown code: StaticString = "unknown_id") -> FieldType<ID> {
        FieldType(schema: .string(format: "uuid"), placeholder: ID(high: 0, low: 0)) { json, _, _ in
            guard case .string(let text) = json else { return .wrongType }
            guard let id = ID(text) else { return .broken(code, "No such id.") }
            return .value(id)
        }
    }
}

extension FieldType where Value == Instant {
    package static let instant = FieldType(
        schema: .string(format: "date-time"), placeholder: Instant(microseconds: 0)
    ) { json, _, _ in
        guard case .string(let text) = json else { return .wrongType }
        guard let instant = Instant(rfc3339: text) else {
            return .broken("invalid_format", "Write the time as 2026-03-01T09:15:00Z.")
        }
        return .value(instant)
    }
}

extension FieldType where Value == JSON {
    /// Any JSON value; the caller checks it.
    package static func any(_ schema: Schema) -> FieldType<JSON> {
        FieldType(schema: schema, placeholder: .null) { json, _, _ in .value(json) }
    }
}

extension FieldType {
    /// A list; each element's findings carry its index in their pointer.
    package static func list<Element: Sendable>(
        of element: FieldType<Element>, _ count: ClosedRange<Int>,
        tooMany: StaticString = "too_many"
    ) -> FieldType where Value == [Element] {
        FieldType(schema: .array(element.schema, count), placeholder: []) {
            json, pointer, findings in
            guard case .array(let items) = json else { return .wrongType }
            if items.count < count.lowerBound {
                return .broken("required", "At least \(count.lowerBound).")
            }
            if items.count > count.upperBound {
                return .broken(tooMany, "At most \(count.upperBound).")
            }
            var values: [Element] = []
            values.reserveCapacity(items.count)
            for (index, item) in items.enumerated() {
                let place = "\(pointer)/\(index)"
                switch element.read(item, place, findings) {
                case .value(let value): values.append(value)
                case .wrongType:
                    if findings.malformedAt == nil { findings.malformedAt = place }
                case .broken(let code, let detail, let extra):
                    findings.errors.append(
                        FieldError(pointer: place, code: code, detail: detail, extra: extra))
                case .reported: break
                }
            }
            return values.count == items.count ? .value(values) : .reported
        }
    }
}

extension FieldType where Value: Input {
    /// A nested object.
    package static func object(placeholder: Value) -> FieldType {
        FieldType(schema: FieldReader.describe(Value.self), placeholder: placeholder) {
            json, pointer, findings in
            guard case .object(let members) = json else { return .wrongType }
            let before = findings.errors.count
            let reader = FieldReader(members: members, pointer: pointer, findings: findings)
            let value = Value(reader)
            reader.reportUnknown()
            let isClean = findings.errors.count == before && findings.malformedAt == nil
            return isClean ? .value(value) : .reported
        }
    }
}
