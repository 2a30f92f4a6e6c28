import EventLoop
import Jobs
import Persistence
import Tenancy
import Values

/// `courtyard jobs list|retry|drop`: the queue as an operator sees it (design §9).
enum JobsCommand {
    static func run(_ arguments: inout Arguments) throws {
        switch arguments.next() {
        case "list":
            let state = try arguments.option("--state").map { word in
                guard let state = JobQueue.State(rawValue: word) else {
                    throw UsageMistake(
                        "--state is “\(word)”, but must be waiting, running or dead.")
                }
                return state
            }
            try arguments.finish()
            try list(state)
        case "retry":
            let all = arguments.flag("--all")
            let id = all ? nil : try self.id(&arguments)
            try arguments.finish()
            let count = try withQueue { try await $0.retry(id, now: Instant.system) }
            guard count > 0 || all else {
                throw TenantDirectory.Refusal("No job that waits or is dead has this id.")
            }
            print("\(MigrateCommand.count(count, "job")) will run again.")
        case "drop":
            let id = try self.id(&arguments)
            try arguments.finish()
            guard try withQueue({ try await $0.drop(id) }) else {
                throw TenantDirectory.Refusal("No job has this id, or it is running at the moment.")
            }
            print("The job is dropped.")
        default:
            throw UsageMistake(
                "usage: courtyard jobs list [--state STATE] | retry ID|--all | drop ID")
        }
    }

    private static func id(_ arguments: inout Arguments) throws -> ID {
        let word = try arguments.next("ID")
        guard let id = ID(word) else {
            throw UsageMistake("“\(word)” is no job id; 'courtyard jobs list' shows them.")
        }
        return id
    }

    private static func list(_ state: JobQueue.State?) throws {
        let jobs = try withQueue { try await $0.list(state: state, limit: 1_000) }
        guard !jobs.isEmpty else { return print("There is no such job.") }
        for job in jobs {
            let owner = job.tenantNumber.map { "workspace \($0)" } ?? "platform"
            var line = "\(job.id)  \(job.state.rawValue)  \(job.kind)  \(owner)  due \(job.runAt)"
            line += "  attempt \(job.attempts) of \(job.maxAttempts)"
            if let error = job.lastError { line += "  last error: \(error)" }
            print(line)
        }
    }

    /// Runs `body` on a loop of its own with the queue of the configured database.
    private static func withQueue<Value: Sendable>(
        _ body: @escaping @Sendable (JobQueue) async throws -> Value
    ) throws -> Value {
        let installation = try Installation(Configuration())
        return try EventLoop.runUntilDone { loop -> Result<Value, any Error> in
            let database = Database(loop: loop, settings: installation.connections)
            defer { database.close() }
            do {
                return .success(try await body(JobQueue(database: database)))
            } catch {
                return .failure(error)
            }
        }.get()
    }
}
