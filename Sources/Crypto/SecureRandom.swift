import COpenSSL

/// The cryptographic random generator; the source of every secret.
package enum SecureRandom {
    /// Fills memory; ends the process if the system has no randomness to give, since nothing that
    /// would follow is safe.
    package static func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        let done = RAND_bytes(
            buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32(buffer.count))
        if done != 1 { fatalError("the system's random generator failed") }
    }

    /// As many random bytes, 0 or more.
    package static func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        bytes.withUnsafeMutableBytes { fill($0) }
        return bytes
    }
}

/// Compares in a time that depends on the lengths alone, which are no secret.
package func constantTimeEquals(
    _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer
) -> Bool {
    guard left.count == right.count else { return false }
    guard let leftBytes = left.baseAddress, let rightBytes = right.baseAddress else {
        return left.isEmpty
    }
    return CRYPTO_memcmp(leftBytes, rightBytes, left.count) == 0
}

/// Compares in a time that depends on the lengths alone.
package func constantTimeEquals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.withUnsafeBytes { left in right.withUnsafeBytes { constantTimeEquals(left, $0) } }
}

/// Compares the UTF-8 of two texts in a time that depends on the lengths alone.
package func constantTimeEquals(_ left: String, _ right: String) -> Bool {
    left.withContiguousUTF8 { left in right.withContiguousUTF8 { constantTimeEquals(left, $0) } }
}

/// Compares in constant time.
package func constantTimeEquals(_ left: Bytes32, _ right: Bytes32) -> Bool {
    left.withBytes { left in right.withBytes { constantTimeEquals(left, $0) } }
}
