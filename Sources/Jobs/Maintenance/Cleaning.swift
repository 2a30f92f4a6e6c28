import Persistence
import Tenancy
import Values

/// Removes rows that have served: hourly from the platform's tables, daily from the tenants'.
///
/// Nothing depends on it being in time, since whoever reads such a row compares its expiry. What
/// belongs to people and their logins, `IdentityUpkeep` removes.
package enum Cleaning {
    static let platform = JobKind("platform.clean", timeout: .seconds(900))
    static let tenants = JobKind("tenants.clean", timeout: .seconds(3_600))

    /// How long an expired machine token's admission is kept: lists still show when it was last
    /// used.
    private static let tokenGrace = Duration.seconds(90 * 86_400)
    /// Dead jobs are kept so long for an operator to look at.
    private static let deadJobs = Duration.seconds(30 * 86_400)

    static func cleanPlatform(_ run: JobRun) async throws {
        let now = run.now
        let statements: [SQL] = [
            """
            DELETE FROM platform.rate_counters WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM platform.rate_counters
                WHERE window_start < \(now - .seconds(300)) LIMIT \(Sweep.batch)))
            """,
            """
            DELETE FROM cell.admissions WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM cell.admissions
                WHERE kind <> 'session' AND expires_at < \(now - tokenGrace)
                LIMIT \(Sweep.batch)))
            """,
            """
            DELETE FROM cell.jobs WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM cell.jobs
                WHERE state = 'dead' AND created_at < \(now - deadJobs) LIMIT \(Sweep.batch)))
            """,
        ]
        let sweep = Sweep(
            run.services.database, in: .identity, checkpoint: { try run.checkpoint() })
        for statement in statements { try await sweep.run(statement) }
    }

    static func cleanTenants(_ run: JobRun) async throws {
        let database = run.services.database
        let version = run.services.settings.schemaVersion
        var last: Int64 = 0
        while true {
            let rows: Rows = try await database.read(
                """
                SELECT number, id, shard, plan FROM cell.tenants
                WHERE number > \(last) AND state <> 'closed' AND schema_version >= \(version)
                ORDER BY number LIMIT 100
                """, in: .worker)
            guard let final = rows.count > 0 ? rows[rows.count - 1] : nil else { return }
            last = final.integer(0)
            for index in 0..<rows.count {
                try run.checkpoint()
                let row = rows[index]
                let tenant = TenantReference(
                    number: row.integer(0), id: row.id(1), shard: Int(row.integer(2)),
                    plan: row.text(3), limits: [:], features: [])
                await clean(tenant, run)
            }
        }
    }

    /// One tenant's trouble, such as a migration under way, does not keep the others waiting.
    private static func clean(_ tenant: TenantReference, _ run: JobRun) async {
        let scope = tenant.scope(schemaVersion: run.services.settings.schemaVersion)
        let sweep = Sweep(run.services.database, in: scope, checkpoint: { try run.checkpoint() })
        for statement in statements(now: run.now) { _ = try? await sweep.run(statement) }
    }

    /// What one workspace keeps for a while only.
    private static func statements(now: Instant) -> [SQL] {
        [
            """
            DELETE FROM tenant.idempotency_keys WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM tenant.idempotency_keys
                WHERE created_at < \(now - .seconds(86_400)) LIMIT \(Sweep.batch)))
            """,
            // ID-111.
            """
            DELETE FROM tenant.login_events WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM tenant.login_events
                WHERE created_at <= \(now)::timestamptz - interval '12 months'
                LIMIT \(Sweep.batch)))
            """,
        ]
    }
}

extension JobHandlers {
    /// Registers the cleaning that every installation needs.
    package mutating func cleanExpiredRows() {
        repeatPlatformJob(Cleaning.platform, .every(.seconds(3_600))) {
            try await Cleaning.cleanPlatform($0)
        }
        repeatPlatformJob(Cleaning.tenants, .daily(hour: 3, minute: 17)) {
            try await Cleaning.cleanTenants($0)
        }
    }
}
