import HTTP
import Values

/// What a password must be (ID-25).
///
/// No composition rules, no expiry; nothing is trimmed or cut.
///
/// Source: NIST SP 800-63B-4 §3.1.1.2; docs/sessions-and-login.md.
package struct PasswordPolicy: Sendable {
    package static let maximumLength = 128
    package static let minimumLength = 8
    /// While the person has no second factor.
    package static let minimumLengthAlone = 15
    private static let product = "courtyard"

    /// Names of the person and of workspaces, and the e-mail.
    package var identity: [String]
    package var hasSecondFactor: Bool

    package init(identity: [String], hasSecondFactor: Bool = false) {
        self.identity = identity
        self.hasSecondFactor = hasSecondFactor
    }

    package enum Weakness: Sendable {
        case tooShort, tooLong, tooCommon, containsIdentity

        /// The field code of ID-126.
        package var code: StaticString {
            switch self {
            case .tooShort: "too_short"
            case .tooLong: "too_long"
            case .tooCommon: "too_common"
            case .containsIdentity: "contains_identity"
            }
        }
    }

    /// - Throws: ``Problem`` `validation_failed` that names the field and why (ID-126).
    package func check(_ password: String, field: String) throws {
        guard let (code, detail) = finding(password) else { return }
        throw Problem(
            .validationFailed,
            fields: [FieldError(pointer: "/" + field, code: code, detail: detail)])
    }

    /// What is wrong with a password, as code and sentence; nil for a good one.
    package func finding(_ password: String) -> (code: StaticString, detail: Phrase)? {
        weakness(of: password).map { weakness in
            let detail: Phrase =
                switch weakness {
                case .tooShort: "At least \(minimum) characters are needed."
                case .tooLong: "At most \(Self.maximumLength) characters."
                case .tooCommon: "This password is among the first that are tried."
                case .containsIdentity: "The password is made of names or of the e-mail address."
                }
            return (weakness.code, detail)
        }
    }

    package func weakness(of password: String) -> Weakness? {
        let length = Text.length(Text.composed(password))
        if length < minimum { return .tooShort }
        if length > Self.maximumLength { return .tooLong }
        let core = Self.core(password)
        if consistsOfIdentity(core) { return .containsIdentity }
        return CommonPasswords.isMadeOfThem(Self.substance(password)) ? .tooCommon : nil
    }

    private var minimum: Int { hasSecondFactor ? Self.minimumLength : Self.minimumLengthAlone }

    /// Letters, digits and emoji alone, folded: what is left of `H-a-r-b-o-u-r  BOOKS!!`.
    private static func core(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                Text.folded(text).unicodeScalars.filter {
                    $0.properties.isAlphabetic || $0.properties.numericType != nil
                        || $0.properties.generalCategory == .otherSymbol
                }))
    }

    /// What is looked for in the list of common passwords: the core, or the signs of a password
    /// that has nothing else.
    private static func substance(_ password: String) -> String {
        let core = core(password)
        guard core.isEmpty else { return core }
        return String(password.filter { !$0.isWhitespace })
    }

    /// Whether nothing of substance remains without the names.
    private func consistsOfIdentity(_ core: String) -> Bool {
        var rest = core
        for term in terms { rest = Self.removing(term, from: rest) }
        guard rest.unicodeScalars.count < core.unicodeScalars.count else { return false }
        return rest.unicodeScalars.count < 8 || CommonPasswords.isMadeOfThem(rest)
    }

    /// The words to strike out, longest first: whole names and their parts, three letters or more.
    private var terms: [String] {
        var terms: Set<String> = [Self.product]
        for text in identity {
            terms.insert(Self.core(text))
            for part in text.unicodeScalars.split(whereSeparator: {
                !$0.properties.isAlphabetic && $0.properties.numericType == nil
            }) {
                terms.insert(Self.core(String(part)))
            }
        }
        return terms.filter { $0.unicodeScalars.count >= 3 }
            .sorted { ($0.unicodeScalars.count, $0) > ($1.unicodeScalars.count, $1) }
    }

    private static func removing(_ term: String, from text: String) -> String {
        let pattern = Array(term.unicodeScalars)
        let source = Array(text.unicodeScalars)
        var rest = String.UnicodeScalarView()
        var index = 0
        while index < source.count {
            if source[index...].starts(with: pattern) {
                index += pattern.count
            } else {
                rest.append(source[index])
                index += 1
            }
        }
        return String(rest)
    }
}
