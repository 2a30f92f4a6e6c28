import Foundation

/// Where tests leave the documents they made, for people to look at: COURTYARD_DOCUMENTS_FOLDER.
enum Keeping {
    static func keep(_ bytes: [UInt8], as name: String) throws {
        guard let folder = ProcessInfo.processInfo.environment["COURTYARD_DOCUMENTS_FOLDER"] else {
            return
        }
        try Data(bytes).write(to: URL(filePath: folder).appending(path: name))
    }
}
