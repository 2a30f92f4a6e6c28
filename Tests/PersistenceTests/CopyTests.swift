import Foundation
import Testing

@testable import Persistence

@Suite struct `COPY in and out` {
    private struct Stopped: Error {}
    private let table = "CREATE TABLE tenant.pairs (a int PRIMARY KEY, b text)"

    @Test func `rows go in and come out, a million bytes of them`() async throws {
        let (copied, text) = try await Sandbox.run(table) { sandbox in
            try await sandbox.database.transaction(in: sandbox.scope) { transaction in
                var next = 0
                let copied = try await transaction.copyIn("COPY tenant.pairs FROM STDIN") {
                    defer { next += 1 }
                    return next < 20_000
                        ? Array("\(next)\t\(String(repeating: "x", count: 50))\n".utf8) : nil
                }
                var bytes: [UInt8] = []
                try await transaction.copyOut(
                    "COPY (SELECT a FROM tenant.pairs ORDER BY a) TO STDOUT"
                ) {
                    bytes += $0
                }
                return (copied, String(decoding: bytes, as: UTF8.self))
            }
        }
        #expect(copied == 20_000)
        #expect(text == (0..<20_000).map { "\($0)\n" }.joined())
    }

    @Test func `a bad row fails the copy, and the connection serves on`() async throws {
        let count = try await Sandbox.run(table, change: { $0.leasedConnectionsPerShard = 1 }) {
            sandbox in
            await #expect(throws: DatabaseError.self) {
                try await sandbox.database.transaction(in: sandbox.scope) { transaction in
                    var pieces = ["1\ta\n", "not a number\tb\n", "3\tc\n"]
                    _ = try await transaction.copyIn("COPY tenant.pairs FROM STDIN") {
                        pieces.isEmpty ? nil : Array(pieces.removeFirst().utf8)
                    }
                }
            }
            let rows = try await sandbox.database.write(
                ["SELECT count(*) FROM tenant.pairs"], in: sandbox.scope)
            return rows[0][0].integer(0)
        }
        #expect(count == 0)
    }

    @Test func `a copy that cannot start fails, and the connection serves on`() async throws {
        try await Sandbox.run(table, change: { $0.leasedConnectionsPerShard = 1 }) { sandbox in
            for statement in [
                "COPY tenant.nothing FROM STDIN", "COPY tenant.pairs FROM", "SELECT 1",
            ] as [SQL] {
                await #expect(throws: DatabaseError.self) {
                    try await sandbox.database.transaction(in: sandbox.scope) { transaction in
                        _ = try await transaction.copyIn(statement) { nil }
                    }
                }
            }
            _ = try await sandbox.database.write(["SELECT 1"], in: sandbox.scope)
        }
    }

    @Test func `a producer that throws gets its own error back, and nothing is copied`()
        async throws
    {
        let count = try await Sandbox.run(table, change: { $0.leasedConnectionsPerShard = 1 }) {
            sandbox in
            await #expect(throws: Stopped.self) {
                try await sandbox.database.transaction(in: sandbox.scope) { transaction in
                    var calls = 0
                    _ = try await transaction.copyIn("COPY tenant.pairs FROM STDIN") {
                        calls += 1
                        if calls == 3 { throw Stopped() }
                        return Array("\(calls)\tx\n".utf8)
                    }
                }
            }
            let rows = try await sandbox.database.write(
                ["SELECT count(*) FROM tenant.pairs"], in: sandbox.scope)
            return rows[0][0].integer(0)
        }
        #expect(count == 0)
    }

    @Test func `a copy from which nothing comes any more is given up`() async throws {
        // Four silent seconds here; a frozen PostgreSQL is silent too, and keeps no time limit.
        let error = try await Sandbox.run(change: { $0.statementTimeout = .seconds(1) }) {
            sandbox in
            await #expect(throws: DatabaseError.self) {
                try await sandbox.database.transaction(in: sandbox.scope) { transaction in
                    try await transaction.run("SET LOCAL statement_timeout = 0")
                    try await transaction.copyOut(
                        "COPY (SELECT 1 FROM pg_sleep(900)) TO STDOUT"
                    ) { _ in }
                }
            }
        }
        #expect(error?.isUnavailable == true)
    }

    @Test func `a consumer that throws gets its own error back, and work goes on`() async throws {
        try await Sandbox.run(change: { $0.leasedConnectionsPerShard = 1 }) { sandbox in
            await #expect(throws: Stopped.self) {
                try await sandbox.database.transaction(in: sandbox.scope) { transaction in
                    try await transaction.copyOut(
                        "COPY (SELECT generate_series(1, 1000000)) TO STDOUT"
                    ) { _ in throw Stopped() }
                }
            }
            _ = try await sandbox.database.write(["SELECT 1"], in: sandbox.scope)
        }
    }
}
