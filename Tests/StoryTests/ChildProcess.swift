import Foundation
import TestSupport

/// A program started with posix_spawn, its output going to files.
///
/// Not Foundation's `Process`: that waits until every descendant has ended, and a script may leave
/// a server running.
final class ChildProcess: @unchecked Sendable {
    let processID: pid_t
    private let lock = NSLock()
    private var exitStatus: Int32?

    /// Starts a program with standard input and output at these paths.
    ///
    /// Errors go to `errors`, or to the output as well.
    init(
        _ program: String, _ arguments: [String], environment: [String: String], output: String,
        errors: String? = nil, input: String = "/dev/null"
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let creation = O_WRONLY | O_CREAT | O_APPEND
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, creation, 0o600)
        if let errors {
            posix_spawn_file_actions_addopen(&actions, 2, errors, creation, 0o600)
        } else {
            posix_spawn_file_actions_adddup2(&actions, 1, 2)
        }
        // A PostgreSQL that the tests start counts what it inherits among its open files.
        let inherited = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        for file in inherited.compactMap({ Int32($0) }) where file > 2 {
            posix_spawn_file_actions_addclose(&actions, file)
        }
        let command = ["env", "-C", TestEnvironment.repository, program] + arguments
        var words = command.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for pointer in words + variables { free(pointer) } }
        var child = pid_t()
        let failure = posix_spawnp(&child, "env", &actions, nil, &words, &variables)
        guard failure == 0 else {
            throw Shell.Failure(description: "\(program) could not be started: \(failure)")
        }
        processID = child
    }

    var isRunning: Bool { poll() == nil }

    /// The exit status if the program has ended: its code, or the signal's number negated.
    private func poll(options: Int32 = WNOHANG) -> Int32? {
        lock.withLock {
            if let exitStatus { return exitStatus }
            var status: Int32 = 0
            guard waitpid(processID, &status, options) == processID else { return nil }
            exitStatus = status & 0x7f == 0 ? (status >> 8) & 0xff : -(status & 0x7f)
            return exitStatus
        }
    }

    @discardableResult
    func wait() -> Int32 { poll(options: 0) ?? -1 }

    func signal(_ number: Int32) {
        if isRunning { kill(processID, number) }
    }
}
