/// Why a value cannot stand in a contact.
struct RuleBreach: Error, Equatable, Sendable {
    /// Such as `too_long`; the code of a field error and of a line in an import's errors file.
    let code: String
    let detail: String

    init(_ code: StaticString, _ detail: String) {
        self.code = code.description
        self.detail = detail
    }
}
