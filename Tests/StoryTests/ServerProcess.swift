import Foundation
import TestSupport

/// The real server as a child process, in the test build, on loopback.
final class ServerProcess: Sendable {
    let address: String
    let database: StoryDatabase
    private let process: ChildProcess
    private let log = NSTemporaryDirectory() + "courtyard-server-" + UUID().uuidString

    /// Starts a server on a database that is migrated already.
    ///
    /// - Parameters:
    ///   - database: Where it keeps its data.
    ///   - environment: Settings besides the defaults of tests.
    ///   - wrapper: A program with arguments that starts the one after them, such as `prlimit`.
    /// - Throws: When it does not start.
    init(
        _ database: StoryDatabase, environment: [String: String] = [:], wrapper: [String] = []
    ) throws {
        self.database = database
        let port = try FreePort.find()
        address = "http://127.0.0.1:\(port)"
        let settings = [
            "COURTYARD_DATABASE_URL": database.ownerURL, "COURTYARD_LISTEN": "127.0.0.1:\(port)",
            "COURTYARD_ORIGIN": address, "COURTYARD_MAIL": "log:", "COURTYARD_RATE_AUTH": "100000",
            "COURTYARD_LOOPS": "1", "COURTYARD_KEYS": TestInstallation.keys,
        ]
        let command = wrapper + [Self.binary, "serve"]
        process = try ChildProcess(
            command[0], Array(command.dropFirst()),
            environment: ProcessInfo.processInfo.environment
                .filter { !$0.key.hasPrefix("COURTYARD_") }
                .merging(settings) { $1 }.merging(environment) { $1 },
            output: log)
        let start = Date()
        while try Shell.run("curl", ["-s", "-f", address + "/health"]).status != 0 {
            guard process.isRunning, Date().timeIntervalSince(start) < 60 else {
                throw Shell.Failure(description: "the server did not start: \(output)")
            }
            usleep(20_000)
        }
    }

    /// Everything the server has printed so far: log lines and mails.
    var output: String { Shell.contents(of: log) }

    /// SIGTERM, and waits for the clean end; returns the exit status.
    @discardableResult
    func stop() -> Int32 {
        process.signal(SIGTERM)
        return process.wait()
    }

    /// kill -9: nothing gets a chance to tidy up.
    func kill() {
        process.signal(SIGKILL)
        process.wait()
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(atPath: log)
    }

    static var binary: String { TestEnvironment.repository + "/.build/debug/courtyard" }

    /// Runs an operator command against the database and returns what it printed.
    @discardableResult
    static func command(
        _ arguments: [String], on database: StoryDatabase, input: String? = nil,
        environment: [String: String] = [:]
    ) throws -> String {
        try Shell.check(
            binary, arguments,
            environment: environment.merging(operatorSettings(database)) { $1 }, input: input)
    }

    /// What every operator command needs to know.
    static func operatorSettings(_ database: StoryDatabase) -> [String: String] {
        [
            "COURTYARD_DATABASE_URL": database.ownerURL,
            "COURTYARD_KEYS": TestInstallation.keys,
        ]
    }
}

/// A loopback port that nobody listens on, for a server that must know its own address beforehand.
enum FreePort {
    static func find() throws -> Int {
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(file) }
        return try bind(file)
    }

    /// Gives the socket a port.
    static func bind(_ file: Int32) throws -> Int {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                Glibc.bind(file, generic, length) + getsockname(file, generic, &length)
            }
        }
        guard status == 0 else { throw Shell.Failure(description: "no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
