import HTTP
import Values

/// A place on our own pages to which a login leads back (checklist row 27).
enum ReturnPath {
    /// Whether a browser that is sent there stays here, however it reads the text.
    ///
    /// Taken is a single slash and then printable ASCII without a backslash, up to 512 characters.
    /// The first segment must not begin with a slash or backslash in any encoding, so that no
    /// decoder on the way makes `//host` of it.
    static func isLocal(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.first == UInt8(ascii: "/"), bytes.count <= 512,
            bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
        else { return false }
        var rest = text
        // Decoded again and again, since somebody may have encoded it more than once.
        for _ in 0..<8 {
            let second = rest.unicodeScalars.dropFirst().first
            let hasControls = rest.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
            guard second != "/", second != "\\", rest.unicodeScalars.first == "/", !hasControls
            else { return false }
            guard let decoded = PercentEncoding.decode(rest) else { return false }
            if decoded == rest { return true }
            rest = decoded
        }
        return false
    }

    static let field = FieldType<String>.custom(
        schema: .text(1...512), code: "invalid_path",
        detail: "A path of this site, such as /contacts."
    ) { isLocal($0) ? $0 : nil }
}
