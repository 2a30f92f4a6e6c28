import Persistence
import Tenancy
import Values

/// The queue's table as its own role sees it: looking, and what operators may do.
package struct JobQueue: Sendable {
    let database: Database

    package init(database: Database) {
        self.database = database
    }

    package enum State: String, Sendable, CaseIterable {
        case waiting
        case running
        case dead
    }

    /// One job as operators see it, without its payload, which may hold secrets.
    package struct Entry: Sendable {
        package let id: ID
        /// Nil for work of the platform.
        package let tenantNumber: Int64?
        package let kind: String
        package let state: State
        package let runAt: Instant
        package let attempts: Int64
        package let maxAttempts: Int64
        package let lastError: String?
        package let createdAt: Instant
    }

    /// The jobs that match, oldest first.
    package func list(
        state: State? = nil, kind: String? = nil, tenant: Int64? = nil, limit: Int = 100
    ) async throws -> [Entry] {
        let rows: Rows = try await database.read(
            """
            SELECT id, tenant_number, kind, state, run_at, attempts, max_attempts, last_error,
                created_at
            FROM cell.jobs
            WHERE (\(state?.rawValue) IS NULL OR state = \(state?.rawValue))
                AND (\(kind) IS NULL OR kind = \(kind))
                AND (\(tenant) IS NULL OR tenant_number = \(tenant))
            ORDER BY created_at, id
            LIMIT \(limit)
            """, in: .worker)
        return rows.map { row in
            Entry(
                id: row.id(0), tenantNumber: row.optionalInteger(1), kind: row.text(2),
                state: State(rawValue: row.text(3)) ?? .dead, runAt: row.instant(4),
                attempts: row.integer(5), maxAttempts: row.integer(6),
                lastError: row.optionalText(7), createdAt: row.instant(8))
        }
    }

    /// Lets dead jobs run again with their attempts counted anew, and waiting ones at once.
    ///
    /// Without an id it means all dead ones. A dead job whose unique key is in use by then stays
    /// dead. Returns how many will run.
    package func retry(_ id: ID? = nil, now: Instant) async throws -> Int {
        let results = try await database.write(
            [
                """
                UPDATE cell.jobs j
                SET state = 'waiting', attempts = 0, run_at = \(now)
                WHERE ((\(id) IS NULL AND j.state = 'dead')
                        OR (j.id = \(id) AND j.state IN ('dead', 'waiting')))
                    AND NOT EXISTS (
                        SELECT FROM cell.jobs o
                        WHERE o.tenant_number IS NOT DISTINCT FROM j.tenant_number
                            AND o.kind = j.kind AND o.unique_key = j.unique_key AND o.id <> j.id
                            AND (o.state <> 'dead' OR o.id > j.id))
                """,
                "SELECT pg_notify('courtyard_jobs', '')",
            ], in: .worker)
        return results.first?.affected ?? 0
    }

    /// Forgets a job that does not run at the moment.
    ///
    /// - Returns: Whether there was such a job.
    package func drop(_ id: ID) async throws -> Bool {
        let results = try await database.write(
            ["DELETE FROM cell.jobs WHERE id = \(id) AND state <> 'running'"], in: .worker)
        return results.first?.affected == 1
    }

    /// How many jobs of a kind are in a state, for metrics.
    package struct Depth: Sendable {
        package let kind: String
        package let state: State
        package let count: Int64
        /// How long the oldest has been due; 0 when none is.
        package let oldestSeconds: Double
    }

    package func depths(now: Instant) async throws -> [Depth] {
        let rows: Rows = try await database.read(
            """
            SELECT kind, state, count(*),
                greatest(0, extract(epoch FROM \(now) - min(run_at)))::float8
            FROM cell.jobs
            GROUP BY kind, state
            ORDER BY kind, state
            """, in: .worker)
        return rows.map { row in
            Depth(
                kind: row.text(0), state: State(rawValue: row.text(1)) ?? .dead,
                count: row.integer(2), oldestSeconds: row.number(3))
        }
    }
}
