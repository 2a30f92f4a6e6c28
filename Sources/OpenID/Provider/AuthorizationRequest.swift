import Crypto
import Values

/// The address to which a browser goes to log in (OpenID Connect Core §3.1.2.1, RFC 7636).
package struct AuthorizationRequest: Sendable {
    package var clientID: String
    package var redirectURI: String
    package var state: String
    package var nonce: String
    /// 43 to 128 unreserved characters, kept from everybody until the code is redeemed.
    package var codeVerifier: String
    package var loginHint: String?
    package var acceptedContexts: [String] = []
    package var maximumAgeSeconds: Int64?

    package init(
        clientID: String, redirectURI: String, state: String, nonce: String, codeVerifier: String
    ) {
        self.clientID = clientID
        self.redirectURI = redirectURI
        self.state = state
        self.nonce = nonce
        self.codeVerifier = codeVerifier
    }

    package func address(at endpoint: String) -> String {
        let challenge = Base64URL.encode(SHA256.digest(of: codeVerifier).bytes)
        var parameters = [
            ("response_type", "code"), ("client_id", clientID), ("redirect_uri", redirectURI),
            ("scope", "openid email profile"), ("state", state), ("nonce", nonce),
            ("code_challenge", challenge), ("code_challenge_method", "S256"),
        ]
        if let loginHint { parameters.append(("login_hint", loginHint)) }
        if !acceptedContexts.isEmpty {
            parameters.append(("acr_values", acceptedContexts.joined(separator: " ")))
        }
        if let maximumAgeSeconds { parameters.append(("max_age", String(maximumAgeSeconds))) }
        return endpoint + (endpoint.utf8.contains(0x3F) ? "&" : "?") + Form.text(parameters)
    }
}

/// `application/x-www-form-urlencoded`.
enum Form {
    static func text(_ pairs: [(String, String)]) -> String {
        pairs.map { "\(PercentEncoding.encode($0.0))=\(PercentEncoding.encode($0.1))" }
            .joined(separator: "&")
    }
}
