/// The stored form of anything sealed: a version (1), the id of the key in 4 bytes, the most
/// significant first, a random nonce of 12, the ciphertext and a tag of 16.
///
/// Version, key id and the caller's context are authenticated with it.
package enum SealedBox {
    /// It was altered, moved, cut, or sealed under another key.
    package struct Unreadable: Error {}

    private static let version: UInt8 = 1
    private static let headByteCount = 5

    static func seal(
        _ plaintext: [UInt8], key: Bytes32, keyID: UInt32, context: [String]
    ) -> [UInt8] {
        let nonce = SecureRandom.bytes(AES256GCM.nonceByteCount)
        let head = [version] + withUnsafeBytes(of: keyID.bigEndian, Array.init)
        return head + nonce
            + AES256GCM.seal(
                plaintext, key: key, nonce: nonce, authenticating: associated(head, context))
    }

    /// - Throws: ``Unreadable`` unless key and context are those it was sealed with.
    static func open(
        _ box: [UInt8], key: Bytes32, context: [String]
    ) throws(Unreadable) -> [UInt8] {
        let start = headByteCount + AES256GCM.nonceByteCount
        guard box.count >= start + AES256GCM.tagByteCount, box[0] == version else {
            throw Unreadable()
        }
        do {
            return try AES256GCM.open(
                Array(box[start...]), key: key, nonce: Array(box[headByteCount..<start]),
                authenticating: associated(Array(box[..<headByteCount]), context))
        } catch {
            throw Unreadable()
        }
    }

    /// The id of the key that opens it.
    package static func keyID(of box: [UInt8]) throws(Unreadable) -> UInt32 {
        guard box.count >= headByteCount, box[0] == version else { throw Unreadable() }
        return box[1..<headByteCount].reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The head, then each part behind its length, so that no two contexts look alike.
    private static func associated(_ head: [UInt8], _ context: [String]) -> [UInt8] {
        var data = head
        for part in context {
            withUnsafeBytes(of: UInt32(part.utf8.count).bigEndian) { data.append(contentsOf: $0) }
            data.append(contentsOf: part.utf8)
        }
        return data
    }
}
