import Values

/// The checks that ID tokens and logout tokens have in common.
struct TokenClaims {
    let json: JSON

    /// Seconds by which two clocks may differ (checklist rule 19).
    static let skewSeconds = 60.0

    /// Byte for byte (checklist rule 20); Swift's `==` would take other spellings of one character.
    func checkIssuer(_ issuer: String) throws(TokenFlaw) {
        guard let given = json["iss"]?.stringValue, given.utf8.elementsEqual(issuer.utf8) else {
            throw .issuer
        }
    }

    /// For us, and for nobody else.
    func checkAudience(_ clientID: String) throws(TokenFlaw) {
        let audience: [JSON] =
            switch json["aud"] {
            case .string(let one)?: [.string(one)]
            case .array(let several)?: several
            default: []
            }
        guard audience.count == 1, let given = audience[0].stringValue,
            given.utf8.elementsEqual(clientID.utf8)
        else { throw .audience }
        guard let party = json["azp"] else { return }
        guard party.stringValue?.utf8.elementsEqual(clientID.utf8) == true else {
            throw .authorizedParty
        }
    }

    /// A NumericDate (RFC 7519 §2): seconds since 1970, whole or with a fraction.
    func seconds(_ name: String) throws(TokenFlaw) -> Double? {
        switch json[name] {
        case nil: return nil
        case .integer(let value)?: return Double(value)
        case .number(let value)?: return value
        default: throw .malformed
        }
    }

    /// An identifier of 1 to 255 bytes that the database can store; nil when there is none.
    func identifier(_ name: String, or flaw: TokenFlaw) throws(TokenFlaw) -> String? {
        guard let value = json[name] else { return nil }
        guard let text = value.stringValue, (1...255).contains(text.utf8.count),
            Text.isStorable(text)
        else { throw flaw }
        return text
    }
}

extension Instant {
    /// Seconds since 1970 with their fraction.
    var fractionalSeconds: Double { Double(microseconds) / 1_000_000 }
}
