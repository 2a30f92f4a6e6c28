import Foundation
import Synchronization
import TestSupport
import Values

/// A server of Tests/Peers in a process of its own that prints its port, then lines of JSON.
final class PeerProcess: Sendable {
    let port: Int
    private let process: ChildProcess
    private let log = NSTemporaryDirectory() + "courtyard-peer-" + UUID().uuidString

    init(_ script: String, _ arguments: [String]) throws {
        process = try ChildProcess(
            TestEnvironment.repository + "/.venv/bin/python",
            ["Tests/Peers/\(script)"] + arguments,
            environment: ProcessInfo.processInfo.environment, output: log)
        let start = Date()
        while true {
            let text = Shell.contents(of: log)
            if let end = text.firstIndex(of: "\n"), let port = Int(text[..<end]) {
                self.port = port
                return
            }
            guard process.isRunning, Date().timeIntervalSince(start) < 60 else {
                throw Shell.Failure(description: "\(script) did not start: \(text)")
            }
            usleep(20_000)
        }
    }

    /// What it has printed so far, besides its port.
    var lines: [JSON] {
        let text = Shell.contents(of: log)
        let whole = text.lastIndex(of: "\n").map { text[..<$0] } ?? ""
        return whole.split(separator: "\n").dropFirst()
            .compactMap { try? JSON.parse(Array($0.utf8)) }
    }

    /// kill -9.
    func stop() {
        process.signal(SIGKILL)
        process.wait()
    }

    deinit {
        stop()
        try? FileManager.default.removeItem(atPath: log)
    }
}

/// aiosmtpd, which can go away and come back under its address: Tests/Peers/smtp_server.py.
final class MailServer: Sendable {
    private let port: ReservedPort
    private let runs = Mutex<[PeerProcess]>([])

    init() throws {
        port = try ReservedPort()
        try start()
    }

    /// What the server needs in order to send its mails here.
    var settings: [String: String] {
        [
            "COURTYARD_MAIL": "smtp://127.0.0.1:\(port.number)",
            "COURTYARD_MAIL_FROM": "app@courtyard.test",
        ]
    }

    func start() throws {
        let run = try PeerProcess("smtp_server.py", ["plain", "-", "-", "\(port.number)"])
        runs.withLock { $0.append(run) }
    }

    func stop() { runs.withLock { $0.last }?.stop() }

    /// The mails it has taken.
    var mails: [JSON] { runs.withLock { $0 }.flatMap(\.lines) }

    /// The same in the form in which a server without one prints them.
    var text: String {
        mails.map { mail in
            let to = mail["to"]?.arrayValue?.first?.stringValue ?? ""
            let text = (mail["text"]?.stringValue ?? "").replacingOccurrences(of: "\r", with: "")
            return "Mail to \(to)\nSubject: \(mail["subject"]?.stringValue ?? "")\n\n\(text)\n"
        }.joined()
    }
}

/// A port on 127.0.0.1 that nobody else is given while its server is away.
///
/// The socket is bound and does not listen, so connections are refused until a server binds the
/// port too, with SO_REUSEPORT.
final class ReservedPort: Sendable {
    let number: Int
    private let file: Int32

    init() throws {
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.file = file
        var isShared: Int32 = 1
        setsockopt(
            file, SOL_SOCKET, SO_REUSEPORT, &isShared, socklen_t(MemoryLayout<Int32>.size))
        number = try FreePort.bind(file)
    }

    deinit { close(file) }
}
