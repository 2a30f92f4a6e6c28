import Values

/// Which passwords are refused, and why (ID-25, ID-126). No composition rules, no expiry.
package enum PasswordRules {
    /// Why a password is refused; the raw value is the field's code.
    package enum Weakness: String, Error, Sendable, CaseIterable {
        case tooShort = "too_short"
        case tooLong = "too_long"
        case tooCommon = "too_common"
        case containsIdentity = "contains_identity"

        package var code: StaticString {
            switch self {
            case .tooShort: "too_short"
            case .tooLong: "too_long"
            case .tooCommon: "too_common"
            case .containsIdentity: "contains_identity"
            }
        }

        /// One sentence for the person who chose the password.
        package var detail: String {
            switch self {
            case .tooShort: "At least 15 characters, or 8 with a second factor."
            case .tooLong: "At most \(maximumLength) characters."
            case .tooCommon: "This password is among the first that are tried."
            case .containsIdentity: "The password is little more than a name or address."
            }
        }
    }

    package static let maximumLength = 128
    private static let minimumLength = 8
    private static let minimumLengthAlone = 15

    /// Checks a password in Unicode form C; spaces, emoji and case count.
    ///
    /// - Parameters:
    ///   - hasSecondFactor: Whether the person has another factor, which allows a shorter password.
    ///   - identity: The names of person and workspace and the e-mail; the product's name is added.
    /// - Returns: The first rule it breaks, or nil.
    package static func weakness(
        of password: String, hasSecondFactor: Bool = false, identity: [String]
    ) -> Weakness? {
        let password = Text.composed(password)
        let length = Text.length(password)
        if length > maximumLength { return .tooLong }
        if length < (hasSecondFactor ? minimumLength : minimumLengthAlone) { return .tooShort }
        if CommonPasswords.contains(password) { return .tooCommon }
        return consists(password, of: identity + ["Courtyard"]) ? .containsIdentity : nil
    }

    /// Whether fewer than four letters are left when the names are taken out.
    private static func consists(_ password: String, of identity: [String]) -> Bool {
        let words = identity.flatMap(words).sorted { $0.count > $1.count }
        var rest = letters(of: password)
        let whole = rest.count
        guard whole > 0 else { return false }
        for word in words where word.count >= 3 { remove(word, from: &rest) }
        return rest.count < whole && rest.count < 4
    }

    /// A name as a whole and its parts: `Ana Lopez` is analopez, ana and lopez.
    private static func words(of name: String) -> [[Character]] {
        let parts = Text.folded(name).split { !$0.isLetter && !$0.isNumber }
        return [letters(of: name)] + parts.map { letters(of: String($0)) }
    }

    private static func letters(of text: String) -> [Character] {
        Text.folded(text).filter(\.isLetter).map { $0 }
    }

    private static func remove(_ word: [Character], from rest: inout [Character]) {
        var index = 0
        while index + word.count <= rest.count {
            if rest[index..<index + word.count].elementsEqual(word) {
                rest.removeSubrange(index..<index + word.count)
            } else {
                index += 1
            }
        }
    }
}
