import Crypto
import HTTP
import Persistence
import Values

/// Turns a credential into a grant and remembers it for as long as the database confirms it.
///
/// Lives on one loop. Source: design §6.
package final class GrantResolver: @unchecked Sendable {
    private let database: Database
    private let schemaVersion: Int
    private let clock: Clock
    private var cache: LRUCache<Digest, Grant>

    /// - Parameters:
    ///   - database: That of the loop.
    ///   - schemaVersion: The version of tenant schemas this server was built for.
    ///   - clock: Tells what has run out.
    ///   - capacity: How many grants are remembered.
    package init(database: Database, schemaVersion: Int, clock: Clock, capacity: Int = 20_000) {
        self.database = database
        self.schemaVersion = schemaVersion
        self.clock = clock
        cache = LRUCache(capacity: capacity)
    }

    package func cached(_ digest: Digest) -> Grant? { cache.value(for: digest) }

    package func forget(_ digest: Digest) { cache.removeValue(for: digest) }

    package func remember(_ grant: Grant) { cache.insert(grant, for: grant.digest) }

    /// Reads the credential's rights afresh.
    ///
    /// - Returns: nil for an unknown, revoked, expired or otherwise dead credential.
    /// - Throws: ``Problem`` `workspace_migrating` when the tenant's schema is behind (OV-13);
    ///   ``DatabaseError``.
    package func resolve(_ digest: Digest) async throws -> Grant? {
        forget(digest)
        let found: Rows = try await database.read(
            """
            SELECT a.kind, a.principal_id, a.credential_id, a.epoch, a.idle_seconds,
                t.number, t.id, t.shard, t.state, t.epoch, t.schema_version, t.plan, t.limits,
                t.features, a.last_used_at, a.proven_at
            FROM cell.admissions a JOIN cell.tenants t ON t.number = a.tenant_number
            WHERE a.token_hash = \(bytes: digest.bytes) AND a.expires_at > \(clock.now)
            """, in: .login)
        guard let row = found.first, let kind = Principal.Kind(rawValue: row.text(0)),
            row.text(8) != "closed"
        else { return nil }
        guard row.integer(10) >= Int64(schemaVersion) else {
            throw Problem(.workspaceMigrating, retryAfterSeconds: 5)
        }
        let grant = Grant(
            digest, principal: Principal(kind: kind, id: row.id(1), name: ""),
            tenant: Self.tenant(row, from: 5), credentialID: row.id(2),
            isSuspended: row.text(8) == "suspended", epoch: row.integer(3),
            tenantEpoch: row.integer(9),
            touchedAt: row.optionalInstant(14) ?? Instant(microseconds: 0),
            idleSeconds: row.optionalInteger(4), provenAt: row.optionalInstant(15))
        guard try await readRights(of: grant) else { return nil }
        remember(grant)
        return grant
    }

    /// number, id, shard, state, epoch, schema_version, plan, limits, features.
    private static func tenant(_ row: Row, from column: Int) -> TenantReference {
        var limits: [String: Int64] = [:]
        if case .object(let members) = row.json(column + 7) {
            for member in members {
                if case .integer(let value) = member.value { limits[member.name] = value }
            }
        }
        return TenantReference(
            number: row.integer(column), id: row.id(column + 1),
            shard: Int(row.integer(column + 2)),
            plan: row.text(column + 6), limits: limits, features: Set(row.texts(column + 8)))
    }

    private func readRights(of grant: Grant) async throws -> Bool {
        let scope = grant.scope(
            now: clock.now, schemaVersion: schemaVersion, allowsSuspended: true)
        switch grant.principal.kind {
        case .session:
            let rows: Rows = try await database.read(
                """
                SELECT m.person_id, m.role_id, r.builtin, r.permissions, p.name, p.language,
                    l.allowed,
                    (SELECT count(*) FROM tenant.members o
                        WHERE o.status IN ('invited', 'active')
                            AND (o.created_at, o.id) <= (m.created_at, m.id))
                FROM tenant.members m
                JOIN tenant.roles r ON r.id = m.role_id
                JOIN platform.own_people p ON p.id = m.person_id
                LEFT JOIN tenant.limits l ON l.key = 'seats'
                WHERE m.id = \(grant.principal.id) AND m.status = 'active'
                """, in: scope)
            guard let row = rows.first else { return false }
            grant.principal.personID = row.id(0)
            grant.principal.roleID = row.id(1)
            grant.principal.builtinRole = row.optionalText(2).flatMap(BuiltinRole.init(rawValue:))
            grant.principal.name = row.text(4)
            grant.permissions =
                grant.principal.builtinRole?.permissions
                ?? PermissionSet(row.texts(3).compactMap(Permission.init(rawValue:)))
            grant.language = row.text(5)
            // Owners go on, since somebody must be able to bring the workspace back to its plan.
            if !grant.principal.isOwner {
                grant.excess = try await excess(
                    .seats, row.optionalInteger(6), row.integer(7), scope)
            }
        case .serviceAccount:
            let rows: Rows = try await database.read(
                """
                SELECT s.name, s.scopes, l.allowed,
                    (SELECT count(*) FROM tenant.service_accounts o
                        WHERE (o.created_at, o.id) <= (s.created_at, s.id))
                FROM tenant.service_accounts s
                LEFT JOIN tenant.limits l ON l.key = 'service_accounts'
                WHERE s.id = \(grant.principal.id) AND s.status = 'active'
                """, in: scope)
            guard let row = rows.first else { return false }
            grant.principal.name = row.text(0)
            grant.permissions = PermissionSet(
                row.texts(1).compactMap(Permission.init(rawValue:)).filter(\.isScope))
            grant.excess = try await excess(
                .serviceAccounts, row.optionalInteger(2), row.integer(3), scope)
        case .accountAPI:
            grant.principal.name = "Account API token"
            grant.permissions = PermissionSet(Permission.ofAccountAPIToken)
        }
        return true
    }

    /// How far the limit is exceeded, if whoever stands at `rank`, from 1, is beyond it.
    private func excess(
        _ limit: PlanLimit, _ allowed: Int64?, _ rank: Int64, _ scope: Scope
    ) async throws -> LimitUse? {
        guard let allowed, rank > allowed else { return nil }
        let rows = try await database.read(limit.usage(at: clock.now), in: scope)
        return LimitUse(limit, allowed: allowed, used: rows.first?.integer(0) ?? rank)
    }
}

extension Permission {
    /// The fixed rights of the account API token (AC-84).
    package static let ofAccountAPIToken: Set<Permission> = [
        .campaignRead, .campaignTrigger, .conversationRead, .conversationReadAll,
        .conversationReply, .conversationManage, .flowRead, .flowTrigger, .contactRead,
        .contactWrite, .groupRead, .templateRead, .reportRead,
    ]
}
