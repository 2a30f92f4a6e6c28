import CLinux
import Crypto
import Values

/// Writes an archive front to back in constant memory.
///
/// The file takes its name only when it is complete and on disk; until then it is `NAME.partial`.
final class ArchiveWriter {
    static let magic = "courtyard-archive 1\n"

    private let path: String
    private let file: UnsafeMutablePointer<FILE>
    private let digest = SHA256Stream()
    private var section: (name: String, columns: [String], rows: Int64, digest: SHA256Stream)?
    private var pending: [UInt8] = []
    private(set) var sections: [ArchiveManifest.Section] = []
    private var isFinished = false

    /// - Throws: ``TenantDirectory/Refusal`` when the file exists or cannot be made.
    init(_ path: String) throws {
        guard access(path, F_OK) != 0 else {
            throw TenantDirectory.Refusal("\(path) exists already; name a new file.")
        }
        self.path = path
        unlink(path + ".partial")
        // Archives hold everything a workspace owns: nobody else may read them.
        let descriptor = courtyard_create_private(path + ".partial")
        guard descriptor >= 0, let file = fdopen(descriptor, "w") else {
            throw Self.failure("\(path) cannot be written")
        }
        self.file = file
        try put(Array(Self.magic.utf8))
    }

    deinit {
        fclose(file)
        if !isFinished { unlink(path + ".partial") }
    }

    func begin(_ name: String, columns: [String]) throws {
        section = (name, columns, 0, SHA256Stream())
        try put(Array("section \(name)\n".utf8))
    }

    /// Adds rows in the form of COPY.
    func add(_ bytes: [UInt8]) throws {
        section?.digest.update(bytes)
        pending += bytes
        if pending.count >= 65_536 { try writePiece() }
    }

    func end(rows: Int) throws {
        try writePiece()
        try put(Array("0\n".utf8))
        guard let section else { return }
        sections.append(
            .init(
                name: section.name, columns: section.columns, rows: Int64(rows),
                checksum: Hex.encode(section.digest.finish().bytes)))
        self.section = nil
    }

    private func writePiece() throws {
        guard !pending.isEmpty else { return }
        try put(Array("\(pending.count)\n".utf8))
        try put(pending)
        pending.removeAll(keepingCapacity: true)
    }

    /// Adds the manifest and the checksum over everything, and gives the file its name.
    func finish(_ manifest: ArchiveManifest) throws {
        let json = manifest.json.serialized
        try put(Array("manifest \(json.count)\n".utf8))
        try put(json + [10])
        let checksum = Hex.encode(digest.finish().bytes)
        try put(Array("sha256 \(checksum)\n".utf8), isCounted: false)
        guard fflush(file) == 0, fsync(fileno(file)) == 0,
            link(path + ".partial", path) == 0
        else { throw Self.failure("\(path) cannot be written") }
        isFinished = true
        unlink(path + ".partial")
    }

    private func put(_ bytes: [UInt8], isCounted: Bool = true) throws {
        if isCounted { digest.update(bytes) }
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
            throw Self.failure("\(path) cannot be written")
        }
    }

    private static func failure(_ what: String) -> TenantDirectory.Refusal {
        TenantDirectory.Refusal("\(what): \(String(cString: strerror(courtyard_errno()))).")
    }
}
