import CLinux
import Crypto
import Values

/// Reads an archive front to back, first to prove that it is whole and then for its rows.
final class ArchiveReader {
    private let path: String
    private let file: UnsafeMutablePointer<FILE>

    /// - Throws: ``TenantDirectory/Refusal`` when the file cannot be read.
    init(_ path: String) throws {
        guard let file = fopen(path, "r") else {
            let reason = String(cString: strerror(courtyard_errno()))
            throw TenantDirectory.Refusal("\(path) cannot be read: \(reason).")
        }
        self.path = path
        self.file = file
    }

    deinit { fclose(file) }

    /// Reads everything and compares every checksum.
    ///
    /// - Throws: ``TenantDirectory/Refusal`` when the file is no archive, or damaged.
    func verify() throws -> ArchiveManifest {
        let digest = SHA256Stream()
        var found: [(name: String, checksum: String)] = []
        try expectMagic(digest)
        while true {
            let words = try line(digest).split(separator: " ")
            if words.count == 2, words[0] == "section" {
                let section = SHA256Stream()
                while let piece = try piece(digest) { section.update(piece) }
                found.append((String(words[1]), Hex.encode(section.finish().bytes)))
            } else if words.count == 2, words[0] == "manifest", let count = Int(words[1]),
                count < 16 << 20
            {
                let text = try bytes(count + 1, digest)
                let total = Hex.encode(digest.finish().bytes)
                guard try line(nil) == "sha256 \(total)", fgetc(file) == EOF,
                    let json = try? JSON.parse(Array(text.dropLast())),
                    let manifest = ArchiveManifest(json),
                    manifest.sections.map(\.name) == found.map(\.name),
                    manifest.sections.map(\.checksum) == found.map(\.checksum)
                else { throw damaged() }
                return manifest
            } else {
                throw damaged()
            }
        }
    }

    /// Goes back to the beginning, to read the rows.
    func rewind() throws {
        guard fseek(file, 0, SEEK_SET) == 0 else { throw damaged() }
        try expectMagic(nil)
    }

    /// Opens the next section, which must have this name.
    func open(_ section: String) throws {
        guard try line(nil) == "section \(section)" else { throw damaged() }
    }

    /// The next piece of the open section; nil at its end.
    func next() throws -> [UInt8]? { try piece(nil) }

    // MARK: Parts

    private func expectMagic(_ digest: SHA256Stream?) throws {
        guard try line(digest) + "\n" == ArchiveWriter.magic else {
            throw TenantDirectory.Refusal(
                "\(path) is no archive of a workspace, or one of another version of Courtyard.")
        }
    }

    private func piece(_ digest: SHA256Stream?) throws -> [UInt8]? {
        guard let count = Int(try line(digest)), count >= 0, count < 1 << 30 else {
            throw damaged()
        }
        return count == 0 ? nil : try bytes(count, digest)
    }

    private func line(_ digest: SHA256Stream?) throws -> String {
        var bytes: [UInt8] = []
        while bytes.count < 256 {
            let character = fgetc(file)
            guard character != EOF else { throw damaged() }
            bytes.append(UInt8(truncatingIfNeeded: character))
            guard character == 10 else { continue }
            digest?.update(bytes)
            return String(decoding: bytes.dropLast(), as: UTF8.self)
        }
        throw damaged()
    }

    private func bytes(_ count: Int, _ digest: SHA256Stream?) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard fread(&bytes, 1, count, file) == count else { throw damaged() }
        digest?.update(bytes)
        return bytes
    }

    func damaged() -> TenantDirectory.Refusal {
        TenantDirectory.Refusal(
            "\(path) is damaged or incomplete: its checksums do not agree. Nothing was written.")
    }
}
