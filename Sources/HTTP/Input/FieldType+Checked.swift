import Values

extension FieldType {
    /// A value that a feature checks by rules of its own, such as a map with free keys.
    ///
    /// - Parameters:
    ///   - schema: What the API description says of it.
    ///   - placeholder: What stands for the value while the schema is recorded.
    ///   - check: Returns the stored form, or nil for a value of the wrong JSON type (OV-28). It
    ///     reports each broken rule with the member that broke it, or nil for the value as a whole.
    /// - Returns: The type, to be read by a ``FieldReader``.
    package static func checked(
        schema: Schema, placeholder: Value,
        _ check:
            @escaping @Sendable (
                _ value: JSON,
                _ report: (_ member: String?, _ code: String, _ detail: Phrase) -> Void
            ) -> Value?
    ) -> FieldType {
        FieldType(schema: schema, placeholder: placeholder) { json, pointer, findings in
            let before = findings.errors.count
            let value = check(json) { member, code, detail in
                var error = FieldError(
                    pointer: member.map { "\(pointer)/\(FieldReader.escape($0))" } ?? pointer,
                    code: "", detail: detail)
                error.code = code
                findings.errors.append(error)
            }
            guard let value else { return .wrongType }
            return findings.errors.count == before ? .value(value) : .reported
        }
    }
}
