import Crypto
import Values

/// A verified ID token: what the provider says of the person who has just logged in.
///
/// Source: OpenID Connect Core 1.0 §3.1.3.7 and checklist rule 19, which is stricter.
package struct IDToken: Sendable {
    /// Names the person at this provider, for ever; the only key of an identity (ID-92).
    package let subject: String
    /// May change, or be missing.
    package let contact: ContactClaims
    /// Names the person's session at the provider, for back-channel logout.
    package let sessionID: String?

    /// What the token must say.
    package struct Expectation: Sendable {
        package var issuer: String
        package var clientID: String
        /// The nonce of this very login.
        package var nonce: String
        package var now: Instant
        /// When the login began: an older token is a replay.
        package var startedAt: Instant
        package var algorithms = Set(SignatureAlgorithm.allCases)
        /// The access token that came with it, for `at_hash`.
        package var accessToken: String?
        /// One of these authentication context classes; empty demands none.
        package var acceptedContexts: [String] = []
        /// All of these authentication methods (RFC 8176).
        package var neededMethods: [String] = []
        /// How long ago the person may have authenticated; nil for any time.
        package var maximumAgeSeconds: Int64?

        package init(
            issuer: String, clientID: String, nonce: String, now: Instant, startedAt: Instant
        ) {
            self.issuer = issuer
            self.clientID = clientID
            self.nonce = nonce
            self.now = now
            self.startedAt = startedAt
        }
    }

    /// Verifies a token in every respect.
    ///
    /// - Throws: The first ``TokenFlaw``; `unknownKey` is worth one look for newer keys.
    package static func verify(
        _ text: String, keys: JSONWebKeySet, _ expected: Expectation
    ) throws(TokenFlaw) -> IDToken {
        let token = try JSONWebSignature(text, algorithms: expected.algorithms)
        guard token.type ?? "jwt" == "jwt" else { throw .type }
        let claims = TokenClaims(json: try token.verify(with: keys))
        try claims.checkIssuer(expected.issuer)
        try claims.checkAudience(expected.clientID)
        try checkTimes(claims, expected)
        guard let nonce = claims.json["nonce"]?.stringValue,
            constantTimeEquals(nonce, expected.nonce)
        else { throw .nonce }
        guard let subject = try claims.identifier("sub", or: .subject) else { throw .subject }
        guard claims.json["events"] == nil else { throw .events }
        try checkAccessTokenHash(claims, expected.accessToken)
        try checkAuthentication(claims, expected)
        return IDToken(claims.json, subject: subject)
    }

    private init(_ json: JSON, subject: String) {
        self.subject = subject
        contact = ContactClaims(json)
        sessionID = json["sid"]?.stringValue.flatMap { $0.utf8.count <= 255 ? $0 : nil }
    }

    private static func checkTimes(
        _ claims: TokenClaims, _ expected: Expectation
    ) throws(TokenFlaw) {
        let now = expected.now.fractionalSeconds
        let skew = TokenClaims.skewSeconds
        guard let end = try claims.seconds("exp"), now < end + skew else { throw .expired }
        guard let issued = try claims.seconds("iat"), issued <= now + skew,
            issued >= expected.startedAt.fractionalSeconds.rounded(.down) - skew
        else { throw .issuedAt }
        if let start = try claims.seconds("nbf"), start > now + skew { throw .issuedAt }
    }

    /// The left half of the access token's SHA-256 (OpenID Connect Core §3.1.3.6).
    private static func checkAccessTokenHash(
        _ claims: TokenClaims, _ accessToken: String?
    ) throws(TokenFlaw) {
        guard let given = claims.json["at_hash"] else { return }
        guard let accessToken, let given = given.stringValue else { throw .accessTokenHash }
        let hash = Array(SHA256.digest(of: accessToken).bytes.prefix(16))
        guard constantTimeEquals(given, Base64URL.encode(hash)) else { throw .accessTokenHash }
    }

    private static func checkAuthentication(
        _ claims: TokenClaims, _ expected: Expectation
    ) throws(TokenFlaw) {
        if !expected.acceptedContexts.isEmpty {
            guard let context = claims.json["acr"]?.stringValue,
                expected.acceptedContexts.contains(context)
            else { throw .authentication }
        }
        if !expected.neededMethods.isEmpty {
            let methods = claims.json["amr"]?.arrayValue?.compactMap(\.stringValue) ?? []
            guard Set(methods).isSuperset(of: expected.neededMethods) else {
                throw .authentication
            }
        }
        if let limit = expected.maximumAgeSeconds {
            guard let at = try claims.seconds("auth_time"),
                at <= expected.now.fractionalSeconds + TokenClaims.skewSeconds,
                expected.now.fractionalSeconds - at <= Double(limit) + TokenClaims.skewSeconds
            else { throw .authentication }
        }
    }
}

/// What a provider says of a person besides who it is, in an ID token or at its userinfo endpoint.
package struct ContactClaims: Sendable, Equatable {
    package let email: String?
    /// The provider has made sure that the address is the person's.
    package let isEmailVerified: Bool
    package let name: String?

    init(_ json: JSON) {
        email = json["email"]?.stringValue
        isEmailVerified = json["email_verified"]?.boolValue ?? false
        name = json["name"]?.stringValue
    }

    /// What the userinfo endpoint answered; nil unless it speaks of the same subject (checklist
    /// rule 19).
    package init?(userInfo json: JSON, subject: String) {
        guard let given = json["sub"]?.stringValue, given.utf8.elementsEqual(subject.utf8) else {
            return nil
        }
        self.init(json)
    }
}
