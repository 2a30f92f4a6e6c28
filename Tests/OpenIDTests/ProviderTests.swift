import Crypto
import EventLoop
import HTTPClient
import Synchronization
import TestSupport
import Testing
import Values

@testable import OpenID

/// A client of a provider in memory, with a clock of its own.
private final class Rig: Sendable {
    let provider = TestProvider { 1_790_000_000 }
    private let seconds = Mutex<Int64>(1_000)
    private let loop = EventLoop.start(name: "openid-test")
    private let box = Mutex<ProviderClient?>(nil)

    func advance(_ more: Int64) { seconds.withLock { $0 += more } }

    func run<Value: Sendable>(
        _ body: @escaping @Sendable (ProviderClient) async throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            loop.execute { [self] in
                let client = box.withLock { box in
                    let client =
                        box
                        ?? ProviderClient(loop: loop, http: provider) { [self] in
                            seconds.withLock { $0 * 1_000_000_000 }
                        }
                    box = client
                    return client
                }
                loop.spawn {
                    do {
                        continuation.resume(returning: try await body(client))
                    } catch {
                        continuation.resume(throwing: error)
                    }
                }
            }
        }
    }

    /// The metadata, or why there is none.
    func metadata() async throws -> ProviderFailure? {
        do {
            _ = try await run { [issuer = provider.issuer] in try await $0.metadata(of: issuer) }
            return nil
        } catch let failure as ProviderFailure {
            return failure
        }
    }

    /// Verifies a token of the provider; nil when it is right.
    func verify(_ token: String) async throws -> (any Error)? {
        do {
            try await run { [issuer = provider.issuer] client in
                let metadata = try await client.metadata(of: issuer)
                _ = try await client.verify(with: metadata) { (keys) throws(TokenFlaw) in
                    try JSONWebSignature(token, algorithms: metadata.algorithms).verify(with: keys)
                }
            }
            return nil
        } catch {
            return error
        }
    }

    func takes(_ token: String) async -> Bool {
        do {
            return try await verify(token) == nil
        } catch {
            return false
        }
    }

    deinit { loop.stop() }
}

@Suite struct `Discovery` {
    private let rig = Rig()

    @Test("ID-84: metadata is read once an hour")
    func remembered() async throws {
        for _ in 0..<3 { #expect(try await rig.metadata() == nil) }
        #expect(rig.provider.calls == ["/.well-known/openid-configuration"])
        rig.advance(3_600)
        #expect(try await rig.metadata() == nil)
        #expect(rig.provider.calls.count == 2)
    }

    @Test(
        "SEC-81: metadata of another issuer is refused, if by one character",
        arguments: [
            "https://login.example.com/", "https://login.example.co", "HTTPS://login.example.com",
            "https://login.example.com:443", "",
        ])
    func otherIssuer(issuer: String) async throws {
        rig.provider.change { $0.metadata = $0.metadata.with("issuer", .string(issuer)) }
        #expect(try await rig.metadata() == .otherIssuer)
        rig.provider.change { $0.metadata = $0.metadata.with("issuer", nil) }
        #expect(try await rig.metadata() == .otherIssuer)
    }

    @Test("SEC-81: metadata that leads away from TLS or says too little is refused")
    func malformed() async throws {
        let good = rig.provider
        for (name, value): (String, JSON?) in [
            ("authorization_endpoint", "http://login.example.com/authorize"),
            ("authorization_endpoint", "javascript:alert(1)"), ("token_endpoint", nil),
            ("token_endpoint", "https://user@login.example.com/"), ("jwks_uri", "/keys"),
            ("jwks_uri", "https://login.example.com/keys#a"),
            ("authorization_endpoint", "https://login.example.com/\u{A0}"),
            ("token_endpoint", "https:///token"), ("jwks_uri", 1),
        ] {
            let before = Mutex<JSON>([:])
            good.change { state in
                before.withLock { $0 = state.metadata }
                state.metadata = state.metadata.with(name, value)
            }
            #expect(try await rig.metadata() == .malformed, "\(name)")
            good.change { state in state.metadata = before.withLock { $0 } }
        }
        #expect(try await rig.metadata() == nil)
    }

    @Test("SEC-78, SEC-73: a provider without S256, or with algorithms of others alone, is refused")
    func unsupported() async throws {
        for (name, value): (String, JSON) in [
            ("code_challenge_methods_supported", ["plain"]),
            ("id_token_signing_alg_values_supported", ["HS256", "none"]),
            ("token_endpoint_auth_methods_supported", ["private_key_jwt"]),
            ("response_types_supported", ["id_token"]),
        ] {
            let other = Rig()
            other.provider.change { $0.metadata = $0.metadata.with(name, value) }
            #expect(try await other.metadata() == .unsupported, "\(name)")
        }
    }

    @Test("SEC-103: each fault of the provider has its name, and none is remembered")
    func faults() async throws {
        let path = "/.well-known/openid-configuration"
        let faults: [(Result<IncomingResponse, HTTPClientFailure>, ProviderFailure)] = [
            (.failure(.timeout), .timeout), (.failure(.connect), .unreachable),
            (.failure(.refusedAddress), .refusedAddress), (.failure(.tls), .unreachable),
            (.failure(.tooLarge), .malformed), (.failure(.resolve), .unreachable),
            (.success(TestProvider.json([:], status: 503)), .status(503)),
            (.success(TestProvider.json([:], status: 302)), .status(302)),
            (.success(TestProvider.json([])), .otherIssuer),
            (.success(IncomingResponse(status: 200, fields: [], body: [0xFF])), .malformed),
        ]
        for (fault, expected) in faults {
            rig.provider.change { $0.faults[path] = fault }
            #expect(try await rig.metadata() == expected)
        }
        rig.provider.change { $0.faults = [:] }
        #expect(try await rig.metadata() == nil)
    }
}

@Suite struct `Keys of a provider` {
    private let rig = Rig()
    private let token = TestSigner.rsa.token(["sub": "x"], keyID: "k1")
    private let newToken = TestSigner.p256.token(["sub": "x"], keyID: "k2")

    @Test("SEC-57: keys are fetched once and serve an hour")
    func remembered() async throws {
        for _ in 0..<3 { #expect(try await rig.verify(token) == nil) }
        #expect(rig.provider.count("/keys") == 1)
        rig.advance(3_599)
        #expect(try await rig.verify(token) == nil)
        rig.advance(1)
        #expect(try await rig.verify(token) == nil)
        #expect(rig.provider.count("/keys") == 2)
    }

    @Test("SEC-57: a key that is rotated in is found at once, with one further look")
    func rotation() async throws {
        #expect(try await rig.verify(token) == nil)
        rig.provider.change { $0.keys = [TestSigner.p256.jwk("k2")] }
        #expect(try await rig.verify(newToken) == nil)
        #expect(rig.provider.count("/keys") == 2)
        // The old key is gone with it.
        rig.advance(61)
        #expect(try await rig.verify(token) as? TokenFlaw == .unknownKey)
    }

    @Test("SEC-57: unknown keys cause one look a minute at most, however many tokens come")
    func refetchLimit() async throws {
        #expect(try await rig.verify(token) == nil)
        let unknown = TestSigner.otherRSA.token(["sub": "x"], keyID: "nobody")
        for _ in 0..<5 {
            #expect(try await rig.verify(unknown) as? TokenFlaw == .unknownKey)
        }
        #expect(rig.provider.count("/keys") == 2)
        rig.advance(59)
        _ = try await rig.verify(unknown)
        #expect(rig.provider.count("/keys") == 2)
        rig.advance(1)
        _ = try await rig.verify(unknown)
        #expect(rig.provider.count("/keys") == 3)
        #expect(try await rig.verify(token) == nil)
    }

    @Test("SEC-57: fifty logins at once after a rotation share one look")
    func singleFlight() async throws {
        #expect(try await rig.verify(token) == nil)
        rig.provider.change { $0.keys = [TestSigner.p256.jwk("k2")] }
        let results = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 {
                group.addTask { [rig, newToken] in await rig.takes(newToken) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.allSatisfy { $0 })
        #expect(rig.provider.count("/keys") == 2)
    }

    @Test("SEC-57: an answer that is an error, invalid or empty is not remembered as keys")
    func errors() async throws {
        let faults: [(Result<IncomingResponse, HTTPClientFailure>, ProviderFailure)] = [
            (.success(TestProvider.json(["keys": []], status: 503)), .status(503)),
            (.failure(.timeout), .timeout), (.failure(.tooLarge), .malformed),
            (.success(TestProvider.json(["keys": []])), .malformed),
            (.success(TestProvider.json(["error": "busy"])), .malformed),
            (.success(IncomingResponse(status: 200, fields: [], body: [])), .malformed),
        ]
        for (fault, expected) in faults {
            rig.provider.change { $0.faults["/keys"] = fault }
            #expect(try await rig.verify(token) as? ProviderFailure == expected)
        }
        rig.provider.change { $0.faults = [:] }
        #expect(try await rig.verify(token) == nil)
    }

    @Test("SEC-103: keys that were known go on serving while the provider's answer is an error")
    func outage() async throws {
        #expect(try await rig.verify(token) == nil)
        rig.provider.change {
            $0.faults["/keys"] = .success(TestProvider.json([:], status: 503))
        }
        #expect(try await rig.verify(newToken) as? ProviderFailure == .status(503))
        #expect(try await rig.verify(token) == nil)
    }
}

@Suite struct `Redeeming a code` {
    private let rig = Rig()

    private func request(_ metadata: ProviderMetadata) -> AuthorizationRequest {
        AuthorizationRequest(
            clientID: "client", redirectURI: "https://courtyard.test/back", state: "s",
            nonce: "n", codeVerifier: String(repeating: "v", count: 43))
    }

    private func redeem(
        _ adjust: @escaping @Sendable (inout AuthorizationRequest) -> Void = { _ in },
        secret: String = "client secret"
    ) async throws -> ProviderFailure? {
        do {
            _ = try await rig.run { [rig] client in
                let metadata = try await client.metadata(of: rig.provider.issuer)
                var request = request(metadata)
                let back = rig.provider.authorize(
                    request.address(at: metadata.authorizationEndpoint))
                adjust(&request)
                return try await client.redeem(
                    back["code"] ?? "", request, secret: secret, at: metadata)
            }
            return nil
        } catch let failure as ProviderFailure {
            return failure
        }
    }

    @Test("SEC-78: the request carries state, nonce and an S256 challenge, and the code its proof")
    func right() async throws {
        let address = request(
            try await rig.run { [rig] in
                try await $0.metadata(of: rig.provider.issuer)
            }
        ).address(at: "https://login.example.com/authorize?tenant=1")
        #expect(address.hasPrefix("https://login.example.com/authorize?tenant=1&response_type"))
        let query = FormQuery.dictionary(address)
        #expect(query["code_challenge_method"] == "S256")
        #expect(query["code_challenge"]?.count == 43)
        #expect(query["state"] == "s")
        #expect(query["nonce"] == "n")
        #expect(query["scope"] == "openid email profile")
        #expect(query["redirect_uri"] == "https://courtyard.test/back")
        #expect(query["code_verifier"] == nil)
        #expect(try await redeem() == nil)
    }

    @Test("SEC-78: a wrong verifier, secret or address is refused by the provider, by name")
    func refused() async throws {
        let verifier = String(repeating: "w", count: 43)
        #expect(try await redeem({ $0.codeVerifier = verifier }) == .refused("invalid_grant"))
        #expect(try await redeem({ $0.redirectURI += "x" }) == .refused("invalid_grant"))
        #expect(try await redeem(secret: "other") == .refused("invalid_client"))
    }

    @Test("SEC-103: a token endpoint that fails or answers nonsense has a name each")
    func faults() async throws {
        let faults: [(IncomingResponse, ProviderFailure)] = [
            (TestProvider.json([:], status: 503), .status(503)),
            (TestProvider.json([:], status: 400), .status(400)),
            (TestProvider.json(["error": "<script>"], status: 400), .refused("other")),
            (TestProvider.json(["access_token": "x"]), .malformed),
            (TestProvider.json(["id_token": 1]), .malformed),
        ]
        for (fault, expected) in faults {
            rig.provider.change { $0.faults["/token"] = .success(fault) }
            #expect(try await redeem() == expected)
        }
    }
}

@Suite struct `Issuers` {
    @Test("SEC-9, ID-82: only plain https addresses can name an issuer")
    func valid() {
        for text in ["https://a.example", "https://a.example/", "https://a.example:8443/x/y"] {
            #expect(IssuerURL.isValid(text, allowsPlainHTTP: false))
        }
        for text in [
            "", "https://", "http://a.example", "HTTPS://a.example", "https://a.example?x=1",
            "https://a.example#x", "https://u@a.example", "https://u:p@a.example",
            "https://a.example/ ", "https://a.example/\\b", "https:///x", "https://?",
            "https://a%2Eexample", "javascript:alert(1)", "https://ä.example",
            "https://a.example/" + String(repeating: "x", count: 600),
        ] {
            #expect(!IssuerURL.isValid(text, allowsPlainHTTP: false), "\(text.prefix(40))")
        }
        #expect(IssuerURL.isValid("http://127.0.0.1:80", allowsPlainHTTP: true))
    }
}
