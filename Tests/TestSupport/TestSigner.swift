import COpenSSL
import Crypto
import Values

/// A key of an identity provider of the tests: signs tokens, right ones and wrong ones.
///
/// Unchecked: OpenSSL never changes a key after it was made.
package final class TestSigner: @unchecked Sendable {
    package let algorithm: SignatureAlgorithm
    private let key: OpaquePointer

    /// Made once: finding primes takes a while.
    package static let rsa = TestSigner(.rs256)
    package static let otherRSA = TestSigner(.rs256)
    package static let pss = TestSigner(.ps256)
    package static let p256 = TestSigner(.es256)

    package init(_ algorithm: SignatureAlgorithm) {
        self.algorithm = algorithm
        let isRSA = algorithm != .es256
        let context = EVP_PKEY_CTX_new_from_name(nil, isRSA ? "RSA" : "EC", nil)
        defer { EVP_PKEY_CTX_free(context) }
        precondition(EVP_PKEY_keygen_init(context) == 1)
        precondition(
            isRSA
                ? EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2_048) == 1
                : EVP_PKEY_CTX_set_group_name(context, "prime256v1") == 1)
        var made: OpaquePointer?
        precondition(EVP_PKEY_generate(context, &made) == 1)
        guard let made else { fatalError("OpenSSL made no key") }
        key = made
    }

    deinit {
        EVP_PKEY_free(key)
    }

    /// The public key as a provider publishes it.
    package func jwk(_ id: String, _ more: [(String, JSON)] = []) -> JSON {
        let parts: [(String, JSON)] =
            algorithm == .es256
            ? [
                ("kty", "EC"), ("crv", "P-256"), ("x", number("qx", 32)), ("y", number("qy", 32)),
            ] : [("kty", "RSA"), ("n", number("n", 256)), ("e", "AQAB")]
        return .object(
            (parts + [("kid", .string(id))] + more).map { JSON.Member(name: $0.0, value: $0.1) })
    }

    private func number(_ name: String, _ count: Int32) -> JSON {
        var value: OpaquePointer?
        precondition(EVP_PKEY_get_bn_param(key, name, &value) == 1)
        defer { BN_free(value) }
        var bytes = [UInt8](repeating: 0, count: Int(count))
        precondition(BN_bn2binpad(value, &bytes, count) == count)
        return .string(Base64URL.encode(bytes))
    }

    /// The modulus, with which some have signed HS256 tokens to fool verifiers.
    package var publicBytes: [UInt8] {
        jwk("x")["n"]?.stringValue.flatMap { Base64URL.decode($0) } ?? []
    }

    /// A token with these claims; `header` replaces what the header would say.
    package func token(
        _ claims: JSON, keyID: String? = nil, type: String? = "JWT", header: JSON? = nil
    ) -> String {
        var members = [JSON.Member(name: "alg", value: .string(algorithm.rawValue))]
        if let type { members.append(.init(name: "typ", value: .string(type))) }
        if let keyID { members.append(.init(name: "kid", value: .string(keyID))) }
        return token((header ?? .object(members)).serialized, claims.serialized)
    }

    /// A token of this very text.
    package func token(_ header: [UInt8], _ claims: [UInt8]) -> String {
        let text = Base64URL.encode(header) + "." + Base64URL.encode(claims)
        return text + "." + Base64URL.encode(sign(Array(text.utf8)))
    }

    private func sign(_ message: [UInt8]) -> [UInt8] {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var keyContext: OpaquePointer?
        precondition(
            EVP_DigestSignInit_ex(context, &keyContext, "SHA256", nil, nil, key, nil) == 1)
        if algorithm == .ps256 {
            precondition(
                EVP_PKEY_CTX_set_rsa_padding(keyContext, RSA_PKCS1_PSS_PADDING) == 1
                    && EVP_PKEY_CTX_set_rsa_pss_saltlen(keyContext, 32) == 1)
        }
        var count = 512
        var signature = [UInt8](repeating: 0, count: count)
        precondition(EVP_DigestSign(context, &signature, &count, message, message.count) == 1)
        signature.removeLast(signature.count - count)
        return algorithm == .es256 ? Self.joined(signature) : signature
    }

    /// r and s, 32 bytes each, of the form that OpenSSL makes.
    private static func joined(_ encoded: [UInt8]) -> [UInt8] {
        var position: UnsafePointer<UInt8>?
        return encoded.withUnsafeBufferPointer { bytes in
            position = bytes.baseAddress
            let pair = d2i_ECDSA_SIG(nil, &position, bytes.count)
            defer { ECDSA_SIG_free(pair) }
            var output = [UInt8](repeating: 0, count: 64)
            var second = [UInt8](repeating: 0, count: 32)
            precondition(BN_bn2binpad(ECDSA_SIG_get0_r(pair), &output, 32) == 32)
            precondition(BN_bn2binpad(ECDSA_SIG_get0_s(pair), &second, 32) == 32)
            output.replaceSubrange(32..., with: second)
            return output
        }
    }
}

extension JSON {
    /// The object with one member set, added, or with nil taken away.
    package func with(_ name: String, _ value: JSON?) -> JSON {
        var members = (objectValue ?? []).filter { $0.name != name }
        if let value { members.append(Member(name: name, value: value)) }
        return .object(members)
    }
}
