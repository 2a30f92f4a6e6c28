import Persistence
import Tenancy
import Values

extension JobKind {
    /// The channel on which new work is announced; only wakes runners, polling is the truth.
    static let channel: StaticString = "courtyard_jobs"

    /// The statement that adds a job of the tenant; run it in the transaction that needs the work.
    ///
    /// `payload` is what the handler needs to know: ids rather than data, since rows change. With a
    /// `key` nothing is added while another job of the tenant with this kind and key waits or runs.
    /// The job is due at `runAt`, which is now unless given.
    package func enqueue(
        _ payload: JSON, in context: TenantContext, key: String? = nil, runAt: Instant? = nil
    ) -> SQL {
        let now = context.now
        return """
            WITH added AS (
                INSERT INTO cell.own_jobs (id, tenant_number, kind, payload, unique_key, state,
                    run_at, attempts, max_attempts, created_at)
                VALUES (\(context.newID()), \(context.tenant.number), \(name), \(payload), \(key),
                    'waiting', \(runAt ?? now), 0, \(maxAttempts), \(now))
                ON CONFLICT (tenant_number, kind, unique_key)
                    WHERE unique_key IS NOT NULL AND state <> 'dead' DO NOTHING
                RETURNING run_at
            )
            SELECT pg_notify('courtyard_jobs', '') FROM added WHERE run_at <= \(now)
            """
    }

    /// The statement that adds a job of the platform itself, under the identity role.
    package func enqueue(
        _ payload: JSON, in context: PlatformContext, key: String? = nil, runAt: Instant? = nil
    ) -> SQL {
        enqueue(payload, platform: context.services, key: key, runAt: runAt)
    }

    /// The statement that adds a job of the platform itself, under the identity or worker role.
    package func enqueue(
        _ payload: JSON, platform services: LoopServices, key: String? = nil,
        runAt: Instant? = nil
    ) -> SQL {
        let now = services.clock.now
        return """
            WITH added AS (
                INSERT INTO cell.jobs (id, kind, payload, unique_key, state,
                    run_at, attempts, max_attempts, created_at)
                VALUES (\(services.newID()), \(name), \(payload), \(key),
                    'waiting', \(runAt ?? now), 0, \(maxAttempts), \(now))
                ON CONFLICT (tenant_number, kind, unique_key)
                    WHERE unique_key IS NOT NULL AND state <> 'dead' DO NOTHING
                RETURNING run_at
            )
            SELECT pg_notify('courtyard_jobs', '') FROM added WHERE run_at <= \(now)
            """
    }

    /// The statement that adds a job of a tenant under the staff's, identity or worker role; none
    /// is added for a tenant that was erased.
    package func enqueue(
        _ payload: JSON, tenant number: Int64, _ services: LoopServices, key: String? = nil,
        runAt: Instant? = nil
    ) -> SQL {
        let now = services.clock.now
        return """
            WITH added AS (
                INSERT INTO cell.jobs (id, tenant_number, kind, payload, unique_key, state,
                    run_at, attempts, max_attempts, created_at)
                SELECT \(services.newID()), number, \(name), \(payload), \(key), 'waiting',
                    \(runAt ?? now), 0, \(maxAttempts), \(now)
                FROM cell.tenants WHERE number = \(number)
                ON CONFLICT (tenant_number, kind, unique_key)
                    WHERE unique_key IS NOT NULL AND state <> 'dead' DO NOTHING
                RETURNING run_at
            )
            SELECT pg_notify('courtyard_jobs', '') FROM added WHERE run_at <= \(now)
            """
    }
}
