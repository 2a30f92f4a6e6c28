import Crypto
import Values

/// What a provider says of itself (OpenID Connect Discovery §3).
package struct ProviderMetadata: Sendable {
    package let issuer: String
    package let authorizationEndpoint: String
    package let tokenEndpoint: String
    package let keysEndpoint: String
    package let userInfoEndpoint: String?
    /// Where people log out of the provider (OpenID Connect RP-Initiated Logout).
    package let endSessionEndpoint: String?
    /// Those of ours with which it may sign; never empty.
    package let algorithms: Set<SignatureAlgorithm>
    /// Every answer of the authorization endpoint names the issuer (RFC 9207).
    package let namesIssuer: Bool
    /// The client's secret goes into the body rather than into a field of its own.
    let wantsSecretInBody: Bool

    /// - Throws: `malformed`, `otherIssuer` or `unsupported`.
    init(_ body: [UInt8], issuer: String, allowsPlainHTTP: Bool) throws(ProviderFailure) {
        guard let json = try? JSON.parse(body, limits: .init(depth: 8, values: 4_000)) else {
            throw .malformed
        }
        guard json["issuer"]?.stringValue?.utf8.elementsEqual(issuer.utf8) == true else {
            throw .otherIssuer
        }
        self.issuer = issuer
        func endpoint(_ name: String) -> String? {
            json[name]?.stringValue.flatMap {
                IssuerURL.isEndpoint($0, allowsPlainHTTP: allowsPlainHTTP) ? $0 : nil
            }
        }
        guard let authorization = endpoint("authorization_endpoint"),
            let token = endpoint("token_endpoint"), let keys = endpoint("jwks_uri")
        else { throw .malformed }
        authorizationEndpoint = authorization
        tokenEndpoint = token
        keysEndpoint = keys
        userInfoEndpoint = endpoint("userinfo_endpoint")
        endSessionEndpoint = endpoint("end_session_endpoint")
        func names(_ member: String) -> Set<String>? {
            json[member]?.arrayValue.map { Set($0.compactMap(\.stringValue)) }
        }
        // A provider must list its algorithms; one that does not is held to the default.
        let listed = names("id_token_signing_alg_values_supported") ?? ["RS256"]
        algorithms = Set(listed.compactMap(SignatureAlgorithm.init(rawValue:)))
        let methods =
            names("token_endpoint_auth_methods_supported") ?? ["client_secret_basic"]
        wantsSecretInBody = !methods.contains("client_secret_basic")
        guard !algorithms.isEmpty,
            methods.contains("client_secret_basic") || methods.contains("client_secret_post"),
            names("code_challenge_methods_supported")?.contains("S256") ?? true,
            names("response_types_supported")?.contains("code") ?? true
        else { throw .unsupported }
        namesIssuer =
            json["authorization_response_iss_parameter_supported"]?.boolValue ?? false
    }
}
