import COpenSSL

/// SHA-256 of content that comes in pieces.
///
/// Used by one thread at a time.
package final class SHA256Stream {
    private let context: OpaquePointer

    package init() {
        guard let context = EVP_MD_CTX_new(),
            EVP_DigestInit_ex2(context, SHA256.algorithm, nil) == 1
        else { fatalError("memory is lacking") }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    package func update(_ bytes: [UInt8]) {
        let done = bytes.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        precondition(done == 1, "SHA-256 failed")
    }

    /// The digest of everything so far; nothing may be added afterwards.
    package func finish() -> Digest {
        Digest(
            Bytes32 { output in
                let done = EVP_DigestFinal_ex(
                    context, output.baseAddress?.assumingMemoryBound(to: UInt8.self), nil)
                precondition(done == 1, "SHA-256 failed")
            })
    }
}
