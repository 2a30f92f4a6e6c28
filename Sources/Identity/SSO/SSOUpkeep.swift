import HTTP
import Persistence
import Tenancy
import Values

/// What single sign-on does by itself: tells Owners what has ended, proves domains again, and
/// removes what has run out.
package enum SSOUpkeep {
    /// Domains and notices of one run; the rest waits for the next one.
    private static let batch: Int64 = 50

    package static func run(_ services: LoopServices) async throws {
        try await clean(services)
        try await tellOfEndedPlans(services)
        try await proveAgain(services)
    }

    private static func clean(_ services: LoopServices) async throws {
        let now = services.clock.now
        let statements: [SQL] = [
            """
            DELETE FROM platform.sso_logins WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM platform.sso_logins
                WHERE expires_at <= \(now) LIMIT \(Sweep.batch)))
            """,
            """
            DELETE FROM platform.sso_links WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM platform.sso_links
                WHERE expires_at <= \(now) LIMIT \(Sweep.batch)))
            """,
            """
            DELETE FROM platform.sso_logout_tokens WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM platform.sso_logout_tokens
                WHERE expires_at <= \(now) LIMIT \(Sweep.batch)))
            """,
        ]
        let sweep = Sweep(services.database, in: .identity)
        for statement in statements { try await sweep.run(statement) }
    }

    /// ID-90; of every workspace, or of one.
    static func tellOfEndedPlans(
        _ services: LoopServices, only tenant: Int64? = nil
    ) async throws {
        let rows: Rows = try await services.database.read(
            """
            SELECT tenant_number FROM platform.sso_connections
            WHERE plan_ended AND tenant_number = coalesce(\(tenant), tenant_number)
            ORDER BY updated_at LIMIT \(batch)
            """, in: .identity)
        for row in rows.map({ $0.integer(0) }) {
            try await inTenant(row, services) { context, owners in
                try await context.transaction { transaction in
                    let due = try await transaction.run(
                        """
                        UPDATE platform.own_sso_connections SET plan_ended = false
                        WHERE plan_ended
                        """)
                    guard due.affected == 1 else { return }
                    let name = try await transaction.run("SELECT name FROM platform.own_tenant")
                    for owner in owners {
                        transaction.atCommit(
                            SSOMail.planEnded(workspace: name[0].text(0))
                                .enqueue(to: owner, in: context))
                    }
                }
            }
        }
    }

    /// ID-91: once a week, and a day after a check that found nothing; of every workspace, or of
    /// one.
    static func proveAgain(_ services: LoopServices, only tenant: Int64? = nil) async throws {
        let now = services.clock.now
        let rows: Rows = try await services.database.read(
            """
            SELECT \(SSODomain.columns) FROM platform.sso_domains d
            WHERE d.verified_at IS NOT NULL
                AND d.tenant_number = coalesce(\(tenant), d.tenant_number)
                AND (d.checked_at <= \(now - SSODomain.checkInterval)
                OR d.missed_checks > 0 AND d.checked_at <= \(now - SSODomain.recheckInterval))
            ORDER BY d.checked_at LIMIT \(batch)
            """, in: .identity)
        for domain in rows.map(SSODomain.init) {
            let finding = await domain.look(services)
            try await inTenant(domain.tenantNumber, services) { context, owners in
                try await context.transaction { transaction in
                    try await transaction.run(domain.update(finding, at: now))
                    guard domain.isLost(with: finding) else { return }
                    let name = try await transaction.run("SELECT name FROM platform.own_tenant")
                    for owner in owners {
                        transaction.atCommit(
                            SSOMail.domainLost(workspace: name[0].text(0), domain: domain.name)
                                .enqueue(to: owner, in: context))
                    }
                }
            }
        }
    }

    /// Runs `body` under a workspace's own role; passes over one that is closed or being migrated.
    private static func inTenant(
        _ number: Int64, _ services: LoopServices,
        _ body: (TenantContext, _ owners: [SSOMail.Reader]) async throws -> Void
    ) async throws {
        guard let tenant = try await SSOConnection.tenant(number, services) else { return }
        do {
            let owners = try await SSOMail.owners(of: tenant, services)
            try await body(TenantContext(tenant: tenant, job: "sso", services: services), owners)
        } catch is NotAdmitted {
            return
        }
    }
}
