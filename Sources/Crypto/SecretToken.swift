import CZlib
import Values

/// A machine's credential (AC-75): `<kind>_`, 43 base62 digits of 256 random bits, and 6 base62
/// digits of the CRC-32 of all before them.
///
/// The text exists only where the token is issued; the server keeps its ``digest``. The checksum is
/// no protection: it lets typing errors be refused without a database read.
package struct SecretToken: Sendable {
    /// What the token speaks for, told by its prefix.
    package enum Kind: String, Sendable, CaseIterable {
        case serviceAccount = "cysa"
        case accountAPI = "cypat"
        case channel = "cych"

        fileprivate var prefix: StaticString {
            switch self {
            case .serviceAccount: "cysa_"
            case .accountAPI: "cypat_"
            case .channel: "cych_"
            }
        }
    }

    private static let randomDigits = 43
    private static let checksumDigits = 6

    package let kind: Kind
    /// The credential itself, 54 or 55 ASCII characters.
    ///
    /// Shown once, never stored or logged.
    package let text: String
    /// SHA-256 of the text.
    package let digest: Digest

    /// The first 8 characters, by which people tell their tokens apart (AC-64).
    package var first8: String { String(text.prefix(8)) }
    /// The last 4 characters, likewise.
    package var last4: String { String(text.suffix(4)) }

    /// Makes a new token from the cryptographic random generator.
    package static func generate(_ kind: Kind) -> SecretToken {
        var text = Array(kind.rawValue.utf8)
        text.append(UInt8(ascii: "_"))
        Base62.append(SecureRandom.bytes(32), width: randomDigits, to: &text)
        let checksum = text.withUnsafeBytes { self.checksum(of: $0) }
        withUnsafeBytes(of: checksum.bigEndian) {
            Base62.append($0, width: checksumDigits, to: &text)
        }
        return SecretToken(
            kind: kind, text: String(decoding: text, as: UTF8.self),
            digest: SHA256.digest(of: text))
    }

    /// Recognises the text of a token, without allocating.
    ///
    /// - Returns: The kind, and the digest under which the token would be stored; nil if prefix,
    ///   length, alphabet or checksum is wrong.
    package static func parse(_ text: UnsafeRawBufferPointer) -> (kind: Kind, digest: Digest)? {
        guard let kind = kind(of: text) else { return nil }
        let body = text.count - checksumDigits
        var rest = checksum(of: UnsafeRawBufferPointer(rebasing: text[..<body]))
        for index in stride(from: text.count - 1, through: body, by: -1) {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 62)
            guard text[index] == Base62.character(of: UInt8(digit)) else { return nil }
            rest = quotient
        }
        return (kind, SHA256.digest(of: text))
    }

    /// Recognises the text of a token; see the other overload.
    package static func parse(_ text: [UInt8]) -> (kind: Kind, digest: Digest)? {
        text.withUnsafeBytes { parse($0) }
    }

    /// Recognises the text of a token; see the other overload.
    package static func parse(_ text: String) -> (kind: Kind, digest: Digest)? {
        text.withContiguousUTF8 { parse($0) }
    }

    /// The kind that the prefix names, if length and alphabet are right too.
    private static func kind(of text: UnsafeRawBufferPointer) -> Kind? {
        for kind in Kind.allCases {
            let prefix = kind.prefix
            let count = prefix.utf8CodeUnitCount
            let start = UnsafeBufferPointer(start: prefix.utf8Start, count: count)
            guard text.starts(with: start) else { continue }
            guard text.count == count + randomDigits + checksumDigits,
                text[count...].allSatisfy(Base62.isDigit)
            else { return nil }
            return kind
        }
        return nil
    }

    private static func checksum(of text: UnsafeRawBufferPointer) -> UInt32 {
        UInt32(
            truncatingIfNeeded: crc32(
                0, text.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(text.count)))
    }
}

extension SecretToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Names the kind and hides the rest (checklist rule 25).
    package var description: String { "\(kind.rawValue)_…" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
