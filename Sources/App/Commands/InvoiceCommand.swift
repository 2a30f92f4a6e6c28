import Billing
import CLinux
import EventLoop
import HTTP
import Persistence
import Tenancy
import Values

/// `courtyard invoice list|show|issue|export`: what billing staff script, by the code of their
/// routes; the platform's log names the operator.
enum InvoiceCommand {
    static func run(_ arguments: inout Arguments) throws {
        switch arguments.next() {
        case "list":
            let status = try status(&arguments)
            let limit = try arguments.option("--limit").map(number) ?? 50
            try arguments.finish()
            for entry in try withDesk({ try await $0.list(status: status, limit: limit) }) {
                print(line(entry))
            }
        case "show":
            let name = try arguments.next("NUMBER")
            try arguments.finish()
            guard let json = try withDesk({ try await $0.show(name) }) else {
                throw TenantDirectory.Refusal("There is no invoice “\(name)”.")
            }
            print(String(decoding: json, as: UTF8.self))
        case "issue":
            let word = try arguments.next("ID")
            try arguments.finish()
            guard let id = ID(word) else {
                throw UsageMistake(
                    "“\(word)” is no id of a draft; 'courtyard invoice list --status draft' shows "
                        + "them.")
            }
            print(try withDesk { try await $0.issue(id) })
        case "export":
            let status = try status(&arguments)
            try arguments.finish()
            try withDesk { desk in
                try await desk.export(status: status, printed)
            }
        default:
            throw UsageMistake(
                "usage: courtyard invoice list [--status STATUS] [--limit N] | show NUMBER|ID "
                    + "| issue ID | export [--status STATUS]")
        }
    }

    /// Writes to standard output all of the bytes, however slowly they are taken.
    private static func printed(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    private static func status(_ arguments: inout Arguments) throws -> String? {
        guard let status = try arguments.option("--status") else { return nil }
        guard InvoiceDesk.statuses.contains(status) else {
            throw UsageMistake(
                "--status is “\(status)”, but must be one of "
                    + InvoiceDesk.statuses.joined(separator: ", ") + ".")
        }
        return status
    }

    private static func number(_ word: String) throws -> Int {
        guard let number = Int(word), 1...100_000 ~= number else {
            throw UsageMistake("--limit is “\(word)”, but must be a number from 1 to 100000.")
        }
        return number
    }

    private static func line(_ entry: InvoiceDesk.Entry) -> String {
        let name = entry.number ?? "draft \(entry.id)"
        let due = entry.dueDate.map { "  due \($0)" } ?? ""
        return "\(name)  \(entry.status)  \(entry.total)\(due)  \(entry.workspace)"
    }

    /// Runs `body` on a loop of its own; a refusal becomes the sentence of the route.
    private static func withDesk<Value: Sendable>(
        _ body: @escaping @Sendable (InvoiceDesk) async throws -> Value
    ) throws -> Value {
        let installation = try Installation(Configuration())
        let result = EventLoop.runUntilDone { loop -> Result<Value, any Error> in
            let services = installation.services(
                on: loop, clock: Clock(), pools: Pools(), rates: RateLimits())
            defer { services.database.close() }
            do {
                return .success(try await body(InvoiceDesk(services)))
            } catch {
                return .failure(error)
            }
        }
        do {
            return try result.get()
        } catch let problem as Problem {
            throw TenantDirectory.Refusal("\(problem.kind.title) (\(problem.kind.code)).")
        }
    }
}
