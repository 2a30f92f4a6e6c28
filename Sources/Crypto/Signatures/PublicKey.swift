import COpenSSL

/// Somebody else's public key, made once and used for any number of signatures.
///
/// Unchecked: OpenSSL never changes a key after it was made; every verification has a context of
/// its own.
package final class PublicKey: @unchecked Sendable {
    private let key: OpaquePointer
    /// The algorithms for which the key's type serves.
    package let algorithms: Set<SignatureAlgorithm>

    private init(_ key: OpaquePointer, _ algorithms: Set<SignatureAlgorithm>) {
        self.key = key
        self.algorithms = algorithms
    }

    deinit {
        EVP_PKEY_free(key)
    }

    /// An RSA key by its modulus and public exponent, both big-endian.
    ///
    /// - Returns: Nil unless the modulus has 2,048 to 8,192 bits and the exponent is odd, from 3 to
    ///   4,294,967,295: smaller is weak, larger only makes verification slow.
    package static func rsa(modulus: [UInt8], exponent: [UInt8]) -> PublicKey? {
        guard let n = BN_bin2bn(modulus, Int32(clamping: modulus.count), nil) else { return nil }
        defer { BN_free(n) }
        guard let e = BN_bin2bn(exponent, Int32(clamping: exponent.count), nil) else { return nil }
        defer { BN_free(e) }
        guard (2_048...8_192).contains(BN_num_bits(n)), (2...32).contains(BN_num_bits(e)),
            BN_is_odd(e) == 1, BN_is_odd(n) == 1
        else { return nil }
        return make("RSA", [.rs256, .ps256]) { builder in
            OSSL_PARAM_BLD_push_BN(builder, text("n"), n) == 1
                && OSSL_PARAM_BLD_push_BN(builder, text("e"), e) == 1
        }
    }

    /// A key on P-256 by its coordinates, 32 bytes each, big-endian; nil unless they are a point of
    /// the curve.
    package static func p256(x: [UInt8], y: [UInt8]) -> PublicKey? {
        guard x.count == 32, y.count == 32 else { return nil }
        let point: [UInt8] = [4] + x + y
        let key = point.withUnsafeBytes { point in
            make("EC", [.es256]) { builder in
                OSSL_PARAM_BLD_push_utf8_string(builder, text("group"), text("prime256v1"), 0) == 1
                    && OSSL_PARAM_BLD_push_octet_string(
                        builder, text("pub"), point.baseAddress, point.count) == 1
            }
        }
        guard let key, let context = EVP_PKEY_CTX_new_from_pkey(nil, key.key, nil) else {
            return nil
        }
        defer { EVP_PKEY_CTX_free(context) }
        guard EVP_PKEY_public_check(context) == 1 else {
            ERR_clear_error()
            return nil
        }
        return key
    }

    /// A C string that lives as long as the program: a builder keeps the pointers it is given.
    private static func text(_ literal: StaticString) -> UnsafePointer<CChar>? {
        UnsafeRawPointer(literal.utf8Start).assumingMemoryBound(to: CChar.self)
    }

    /// `push` must give the builder pointers that live until it returns from here.
    private static func make(
        _ type: String, _ algorithms: Set<SignatureAlgorithm>, _ push: (OpaquePointer) -> Bool
    ) -> PublicKey? {
        guard let builder = OSSL_PARAM_BLD_new() else { return nil }
        defer { OSSL_PARAM_BLD_free(builder) }
        guard push(builder), let parameters = OSSL_PARAM_BLD_to_param(builder) else { return nil }
        defer { OSSL_PARAM_free(parameters) }
        guard let context = EVP_PKEY_CTX_new_from_name(nil, type, nil) else { return nil }
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        let part = COURTYARD_EVP_PKEY_PUBLIC_KEY
        guard EVP_PKEY_fromdata_init(context) == 1,
            EVP_PKEY_fromdata(context, &key, part, parameters) == 1, let key
        else {
            // The queue of errors belongs to the thread, and the next caller must not find ours.
            ERR_clear_error()
            return nil
        }
        return PublicKey(key, algorithms)
    }

    /// Whether `signature` is the key's over `message`.
    ///
    /// False as well for an algorithm that does not fit the key, and for a signature of a wrong
    /// length.
    package func verifies(
        _ signature: [UInt8], of message: UnsafeRawBufferPointer, by algorithm: SignatureAlgorithm
    ) -> Bool {
        guard algorithms.contains(algorithm) else { return false }
        defer { ERR_clear_error() }
        switch algorithm {
        case .rs256, .ps256:
            guard signature.count == Int(EVP_PKEY_get_size(key)) else { return false }
            return check(signature, message, isPSS: algorithm == .ps256)
        case .es256:
            guard let encoded = Self.derEncoded(signature) else { return false }
            return check(encoded, message, isPSS: false)
        }
    }

    private func check(
        _ signature: [UInt8], _ message: UnsafeRawBufferPointer, isPSS: Bool
    ) -> Bool {
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        // Belongs to `context`.
        var keyContext: OpaquePointer?
        guard EVP_DigestVerifyInit(context, &keyContext, SHA256.algorithm, nil, key) == 1 else {
            return false
        }
        if isPSS {
            guard EVP_PKEY_CTX_set_rsa_padding(keyContext, RSA_PKCS1_PSS_PADDING) == 1,
                EVP_PKEY_CTX_set_rsa_mgf1_md(keyContext, SHA256.algorithm) == 1,
                EVP_PKEY_CTX_set_rsa_pss_saltlen(keyContext, 32) == 1
            else { return false }
        }
        return EVP_DigestVerify(
            context, signature, signature.count,
            message.baseAddress?.assumingMemoryBound(to: UInt8.self), message.count) == 1
    }

    /// The form in which OpenSSL takes a signature of r and s, 32 bytes each (RFC 7518 §3.4).
    private static func derEncoded(_ signature: [UInt8]) -> [UInt8]? {
        guard signature.count == 64, let pair = ECDSA_SIG_new() else { return nil }
        defer { ECDSA_SIG_free(pair) }
        let r = BN_bin2bn(Array(signature[..<32]), 32, nil)
        let s = BN_bin2bn(Array(signature[32...]), 32, nil)
        // From here on the pair owns both numbers.
        guard ECDSA_SIG_set0(pair, r, s) == 1 else {
            BN_free(r)
            BN_free(s)
            return nil
        }
        var encoded: UnsafeMutablePointer<UInt8>?
        let count = i2d_ECDSA_SIG(pair, &encoded)
        guard count > 0, let encoded else { return nil }
        defer { CRYPTO_free(encoded, #file, #line) }
        return Array(UnsafeBufferPointer(start: encoded, count: Int(count)))
    }
}
