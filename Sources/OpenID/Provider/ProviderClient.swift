import Crypto
import EventLoop
import HTTPClient
import Values

/// Talks to OpenID providers from one loop, and remembers what they publish.
///
/// Unchecked: lives on one EventLoop. What is remembered saves time only: every process and loop
/// finds out by itself.
package final class ProviderClient: @unchecked Sendable {
    private struct Known<Value: Sendable>: Sendable {
        var value: Value
        var since: Int64
    }

    private let loop: EventLoop
    private let http: any HTTPSending
    private let isLocal: Bool
    private let now: () -> Int64
    private var metadata: [String: Known<ProviderMetadata>] = [:]
    private var keys: [String: Known<JSONWebKeySet>] = [:]
    private var refetched: [String: Int64] = [:]
    private let metadataFetch: SharedFetch<ProviderMetadata>
    private let keyFetch: SharedFetch<Known<JSONWebKeySet>>

    /// How long metadata and keys are used without asking again.
    package static let lifetime: Duration = .seconds(3_600)
    /// How often an unknown key is worth a look (checklist rule 21).
    package static let refetchInterval: Duration = .seconds(60)
    /// Issuers remembered at once.
    static let most = 512
    static let responseLimitBytes = 262_144

    /// `isLocal` takes plain HTTP and any address, for tests alone; `now` is machine time in
    /// nanoseconds, the loop's unless a test says otherwise.
    package init(
        loop: EventLoop, http: any HTTPSending, isLocal: Bool = false,
        now: (() -> Int64)? = nil
    ) {
        self.loop = loop
        self.http = http
        self.isLocal = isLocal
        self.now = now ?? { loop.currentTime }
        metadataFetch = SharedFetch(loop: loop)
        keyFetch = SharedFetch(loop: loop)
    }

    // MARK: What providers publish

    /// The provider's description; from memory if it is less than an hour old.
    ///
    /// Failures are never remembered.
    package func metadata(
        of issuer: String
    ) async throws(ProviderFailure) -> ProviderMetadata {
        if let known = metadata[issuer], isFresh(known) { return known.value }
        return try await metadataFetch.value(issuer) { [self] in
            await outcome { () async throws(ProviderFailure) in
                let body = try await read(IssuerURL.configuration(of: issuer))
                let found = try ProviderMetadata(
                    body, issuer: issuer, allowsPlainHTTP: isLocal)
                if metadata.count >= Self.most { metadata.removeAll() }
                metadata[issuer] = Known(value: found, since: now())
                return found
            }
        }
    }

    /// Verifies a token with the provider's keys, and once more with newer ones if it was signed
    /// with a key that is not known.
    ///
    /// - Throws: ``ProviderFailure`` when the keys cannot be had; ``TokenFlaw``.
    package func verify<Token>(
        with provider: ProviderMetadata,
        _ body: (JSONWebKeySet) throws(TokenFlaw) -> Token
    ) async throws -> Token {
        let known = try await keys(of: provider)
        do {
            return try body(known.value)
        } catch .unknownKey {
            guard let newer = try await keys(of: provider, newerThan: known.since) else {
                throw TokenFlaw.unknownKey
            }
            return try body(newer)
        }
    }

    private func keys(
        of provider: ProviderMetadata
    ) async throws(ProviderFailure) -> Known<JSONWebKeySet> {
        if let known = keys[provider.keysEndpoint], isFresh(known) { return known }
        return try await fetchKeys(provider.keysEndpoint)
    }

    /// Keys that were fetched after those that did not serve; nil when there are none, and it was
    /// tried less than a minute ago.
    private func keys(
        of provider: ProviderMetadata, newerThan since: Int64
    ) async throws(ProviderFailure) -> JSONWebKeySet? {
        let endpoint = provider.keysEndpoint
        if let known = keys[endpoint], known.since > since { return known.value }
        if !keyFetch.isRunning(endpoint) {
            if let last = refetched[endpoint], now() - last < Self.refetchInterval.nanoseconds {
                return nil
            }
            if refetched.count >= Self.most { refetched.removeAll() }
            refetched[endpoint] = now()
        }
        return try await fetchKeys(endpoint).value
    }

    private func fetchKeys(
        _ endpoint: String
    ) async throws(ProviderFailure) -> Known<JSONWebKeySet> {
        try await keyFetch.value(endpoint) { [self] in
            await outcome { () async throws(ProviderFailure) in
                guard let found = JSONWebKeySet(try await read(endpoint)), !found.isEmpty else {
                    throw .malformed
                }
                if keys.count >= Self.most { keys.removeAll() }
                let known = Known(value: found, since: now())
                keys[endpoint] = known
                return known
            }
        }
    }

    private func isFresh<Value>(_ known: Known<Value>) -> Bool {
        now() - known.since < Self.lifetime.nanoseconds
    }

    private func outcome<Value>(
        _ body: () async throws(ProviderFailure) -> Value
    ) async -> Result<Value, ProviderFailure> {
        do {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }

    // MARK: Redeeming

    /// What a code was worth; neither token goes to the browser or into a log (checklist row 77).
    package struct Tokens: Sendable {
        package let idToken: String
        package let accessToken: String?
    }

    /// Trades a code for tokens (OpenID Connect Core §3.1.3).
    package func redeem(
        _ code: String, _ request: AuthorizationRequest, secret: String,
        at provider: ProviderMetadata
    ) async throws(ProviderFailure) -> Tokens {
        var pairs = [
            ("grant_type", "authorization_code"), ("code", code),
            ("redirect_uri", request.redirectURI), ("code_verifier", request.codeVerifier),
        ]
        var fields = [
            (name: "Content-Type", value: "application/x-www-form-urlencoded"),
            (name: "Accept", value: "application/json"),
        ]
        if provider.wantsSecretInBody {
            pairs += [("client_id", request.clientID), ("client_secret", secret)]
        } else {
            let pair =
                "\(PercentEncoding.encode(request.clientID)):\(PercentEncoding.encode(secret))"
            fields.append(
                (name: "Authorization", value: "Basic " + Base64.encode(Array(pair.utf8))))
        }
        let response = try await send(
            "POST", provider.tokenEndpoint, fields, Array(Form.text(pairs).utf8))
        let json = try? JSON.parse(response.body, limits: .init(depth: 8, values: 1_000))
        guard response.status == 200 else {
            if let error = json?["error"]?.stringValue, (400..<500).contains(response.status) {
                throw .refused(Self.code(error))
            }
            throw .status(response.status)
        }
        guard let idToken = json?["id_token"]?.stringValue else { throw .malformed }
        return Tokens(idToken: idToken, accessToken: json?["access_token"]?.stringValue)
    }

    /// What the provider tells of a person beyond the ID token.
    ///
    /// - Throws: `malformed` also when it speaks of another subject.
    package func contact(
        of subject: String, accessToken: String, at provider: ProviderMetadata
    ) async throws(ProviderFailure) -> ContactClaims? {
        guard let endpoint = provider.userInfoEndpoint,
            accessToken.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        let body = try await read(
            endpoint, [(name: "Authorization", value: "Bearer " + accessToken)])
        guard let json = try? JSON.parse(body, limits: .init(depth: 8, values: 4_000)),
            let claims = ContactClaims(userInfo: json, subject: subject)
        else { throw .malformed }
        return claims
    }

    /// An error's name as RFC 6749 spells them; anything else is not repeated.
    private static func code(_ text: String) -> String {
        (1...40).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F }
            ? text : "other"
    }

    // MARK: Calls

    private func read(
        _ url: String, _ fields: [(name: String, value: String)] = []
    ) async throws(ProviderFailure) -> [UInt8] {
        let response = try await send(
            "GET", url, fields + [(name: "Accept", value: "application/json")], nil)
        guard response.status == 200 else { throw .status(response.status) }
        return response.body
    }

    /// The guarded client: public addresses alone, no redirects, limits on time and size.
    private func send(
        _ method: String, _ url: String, _ fields: [(name: String, value: String)],
        _ body: [UInt8]?
    ) async throws(ProviderFailure) -> IncomingResponse {
        do {
            return try await http.send(
                OutgoingRequest(
                    method, url, fields: fields, body: body, connectTimeout: .seconds(5),
                    timeout: .seconds(10), responseLimitBytes: Self.responseLimitBytes,
                    addresses: isLocal ? .any : .publicOnly))
        } catch {
            throw ProviderFailure(error)
        }
    }
}
