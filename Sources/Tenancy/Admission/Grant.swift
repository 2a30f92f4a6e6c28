import Crypto
import Persistence
import Values

/// Whoever a request acts as (design §1).
package struct Principal: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case session
        case serviceAccount = "service_account"
        case accountAPI = "account_api"
    }

    package var kind: Kind
    /// The member, service account or workspace.
    package var id: ID
    package var name: String
    /// The person behind a member.
    package var personID: ID?
    package var roleID: ID?
    package var builtinRole: BuiltinRole?

    package var isMember: Bool { kind == .session }
    package var isOwner: Bool { builtinRole == .owner }
}

/// The tenant that a request acts in, as its directory row said when the grant was read.
package struct TenantReference: Sendable, Equatable {
    package let number: Int64
    package var id: ID
    package var shard: Int
    package var plan: String
    /// Whole numbers by the limit's name (BL-02).
    package var limits: [String: Int64]
    package var features: Set<String>

    package let schema: String

    package init(
        number: Int64, id: ID, shard: Int, plan: String, limits: [String: Int64],
        features: Set<String>
    ) {
        self.number = number
        self.id = id
        self.shard = shard
        self.plan = plan
        self.limits = limits
        self.features = features
        schema = "t_\(number)"
    }
}

/// What a credential resolved to.
///
/// Cached, never trusted: every use proves in its first statement that nothing has changed since
/// (design §6).
///
/// Shared by all requests of the credential on one loop, and lives there.
package final class Grant: @unchecked Sendable {
    package let digest: Digest
    /// The digest as a statement takes it.
    let digestBytes: [UInt8]
    package internal(set) var principal: Principal
    package let tenant: TenantReference
    package internal(set) var permissions = PermissionSet()
    /// Set when the member or service account is one more than the plan allows: it reads, and
    /// changes nothing (billing rules §6.7).
    package internal(set) var excess: LimitUse?
    /// The session's or the token's id.
    package let credentialID: ID
    package let isSuspended: Bool
    package let epoch: Int64
    package let tenantEpoch: Int64
    package internal(set) var language = "en"
    /// When use was last written down, on this process.
    var touchedAt: Instant
    package let idleSeconds: Int64?
    /// Of a session: when password and second factor were proved last.
    package let provenAt: Instant?

    init(
        _ digest: Digest, principal: Principal, tenant: TenantReference, credentialID: ID,
        isSuspended: Bool, epoch: Int64, tenantEpoch: Int64, touchedAt: Instant,
        idleSeconds: Int64?, provenAt: Instant?
    ) {
        self.digest = digest
        digestBytes = digest.bytes
        self.principal = principal
        self.tenant = tenant
        self.credentialID = credentialID
        self.isSuspended = isSuspended
        self.epoch = epoch
        self.tenantEpoch = tenantEpoch
        self.touchedAt = touchedAt
        self.idleSeconds = idleSeconds
        self.provenAt = provenAt
    }
}

extension Grant {
    /// The scope whose first statement enters the tenant's role only if the credential still grants
    /// exactly what was cached.
    package func scope(now: Instant, schemaVersion: Int, allowsSuspended: Bool = false) -> Scope {
        let preamble: SQL =
            allowsSuspended
            ? """
            SELECT pg_catalog.set_config('role', t.role_name, true)
            FROM cell.admissions a JOIN cell.tenants t ON t.number = a.tenant_number
            WHERE a.token_hash = \(bytes: digestBytes) AND a.expires_at > \(now)
                AND a.epoch = \(epoch) AND t.epoch = \(tenantEpoch)
                AND t.state IN ('active', 'suspended') AND t.schema_version >= \(schemaVersion)
            """
            : """
            SELECT pg_catalog.set_config('role', t.role_name, true)
            FROM cell.admissions a JOIN cell.tenants t ON t.number = a.tenant_number
            WHERE a.token_hash = \(bytes: digestBytes) AND a.expires_at > \(now)
                AND a.epoch = \(epoch) AND t.epoch = \(tenantEpoch) AND t.state = 'active'
                AND t.schema_version >= \(schemaVersion)
            """
        return Scope(
            shard: tenant.shard, schema: tenant.schema, schemaNumber: tenant.number,
            preamble: preamble)
    }
}

extension TenantReference {
    /// The scope of work without a caller, such as a job: enters the role of an open tenant.
    package func scope(schemaVersion: Int) -> Scope {
        Scope(
            shard: shard, schema: schema, schemaNumber: number,
            preamble: """
                SELECT pg_catalog.set_config('role', role_name, true) FROM cell.tenants
                WHERE number = \(number) AND state <> 'closed'
                    AND schema_version >= \(schemaVersion)
                """)
    }
}

extension Scope {
    /// Persons, sessions and the directory (sign-up, login).
    ///
    /// No tenant's data is visible.
    package static let identity = Scope(
        shard: 0, schema: nil, schemaNumber: 0,
        preamble: "SELECT pg_catalog.set_config('role', current_database() || '_identity', true)")

    /// The queue's own role.
    package static let worker = Scope(
        shard: 0, schema: nil, schemaNumber: 0,
        preamble: "SELECT pg_catalog.set_config('role', current_database() || '_worker', true)")

    /// The bare login role: may read admissions and nothing else.
    package static let login = Scope(
        shard: 0, schema: nil, schemaNumber: 0, preamble: "SELECT 1")
}
