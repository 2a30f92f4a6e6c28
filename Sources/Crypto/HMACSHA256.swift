import COpenSSL

/// HMAC (RFC 2104) with SHA-256.
package enum HMACSHA256 {
    package static func code(
        key: UnsafeRawBufferPointer, message: UnsafeRawBufferPointer
    ) -> Bytes32 {
        Bytes32 { output in
            // OpenSSL refuses a null key; an empty one needs an address too.
            withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { nowhere in
                let done = HMAC(
                    SHA256.algorithm, key.baseAddress ?? UnsafeRawPointer(nowhere.baseAddress),
                    Int32(key.count), message.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    message.count, output.baseAddress?.assumingMemoryBound(to: UInt8.self), nil)
                precondition(done != nil, "HMAC-SHA-256 failed")
            }
        }
    }

    package static func code(key: [UInt8], message: [UInt8]) -> Bytes32 {
        key.withUnsafeBytes { key in message.withUnsafeBytes { code(key: key, message: $0) } }
    }
}

/// HKDF (RFC 5869) with SHA-256: extract and expand in one step.
package enum HKDFSHA256 {
    /// Derives key material.
    ///
    /// - Parameters:
    ///   - secret: The input keying material; not empty.
    ///   - salt: May be empty, which stands for 32 zero bytes.
    ///   - info: What the key is for; binds it to that use.
    ///   - count: Bytes wanted, 1 to 8,160.
    /// - Returns: `count` bytes.
    package static func derive(
        from secret: [UInt8], salt: [UInt8] = [], info: [UInt8], count: Int
    ) -> [UInt8] {
        precondition(1...255 * 32 ~= count && !secret.isEmpty, "HKDF limits (RFC 5869 §2.3)")
        guard let algorithm = EVP_KDF_fetch(nil, "HKDF", nil) else {
            fatalError("OpenSSL offers no HKDF: check its configuration and providers")
        }
        defer { EVP_KDF_free(algorithm) }
        let context = EVP_KDF_CTX_new(algorithm)
        defer { EVP_KDF_CTX_free(context) }

        var output = [UInt8](repeating: 0, count: count)
        let done = withParameters(secret: secret, salt: salt, info: info) {
            EVP_KDF_derive(context, &output, count, $0)
        }
        precondition(done == 1, "HKDF-SHA-256 failed")
        return output
    }

    /// Lends OpenSSL's form of the inputs: pointers to memory typed mutable, of which it only
    /// reads.
    private static func withParameters(
        secret: [UInt8], salt: [UInt8], info: [UInt8], _ body: ([OSSL_PARAM]) -> Int32
    ) -> Int32 {
        var (secret, salt, info, digest) = (secret, salt, info, Array("SHA256".utf8CString))
        return secret.withUnsafeMutableBytes { secret in
            salt.withUnsafeMutableBytes { salt in
                info.withUnsafeMutableBytes { info in
                    digest.withUnsafeMutableBufferPointer { digest in
                        var parameters = [
                            OSSL_PARAM_construct_utf8_string(
                                name("digest"), digest.baseAddress, 0)
                        ]
                        func add(_ key: StaticString, _ value: UnsafeMutableRawBufferPointer) {
                            guard !value.isEmpty else { return }
                            parameters.append(
                                OSSL_PARAM_construct_octet_string(
                                    name(key), value.baseAddress, value.count))
                        }
                        add("key", secret)
                        add("salt", salt)
                        add("info", info)
                        parameters.append(OSSL_PARAM_construct_end())
                        return body(parameters)
                    }
                }
            }
        }
    }

    /// A parameter's name as a C string that lives as long as the program.
    private static func name(_ literal: StaticString) -> UnsafePointer<CChar>? {
        UnsafeRawPointer(literal.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}
