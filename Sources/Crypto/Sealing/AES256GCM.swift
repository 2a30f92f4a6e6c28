import COpenSSL

/// Authenticated encryption: AES-256 in Galois/Counter Mode (NIST SP 800-38D), with 96-bit nonces
/// and 128-bit tags.
enum AES256GCM {
    static let nonceByteCount = 12
    static let tagByteCount = 16

    /// Text, nonce, tag, associated data or key is not what was sealed; nothing more is known.
    struct Unauthentic: Error {}

    /// Encrypts and authenticates.
    ///
    /// The nonce must never have been used with the key before.
    ///
    /// - Returns: The ciphertext, as long as the plaintext, and the tag.
    static func seal(
        _ plaintext: [UInt8], key: Bytes32, nonce: [UInt8], authenticating data: [UInt8]
    ) -> [UInt8] {
        precondition(nonce.count == nonceByteCount, "a nonce has 96 bits")
        let context = EVP_CIPHER_CTX_new()
        defer { EVP_CIPHER_CTX_free(context) }
        var output = [UInt8](repeating: 0, count: plaintext.count + tagByteCount)
        var (written, last): (Int32, Int32) = (0, 0)
        let done = key.withBytes { key in
            output.withUnsafeMutableBufferPointer { output in
                let tag = output.baseAddress?.advanced(by: plaintext.count)
                return EVP_EncryptInit_ex(
                    context, EVP_aes_256_gcm(), nil,
                    key.baseAddress?.assumingMemoryBound(to: UInt8.self), nonce) == 1
                    && EVP_EncryptUpdate(context, nil, &last, data, Int32(data.count)) == 1
                    && EVP_EncryptUpdate(
                        context, output.baseAddress, &written, plaintext, Int32(plaintext.count))
                        == 1
                    && EVP_EncryptFinal_ex(context, tag, &last) == 1
                    && EVP_CIPHER_CTX_ctrl(
                        context, EVP_CTRL_GCM_GET_TAG, Int32(tagByteCount), tag) == 1
            }
        }
        precondition(done && written == plaintext.count && last == 0, "AES-256-GCM failed")
        return output
    }

    /// Decrypts what ``seal(_:key:nonce:authenticating:)`` returned.
    static func open(
        _ sealed: [UInt8], key: Bytes32, nonce: [UInt8], authenticating data: [UInt8]
    ) throws(Unauthentic) -> [UInt8] {
        guard sealed.count >= tagByteCount, nonce.count == nonceByteCount else {
            throw Unauthentic()
        }
        let count = sealed.count - tagByteCount
        var tag = Array(sealed[count...])
        let context = EVP_CIPHER_CTX_new()
        defer { EVP_CIPHER_CTX_free(context) }
        // A byte more than needed, so that an empty text has an address too.
        var output = [UInt8](repeating: 0, count: count + 1)
        var (written, last): (Int32, Int32) = (0, 0)
        let done = key.withBytes { key in
            output.withUnsafeMutableBufferPointer { output in
                EVP_DecryptInit_ex(
                    context, EVP_aes_256_gcm(), nil,
                    key.baseAddress?.assumingMemoryBound(to: UInt8.self), nonce) == 1
                    && EVP_DecryptUpdate(context, nil, &last, data, Int32(data.count)) == 1
                    && EVP_DecryptUpdate(
                        context, output.baseAddress, &written, sealed, Int32(count)) == 1
                    && EVP_CIPHER_CTX_ctrl(
                        context, EVP_CTRL_GCM_SET_TAG, Int32(tagByteCount), &tag) == 1
                    && EVP_DecryptFinal_ex(
                        context, output.baseAddress?.advanced(by: count), &last) == 1
            }
        }
        guard done, written == count, last == 0 else { throw Unauthentic() }
        output.removeLast()
        return output
    }
}
