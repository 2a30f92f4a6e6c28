import Crypto
import Values

/// A token in compact form (RFC 7515 §7.1), taken apart; nothing in it is true until
/// ``verify(with:)``.
///
/// Of the header only `alg`, `kid`, `typ` and `crit` are looked at: keys that a token brings along
/// or points to (`jwk`, `jku`, `x5c`, `x5u`) are never used (checklist row 74).
struct JSONWebSignature {
    let algorithm: SignatureAlgorithm
    let keyID: String?
    /// In lower case and without the prefix `application/`; nil when the header has none.
    let type: String?
    private let token: [UInt8]
    private let signedCount: Int
    private let payload: [UInt8]
    private let signature: [UInt8]

    /// Characters of the longest token that is read.
    static let longest = 32_768
    private static let limits = JSON.Limits(depth: 8, values: 2_000)

    init(_ text: String, algorithms: Set<SignatureAlgorithm>) throws(TokenFlaw) {
        guard text.utf8.count <= Self.longest else { throw .malformed }
        token = Array(text.utf8)
        let parts = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Base64URL.decode(parts[0]), !header.isEmpty,
            let payload = Base64URL.decode(parts[1]),
            let signature = Base64URL.decode(parts[2])
        else { throw .malformed }
        self.payload = payload
        self.signature = signature
        signedCount = parts[0].count + 1 + parts[1].count
        let fields = try Self.object(header)
        // Before all else, so that no other rule is applied to a token whose meaning is unknown.
        guard fields["crit"] == nil else { throw .criticalExtension }
        guard let name = fields["alg"]?.stringValue,
            let algorithm = SignatureAlgorithm(rawValue: name), algorithms.contains(algorithm)
        else { throw .algorithm }
        self.algorithm = algorithm
        keyID = try Self.text(fields["kid"])
        type = try Self.text(fields["typ"]).map { name in
            let name = name.lowercased()
            return name.hasPrefix("application/") ? String(name.dropFirst(12)) : name
        }
    }

    /// Checks the signature and hands out the JSON object that was signed.
    ///
    /// - Throws: What ``signedBytes(with:)`` throws; `malformed` for anything but an object.
    func verify(with keys: JSONWebKeySet) throws(TokenFlaw) -> JSON {
        try Self.object(try signedBytes(with: keys))
    }

    /// Checks the signature and hands out what was signed.
    ///
    /// - Throws: `unknownKey` when the set has no key that could have made the signature;
    ///   `signature` when none of them has.
    func signedBytes(with keys: JSONWebKeySet) throws(TokenFlaw) -> [UInt8] {
        let candidates = keys.candidates(id: keyID, algorithm: algorithm)
        if candidates.isEmpty { throw .unknownKey }
        let isRight = token.withUnsafeBytes { bytes in
            let signed = UnsafeRawBufferPointer(rebasing: bytes[..<signedCount])
            return candidates.contains {
                $0.verifies(signature, of: signed, by: algorithm)
            }
        }
        guard isRight else { throw .signature }
        return payload
    }

    private static func object(_ bytes: [UInt8]) throws(TokenFlaw) -> JSON {
        guard let json = try? JSON.parse(bytes, limits: limits), json.objectValue != nil else {
            throw .malformed
        }
        return json
    }

    /// A member that may be missing but must be text if it is there.
    private static func text(_ value: JSON?) throws(TokenFlaw) -> String? {
        guard let value else { return nil }
        guard let text = value.stringValue else { throw .malformed }
        return text
    }
}
