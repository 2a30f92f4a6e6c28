import Testing
import Values

@testable import Crypto

private func bytes(_ hex: String) throws -> [UInt8] {
    try #require(Hex.decode(hex))
}

@Suite struct `SHA-256` {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `gives the values of FIPS 180`(_ message: String, _ hex: String) throws {
        let digest = SHA256.digest(of: message)
        #expect(Hex.encode(digest.bytes) == hex)
        #expect(SHA256.digest(of: Array(message.utf8)) == digest)
        #expect(Digest(bytes: digest.bytes) == digest)
    }

    @Test func `is not read from another length`() {
        #expect(Digest(bytes: [UInt8](repeating: 0, count: 31)) == nil)
        #expect(Digest(bytes: [UInt8](repeating: 0, count: 33)) == nil)
    }

    @Test func `differs in any byte`() throws {
        let digest = SHA256.digest(of: "x")
        for index in 0..<32 {
            var changed = digest.bytes
            changed[index] ^= 1
            #expect(Digest(bytes: changed) != digest)
        }
    }
}

@Suite struct `HMAC with SHA-256` {
    @Test func `gives the values of RFC 4231`() throws {
        let first = HMACSHA256.code(
            key: [UInt8](repeating: 0x0b, count: 20), message: Array("Hi There".utf8))
        #expect(
            Hex.encode(first.bytes)
                == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        let second = HMACSHA256.code(
            key: Array("Jefe".utf8), message: Array("what do ya want for nothing?".utf8))
        #expect(
            Hex.encode(second.bytes)
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test func `takes an empty key and an empty message`() {
        #expect(
            Hex.encode(HMACSHA256.code(key: [], message: []).bytes)
                == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }
}

@Suite struct `HKDF with SHA-256` {
    @Test func `gives the values of RFC 5869, test case 1`() throws {
        let output = HKDFSHA256.derive(
            from: [UInt8](repeating: 0x0b, count: 22),
            salt: try bytes("000102030405060708090a0b0c"),
            info: try bytes("f0f1f2f3f4f5f6f7f8f9"), count: 42)
        #expect(
            Hex.encode(output)
                == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
                + "34007208d5b887185865")
    }

    @Test func `gives the values of RFC 5869, test case 2`() throws {
        let output = HKDFSHA256.derive(
            from: Array(0x00...0x4f), salt: Array(0x60...0xaf), info: Array(0xb0...0xff), count: 82)
        #expect(
            Hex.encode(output)
                == "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
                + "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
                + "cc30c58179ec3e87c14c01d5c1f3434f1d87")
    }

    @Test func `gives the values of RFC 5869, test case 3`() throws {
        let output = HKDFSHA256.derive(
            from: [UInt8](repeating: 0x0b, count: 22), info: [], count: 42)
        #expect(
            Hex.encode(output)
                == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
                + "9d201395faa4b61a96c8")
    }
}

@Suite struct `Randomness and comparison` {
    @Test func `random bytes have the length asked for and differ`() {
        #expect(SecureRandom.bytes(0).isEmpty)
        #expect(SecureRandom.bytes(33).count == 33)
        #expect(SecureRandom.bytes(16) != SecureRandom.bytes(16))
    }

    @Test("SEC-60: equality in constant time is equality")
    func comparing() {
        #expect(constantTimeEquals("abc", "abc"))
        #expect(!constantTimeEquals("abc", "abd"))
        #expect(!constantTimeEquals("abc", "abcd"))
        #expect(!constantTimeEquals("", "a"))
        #expect(constantTimeEquals("", ""))
        #expect(constantTimeEquals([1, 2], [1, 2]))
        #expect(!constantTimeEquals([1, 2], [2, 2]))
        let digest = SHA256.digest(of: "x").value
        #expect(constantTimeEquals(digest, digest))
        #expect(!constantTimeEquals(digest, SHA256.digest(of: "y").value))
    }
}
