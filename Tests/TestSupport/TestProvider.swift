import Crypto
import HTTPClient
import Synchronization
import Values

/// An OpenID provider in memory that demands PKCE and lets a test misbehave in its name.
///
/// It stands where the guarded HTTP client would be.
package final class TestProvider: HTTPSending {
    package struct State: Sendable {
        /// Who is signed in at the provider.
        package var user: JSON = [
            "sub": "user-1", "email": "ann@example.com", "email_verified": true, "name": "Ann",
        ]
        package var signer = TestSigner.rsa
        package var keyID: String? = "k1"
        package var tokenType: String? = "JWT"
        package var metadata: JSON
        package var keys: [JSON] = [TestSigner.rsa.jwk("k1")]
        /// Changes the claims before they are signed.
        package var claims: @Sendable (JSON) -> JSON = { $0 }
        /// Changes the token after it was signed.
        package var token: @Sendable (String) -> String = { $0 }
        /// What calls to an address get instead of their answer.
        package var faults: [String: Result<IncomingResponse, HTTPClientFailure>] = [:]
        package var userInfo: JSON?
        fileprivate var codes: [String: [String: String]] = [:]
        fileprivate var calls: [String] = []
        fileprivate var secret = "client secret"
        fileprivate var now: @Sendable () -> Int64 = { 0 }
    }

    package let issuer: String
    private let state: Mutex<State>

    /// `now` gives seconds since 1970, for the times in its tokens.
    package init(
        issuer: String = "https://login.example.com", now: @escaping @Sendable () -> Int64
    ) {
        self.issuer = issuer
        var state = State(metadata: [
            "issuer": .string(issuer), "authorization_endpoint": .string(issuer + "/authorize"),
            "token_endpoint": .string(issuer + "/token"), "jwks_uri": .string(issuer + "/keys"),
            "userinfo_endpoint": .string(issuer + "/userinfo"),
            "end_session_endpoint": .string(issuer + "/logout"),
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
        ])
        state.now = now
        self.state = Mutex(state)
    }

    package func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

    /// The paths that were called, in order.
    package var calls: [String] { state.withLock { $0.calls } }
    package func count(_ path: String) -> Int { calls.filter { $0 == path }.count }

    /// Signs the user in at the address to which a browser was sent.
    ///
    /// - Returns: What the provider hands back through the browser.
    package func authorize(_ address: String) -> [String: String] {
        let query = FormQuery.dictionary(address)
        let code = Base64URL.encode(SecureRandom.bytes(16))
        state.withLock { $0.codes[code] = query }
        return ["code": code, "state": query["state"] ?? "", "iss": issuer]
    }

    /// A logout token for the back channel.
    package func logoutToken(_ claims: JSON, type: String? = "logout+jwt") -> String {
        state.withLock { $0.signer.token(claims, keyID: $0.keyID, type: type) }
    }

    package func send(
        _ request: OutgoingRequest
    ) async throws(HTTPClientFailure) -> IncomingResponse {
        let path = String(request.url.dropFirst(issuer.count))
        let fault = state.withLock { state in
            state.calls.append(path)
            return state.faults[path]
        }
        if let fault { return try fault.get() }
        guard request.url.hasPrefix(issuer) else { throw .resolve }
        switch path {
        case "/.well-known/openid-configuration":
            return Self.json(state.withLock { $0.metadata })
        case "/keys": return Self.json(["keys": .array(state.withLock { $0.keys })])
        case "/token": return redeem(request)
        case "/userinfo": return Self.json(state.withLock { $0.userInfo ?? $0.user })
        default: return Self.json(["error": "not_found"], status: 404)
        }
    }

    package static func json(_ json: JSON, status: Int = 200) -> IncomingResponse {
        IncomingResponse(status: status, fields: [], body: json.serialized)
    }

    private func redeem(_ request: OutgoingRequest) -> IncomingResponse {
        let form = FormQuery.dictionary("?" + String(decoding: request.body ?? [], as: UTF8.self))
        let authorization = request.fields.first { $0.name == "Authorization" }?.value
        let asked = state.withLock { $0.codes.removeValue(forKey: form["code"] ?? "") }
        guard let asked, let verifier = form["code_verifier"],
            asked["code_challenge_method"] == "S256", asked["response_type"] == "code",
            asked["code_challenge"] == Base64URL.encode(SHA256.digest(of: verifier).bytes),
            form["redirect_uri"] == asked["redirect_uri"],
            form["grant_type"] == "authorization_code"
        else { return Self.json(["error": "invalid_grant"], status: 400) }
        let expected = "\(asked["client_id"] ?? ""):client%20secret"
        guard authorization == "Basic " + Base64.encode(Array(expected.utf8)) else {
            return Self.json(["error": "invalid_client"], status: 401)
        }
        let accessToken = "access-\(form["code"] ?? "")"
        let token = state.withLock { state in
            var claims = state.user
            for (name, value): (String, JSON) in [
                ("iss", .string(issuer)), ("aud", .string(asked["client_id"] ?? "")),
                ("nonce", .string(asked["nonce"] ?? "")), ("iat", .integer(state.now())),
                ("exp", .integer(state.now() + 300)),
                (
                    "at_hash",
                    .string(
                        Base64URL.encode(Array(SHA256.digest(of: accessToken).bytes.prefix(16))))
                ),
            ] { claims = claims.with(name, value) }
            return state.token(
                state.signer.token(
                    state.claims(claims), keyID: state.keyID, type: state.tokenType))
        }
        return Self.json([
            "access_token": .string(accessToken), "token_type": "Bearer",
            "id_token": .string(token),
        ])
    }
}

/// The query of an address.
package enum FormQuery {
    package static func dictionary(_ address: String) -> [String: String] {
        let query = address.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let pairs = Query.parse(query.count == 2 ? String(query[1]) : "") ?? []
        return Dictionary(pairs.map { ($0.name, $0.value) }) { first, _ in first }
    }
}
