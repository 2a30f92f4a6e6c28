import CLinux
import Crypto

/// Where the operator keeps the key ring: COURTYARD_KEY_RING names a file, or COURTYARD_KEYS holds
/// its entries.
///
/// There is no built-in key (checklist rule 24).
package enum KeyRingSource: Sendable {
    case file(String)
    case environment(String)

    /// Why there is no ring, as a sentence; shows nothing of it.
    package struct Unusable: Error, CustomStringConvertible {
        package let description: String
    }

    init?(_ reader: inout EnvironmentReader) {
        switch (reader.text("COURTYARD_KEY_RING"), reader.text("COURTYARD_KEYS")) {
        case (let path?, nil): self = .file(path)
        case (nil, let text?): self = .environment(text)
        case (nil, nil): return nil
        default:
            reader.mistakes.append(
                "COURTYARD_KEY_RING and COURTYARD_KEYS are both set; use one of them.")
            return nil
        }
    }

    /// - Throws: ``Unusable``.
    package func load() throws(Unusable) -> KeyRing {
        let (name, text) =
            switch self {
            case .file(let path): ("COURTYARD_KEY_RING", try Self.contents(of: path))
            case .environment(let text): ("COURTYARD_KEYS", text)
            }
        do {
            return try KeyRing(text)
        } catch {
            throw Unusable(description: "\(name) cannot be used: \(error).")
        }
    }

    private static func contents(of path: String) throws(Unusable) -> String {
        guard let file = fopen(path, "re") else {
            let reason = String(cString: strerror(courtyard_errno()))
            throw Unusable(
                description: "COURTYARD_KEY_RING names \(path), which cannot be read: \(reason).")
        }
        defer { fclose(file) }
        var status = stat()
        guard fstat(fileno(file), &status) == 0, status.st_mode & UInt32(S_IFMT) == UInt32(S_IFREG)
        else {
            throw Unusable(
                description: "COURTYARD_KEY_RING names \(path), which is no regular file.")
        }
        guard status.st_mode & 0o027 == 0 else {
            throw Unusable(
                description: "COURTYARD_KEY_RING names \(path), which others may read or change; "
                    + "run: chmod 0600 \(path)")
        }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = fread(&buffer, 1, buffer.count, file)
        return String(decoding: buffer[..<count], as: UTF8.self)
    }
}
