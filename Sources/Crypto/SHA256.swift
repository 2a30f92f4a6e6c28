import COpenSSL

/// A SHA-256 value.
///
/// Equality is not constant-time: digests of random secrets are looked up by index, where time
/// tells nothing of use. MACs and codes are compared with ``constantTimeEquals(_:_:)``.
package struct Digest: Hashable, Sendable {
    package let value: Bytes32

    package init(_ value: Bytes32) {
        self.value = value
    }

    /// Reads a stored digest; nil unless there are 32 bytes.
    package init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Bytes32.count else { return nil }
        value = Bytes32(bytes)
    }

    /// Reads a stored digest; nil unless there are 32 bytes.
    package init?(bytes: [UInt8]) {
        guard let digest = bytes.withUnsafeBytes({ Digest(bytes: $0) }) else { return nil }
        self = digest
    }

    /// Lends the 32 bytes.
    package func withBytes<Value, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try value.withBytes(body)
    }

    package var bytes: [UInt8] { value.bytes }
}

/// SHA-256 (FIPS 180-4).
package enum SHA256 {
    /// Fetched once: OpenSSL looks an algorithm up by name for each use otherwise, which doubles
    /// the cost of a short message (213 ns against 414 for 54 bytes).
    nonisolated(unsafe) static let algorithm: OpaquePointer = {
        guard let algorithm = EVP_MD_fetch(nil, "SHA256", nil) else {
            fatalError("OpenSSL offers no SHA-256: check its configuration and providers")
        }
        return algorithm
    }()

    package static func digest(of message: UnsafeRawBufferPointer) -> Digest {
        Digest(
            Bytes32 { output in
                let done = EVP_Digest(
                    message.baseAddress, message.count,
                    output.baseAddress?.assumingMemoryBound(to: UInt8.self), nil, algorithm, nil)
                precondition(done == 1, "SHA-256 failed")
            })
    }

    package static func digest(of message: [UInt8]) -> Digest {
        message.withUnsafeBytes { digest(of: $0) }
    }

    /// The digest of the text's UTF-8.
    package static func digest(of message: String) -> Digest {
        message.withContiguousUTF8 { digest(of: $0) }
    }
}

extension String {
    /// Lends the UTF-8 of the string, without a copy where it is stored so.
    func withContiguousUTF8<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        utf8.withContiguousStorageIfAvailable { body(UnsafeRawBufferPointer($0)) }
            ?? Array(utf8).withUnsafeBytes(body)
    }
}
