import Foundation

/// The text files of this repository, read once.
enum SourceTree {
    /// The folder that holds `Package.swift`.
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Every text file that people write, by path; without what git ignores and what is generated.
    static let files: [SourceFile] = {
        let folders = ["Sources", "Tests", "docs", "scripts", "sql", ".ci"]
        let documents = ["Package.swift", "README.md", "CONTRIBUTING.md", "CHANGELOG.md"]
        return (documents + folders.flatMap(paths(under:)))
            .filter { !$0.hasPrefix("sql/schema/") && !$0.hasSuffix(".json") }
            .sorted()
            .compactMap { path in
                (try? String(contentsOf: root.appending(path: path), encoding: .utf8))
                    .map { SourceFile(path: path, text: $0) }
            }
    }()

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    private static func paths(under folder: String) -> [String] {
        let found = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
        return (found?.allObjects as? [String] ?? []).map { folder + "/" + $0 }
    }
}

/// One file, as it is and with comments and strings blanked.
struct SourceFile: Sendable {
    /// Relative to the root, such as `Sources/App/Command.swift`.
    let path: String
    let text: String

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// The lines of a Swift file where comments and the text of strings are spaces.
    var code: [Substring] {
        SwiftCode.blanked(text).split(separator: "\n", omittingEmptySubsequences: false)
    }

}
