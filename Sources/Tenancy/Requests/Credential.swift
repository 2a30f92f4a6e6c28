import Crypto
import HTTP
import Values

/// The secret a request presented, as its hash, and how it came.
package struct Credential: Sendable {
    package enum Carrier: Sendable {
        case cookie
        case bearer
    }

    package var digest: Digest
    package var carrier: Carrier
    /// With a cookie: the token that changing requests must repeat (OV-21).
    package var csrfToken: String?

    package static let cookieName = "__Host-courtyard"

    /// The credential of a request, or nil if it has none that could be valid.
    ///
    /// A request with `Authorization` never falls back to its cookie (checklist 29). A token with a
    /// wrong checksum, or of a kind that belongs to another surface, is nil without a look at the
    /// database (AC-75, AC-76).
    package init?(_ head: RequestHead) {
        if let range = head.range(of: .authorization) {
            guard head.count(of: .authorization) == 1,
                let parsed = Self.bearer(head.bytes, range), parsed.kind != .channel
            else { return nil }
            digest = parsed.digest
            carrier = .bearer
            return
        }
        guard let text = Self.cookie(named: Self.cookieName, in: head),
            let secret = SessionSecret(text)
        else { return nil }
        digest = secret.digest
        carrier = .cookie
        csrfToken = head.method.isChanging ? secret.csrfToken : nil
    }

    private static func bearer(
        _ bytes: [UInt8], _ range: Range<Int>
    ) -> (kind: SecretToken.Kind, digest: Digest)? {
        let scheme: StaticString = "bearer "
        guard range.count > scheme.utf8CodeUnitCount else { return nil }
        return bytes.withUnsafeBytes { buffer in
            for index in 0..<scheme.utf8CodeUnitCount
            where buffer[range.lowerBound + index] | 0x20 != scheme.utf8Start[index] {
                return nil
            }
            let token = range.dropFirst(scheme.utf8CodeUnitCount)
            return SecretToken.parse(UnsafeRawBufferPointer(rebasing: buffer[token]))
        }
    }

    /// The value of a cookie; nil as well when it is sent twice, which no browser does.
    package static func cookie(named name: String, in head: RequestHead) -> String? {
        guard let range = head.range(of: .cookie) else { return nil }
        var name = name
        return name.withUTF8 { name in
            var found: Range<Int>?
            for pair in head.bytes[range].split(separator: UInt8(ascii: ";")) {
                let pair = pair.drop { $0 == UInt8(ascii: " ") }
                guard pair.count > name.count, pair.starts(with: name),
                    pair[pair.startIndex + name.count] == UInt8(ascii: "=")
                else { continue }
                if found != nil { return nil }
                found = pair.startIndex + name.count + 1..<pair.endIndex
            }
            return found.flatMap { String(validating: head.bytes[$0], as: UTF8.self) }
        }
    }
}
