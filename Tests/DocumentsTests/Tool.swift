import Foundation

/// Programs of poppler-utils, which read a PDF independently of what wrote it.
enum Tool {
    struct Failure: Error {
        var status: Int32
        var output: String
    }

    /// What a program prints about a PDF that it is given as a file.
    ///
    /// - Parameters:
    ///   - name: Such as `pdftotext`.
    ///   - arguments: `@` stands for the file.
    ///   - pdf: The bytes of the file.
    /// - Returns: Its standard output.
    /// - Throws: ``Failure`` if it ends with an error.
    static func run(_ name: String, _ arguments: [String], on pdf: [UInt8]) throws -> String {
        let file = FileManager.default.temporaryDirectory
            .appending(path: "courtyard-\(UUID().uuidString).pdf")
        try Data(pdf).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [name] + arguments.map { $0 == "@" ? file.path : $0 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let text = String(decoding: output, as: UTF8.self)
        guard process.terminationStatus == 0 else {
            throw Failure(status: process.terminationStatus, output: text)
        }
        return text
    }

    /// The text of the pages, without marks of direction, as `pdftotext` finds it.
    static func text(of pdf: [UInt8], layout: Bool = false) throws -> String {
        let arguments = (layout ? ["-layout"] : []) + ["-enc", "UTF-8", "@", "-"]
        let text = try run("pdftotext", arguments, on: pdf)
        return String(
            String.UnicodeScalarView(text.unicodeScalars.filter { !$0.properties.isBidiControl }))
    }
}
