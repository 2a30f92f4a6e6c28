import Crypto
import TestSupport
import Testing
import Values

@testable import OpenID

/// A provider and a login that fit together; tests change one thing at a time.
struct Bench {
    static let now = Instant(microseconds: 1_790_000_000_500_000)
    static let issuer = "https://login.example.com/tenant"
    static let keys = JSONWebKeySet([
        "keys": [TestSigner.rsa.jwk("k1"), TestSigner.p256.jwk("k2")]
    ])

    static var claims: JSON {
        [
            "iss": .string(issuer), "aud": "client-1", "sub": "user-1", "nonce": "n-1",
            "iat": 1_790_000_000, "exp": 1_790_000_300, "email": "ann@example.com",
            "email_verified": true, "name": "Ann", "sid": "s-1",
        ]
    }

    static var expectation: IDToken.Expectation {
        IDToken.Expectation(
            issuer: issuer, clientID: "client-1", nonce: "n-1", now: now,
            startedAt: now - .seconds(30))
    }

    static func verify(
        _ claims: JSON, type: String? = "JWT",
        _ adjust: (inout IDToken.Expectation) -> Void = { _ in }
    ) throws -> IDToken {
        var expected = expectation
        adjust(&expected)
        return try IDToken.verify(
            TestSigner.rsa.token(claims, keyID: "k1", type: type), keys: try #require(keys),
            expected)
    }

    static func flaw(
        _ claims: JSON, type: String? = "JWT",
        _ adjust: (inout IDToken.Expectation) -> Void = { _ in }
    ) -> TokenFlaw? {
        OpenIDTests.flaw { _ = try verify(claims, type: type, adjust) }
    }
}

@Suite struct `ID tokens` {
    @Test("ID-85: a right token says who logged in")
    func right() throws {
        let token = try Bench.verify(Bench.claims)
        #expect(token.subject == "user-1")
        #expect(token.contact.email == "ann@example.com")
        #expect(token.contact.isEmailVerified)
        #expect(token.contact.name == "Ann")
        #expect(token.sessionID == "s-1")
        #expect(Bench.flaw(Bench.claims, type: nil) == nil)
        #expect(Bench.flaw(Bench.claims, type: "jwt") == nil)
        #expect(Bench.flaw(Bench.claims, type: "application/jwt") == nil)
    }

    @Test(
        "SEC-76: any other issuer is refused, if by one character",
        arguments: [
            "https://login.example.com/tenant/", "https://login.example.com/tenan",
            "https://login.example.com/Tenant", "https://LOGIN.example.com/tenant",
            "http://login.example.com/tenant", "https://login.example.com/tenant ",
            "https://login.example.com/tenan\u{442}", "",
        ])
    func issuer(other: String) {
        #expect(Bench.flaw(Bench.claims.with("iss", .string(other))) == .issuer)
        #expect(Bench.flaw(Bench.claims) { $0.issuer = other } == .issuer)
    }

    @Test("SEC-76: an issuer that is missing or no text is refused")
    func noIssuer() {
        #expect(Bench.flaw(Bench.claims.with("iss", nil)) == .issuer)
        #expect(Bench.flaw(Bench.claims.with("iss", [.string(Bench.issuer)])) == .issuer)
    }

    @Test("SEC-76: a wrong, empty or further audience is refused")
    func audience() {
        let refused: [JSON?] = [
            nil, "", "client-2", "CLIENT-1", [], ["client-2"], ["client-1", "client-2"],
            ["client-1", "client-1"], [["client-1"]], [nil], 1, ["aud": "client-1"],
        ]
        for value in refused {
            #expect(Bench.flaw(Bench.claims.with("aud", value)) == .audience)
        }
        #expect(Bench.flaw(Bench.claims.with("aud", ["client-1"])) == nil)
    }

    @Test("SEC-76: an authorized party must be us if it is named")
    func authorizedParty() {
        #expect(Bench.flaw(Bench.claims.with("azp", "client-1")) == nil)
        for value: JSON in ["client-2", "", nil, ["client-1"]] {
            #expect(Bench.flaw(Bench.claims.with("azp", value)) == .authorizedParty)
        }
    }

    @Test("SEC-75: expiry counts to the edge of the skew")
    func expiry() {
        // Now is half past the second 1,790,000,000.
        #expect(Bench.flaw(Bench.claims.with("exp", 1_789_999_940)) == .expired)
        #expect(Bench.flaw(Bench.claims.with("exp", 1_789_999_940.5)) == .expired)
        #expect(Bench.flaw(Bench.claims.with("exp", 1_789_999_940.51)) == nil)
        #expect(Bench.flaw(Bench.claims.with("exp", 1_789_999_941)) == nil)
        #expect(Bench.flaw(Bench.claims.with("exp", nil)) == .expired)
        for value: JSON in ["1790000300", nil, [1_790_000_300], true] {
            #expect(Bench.flaw(Bench.claims.with("exp", value)) == .malformed)
        }
    }

    @Test("SEC-75: a token of the future is refused from the edge of the skew on")
    func issuedInFuture() {
        #expect(Bench.flaw(Bench.claims.with("iat", 1_790_000_060.5)) == nil)
        #expect(Bench.flaw(Bench.claims.with("iat", 1_790_000_060.51)) == .issuedAt)
        #expect(Bench.flaw(Bench.claims.with("iat", 1_790_000_061)) == .issuedAt)
        #expect(Bench.flaw(Bench.claims.with("iat", 9_000_000_000_000_000)) == .issuedAt)
        #expect(Bench.flaw(Bench.claims.with("iat", nil)) == .issuedAt)
        #expect(Bench.flaw(Bench.claims.with("iat", "1790000000")) == .malformed)
        #expect(Bench.flaw(Bench.claims.with("nbf", 1_790_000_060)) == nil)
        #expect(Bench.flaw(Bench.claims.with("nbf", 1_790_000_061)) == .issuedAt)
    }

    @Test("SEC-75: a token from before the login began is refused")
    func issuedBefore() {
        // The login began at 1,789,999,970.5.
        #expect(Bench.flaw(Bench.claims.with("iat", 1_789_999_910)) == nil)
        #expect(Bench.flaw(Bench.claims.with("iat", 1_789_999_909)) == .issuedAt)
        #expect(Bench.flaw(Bench.claims.with("iat", -1)) == .issuedAt)
    }

    @Test("SEC-80: a wrong or missing nonce is refused")
    func nonce() {
        for value: JSON? in [nil, .some(nil), "", "n-2", "N-1", 1, ["n-1"]] {
            #expect(Bench.flaw(Bench.claims.with("nonce", value)) == .nonce)
        }
    }

    @Test("ID-92: a token needs a subject that can be kept")
    func subject() {
        let refused: [JSON?] = [
            nil, "", 1, .some(nil), ["user-1"], "a\u{0}b",
            .string(String(repeating: "a", count: 256)),
        ]
        for value in refused {
            #expect(Bench.flaw(Bench.claims.with("sub", value)) == .subject)
        }
        let longest = String(repeating: "a", count: 255)
        #expect(Bench.flaw(Bench.claims.with("sub", .string(longest))) == nil)
    }

    @Test("SEC-76: logout and access tokens are not taken for ID tokens")
    func otherTokens() {
        for type in ["logout+jwt", "application/logout+jwt", "at+jwt", "secevent+jwt", "JOSE"] {
            #expect(Bench.flaw(Bench.claims, type: type) == .type)
        }
        let event: JSON = [
            "http://schemas.openid.net/event/backchannel-logout": [:]
        ]
        #expect(Bench.flaw(Bench.claims.with("events", event)) == .events)
        #expect(Bench.flaw(["iss": .string(Bench.issuer), "client_id": "client-1"]) != nil)
    }

    @Test("SEC-57: the hash of the access token must fit if it is there")
    func accessTokenHash() throws {
        // OpenID Connect Core, appendix A.3, has this pair.
        let accessToken = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"
        let claims = Bench.claims.with("at_hash", "77QmUPtjPfzWtF2AnpK9RQ")
        #expect(Bench.flaw(claims) { $0.accessToken = accessToken } == nil)
        #expect(Bench.flaw(claims) { $0.accessToken = accessToken + "x" } == .accessTokenHash)
        #expect(Bench.flaw(claims) == .accessTokenHash)
        #expect(
            Bench.flaw(claims.with("at_hash", 1)) { $0.accessToken = accessToken }
                == .accessTokenHash)
    }

    @Test("SEC-58: demanded context, methods and age must be there and fresh")
    func authentication() {
        let claims = Bench.claims.with("acr", "gold").with("amr", ["pwd", "otp"])
        #expect(Bench.flaw(claims) { $0.acceptedContexts = ["silver", "gold"] } == nil)
        #expect(Bench.flaw(claims) { $0.acceptedContexts = ["silver"] } == .authentication)
        #expect(Bench.flaw(Bench.claims) { $0.acceptedContexts = ["gold"] } == .authentication)
        #expect(Bench.flaw(claims) { $0.neededMethods = ["otp"] } == nil)
        #expect(Bench.flaw(claims) { $0.neededMethods = ["otp", "hwk"] } == .authentication)
        #expect(Bench.flaw(Bench.claims) { $0.neededMethods = ["otp"] } == .authentication)
        let aged = { (at: JSON?) in
            Bench.flaw(Bench.claims.with("auth_time", at)) { $0.maximumAgeSeconds = 300 }
        }
        #expect(aged(1_790_000_000) == nil)
        #expect(aged(1_789_999_641) == nil)
        #expect(aged(1_789_999_640) == .authentication)
        #expect(aged(1_790_000_061) == .authentication)
        #expect(aged(nil) == .authentication)
    }

    @Test("ID-85: an address counts as verified by the boolean true alone")
    func emailVerified() throws {
        for value: JSON? in [nil, .some(nil), "true", 1, false] {
            let token = try Bench.verify(Bench.claims.with("email_verified", value))
            #expect(!token.contact.isEmailVerified)
        }
    }

    @Test("SEC-76: userinfo of another subject is refused")
    func userInfo() {
        let json: JSON = ["sub": "user-1", "email": "ann@example.com", "email_verified": true]
        #expect(ContactClaims(userInfo: json, subject: "user-1")?.email == "ann@example.com")
        #expect(ContactClaims(userInfo: json, subject: "user-2") == nil)
        #expect(ContactClaims(userInfo: json.with("sub", nil), subject: "user-1") == nil)
    }
}

@Suite struct `Logout tokens` {
    private var claims: JSON {
        [
            "iss": .string(Bench.issuer), "aud": "client-1", "iat": 1_790_000_000,
            "exp": 1_790_000_120, "jti": "t-1", "sub": "user-1", "sid": "s-1",
            "events": ["http://schemas.openid.net/event/backchannel-logout": [:]],
        ]
    }

    private func flaw(
        _ claims: JSON, type: String? = "logout+jwt", acceptsUntyped: Bool = false
    ) -> TokenFlaw? {
        OpenIDTests.flaw {
            var expected = LogoutToken.Expectation(
                issuer: Bench.issuer, clientID: "client-1", now: Bench.now)
            expected.acceptsUntyped = acceptsUntyped
            _ = try LogoutToken.verify(
                TestSigner.rsa.token(claims, keyID: "k1", type: type),
                keys: try #require(Bench.keys), expected)
        }
    }

    @Test("SEC-82: a right one is taken, with subject, session or both")
    func right() {
        #expect(flaw(claims) == nil)
        #expect(flaw(claims, type: "application/logout+jwt") == nil)
        #expect(flaw(claims.with("sid", nil)) == nil)
        #expect(flaw(claims.with("sub", nil)) == nil)
        #expect(flaw(claims.with("sub", nil).with("sid", nil)) == .subject)
        #expect(flaw(claims.with("exp", nil)) == nil)
    }

    @Test("SEC-82: the type is needed, unless compatibility is set")
    func type() {
        #expect(flaw(claims, type: nil) == .type)
        #expect(flaw(claims, type: "JWT") == .type)
        #expect(flaw(claims, type: nil, acceptsUntyped: true) == nil)
        #expect(flaw(claims, type: "JWT", acceptsUntyped: true) == nil)
        #expect(flaw(claims, type: "at+jwt", acceptsUntyped: true) == .type)
    }

    @Test("SEC-82: an ID token does not log anybody out")
    func idToken() {
        #expect(flaw(Bench.claims, type: "JWT", acceptsUntyped: true) == .nonce)
        let withoutNonce = Bench.claims.with("nonce", nil)
        #expect(flaw(withoutNonce, type: "JWT", acceptsUntyped: true) == .events)
    }

    @Test("SEC-82: the event is needed and a nonce is forbidden")
    func events() {
        #expect(flaw(claims.with("events", nil)) == .events)
        #expect(flaw(claims.with("events", [:])) == .events)
        #expect(flaw(claims.with("events", ["http://example.com/other": [:]])) == .events)
        #expect(flaw(claims.with("events", [.string(LogoutToken.event)])) == .events)
        #expect(flaw(claims.with("nonce", "n-1")) == .nonce)
        #expect(flaw(claims.with("nonce", .some(nil))) == .nonce)
    }

    @Test("SEC-82: it must be fresh, at both edges")
    func fresh() {
        #expect(flaw(claims.with("iat", 1_790_000_060)) == nil)
        #expect(flaw(claims.with("iat", 1_790_000_061)) == .issuedAt)
        #expect(flaw(claims.with("iat", 1_789_999_701)) == nil)
        #expect(flaw(claims.with("iat", 1_789_999_700)) == .issuedAt)
        #expect(flaw(claims.with("iat", nil)) == .issuedAt)
        #expect(flaw(claims.with("exp", 1_789_999_940)) == .expired)
    }

    @Test("SEC-82: it must be for us, from the issuer, with an id")
    func rest() {
        #expect(flaw(claims.with("aud", "client-2")) == .audience)
        #expect(flaw(claims.with("aud", ["client-1", "client-2"])) == .audience)
        #expect(flaw(claims.with("iss", "https://other.example.com")) == .issuer)
        for value: JSON? in [nil, "", 1, .string(String(repeating: "a", count: 256))] {
            #expect(flaw(claims.with("jti", value)) == .tokenID)
        }
    }
}
