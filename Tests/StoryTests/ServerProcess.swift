import Foundation
import Synchronization
import TestSupport

/// The real server as a child process, in the test build, on loopback.
final class ServerProcess: Sendable {
    let address: String
    let database: StoryDatabase
    private let process: Mutex<Process>

    /// Starts a server on a database that is migrated already.
    ///
    /// - Parameter environment: Settings besides the defaults of tests.
    init(_ database: StoryDatabase, environment: [String: String] = [:]) throws {
        self.database = database
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.binary)
        process.arguments = ["serve"]
        let port = try FreePort.find()
        let settings = [
            "COURTYARD_DATABASE_URL": database.ownerURL, "COURTYARD_LISTEN": "127.0.0.1:\(port)",
            "COURTYARD_ORIGIN": "http://127.0.0.1:\(port)",
            "COURTYARD_MAIL": "log:", "COURTYARD_RATE_AUTH": "100000", "COURTYARD_LOOPS": "1",
        ]
        process.environment = ProcessInfo.processInfo.environment
            .filter { !$0.key.hasPrefix("COURTYARD_") }
            .merging(settings) { $1 }.merging(environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        let start = Date()
        try process.run()
        // The reader thread ends with the process, which closes the pipe.
        let collected = SharedText()
        Thread.detachNewThread {
            while true {
                let data = output.fileHandleForReading.availableData
                if data.isEmpty { return }
                collected.append(String(decoding: data, as: UTF8.self))
            }
        }
        var found: String?
        while found == nil {
            if let range = collected.text.range(of: #"http://127\.0\.0\.1:[0-9]+"#, options: .regularExpression) {
                found = String(collected.text[range])
            } else if !process.isRunning || Date().timeIntervalSince(start) > 20 {
                throw Shell.Failure(description: "the server did not start: \(collected.text)")
            } else {
                usleep(5_000)
            }
        }
        address = found ?? ""
        self.process = Mutex(process)
        self.collected = collected
    }

    private let collected: SharedText

    /// Everything the server has printed so far: log lines and mails.
    var output: String { collected.text }

    /// The first text that matches, waited for up to some seconds; mails are sent by a job.
    func waitForOutput(_ pattern: String, seconds: Double = 10) throws -> String {
        let start = Date()
        while Date().timeIntervalSince(start) < seconds {
            let text = output
            if let range = text.range(of: pattern, options: .regularExpression) {
                return String(text[range])
            }
            usleep(20_000)
        }
        throw Shell.Failure(description: "nothing printed matches \(pattern):\n\(output.suffix(3_000))")
    }

    var processID: Int32 { process.withLock { $0.processIdentifier } }

    /// SIGTERM, and waits for the clean end; returns the exit status.
    @discardableResult
    func stop() -> Int32 {
        process.withLock { process in
            if process.isRunning { process.terminate() }
            process.waitUntilExit()
            return process.terminationStatus
        }
    }

    /// kill -9: nothing gets a chance to tidy up.
    func kill() {
        process.withLock { process in
            Foundation.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    deinit {
        process.withLock { process in
            if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
        }
    }

    static var binary: String { TestEnvironment.repository + "/.build/debug/courtyard" }

    /// Runs an operator command against the database and returns what it printed.
    @discardableResult
    static func command(
        _ arguments: [String], on database: StoryDatabase, input: String? = nil
    ) throws -> String {
        try Shell.check(
            binary, arguments, environment: ["COURTYARD_DATABASE_URL": database.ownerURL],
            input: input)
    }
}

/// A loopback port that nobody listens on, for a server that must know its own address beforehand.
enum FreePort {
    static func find() throws -> Int {
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(file) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(file, generic, length) + getsockname(file, generic, &length)
            }
        }
        guard status == 0 else { throw Shell.Failure(description: "no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

/// Text that one thread adds to and others read.
final class SharedText: Sendable {
    private let storage = Mutex("")
    var text: String { storage.withLock { $0 } }
    func append(_ more: String) { storage.withLock { $0 += more } }
}
