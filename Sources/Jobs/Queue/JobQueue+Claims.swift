import EventLoop
import Persistence
import Tenancy
import Values

/// What a runner does with the queue. A claim is measured by PostgreSQL's clock, because all
/// processes share that one and no test moves it; `run_at` is business time.
extension JobQueue {
    /// A job that was just claimed.
    struct Claimed {
        var id: ID
        var kind: String
        var payload: JSON
        var attempt: Int
        var tenant: TenantReference?
    }

    /// Claims at most one due job from each of the next lanes.
    ///
    /// So a tenant with many jobs waits its turn like a tenant with one.
    ///
    /// Lanes behind `lane` are served; -1 begins anew. At most `perLane` jobs of one lane run at
    /// the same time, over all processes. `lease` is written to the rows and proves later that the
    /// claim is still ours.
    func claim(
        after lane: Int64, limit: Int, perLane: Int, kinds: [JobKind], lease: ID, now: Instant,
        schemaVersion: Int
    ) async throws -> [Claimed] {
        let names = kinds.map(\.name)
        let seconds = kinds.map { $0.lease.milliseconds }
        let results = try await database.write(
            [
                """
                WITH RECURSIVE lanes (lane) AS (
                    (\(Self.nextLane(after: "\(lane)", names, now, schemaVersion)))
                    UNION ALL
                    SELECT (\(Self.nextLane(after: "l.lane", names, now, schemaVersion)))
                    FROM lanes l WHERE l.lane IS NOT NULL
                ), claimed AS (
                    SELECT due.id
                    FROM lanes l
                    CROSS JOIN LATERAL (
                        SELECT j.id FROM cell.jobs j
                        WHERE j.lane = l.lane AND j.state = 'waiting' AND j.run_at <= \(now)
                            AND j.kind = ANY (\(names))
                            AND (SELECT count(*) FROM cell.jobs r
                                WHERE r.lane = l.lane AND r.state = 'running') < \(perLane)
                        ORDER BY j.run_at, j.id
                        LIMIT 1
                        FOR UPDATE SKIP LOCKED
                    ) due
                    WHERE l.lane IS NOT NULL
                    LIMIT \(limit)
                )
                UPDATE cell.jobs j
                SET state = 'running', attempts = j.attempts + 1, lease_id = \(lease),
                    leased_until = now() + k.milliseconds * interval '1 millisecond'
                FROM claimed c, unnest(\(names), \(seconds)) AS k (kind, milliseconds)
                WHERE j.id = c.id AND k.kind = j.kind
                RETURNING j.id, j.kind, j.payload, j.attempts, j.lane
                """,
                """
                SELECT j.id, t.number, t.id, t.shard, t.plan, t.limits, t.features
                FROM cell.jobs j JOIN cell.tenants t ON t.number = j.tenant_number
                WHERE j.lease_id = \(lease)
                """,
            ], in: .worker)
        guard results.count == 2 else { return [] }
        var tenants: [ID: TenantReference] = [:]
        for index in 0..<results[1].count {
            let row = results[1][index]
            tenants[row.id(0)] = Self.tenant(row)
        }
        return results[0].map { row in
            Claimed(
                id: row.id(0), kind: row.text(1), payload: row.json(2),
                attempt: Int(row.integer(3)), tenant: tenants[row.id(0)])
        }
    }

    /// The next lane with a due job that this server can do: its kind is known, and its tenant is
    /// open and not waiting to be migrated.
    private static func nextLane(
        after lane: SQL, _ names: [String], _ now: Instant, _ schemaVersion: Int
    ) -> SQL {
        """
        SELECT n.lane FROM cell.jobs n
        WHERE n.state = 'waiting' AND n.lane > \(lane) AND n.run_at <= \(now)
            AND n.kind = ANY (\(names))
            AND (n.lane = 0 OR EXISTS (
                SELECT FROM cell.tenants t
                WHERE t.number = n.lane AND t.state <> 'closed'
                    AND t.schema_version >= \(schemaVersion)))
        ORDER BY n.lane
        LIMIT 1
        """
    }

    private static func tenant(_ row: Row) -> TenantReference {
        var limits: [String: Int64] = [:]
        for member in row.json(5).objectValue ?? [] {
            limits[member.name] = member.value.integerValue
        }
        return TenantReference(
            number: row.integer(1), id: row.id(2), shard: Int(row.integer(3)), plan: row.text(4),
            limits: limits, features: Set(row.texts(6)))
    }

    /// Prolongs claims.
    ///
    /// - Returns: The jobs that are still ours.
    func renew(_ runs: [JobRun]) async throws -> Set<ID> {
        let ids = runs.map(\.id)
        let leases = runs.map(\.lease)
        let lengths = runs.map { $0.kind.lease.milliseconds }
        let results = try await database.write(
            [
                """
                UPDATE cell.jobs j
                SET leased_until = now() + r.milliseconds * interval '1 millisecond'
                FROM unnest(\(ids), \(leases), \(lengths)) AS r (id, lease, milliseconds)
                WHERE j.id = r.id AND j.lease_id = r.lease
                RETURNING j.id
                """
            ], in: .worker)
        return Set(results.first?.map { $0.id(0) } ?? [])
    }

    /// Puts jobs whose process has vanished back into the queue; who claims one after its last
    /// attempt puts it aside.
    ///
    /// - Returns: How many.
    func takeBackExpired(now: Instant) async throws -> Int {
        let results = try await database.write(
            [
                """
                UPDATE cell.jobs
                SET state = 'waiting', run_at = \(now), lease_id = NULL, leased_until = NULL,
                    last_error = 'its process stopped before the work was done'
                WHERE id IN (
                    SELECT id FROM cell.jobs
                    WHERE state = 'running' AND leased_until < now()
                    LIMIT 100
                    FOR UPDATE SKIP LOCKED)
                """
            ], in: .worker)
        return results.first?.affected ?? 0
    }

    /// How a claim ends.
    enum Ending {
        case remove
        /// Due again then; a run that was interrupted did not count as an attempt.
        case runAgain(at: Instant, attempts: Int, error: String?)
        /// Dead, for the reason given or the one known before.
        case putAside(error: String?)
    }

    /// Ends the claim of a run, unless another process has taken the job over meanwhile.
    func end(_ run: JobRun, _ ending: Ending) async throws {
        let statement: SQL =
            switch ending {
            case .remove:
                "DELETE FROM cell.jobs WHERE id = \(run.id) AND lease_id = \(run.lease)"
            case .runAgain(let instant, let attempts, let error):
                """
                UPDATE cell.jobs
                SET state = 'waiting', run_at = \(instant), attempts = \(attempts),
                    lease_id = NULL, leased_until = NULL, last_error = \(error)
                WHERE id = \(run.id) AND lease_id = \(run.lease)
                """
            case .putAside(let error):
                """
                UPDATE cell.jobs
                SET state = 'dead', lease_id = NULL, leased_until = NULL,
                    last_error = coalesce(\(error), last_error)
                WHERE id = \(run.id) AND lease_id = \(run.lease)
                """
            }
        _ = try await database.write([statement], in: .worker)
    }
}
