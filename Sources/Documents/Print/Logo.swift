/// A logo as a workspace uploaded it, which was drawn anew then.
package struct Logo: Hashable, Sendable {
    package enum Format: String, Hashable, Sendable {
        case png = "image/png"
        case jpeg = "image/jpeg"
    }

    package let format: Format
    package let bytes: [UInt8]

    /// Nil unless the bytes begin as a PNG or JPEG does.
    package init?(_ bytes: [UInt8]) {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            format = .png
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            format = .jpeg
        } else {
            return nil
        }
        self.bytes = bytes
    }
}
