import Foundation
import TestSupport

/// Runs real programs: psql, curl, the server itself.
enum Shell {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    struct Output: Sendable {
        var status: Int32
        var text: String
        var errors: String
    }

    /// Runs a program to its end. The calling thread waits, so call it off the test's own executor.
    static func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:],
        input: String? = nil
    ) throws -> Output {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: TestEnvironment.repository)
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        // A file, since a server that the program leaves running would keep a pipe open.
        let problems = NSTemporaryDirectory() + "courtyard-errors-" + UUID().uuidString
        _ = FileManager.default.createFile(atPath: problems, contents: nil)
        defer { try? FileManager.default.removeItem(atPath: problems) }
        process.standardError = FileHandle(forWritingAtPath: problems)
        if let input {
            let pipe = Pipe()
            process.standardInput = pipe
            try process.run()
            pipe.fileHandleForWriting.write(Data(input.utf8))
            try pipe.fileHandleForWriting.close()
        } else {
            process.standardInput = FileHandle.nullDevice
            try process.run()
        }
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let errors = FileManager.default.contents(atPath: problems) ?? Data()
        return Output(
            status: process.terminationStatus, text: String(decoding: text, as: UTF8.self),
            errors: String(decoding: errors, as: UTF8.self))
    }

    /// Like ``run(_:_:environment:input:)``, and fails unless the program ends with status 0.
    @discardableResult
    static func check(
        _ program: String, _ arguments: [String], environment: [String: String] = [:],
        input: String? = nil
    ) throws -> String {
        let output = try run(program, arguments, environment: environment, input: input)
        guard output.status == 0 else {
            throw Failure(
                description: "\(program) ended with \(output.status): \(output.errors)\(output.text)")
        }
        return output.text
    }
}
