import EventLoop
import HTTP
import Jobs
import Persistence
import Tabular
import Tenancy
import Values

/// Imports one stored file, a batch at a time (MS-21…MS-27).
///
/// The count of processed rows moves in the transaction that writes them, behind the lock of the
/// import's row, so that after a crash, or beside a process that thinks the job is still its own,
/// no row is imported twice and none is left out.
struct ImportJob {
    static let kind = JobKind(
        "contacts.import", maxAttempts: 5, firstRetry: .seconds(2), longestRetry: .seconds(60),
        lease: .seconds(20), timeout: .seconds(3_600))

    private static let batchSize = 1_000
    private static let patience = Duration.seconds(60)

    let context: TenantContext
    let run: JobRun
    let id: ID
    let options: ImportOptions
    private let format: ImportReader.Format
    private var processed: Int

    static func perform(_ context: TenantContext, _ run: JobRun) async throws -> JobOutcome {
        guard let id = run.payload["import"]?.stringValue.flatMap({ ID($0) }) else {
            throw JobFailure.permanent("malformed_payload")
        }
        guard var job = try await begin(id, context, run) else { return .finished }
        do {
            try await job.importRows()
            try await job.end("completed", failure: nil)
        } catch is ImportEnded {
            return .finished
        } catch let interruption as JobInterruption {
            throw interruption
        } catch let failure as TableFailure {
            try await job.end("failed", failure: Problem(failure).kind.code)
        } catch let problem as Problem {
            try await job.end("failed", failure: problem.kind.code)
        }
        return .finished
    }

    /// Ends the import of a job that will not be tried again.
    static func giveUp(_ context: TenantContext, _ run: JobRun) async throws {
        guard let id = run.payload["import"]?.stringValue.flatMap({ ID($0) }) else { return }
        try await context.transaction { transaction in
            let results = try await transaction.run([
                """
                UPDATE tenant.contact_imports
                SET state = 'failed', failure = 'internal_error', finished_at = \(context.now)
                WHERE id = \(id) AND state IN ('queued', 'running')
                """,
                run.claim,
            ])
            guard results[1].count == 1 else { throw JobInterruption.leaseLost }
            transaction.atCommit(ContactImport.removePieces(of: id))
        }
    }

    /// - Returns: nil when there is nothing left to do.
    private static func begin(
        _ id: ID, _ context: TenantContext, _ run: JobRun
    ) async throws -> ImportJob? {
        let rows = try await context.transaction { transaction in
            try await transaction.run(
                """
                UPDATE tenant.contact_imports
                SET state = 'running', started_at = coalesce(started_at, \(context.now))
                WHERE id = \(id) AND state IN ('queued', 'running')
                RETURNING format, options, processed
                """)
        }
        guard let row = rows.first else { return nil }
        return ImportJob(
            context: context, run: run, id: id, options: ImportOptions(row.json(1)),
            format: ImportReader.Format(rawValue: row.text(0)) ?? .csv,
            processed: Int(row.integer(2)))
    }

    private mutating func importRows() async throws {
        let reader = try await openReader()
        while true {
            try run.checkpoint()
            let batch = try await context.services.blocking.run(startingWithin: Self.patience) {
                try reader.batch(Self.batchSize)
            }
            guard let batch else { return }
            try await write(batch, after: processed)
            processed += batch.rowCount
        }
    }

    /// Brings the file to this machine and opens it behind the rows that were imported before.
    private func openReader() async throws -> ImportReader {
        let blocking = context.services.blocking
        let (folder, name) = (
            context.services.settings.spoolFolder, "courtyard-import-\(context.newID())"
        )
        let spool = try await blocking.run(startingWithin: Self.patience) {
            try SpoolFile(folder: folder, name: name)
        }
        var position = 0
        while true {
            try run.checkpoint()
            let rows = try await context.read(
                """
                SELECT content FROM tenant.contact_import_pieces
                WHERE import_id = \(id) AND position = \(position)
                """)
            guard let bytes = rows.first?.bytes(0).map({ [UInt8]($0) }) else { break }
            try await blocking.run(startingWithin: Self.patience) { try spool.append(bytes) }
            position += 1
        }
        return try await blocking.run(startingWithin: Self.patience) {
            [options, format, processed] in
            let reader = try ImportReader(path: spool.path, format: format, options: options)
            try reader.skip(processed)
            return reader
        }
    }

    /// Ends import and job in one transaction.
    private func end(_ state: String, failure: String?) async throws {
        try await context.transaction { transaction in
            try await transaction.run(
                """
                UPDATE tenant.contact_imports
                SET state = \(state), failure = \(failure), finished_at = \(context.now)
                WHERE id = \(id) AND state = 'running'
                """)
            transaction.atCommit(ContactImport.removePieces(of: id))
            try await run.finish(in: transaction)
        }
    }
}

/// The import was cancelled.
struct ImportEnded: Error {}

extension JobHandlers {
    /// Registers the import of contacts.
    package mutating func importContacts() {
        handle(ImportJob.kind, inTenant: ImportJob.perform, whenDead: ImportJob.giveUp)
    }
}
