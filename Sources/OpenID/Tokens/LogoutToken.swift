import Crypto
import Values

/// A verified logout token: the provider says that a person's session there has ended.
///
/// Source: OpenID Connect Back-Channel Logout 1.0 §2.6, checklist row 82. Whether ``id`` was seen
/// before is the caller's to check.
package struct LogoutToken: Sendable {
    /// At least one of subject and session is there.
    package let subject: String?
    package let sessionID: String?
    package let id: String

    package static let event = "http://schemas.openid.net/event/backchannel-logout"
    /// Older tokens are refused; ids need to be remembered no longer than that and the skew.
    package static let longestAgeSeconds = 300.0

    /// What the token must say.
    package struct Expectation: Sendable {
        package var issuer: String
        package var clientID: String
        package var now: Instant
        package var algorithms = Set(SignatureAlgorithm.allCases)
        /// Takes tokens whose header names no type, as older providers send them.
        package var acceptsUntyped = false

        package init(issuer: String, clientID: String, now: Instant) {
            self.issuer = issuer
            self.clientID = clientID
            self.now = now
        }
    }

    /// Verifies a token in every respect but repetition.
    package static func verify(
        _ text: String, keys: JSONWebKeySet, _ expected: Expectation
    ) throws(TokenFlaw) -> LogoutToken {
        let token = try JSONWebSignature(text, algorithms: expected.algorithms)
        let isTyped = token.type == "logout+jwt"
        guard isTyped || expected.acceptsUntyped && token.type ?? "jwt" == "jwt" else {
            throw .type
        }
        let claims = TokenClaims(json: try token.verify(with: keys))
        try claims.checkIssuer(expected.issuer)
        try claims.checkAudience(expected.clientID)
        try checkTimes(claims, expected.now.fractionalSeconds)
        guard claims.json["nonce"] == nil else { throw .nonce }
        guard claims.json["events"]?[event]?.objectValue != nil else { throw .events }
        guard let id = try claims.identifier("jti", or: .tokenID) else { throw .tokenID }
        let subject = try claims.identifier("sub", or: .subject)
        let session = try claims.identifier("sid", or: .subject)
        guard subject != nil || session != nil else { throw .subject }
        return LogoutToken(subject: subject, sessionID: session, id: id)
    }

    private static func checkTimes(_ claims: TokenClaims, _ now: Double) throws(TokenFlaw) {
        let skew = TokenClaims.skewSeconds
        guard let issued = try claims.seconds("iat"), issued <= now + skew,
            now - issued <= longestAgeSeconds
        else { throw .issuedAt }
        if let end = try claims.seconds("exp"), now >= end + skew { throw .expired }
    }
}
