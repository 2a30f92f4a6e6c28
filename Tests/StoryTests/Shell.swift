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

    /// Runs a program to its end.
    static func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:],
        input: String? = nil
    ) throws -> Output {
        let base = NSTemporaryDirectory() + "courtyard-" + UUID().uuidString
        let files = (output: base + ".out", errors: base + ".err", input: base + ".in")
        defer {
            for file in [files.output, files.errors, files.input] {
                try? FileManager.default.removeItem(atPath: file)
            }
        }
        if let input { try input.write(toFile: files.input, atomically: false, encoding: .utf8) }
        let process = try ChildProcess(
            program, arguments,
            environment: ProcessInfo.processInfo.environment.merging(environment) { $1 },
            output: files.output, errors: files.errors,
            input: input == nil ? "/dev/null" : files.input)
        let status = process.wait()
        return Output(
            status: status, text: contents(of: files.output), errors: contents(of: files.errors))
    }

    static func contents(of path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
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
                description:
                    "\(program) ended with \(output.status): \(output.errors)\(output.text)")
        }
        return output.text
    }
}
