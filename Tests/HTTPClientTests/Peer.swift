import EventLoop
import Foundation

/// Why a peer cannot be started, as a sentence with the remedy.
struct PeerFailure: Error, CustomStringConvertible {
    let description: String
}

/// A server in another process on 127.0.0.1; it ends when the test lets go of it.
final class Peer {
    let port: Int
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var pending = Data()

    private static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Runs a script of Tests/Peers with the Python that scripts/venv prepared.
    init(_ script: String, _ arguments: [String] = []) throws {
        let python = Self.repository.appendingPathComponent(".venv/bin/python")
        guard FileManager.default.isExecutableFile(atPath: python.path) else {
            throw PeerFailure(
                description: "there is no .venv/bin/python; run scripts/venv (scripts/test does)")
        }
        process.executableURL = python
        process.arguments =
            [Self.repository.appendingPathComponent("Tests/Peers/" + script).path] + arguments
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var pending = Data()
        let line = Self.line(from: output, &pending)
        guard let found = line.flatMap({ Int($0) }) else {
            throw PeerFailure(description: "Tests/Peers/\(script) ended before it listened")
        }
        port = found
        self.pending = pending
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.terminate()
        process.waitUntilExit()
    }

    /// The next line that the server prints.
    func line() -> String? { Self.line(from: output, &pending) }

    /// Ends the server as a crash would.
    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    private static func line(from pipe: Pipe, _ pending: inout Data) -> String? {
        while true {
            if let end = pending.firstIndex(of: 10) {
                defer { pending.removeSubrange(...end) }
                return String(decoding: pending[..<end], as: UTF8.self)
            }
            let more = pipe.fileHandleForReading.availableData
            if more.isEmpty { return nil }
            pending.append(more)
        }
    }
}

/// A self-signed certificate for `localhost`, `hook.test` and 127.0.0.1, made once for all tests.
enum TestCertificate {
    struct Files: Sendable { let certificate, key: String }

    static let files = Result { try make() }

    private static func make() throws -> Files {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "courtyard-client-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let files = Files(
            certificate: folder.appendingPathComponent("cert.pem").path,
            key: folder.appendingPathComponent("key.pem").path)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", files.key, "-out", files.certificate, "-days", "2", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost,DNS:hook.test,IP:127.0.0.1",
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw PeerFailure(description: "openssl made no certificate; run scripts/setup test")
        }
        return files
    }
}
