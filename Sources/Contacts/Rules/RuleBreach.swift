import Values

/// Why a value cannot stand in a contact.
struct RuleBreach: Error, Equatable, Sendable {
    /// Such as `too_long`; the code of a field error and of a line in an import's errors file.
    let code: String
    let detail: Phrase

    init(_ code: StaticString, _ detail: Phrase) {
        self.code = code.description
        self.detail = detail
    }
}
