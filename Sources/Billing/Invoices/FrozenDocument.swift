import Crypto
import Documents
import Values

/// A document's snapshot as it is stored: its text, and the SHA-256 that the database checks.
struct FrozenDocument: Sendable {
    let snapshot: DocumentSnapshot
    let text: String
    let digest: [UInt8]
    /// SHA-256 of the logo it shows.
    let logo: [UInt8]?

    init(_ snapshot: DocumentSnapshot, logo: [UInt8]?) {
        self.snapshot = snapshot
        let bytes = snapshot.bytes
        text = String(decoding: bytes, as: UTF8.self)
        digest = SHA256.digest(of: bytes).bytes
        self.logo = logo
    }
}
