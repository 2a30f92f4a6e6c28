/// An open transaction.
///
/// BEGIN and the preamble travel with the first statement, what was deferred travels with COMMIT,
/// so that n statements cost n + 1 round trips at most.
///
/// Lives on one loop and ends with the closure that received it.
package final class Transaction: @unchecked Sendable {
    private enum State { case unopened, open, finished }

    private let connection: Connection
    private let scope: Scope
    private let isolation: Isolation
    private var state = State.unopened
    private var deferred: [SQL] = []

    init(connection: Connection, scope: Scope, isolation: Isolation) {
        self.connection = connection
        self.scope = scope
        self.isolation = isolation
    }

    /// Runs one statement and waits for its rows.
    @discardableResult
    package func run(_ sql: SQL) async throws -> Rows {
        let results = try await run([sql])
        guard let rows = results.first else { throw DatabaseError.unavailable("no result") }
        return rows
    }

    /// Runs several statements in one round trip; the first failure stops those after it.
    @discardableResult
    package func run(_ statements: [SQL]) async throws -> [Rows] {
        try await step(statements, closing: nil)
    }

    /// Adds a statement whose rows nobody needs; it runs just before COMMIT.
    package func atCommit(_ sql: SQL) {
        deferred.append(sql)
    }

    /// Runs COPY … FROM STDIN with the pieces that `next` returns until nil; returns the rows
    /// copied.
    package func copyIn(_ sql: SQL, _ next: () async throws -> [UInt8]?) async throws -> Int {
        try await open()
        return try await connection.copyIn(sql.text(schema: scope.schema), next)
    }

    /// Runs COPY … TO STDOUT and hands each piece to `take`, which may suspend.
    package func copyOut(_ sql: SQL, _ take: ([UInt8]) async throws -> Void) async throws {
        try await open()
        try await connection.copyOut(sql.text(schema: scope.schema), take)
    }

    /// Begins the transaction now, when its first statement would come too late, and checks
    /// admission.
    package func open() async throws {
        if state == .unopened { _ = try await step([], closing: nil) }
    }

    func commit() async throws {
        if state == .unopened, deferred.isEmpty { return }
        let last = deferred
        deferred.removeAll()
        _ = try await step(last, closing: "COMMIT")
    }

    func rollBack() async {
        guard state == .open else { return }
        state = .finished
        // A connection that cannot roll back is closed when it is given back; PostgreSQL then does.
        do {
            _ = try await connection.run(scope, [], sendsPreamble: false, closing: "ROLLBACK")
        } catch {
            connection.close(.unavailable("rollback failed"))
        }
    }

    private func step(_ statements: [SQL], closing: StaticString?) async throws -> [Rows] {
        precondition(state != .finished, "the transaction has ended")
        let isFirst = state == .unopened
        state = .open
        let results = try await connection.run(
            scope, statements, opening: isFirst ? isolation.opening : nil, sendsPreamble: isFirst,
            closing: closing)
        if closing != nil { state = .finished }
        return results
    }
}
