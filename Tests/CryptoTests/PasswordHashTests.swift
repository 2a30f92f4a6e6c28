import Testing
import Values

@testable import Crypto

@Suite struct `The Argon2id function` {
    @Test("SEC-86: it gives the value of RFC 9106 §5.3")
    func vector() throws {
        let tag = try Argon2id.tag(
            password: [UInt8](repeating: 1, count: 32), salt: [UInt8](repeating: 2, count: 16),
            secret: [UInt8](repeating: 3, count: 8),
            associatedData: [UInt8](repeating: 4, count: 12),
            parameters: .init(memoryKiB: 32, passes: 3, lanes: 4), count: 32)
        #expect(
            Hex.encode(tag) == "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659")
    }

    @Test func `reports what the library refuses`() {
        #expect(throws: Argon2id.Failure.self) {
            try Argon2id.tag(
                password: [], salt: [1], parameters: .init(memoryKiB: 8, passes: 1, lanes: 1),
                count: 32)
        }
    }
}

@Suite struct `A password hash` {
    @Test("SEC-86: it costs 19,456 KiB and two passes, and has the PHC format")
    func format() throws {
        let hash = try PasswordHash.hash("correct horse")
        #expect(hash.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(
            try PasswordHash.verify("correct horse", against: hash) == .match(needsRehash: false))
        #expect(try PasswordHash.verify("correct horsf", against: hash) == .mismatch)
    }

    @Test func `has a salt of its own`() throws {
        let one = try PasswordHash.hash("same", cost: .test)
        #expect(try PasswordHash.hash("same", cost: .test) != one)
    }

    @Test("SEC-86: a hash of another cost asks to be replaced")
    func rehash() throws {
        let hash = try PasswordHash.hash("secret", cost: .test)
        #expect(try PasswordHash.verify("secret", against: hash) == .match(needsRehash: true))
        #expect(
            try PasswordHash.verify("secret", against: hash, cost: .test)
                == .match(needsRehash: false))
        #expect(try PasswordHash.verify("wrong", against: hash) == .mismatch)
    }

    @Test(
        "6.2.8: spaces, case and every character count",
        arguments: [" pass", "pass ", "Pass", "pass\0", "pas", ""])
    func exact(_ other: String) throws {
        let hash = try PasswordHash.hash("pass", cost: .test)
        #expect(try PasswordHash.verify(other, against: hash, cost: .test) == .mismatch)
    }

    @Test func `takes the same letters composed in another way`() throws {
        let hash = try PasswordHash.hash("caf\u{e9} 😀", cost: .test)
        #expect(
            try PasswordHash.verify("cafe\u{301} 😀", against: hash, cost: .test)
                == .match(needsRehash: false))
    }

    @Test func `of 128 characters differs in the last`() throws {
        let long = String(repeating: "é", count: 127)
        let hash = try PasswordHash.hash(long + "a", cost: .test)
        #expect(try PasswordHash.verify(long + "b", against: hash, cost: .test) == .mismatch)
    }

    @Test("ID-08: the hash for unknown accounts costs the same and has no password")
    func dummy() throws {
        let dummy = PasswordHash.dummy()
        #expect(dummy.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(try PasswordHash.verify("", against: dummy) == .mismatch)
        let real = try #require(PHCString(try PasswordHash.hash("x")))
        #expect(PHCString(dummy)?.parameters == real.parameters)
    }

    @Test(arguments: [
        "", "secret", "$argon2id$", "$argon2i$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$",
        "$argon2id$v=16$m=8,t=1,p=1$SALT$TAG",
        "$argon2id$v=19$m=9999999,t=1,p=1$SALT$TAG",
        "$argon2id$v=19$m=8,t=0,p=1$SALT$TAG",
        "$argon2id$v=19$m=8,t=1,p=2$SALT$TAG",
        "$argon2id$v=19$m=+8,t=1,p=1$SALT$TAG",
        "$argon2id$v=19$m=8,t=1,p=1$SALT$AAAA",
        "$argon2id$v=19$m=8,t=1,p=1$WlpaWlpaWlpaWlpaWlpaWh$TAG",
        "$argon2id$v=19$m=8,t=1,p=1$SALT$TAG$",
    ])
    func `that is malformed or asks for too much is refused`(_ hash: String) {
        #expect(throws: PasswordHash.Failure.malformedHash) {
            try PasswordHash.verify("secret", against: filled(hash))
        }
    }

    /// Puts a well-formed salt and tag in their places.
    private func filled(_ template: String) -> String {
        template.split(separator: "$", omittingEmptySubsequences: false)
            .map { part in
                switch part {
                case "SALT": "WlpaWlpaWlpaWlpaWlpaWg"
                case "TAG": String(repeating: "A", count: 43)
                default: String(part)
                }
            }.joined(separator: "$")
    }

    @Test func `of the least cost is read`() throws {
        let phc = filled("$argon2id$v=19$m=8,t=1,p=1$SALT$TAG")
        #expect(PasswordHash.dummy(cost: .test) == phc)
        #expect(try PasswordHash.verify("secret", against: phc) == .mismatch)
    }
}
