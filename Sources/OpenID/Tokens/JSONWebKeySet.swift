import Crypto
import Values

/// The keys with which a provider signs (RFC 7517 §5).
///
/// Keys of other types, for other uses, or malformed are left out, as the RFC asks; so are
/// symmetric keys, which nobody should publish.
package struct JSONWebKeySet: Sendable {
    private struct Entry: Sendable {
        let id: String?
        let key: PublicKey
        let algorithms: Set<SignatureAlgorithm>
    }

    private let entries: [Entry]
    /// Bounds what one token can cost.
    private static let most = 64

    package var isEmpty: Bool { entries.isEmpty }

    /// - Returns: Nil when the text is not a JSON object with a list `keys` of at most 64.
    package init?(_ text: [UInt8]) {
        guard let json = try? JSON.parse(text, limits: .init(depth: 8, values: 4_000)) else {
            return nil
        }
        self.init(json)
    }

    package init?(_ json: JSON) {
        guard let keys = json["keys"]?.arrayValue, keys.count <= Self.most else { return nil }
        entries = keys.compactMap(Self.entry)
    }

    /// The keys that may have made a signature.
    ///
    /// Without a key id only a sole fitting key will do (OpenID Connect Core §10.1).
    func candidates(id: String?, algorithm: SignatureAlgorithm) -> [PublicKey] {
        let fitting = entries.filter { $0.algorithms.contains(algorithm) }
        guard let id else { return fitting.count == 1 ? [fitting[0].key] : [] }
        return fitting.lazy.filter { $0.id == id }.prefix(4).map(\.key)
    }

    private static func entry(_ json: JSON) -> Entry? {
        if let use = json["use"], use.stringValue != "sig" { return nil }
        if let operations = json["key_ops"] {
            guard operations.arrayValue?.contains("verify") == true else { return nil }
        }
        guard let key = key(json) else { return nil }
        var algorithms = key.algorithms
        if let name = json["alg"] {
            guard let only = name.stringValue.flatMap(SignatureAlgorithm.init(rawValue:)) else {
                return nil
            }
            algorithms.formIntersection([only])
        }
        return algorithms.isEmpty
            ? nil : Entry(id: json["kid"]?.stringValue, key: key, algorithms: algorithms)
    }

    private static func key(_ json: JSON) -> PublicKey? {
        func bytes(_ name: String) -> [UInt8]? {
            json[name]?.stringValue.flatMap { Base64URL.decode($0) }
        }
        switch json["kty"]?.stringValue {
        case "RSA":
            guard let modulus = bytes("n"), let exponent = bytes("e") else { return nil }
            return PublicKey.rsa(modulus: modulus, exponent: exponent)
        case "EC":
            guard json["crv"]?.stringValue == "P-256", let x = bytes("x"), let y = bytes("y")
            else { return nil }
            return PublicKey.p256(x: x, y: y)
        default: return nil
        }
    }
}
