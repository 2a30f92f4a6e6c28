import Crypto
import TestSupport
import Testing
import Values

@testable import OpenID

/// The flaw for which `body` refuses a token; nil when it takes it.
func flaw(_ body: () throws -> Void) -> TokenFlaw? {
    do {
        try body()
        return nil
    } catch {
        return error as? TokenFlaw
    }
}

@Suite struct `Signed tokens` {
    static let all = Set(SignatureAlgorithm.allCases)

    private func keys(_ keys: JSON...) throws -> JSONWebKeySet {
        try #require(JSONWebKeySet(["keys": .array(keys)]))
    }

    private func payload(_ token: String, _ keys: JSONWebKeySet) throws -> String {
        let token = try JSONWebSignature(token, algorithms: Self.all)
        return String(decoding: try token.signedBytes(with: keys), as: UTF8.self)
    }

    @Test("SEC-57: the examples of RFC 7515 give what it says")
    func rfc7515() throws {
        let claims =
            "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n "
            + "\"http://example.com/is_root\":true}"
        #expect(
            try payload(JOSEVectors.rfc7515A2, try keys(JOSEVectors.rfc7515RSAKey)) == claims)
        #expect(try payload(JOSEVectors.rfc7515A3, try keys(JOSEVectors.rfc7515ECKey)) == claims)
    }

    @Test("SEC-57: the examples of RFC 7520 and of another implementation give what they say")
    func rfc7520() throws {
        let keys = try keys(JOSEVectors.rfc7520RSAKey)
        #expect(try payload(JOSEVectors.rfc7520RS256, keys) == JOSEVectors.rfc7520Payload)
        #expect(try payload(JOSEVectors.peerPS256, keys) == JOSEVectors.rfc7520Payload)
    }

    @Test(
        "SEC-73: examples with HMAC, none or algorithms off the list are refused, whatever the key",
        arguments: [
            JOSEVectors.rfc7515A1, JOSEVectors.rfc7515A4, JOSEVectors.rfc7515A5,
            JOSEVectors.rfc7520PS384, JOSEVectors.rfc7520ES512, JOSEVectors.rfc7520HS256,
        ])
    func otherAlgorithms(token: String) throws {
        let keys = try keys(
            JOSEVectors.rfc7520SymmetricKey, JOSEVectors.rfc7520ECKey, JOSEVectors.rfc7520RSAKey)
        #expect(flaw { _ = try payload(token, keys) } == .algorithm)
    }

    @Test(
        "SEC-57: each algorithm verifies its own signatures and no altered one",
        arguments: [TestSigner.rsa, .pss, .p256])
    func everyAlgorithm(signer: TestSigner) throws {
        let keys = try keys(signer.jwk("a"))
        let token = signer.token(["sub": "x"], keyID: "a")
        #expect(try payload(token, keys) == #"{"sub":"x"}"#)
        var bytes = Array(token.utf8)
        // Every tenth character of the signed text and of the signature, changed to another one.
        for index in stride(from: 0, to: bytes.count, by: 10) where bytes[index] != 0x2E {
            let original = bytes[index]
            bytes[index] = original == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(flaw { _ = try payload(String(decoding: bytes, as: UTF8.self), keys) } != nil)
            bytes[index] = original
        }
    }

    @Test("SEC-57: a token signed by a foreign key is refused")
    func foreignKey() throws {
        let keys = try keys(TestSigner.rsa.jwk("a"))
        let token = TestSigner.otherRSA.token(["sub": "x"], keyID: "a")
        #expect(flaw { _ = try payload(token, keys) } == .signature)
    }

    @Test("SEC-73: HS256 keyed by the public key, and none in any spelling, are refused")
    func confusion() throws {
        let keys = try keys(TestSigner.rsa.jwk("a"))
        let text =
            Base64URL.encode(Array(#"{"alg":"HS256","kid":"a"}"#.utf8)) + "."
            + Base64URL.encode(Array(#"{"sub":"x"}"#.utf8))
        let code = HMACSHA256.code(
            key: TestSigner.rsa.publicBytes, message: Array(text.utf8))
        let token = text + "." + Base64URL.encode(code.bytes)
        #expect(flaw { _ = try payload(token, keys) } == .algorithm)
        for name in ["none", "None", "NONE", "", "rs256", "RS256 ", "RS384", "ES256K", "EdDSA"] {
            let token = TestSigner.rsa.token(["sub": "x"], header: ["alg": .string(name)])
            #expect(flaw { _ = try payload(token, keys) } == .algorithm)
            let unsigned = token.prefix { $0 != "." } + ".e30."
            #expect(flaw { _ = try payload(String(unsigned), keys) } == .algorithm)
        }
        for header: JSON in [[:], ["alg": 1], ["alg": nil], ["alg": ["RS256"]]] {
            let token = TestSigner.rsa.token(["sub": "x"], header: header)
            #expect(flaw { _ = try payload(token, keys) } == .algorithm)
        }
    }

    @Test("SEC-73: an algorithm that the connection or the key leaves out is refused")
    func restricted() throws {
        let token = TestSigner.rsa.token(["sub": "x"], keyID: "a")
        #expect(flaw { _ = try JSONWebSignature(token, algorithms: [.es256]) } == .algorithm)
        let other = try keys(TestSigner.rsa.jwk("a", [("alg", "PS256")]))
        #expect(flaw { _ = try payload(token, other) } == .unknownKey)
        let wrongType = try keys(TestSigner.p256.jwk("a"))
        #expect(flaw { _ = try payload(token, wrongType) } == .unknownKey)
    }

    @Test(
        "SEC-74: keys that a token brings along or points to are not used",
        arguments: ["jwk", "jku", "x5u", "x5c"])
    func embeddedKeys(name: String) throws {
        let attacker = TestSigner.otherRSA
        let value: JSON =
            switch name {
            case "jwk": attacker.jwk("mine")
            case "x5c": ["MIIB"]
            default: "https://attacker.test/keys"
            }
        let header: JSON = ["alg": "RS256", "kid": "mine"]
        let forged = attacker.token(["sub": "x"], header: header.with(name, value))
        let keys = try keys(TestSigner.rsa.jwk("a"))
        #expect(flaw { _ = try payload(forged, keys) } == .unknownKey)
        let claimed = attacker.token(
            ["sub": "x"], header: header.with("kid", "a").with(name, value))
        #expect(flaw { _ = try payload(claimed, keys) } == .signature)
        // Ignored, not refused: a right signature stays right.
        let harmless = TestSigner.rsa.token(
            ["sub": "x"], header: header.with("kid", "a").with(name, value))
        #expect(flaw { _ = try payload(harmless, keys) } == nil)
    }

    @Test("SEC-57: a header with crit is refused, also when it names nothing unknown")
    func critical() throws {
        let keys = try keys(TestSigner.rsa.jwk("a"))
        for value: JSON in [["b64"], [], ["exp"], nil, "exp"] {
            let token = TestSigner.rsa.token(
                ["sub": "x"], header: ["alg": "RS256", "crit": value, "b64": true])
            #expect(flaw { _ = try payload(token, keys) } == .criticalExtension)
        }
    }

    @Test("SEC-13: repeated members in header or claims are refused")
    func duplicates() throws {
        let keys = try keys(TestSigner.rsa.jwk("a"))
        let header = TestSigner.rsa.token(
            Array(#"{"alg":"RS256","alg":"none"}"#.utf8), Array(#"{"sub":"x"}"#.utf8))
        #expect(flaw { _ = try payload(header, keys) } == .malformed)
        let claims = TestSigner.rsa.token(
            Array(#"{"alg":"RS256"}"#.utf8), Array(#"{"sub":"x","sub":"y"}"#.utf8))
        #expect(
            flaw {
                _ = try JSONWebSignature(claims, algorithms: Self.all).verify(with: keys)
            } == .malformed)
    }

    @Test("SEC-1, SEC-57: only strict base64url in exactly three parts is read")
    func strictEncoding() throws {
        let keys = try keys(TestSigner.rsa.jwk("a"))
        let token = TestSigner.rsa.token(["sub": "x"])
        let parts = token.split(separator: ".").map(String.init)
        let broken = [
            "", ".", "..", "...", token + ".", "." + token, token + ".e30", parts[0],
            parts[0] + "." + parts[1], parts[0] + "=." + parts[1] + "." + parts[2],
            parts[0] + "." + parts[1] + "=." + parts[2],
            parts[0] + "." + parts[1] + "." + parts[2] + "==",
            token + "\n", " " + token, token + " ", token + "%3D",
            parts[0] + "." + parts[1] + ".\u{0}" + parts[2],
            // Set bits behind the last byte: another spelling of the same header.
            Base64URL.encode(Array(#"{"alg":"RS256" }"#.utf8)).dropLast() + "R." + parts[1] + "."
                + parts[2],
            Base64URL.encode(Array(#"["RS256"]"#.utf8)) + "." + parts[1] + "." + parts[2],
            Base64URL.encode(Array("\u{FEFF}{}".utf8)) + "." + parts[1] + "." + parts[2],
            String(repeating: "A", count: 40_000) + "." + parts[1] + "." + parts[2],
        ]
        for text in broken {
            #expect(flaw { _ = try payload(text, keys) } == .malformed, "\(text.prefix(60))")
        }
        #expect(flaw { _ = try payload(token, keys) } == nil)
    }

    @Test("SEC-57: ECDSA signatures of zero, or in another encoding, are refused")
    func degenerateSignatures() throws {
        let keys = try keys(TestSigner.p256.jwk("a"))
        let token = TestSigner.p256.token(["sub": "x"], keyID: "a")
        let head = token.split(separator: ".").dropLast().joined(separator: ".")
        for bytes in [
            [UInt8](repeating: 0, count: 64), [UInt8](repeating: 0xFF, count: 64), [],
            [0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01],
            [UInt8](repeating: 1, count: 63), [UInt8](repeating: 1, count: 65),
        ] {
            let forged = head + "." + Base64URL.encode(bytes)
            #expect(flaw { _ = try payload(forged, keys) } == .signature)
        }
    }
}

@Suite struct `Published keys` {
    private func count(_ keys: JSON...) -> Int? {
        JSONWebKeySet(["keys": .array(keys)]).map { set in
            SignatureAlgorithm.allCases.filter {
                !set.candidates(id: "a", algorithm: $0).isEmpty
            }.count
        }
    }

    @Test("SEC-73: keys of other kinds, for other uses, weak or malformed are left out")
    func leftOut() {
        let rsa = TestSigner.rsa.jwk("a")
        let ec = TestSigner.p256.jwk("a")
        #expect(count(rsa, ec) == 3)
        for key in [
            rsa.with("use", "enc"), rsa.with("use", 1), rsa.with("key_ops", ["sign"]),
            rsa.with("kty", "oct"), rsa.with("kty", nil), rsa.with("alg", "RS512"),
            rsa.with("n", nil), rsa.with("e", "AQ"), rsa.with("e", "Ag"), rsa.with("e", ""),
            rsa.with("e", "AQAAAAAB"), rsa.with("n", .string(String(repeating: "A", count: 340))),
            // 1,024 bits, and 16,384.
            rsa.with("n", .string(Base64URL.encode([UInt8](repeating: 0xFF, count: 128)))),
            rsa.with("n", .string(Base64URL.encode([UInt8](repeating: 0xFF, count: 2_048)))),
            rsa.with("n", "AQAB="), ec.with("crv", "P-384"), ec.with("crv", "secp256k1"),
            // Not a point of the curve, the point at infinity, and too few bytes.
            ec.with("y", ec["x"]), ec.with("x", .string(String(repeating: "A", count: 43))),
            ec.with("x", "AQAB"), JOSEVectors.rfc7520SymmetricKey.with("kid", "a"),
        ] {
            #expect(count(key) == 0, "\(String(decoding: key.serialized, as: UTF8.self))")
        }
    }

    @Test("SEC-74: a set that is no object with a list of keys, or has too many, is refused")
    func malformedSets() {
        for text in ["", "[]", "{}", #"{"keys":{}}"#, #"{"keys":[]"#, #"{"keys":[],"keys":[]}"#] {
            #expect(JSONWebKeySet(Array(text.utf8)) == nil)
        }
        #expect(JSONWebKeySet(["keys": .array(Array(repeating: [:], count: 65))]) == nil)
        #expect(JSONWebKeySet(["keys": [[:], nil, 1, "x"]])?.isEmpty == true)
    }

    @Test("SEC-57: a token without key id needs a sole fitting key")
    func withoutKeyID() throws {
        let token = try JSONWebSignature(
            TestSigner.rsa.token(["sub": "x"]), algorithms: `Signed tokens`.all)
        let one = try #require(JSONWebKeySet(["keys": [TestSigner.rsa.jwk("a")]]))
        _ = try token.verify(with: one)
        let mixed = try #require(
            JSONWebKeySet(["keys": [TestSigner.rsa.jwk("a"), TestSigner.p256.jwk("b")]]))
        _ = try token.verify(with: mixed)
        let two = try #require(
            JSONWebKeySet(["keys": [TestSigner.rsa.jwk("a"), TestSigner.otherRSA.jwk("b")]]))
        #expect(flaw { _ = try token.verify(with: two) } == .unknownKey)
    }
}
