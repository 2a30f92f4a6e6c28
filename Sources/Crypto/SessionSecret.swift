import Values

/// A person's credential: 32 random bytes, as base64url in the session cookie or in a mailed link.
///
/// The server keeps the ``digest`` only.
package struct SessionSecret: Sendable {
    private let secret: Bytes32

    /// Characters of the text form.
    package static let textByteCount = 43

    /// Makes a new secret from the cryptographic random generator.
    package static func generate() -> SessionSecret {
        SessionSecret(secret: Bytes32(filledBy: SecureRandom.fill))
    }

    private init(secret: Bytes32) {
        self.secret = secret
    }

    /// Reads the text form, without allocating; nil unless it is exactly what ``text`` could be.
    package init?(utf8 text: UnsafeRawBufferPointer) {
        guard text.count == SessionSecret.textByteCount else { return nil }
        let secret = withUnsafeTemporaryAllocation(byteCount: 36, alignment: 8) { buffer in
            Base64URL.decode(text, into: buffer) == Bytes32.count
                ? Bytes32(UnsafeRawBufferPointer(rebasing: buffer[..<Bytes32.count])) : nil
        }
        guard let secret else { return nil }
        self.secret = secret
    }

    /// Reads the text form; nil unless it is exactly what ``text`` could be.
    package init?(_ text: String) {
        guard let secret = text.withContiguousUTF8({ SessionSecret(utf8: $0) }) else { return nil }
        self = secret
    }

    /// 43 characters of base64url.
    package var text: String { secret.withBytes { Base64URL.encode($0) } }

    /// SHA-256 of the 32 bytes.
    package var digest: Digest { secret.withBytes { SHA256.digest(of: $0) } }

    /// What a changing request by cookie must send in `X-CSRF-Token` (OV-21).
    ///
    /// Compare it with ``constantTimeEquals(_:_:)``.
    package var csrfToken: String { derived("courtyard csrf v1") }

    /// A further secret for one purpose, which tells nothing of this one.
    ///
    /// 43 characters: base64url of HMAC-SHA-256 under the secret.
    package func derived(_ purpose: StaticString) -> String {
        let purpose = UnsafeRawBufferPointer(
            start: purpose.utf8Start, count: purpose.utf8CodeUnitCount)
        let code = secret.withBytes { HMACSHA256.code(key: $0, message: purpose) }
        return code.withBytes { Base64URL.encode($0) }
    }
}

extension SessionSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Hides the secret (checklist rule 25).
    package var description: String { "SessionSecret(…)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
