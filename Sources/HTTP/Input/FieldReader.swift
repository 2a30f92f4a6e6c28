import Values

/// A request body or a nested object of it, declared once for reading, checking and describing.
///
/// The initialiser asks the reader for each field. In reading mode that takes and checks the value;
/// in describing mode it records the schema. Rule breaks are collected, not thrown, so that a
/// caller learns of all of them at once (OV-29).
package protocol Input: Sendable {
    init(_ fields: FieldReader)
}

/// Hands out the members of one JSON object.
package final class FieldReader {
    /// What was found wrong so far; shared by the readers of nested objects.
    final class Findings {
        var errors: [FieldError] = []
        /// Where a value had the wrong JSON type: that is 400, not 422 (OV-28).
        var malformedAt: String?
    }

    private enum Mode {
        case reading([JSON.Member])
        case describing
    }

    private let mode: Mode
    private let pointer: String
    /// Which of the members have been asked for; the others are unknown.
    private var isKnown: [Bool]
    let findings: Findings
    private(set) var described: [(name: String, schema: Schema, isRequired: Bool)] = []

    init(members: [JSON.Member], pointer: String, findings: Findings) {
        mode = .reading(members)
        isKnown = Array(repeating: false, count: members.count)
        self.pointer = pointer
        self.findings = findings
    }

    private init() {
        mode = .describing
        isKnown = []
        pointer = ""
        findings = Findings()
    }

    /// Reads and checks a whole body.
    ///
    /// - Throws: ``Problem`` `malformed_request` or `validation_failed` with every failing field.
    package static func read<Value: Input>(_ type: Value.Type, from body: [UInt8]) throws -> Value {
        let json: JSON
        do {
            json = try JSON.parse(body)
        } catch {
            throw Problem(.malformedRequest, "The body is not JSON: \(error.phrase).")
        }
        guard case .object(let members) = json else {
            throw Problem(.malformedRequest, "The body must be a JSON object.")
        }
        let findings = Findings()
        let reader = FieldReader(members: members, pointer: "", findings: findings)
        let value = Value(reader)
        reader.reportUnknown()
        try findings.throwIfAny()
        return value
    }

    /// The schema that the type's initialiser declares.
    package static func describe<Value: Input>(_ type: Value.Type) -> Schema {
        let reader = FieldReader()
        _ = Value(reader)
        return .object(reader.described)
    }

    /// A member that must be there and not null.
    package func required<Value>(_ name: String, _ type: FieldType<Value>) -> Value {
        guard let json = take(name, type.schema, isRequired: true) else {
            if case .reading = mode { report(name, "required", "This field is needed.") }
            return type.placeholder
        }
        if json == .null {
            report(name, "required", "This field is needed.")
            return type.placeholder
        }
        return read(name, json, type) ?? type.placeholder
    }

    /// A member that may be absent or null; both read as nil.
    package func optional<Value>(_ name: String, _ type: FieldType<Value>) -> Value? {
        guard let json = take(name, .nullable(type.schema), isRequired: false), json != .null
        else { return nil }
        return read(name, json, type)
    }

    /// A member of a PATCH that cannot be null: nil means "leave as it is".
    package func change<Value>(_ name: String, _ type: FieldType<Value>) -> Value? {
        guard let json = take(name, type.schema, isRequired: false) else { return nil }
        if json == .null {
            report(name, "required", "This field cannot be null.")
            return nil
        }
        return read(name, json, type)
    }

    /// A member of a PATCH where null clears: outer nil means "leave as it is".
    package func clearable<Value>(_ name: String, _ type: FieldType<Value>) -> Value?? {
        guard let json = take(name, .nullable(type.schema), isRequired: false) else {
            return .none
        }
        if json == .null { return .some(nil) }
        return read(name, json, type).map { .some($0) } ?? .none
    }

    /// A member that exists but can never be set by callers (OV-28, ID-32).
    package func readOnly(_ names: String...) {
        guard case .reading(let members) = mode else { return }
        for name in names where find(name, in: members) != nil {
            report(name, "read_only", "This field cannot be changed.")
        }
    }

    /// Adds a finding of a rule that spans fields.
    package func report(_ name: String, _ code: StaticString, _ detail: Phrase = "") {
        findings.errors.append(
            FieldError(pointer: pointer + "/" + Self.escape(name), code: code, detail: detail))
    }

    /// Whether the member was given, whatever its value.
    package func has(_ name: String) -> Bool {
        guard case .reading(let members) = mode else { return false }
        return members.contains { $0.name == name }
    }

    func reportUnknown() {
        guard case .reading(let members) = mode else { return }
        for (index, member) in members.enumerated() where !isKnown[index] {
            report(member.name, "unknown_field", "This field is not known here.")
        }
    }

    private func take(
        _ name: String, _ schema: @autoclosure () -> Schema, isRequired: Bool
    ) -> JSON? {
        switch mode {
        case .describing:
            described.append((name, schema(), isRequired))
            return nil
        case .reading(let members):
            return find(name, in: members).map { members[$0].value }
        }
    }

    private func find(_ name: String, in members: [JSON.Member]) -> Int? {
        guard let index = members.firstIndex(where: { $0.name == name }) else { return nil }
        isKnown[index] = true
        return index
    }

    private func read<Value>(_ name: String, _ json: JSON, _ type: FieldType<Value>) -> Value? {
        let place = pointer + "/" + Self.escape(name)
        switch type.read(json, place, findings) {
        case .value(let value): return value
        case .wrongType:
            if findings.malformedAt == nil { findings.malformedAt = place }
            return nil
        case .broken(let code, let detail, let extra):
            findings.errors.append(
                FieldError(pointer: place, code: code, detail: detail, extra: extra))
            return nil
        case .reported: return nil
        }
    }

    /// RFC 6901 §3.
    static func escape(_ name: String) -> String {
        guard name.contains("~") || name.contains("/") else { return name }
        return name.split(separator: "~", omittingEmptySubsequences: false).joined(separator: "~0")
            .split(separator: "/", omittingEmptySubsequences: false).joined(separator: "~1")
    }
}

extension FieldReader.Findings {
    func throwIfAny() throws {
        if let malformedAt {
            throw Problem(
                .malformedRequest, "The value at \(malformedAt) has the wrong JSON type.")
        }
        if !errors.isEmpty { throw Problem(.validationFailed, fields: errors) }
    }
}
