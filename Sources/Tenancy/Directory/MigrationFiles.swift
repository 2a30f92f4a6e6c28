import CLinux
import Crypto
import Values

/// One numbered migration file.
package struct MigrationFile: Sendable, Equatable {
    package var version: Int
    /// The file's name without folder, such as `0001_members.sql`.
    package var name: String
    package var sql: String
    /// SHA-256 of the file's bytes, hexadecimal; a released file never changes.
    package var checksum: String
}

/// The migrations that ship beside the binary: `sql/platform` and `sql/tenant`.
package struct MigrationFiles: Sendable {
    package var platform: [MigrationFile]
    package var tenant: [MigrationFile]

    /// Why the folder is of no use, in one sentence.
    package struct Unreadable: Error, CustomStringConvertible {
        package var description: String
    }

    /// - Parameter folder: The folder that holds `platform` and `tenant`.
    /// - Throws: ``Unreadable`` when a file cannot be read or the numbers have a gap.
    package init(folder: String) throws(Unreadable) {
        platform = try Self.read(folder + "/platform")
        tenant = try Self.read(folder + "/tenant")
    }

    private static func read(_ folder: String) throws(Unreadable) -> [MigrationFile] {
        var files: [MigrationFile] = []
        for name in try names(in: folder).filter({ $0.hasSuffix(".sql") }).sorted() {
            guard let version = Int(name.prefix(4)), version == files.count + 1 else {
                throw Unreadable(
                    description: "\(folder)/\(name) breaks the sequence of migration numbers.")
            }
            let bytes = try contents(of: folder + "/" + name)
            files.append(
                MigrationFile(
                    version: version, name: name, sql: String(decoding: bytes, as: UTF8.self),
                    checksum: Hex.encode(SHA256.digest(of: bytes).bytes)))
        }
        return files
    }

    private static func names(in folder: String) throws(Unreadable) -> [String] {
        guard let directory = opendir(folder) else {
            throw Unreadable(description: "The migrations folder \(folder) cannot be opened.")
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            names.append(name)
        }
        return names
    }

    private static func contents(of path: String) throws(Unreadable) -> [UInt8] {
        guard let file = fopen(path, "r") else {
            throw Unreadable(description: "\(path) cannot be read.")
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { return bytes }
            bytes.append(contentsOf: buffer[0..<count])
        }
    }
}
