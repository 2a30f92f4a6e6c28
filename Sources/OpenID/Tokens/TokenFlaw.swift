/// Why a token was refused.
///
/// For the log alone: callers learn only that they were refused (ID-85, checklist rule 16).
package enum TokenFlaw: String, Error, Sendable {
    /// Not three parts of strict base64url, too long, or a header or payload that is not one JSON
    /// object without repeated members.
    case malformed
    /// `none`, an HMAC, or another algorithm that the connection does not accept.
    case algorithm
    /// The header names an extension that must be understood (RFC 7515 §4.1.11).
    case criticalExtension
    /// The header says that this is another kind of token.
    case type
    case unknownKey
    case signature
    case issuer
    case audience
    case authorizedParty
    case expired
    /// Issued in the future, before the login began, or not valid yet.
    case issuedAt
    case nonce
    case subject
    case accessTokenHash
    /// The provider did not authenticate the person as strongly or as recently as is demanded.
    case authentication
    /// A logout token without its event, or with a nonce; or an ID token that carries events.
    case events
    case tokenID
}
