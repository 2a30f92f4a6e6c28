import Testing
import Values

@testable import Crypto

private func bytes(_ hex: String) throws -> [UInt8] { try #require(Hex.decode(hex)) }

private func key(_ hex: String) throws -> Bytes32 {
    try bytes(hex).withUnsafeBytes { Bytes32($0) }
}

private struct GCMVector: Sendable {
    let (key, nonce, plaintext, data, sealed): (String, String, String, String, String)

    init(_ key: String, _ nonce: String, _ plaintext: String, _ data: String, _ sealed: String) {
        (self.key, self.nonce, self.plaintext) = (key, nonce, plaintext)
        (self.data, self.sealed) = (data, sealed)
    }
}

/// Test cases 13 to 16 of McGrew and Viega, "The Galois/Counter Mode of Operation".
private let gcmVectors: [GCMVector] = [
    GCMVector(
        String(repeating: "0", count: 64), "000000000000000000000000", "", "",
        "530f8afbc74536b9a963b4f1c4cb738b"),
    GCMVector(
        String(repeating: "0", count: 64), "000000000000000000000000",
        "00000000000000000000000000000000", "",
        "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"),
    GCMVector(
        "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
        "cafebabefacedbaddecaf888",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
            + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
        "",
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
            + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad"
            + "b094dac5d93471bdec1a502270e3cc6c"),
    GCMVector(
        "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
        "cafebabefacedbaddecaf888",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
            + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
            + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
            + "76fc6ece0f4e1768cddf8853bb2d551b"),
]

@Suite struct `AES-256-GCM` {
    @Test("SEC-85: gives the published values", arguments: gcmVectors)
    fileprivate func vectors(_ vector: GCMVector) throws {
        let (key, nonce) = (try key(vector.key), try bytes(vector.nonce))
        let (plaintext, data) = (try bytes(vector.plaintext), try bytes(vector.data))
        let sealed = AES256GCM.seal(plaintext, key: key, nonce: nonce, authenticating: data)
        #expect(Hex.encode(sealed) == vector.sealed)
        let opened = try AES256GCM.open(sealed, key: key, nonce: nonce, authenticating: data)
        #expect(opened == plaintext)
    }

    @Test("SEC-85: altered ciphertext, nonce, tag or associated data fails")
    func altered() throws {
        let vector = gcmVectors[3]
        let (key, nonce) = (try key(vector.key), try bytes(vector.nonce))
        let (sealed, data) = (try bytes(vector.sealed), try bytes(vector.data))
        func fails(_ sealed: [UInt8], _ nonce: [UInt8], _ data: [UInt8]) -> Bool {
            (try? AES256GCM.open(sealed, key: key, nonce: nonce, authenticating: data)) == nil
        }
        #expect(!fails(sealed, nonce, data))
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(fails(changed, nonce, data))
        }
        for index in nonce.indices {
            var changed = nonce
            changed[index] ^= 0x80
            #expect(fails(sealed, changed, data))
        }
        #expect(fails(sealed, nonce, []))
        #expect(fails(sealed, nonce, data + [0]))
        for count in 0..<sealed.count { #expect(fails(Array(sealed[..<count]), nonce, data)) }
    }
}

@Suite struct `Sealed values` {
    private let column = SealedColumn("connections", "client_secret")
    private let secret = Array("s3cret".utf8)

    private func keys(_ owner: DataKeyOwner) -> DataKeys {
        var keys = DataKeys(of: owner)
        keys.add(.random(), number: 1)
        return keys
    }

    @Test("SEC-85: a value opens only in its own row, column, table and tenant")
    func moved() throws {
        var ids = IDGenerator()
        let now = Instant(microseconds: 1_000_000)
        let (tenant, other) = (ids.next(at: now), ids.next(at: now))
        let dataKey = Bytes32.random()
        var own = DataKeys(of: .tenant(tenant))
        own.add(dataKey, number: 1)
        let sealed = own.seal(secret, column, row: "1")
        #expect(try own.open(sealed, column, row: "1") == secret)
        func opens(_ keys: DataKeys, _ column: SealedColumn, _ row: String) -> Bool {
            (try? keys.open(sealed, column, row: row)) != nil
        }
        #expect(!opens(own, column, "2"))
        #expect(!opens(own, SealedColumn("connections", "client_secre"), "t1"))
        #expect(!opens(own, SealedColumn("connection", "client_secret"), "1"))
        // Even a tenant that had the same key.
        for owner in [DataKeyOwner.tenant(other), .platform] {
            var foreign = DataKeys(of: owner)
            foreign.add(dataKey, number: 1)
            #expect(!opens(foreign, column, "1"))
        }
        #expect(!opens(keys(.tenant(tenant)), column, "1"))
    }

    @Test("SEC-85: every byte of the stored form is authenticated, and no two are alike")
    func stored() throws {
        let keys = keys(.platform)
        let sealed = keys.seal(secret, column, row: "1")
        #expect(sealed.count == 5 + 12 + secret.count + 16)
        #expect(sealed[..<5] == [1, 0, 0, 0, 1])
        #expect(keys.seal(secret, column, row: "1") != sealed)
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: SealedBox.Unreadable.self) {
                try keys.open(changed, column, row: "1")
            }
        }
        #expect(throws: SealedBox.Unreadable.self) { try keys.open([], column, row: "1") }
    }

    @Test("SEC-84: the newest data key seals, older ones still open")
    func newestKey() throws {
        var keys = keys(.platform)
        let old = keys.seal(secret, column, row: "1")
        keys.add(.random(), number: 2)
        #expect(keys.newest == 2)
        #expect(try SealedBox.keyID(of: keys.seal(secret, column, row: "1")) == 2)
        #expect(try keys.open(old, column, row: "1") == secret)
    }

    @Test("SEC-83: hashing codes and sealing use different subkeys")
    func hashing() {
        let keys = keys(.platform)
        let code = keys.hash("123456", for: "login 1", under: 1)
        #expect(code != nil)
        #expect(code == keys.hash("123456", for: "login 1", under: 1))
        #expect(code != keys.hash("123456", for: "login 2", under: 1))
        #expect(keys.hash("123456", for: "login 1", under: 2) == nil)
    }
}

@Suite struct `Key rings` {
    private let one = "1:" + String(repeating: "ab", count: 31) + "00"
    private let two = "2:" + String(repeating: "cd", count: 31) + "00"

    @Test("SEC-84: a key wrapped under an older key opens; the first of the ring wraps")
    func rotation() throws {
        let key = Bytes32.random()
        let old = try KeyRing(one).wrap(key, of: .platform, number: 1)
        #expect(old.ringKey == 1)
        let both = try KeyRing("# ours\n\(two)  # since May\n\(one)\n")
        #expect(both.ids == [2, 1])
        #expect(try both.unwrap(old.bytes, of: .platform, number: 1) == key)
        let new = both.wrap(key, of: .platform, number: 1)
        #expect(new.ringKey == 2)
        #expect(throws: KeyRing.UnknownKey.self) {
            try KeyRing(one).unwrap(new.bytes, of: .platform, number: 1)
        }
        #expect(throws: SealedBox.Unreadable.self) {
            try both.unwrap(old.bytes, of: .platform, number: 2)
        }
    }

    @Test(
        "SEC-91: a ring that is not right is refused, and nothing of it is shown",
        arguments: [
            "", "# nothing\n", "1", "0:" + String(repeating: "ab", count: 32),
            "x:" + String(repeating: "ab", count: 32), "1:" + String(repeating: "ab", count: 31),
            "1:" + String(repeating: "zz", count: 32), "1:" + String(repeating: "00", count: 32),
            "1:" + String(repeating: "a1", count: 31) + "00,1:" + String(repeating: "b2", count: 31)
                + "00",
        ])
    func mistakes(_ text: String) {
        do {
            _ = try KeyRing(text)
            Issue.record("accepted")
        } catch {
            #expect(!error.description.contains("a1a1") && !error.description.contains("abab"))
        }
    }

    @Test("SEC-100: rings and data keys do not print their keys")
    func printing() throws {
        var keys = DataKeys(of: .platform)
        keys.add(.random(), number: 1)
        #expect("\(try KeyRing(one))" == "KeyRing([1])")
        #expect(String(reflecting: try KeyRing(one)) == "KeyRing([1])")
        #expect(String(reflecting: keys) == "DataKeys(platform)")
        var dumped = ""
        dump(keys, to: &dumped)
        dump(try KeyRing(one), to: &dumped)
        #expect(!dumped.contains("words"))
    }

    @Test("SEC-87: entries that are made are random and can be read")
    func entry() throws {
        #expect(KeyRing.entry(id: 7) != KeyRing.entry(id: 7))
        #expect(try KeyRing(KeyRing.entry(id: 7)).current == 7)
    }
}
