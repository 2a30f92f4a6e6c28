import Crypto
import Testing
import Values

@Suite struct `A machine token` {
    @Test(
        "AC-75: it is told by its prefix and read back",
        arguments: [
            (SecretToken.Kind.serviceAccount, "cysa_", 54), (.accountAPI, "cypat_", 55),
            (.channel, "cych_", 54),
        ])
    func form(_ kind: SecretToken.Kind, prefix: String, count: Int) throws {
        for _ in 0..<50 {
            let token = SecretToken.generate(kind)
            #expect(token.text.hasPrefix(prefix))
            #expect(token.text.utf8.count == count)
            #expect(token.text.utf8.dropFirst(prefix.utf8.count).allSatisfy(Base62.isDigit))
            let parsed = try #require(SecretToken.parse(token.text))
            #expect(parsed.kind == kind)
            #expect(parsed.digest == token.digest)
            #expect(parsed.digest == SHA256.digest(of: token.text))
        }
    }

    @Test("AC-75, SEC-98: the checksum is CRC-32 of all before it")
    func checksum() throws {
        // The checksum was computed with another implementation of CRC-32.
        let body = "cysa_" + String(repeating: "0", count: 43)
        #expect(SecretToken.parse(body + "0Y5nLL") != nil)
    }

    @Test("AC-75: any changed character is refused")
    func tampering() {
        let text = Array(SecretToken.generate(.accountAPI).text.utf8)
        for index in text.indices {
            for replacement in ["0", "z", "_", "-", " ", "\0"].map({ $0.utf8.first ?? 0 })
            where replacement != text[index] {
                var changed = text
                changed[index] = replacement
                #expect(SecretToken.parse(changed) == nil)
            }
        }
    }

    @Test(
        "AC-75: what is no token is refused",
        arguments: ["", "cysa_", "cysa", "Bearer", String(repeating: "0", count: 54)])
    func malformed(_ text: String) {
        #expect(SecretToken.parse(text) == nil)
    }

    @Test("AC-75: a token cut short, lengthened or of another kind is refused")
    func lengths() {
        let text = SecretToken.generate(.serviceAccount).text
        #expect(SecretToken.parse(String(text.dropLast())) == nil)
        #expect(SecretToken.parse(text + "0") == nil)
        #expect(SecretToken.parse("0" + text) == nil)
        #expect(SecretToken.parse("cych_" + text.dropFirst(5)) == nil)
        #expect(SecretToken.parse("cyxx_" + text.dropFirst(5)) == nil)
        #expect(SecretToken.parse(text.uppercased()) == nil)
    }

    @Test("AC-64: only the first 8 and last 4 characters are kept to show")
    func excerpt() {
        let token = SecretToken.generate(.channel)
        #expect(token.text.hasPrefix(token.first8) && token.first8.count == 8)
        #expect(token.text.hasSuffix(token.last4) && token.last4.count == 4)
    }

    @Test("SEC-100: it hides itself when printed")
    func masking() {
        let token = SecretToken.generate(.serviceAccount)
        var dumped = ""
        dump(token, to: &dumped)
        for text in ["\(token)", String(reflecting: token), dumped, "\([token])"] {
            #expect(!text.contains(token.text) && !text.contains(token.last4))
        }
    }

    @Test("SEC-60: no two are alike")
    func uniqueness() {
        let texts = Set((0..<1000).map { _ in SecretToken.generate(.serviceAccount).text })
        #expect(texts.count == 1000)
    }
}

@Suite struct `A session secret` {
    @Test("SEC-60: it has 256 random bits and is read back from its text")
    func form() throws {
        for _ in 0..<100 {
            let secret = SessionSecret.generate()
            #expect(secret.text.utf8.count == SessionSecret.textByteCount)
            let read = try #require(SessionSecret(secret.text))
            #expect(read.digest == secret.digest && read.text == secret.text)
            let bytes = try #require(Base64URL.decode(secret.text))
            #expect(bytes.count == 32 && SHA256.digest(of: bytes) == secret.digest)
        }
        #expect(SessionSecret.generate().text != SessionSecret.generate().text)
    }

    @Test(
        "1.1.1: only the one text of a secret is read",
        arguments: [
            "", "AAAA", String(repeating: "A", count: 42), String(repeating: "A", count: 44),
            String(repeating: "A", count: 42) + "B", String(repeating: "A", count: 42) + "=",
            String(repeating: "A", count: 42) + "+", String(repeating: "A", count: 41) + "é",
        ])
    func malformed(_ text: String) {
        #expect(SessionSecret(text) == nil)
    }

    @Test("OV-21: the CSRF token follows from the secret and does not tell it")
    func csrf() throws {
        let secret = try #require(SessionSecret(String(repeating: "A", count: 43)))
        let code = HMACSHA256.code(
            key: [UInt8](repeating: 0, count: 32), message: Array("courtyard csrf v1".utf8))
        #expect(secret.csrfToken == Base64URL.encode(code.bytes))
        #expect(secret.csrfToken != secret.text)
        #expect(SessionSecret.generate().csrfToken != secret.csrfToken)
    }

    @Test("SEC-100: it hides itself when printed")
    func masking() {
        let secret = SessionSecret.generate()
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped] {
            #expect(!text.contains(secret.text))
        }
        #expect(dumped.utf8.count < 40)
    }
}
