import Persistence

/// Removes rows that have run out, a batch at a time.
///
/// Each batch is a transaction of its own, so that a day on which much runs out holds no lock for
/// long, and one table or workspace takes no more than its share of a run; the rest waits for the
/// next one.
package struct Sweep {
    /// Rows of one statement.
    package static let batch: Int64 = 1_000
    /// Statements of one table in one run.
    private static let batches = 50

    private let database: Database
    private let scope: Scope
    private let checkpoint: () throws -> Void

    /// `checkpoint` is called before each batch and throws when the run must end.
    package init(
        _ database: Database, in scope: Scope, checkpoint: @escaping () throws -> Void = {}
    ) {
        self.database = database
        self.scope = scope
        self.checkpoint = checkpoint
    }

    /// Repeats `statement`, a DELETE of at most ``batch`` rows, until it finds fewer.
    ///
    /// - Returns: How many rows are gone.
    @discardableResult
    package func run(_ statement: SQL) async throws -> Int {
        var gone = 0
        for _ in 0..<Self.batches {
            try checkpoint()
            let results = try await database.write([statement], in: scope)
            let affected = results.first?.affected ?? 0
            gone += affected
            guard affected >= Int(Self.batch) else { break }
        }
        return gone
    }
}
