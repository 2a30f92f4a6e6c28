import CLinux
import Values

/// Verifies an exported chain without any database.
package enum AuditFileReader {
    /// Follows the chain in a file; `heads` that were kept elsewhere show one that was cut or made
    /// anew.
    ///
    /// Throws ``TenantDirectory/Refusal`` when the file cannot be read or is none of this format.
    package static func verify(_ path: String, heads: [AuditHead] = []) throws -> AuditReport {
        var lines = try LineReader(path)
        guard let header = try lines.next(), header["format"]?.stringValue == AuditEntry.format,
            let chain = header["chain"]?.stringValue
        else {
            throw TenantDirectory.Refusal(
                "\(path) is no exported audit log in the format \(AuditEntry.format).")
        }
        var check = AuditChainCheck(chain: chain, heads: heads)
        while let line = try lines.next() {
            if let head = line["head"].flatMap({ AuditHead($0) }) {
                guard try lines.next() == nil else { throw lines.damaged() }
                return AuditReport(
                    log: path, head: head, sealed: check.count, waiting: 0,
                    findings: check.finish(at: head))
            }
            guard let seal = AuditFile.seal(line) else { throw lines.damaged() }
            check.add(seal)
        }
        throw TenantDirectory.Refusal("\(path) is incomplete: it has no head at its end.")
    }

    /// Reads heads, one JSON object a line, as `courtyard audit heads` writes them.
    package static func heads(_ path: String) throws -> [AuditHead] {
        var lines = try LineReader(path)
        var heads: [AuditHead] = []
        while let line = try lines.next() {
            guard let head = AuditHead(line) else { throw lines.damaged() }
            heads.append(head)
        }
        return heads
    }
}

/// The lines of a file, each a JSON object.
private struct LineReader: ~Copyable {
    private let path: String
    private let file: UnsafeMutablePointer<FILE>
    private var number = 0
    /// Longer than any entry: its details come from a body of at most 1 MiB.
    private static let longest = 16 << 20

    init(_ path: String) throws {
        guard let file = fopen(path, "r") else {
            let reason = String(cString: strerror(courtyard_errno()))
            throw TenantDirectory.Refusal("\(path) cannot be read: \(reason).")
        }
        self.path = path
        self.file = file
    }

    deinit { fclose(file) }

    /// The next line that is not empty; nil at the end.
    mutating func next() throws -> JSON? {
        var bytes: [UInt8] = []
        while true {
            let character = getc_unlocked(file)
            if character != EOF, character != 10 {
                guard bytes.count < Self.longest else { throw damaged() }
                bytes.append(UInt8(truncatingIfNeeded: character))
                continue
            }
            number += 1
            if bytes.isEmpty {
                if character == EOF { return nil }
                continue
            }
            guard let json = try? JSON.parse(bytes), json.objectValue != nil else {
                throw damaged()
            }
            return json
        }
    }

    func damaged() -> TenantDirectory.Refusal {
        TenantDirectory.Refusal("\(path) is damaged: line \(number) is not what it should be.")
    }
}
