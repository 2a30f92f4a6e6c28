import Crypto
import HTTP
import OpenID
import Persistence
import Tenancy
import Values

/// A workspace's connection to its identity provider, as `platform.sso_connections` has it.
struct SSOConnection: Sendable {
    let id: ID
    let tenantNumber: Int64
    let provider: String
    let issuer: String
    let clientID: String
    let sealedSecret: [UInt8]
    let secretLast4: String
    let autoProvision: Bool
    let defaultRoleID: ID?
    let enforced: Bool
    let ownsDomains: Bool
    let takesUntypedLogout: Bool
    let contexts: [String]
    let methods: [String]
    let maximumAgeSeconds: Int64?
    let isActive: Bool
    let trustVersion: Int64
    let testedVersion: Int64?
    let version: Int64

    static let columns: SQL = """
        c.id, c.tenant_number, c.provider, c.issuer, c.client_id, c.client_secret,
        c.secret_last4, c.auto_provision, c.default_role_id, c.enforced, c.owns_domains,
        c.takes_untyped_logout, c.contexts, c.methods, c.maximum_age_seconds::bigint,
        c.status = 'active', c.trust_version::bigint, c.tested_version::bigint, c.version::bigint
        """

    init(_ row: Row) {
        id = row.id(0)
        tenantNumber = row.integer(1)
        provider = row.text(2)
        issuer = row.text(3)
        clientID = row.text(4)
        sealedSecret = row.byteArray(5)
        secretLast4 = row.text(6)
        autoProvision = row.bool(7)
        defaultRoleID = row.optionalID(8)
        enforced = row.bool(9)
        ownsDomains = row.bool(10)
        takesUntypedLogout = row.bool(11)
        contexts = row.texts(12)
        methods = row.texts(13)
        maximumAgeSeconds = row.optionalInteger(14)
        isActive = row.bool(15)
        trustVersion = row.integer(16)
        testedVersion = row.optionalInteger(17)
        version = row.integer(18)
    }

    var isTested: Bool { testedVersion == trustVersion }

    /// The address to register at the provider: each connection has its own (checklist rule 20).
    func redirectURI(_ origin: String) -> String { "\(origin)/auth/sso/callback/\(id)" }

    /// Where the provider tells of sessions that ended.
    func logoutURI(_ origin: String) -> String { "\(origin)/v1/auth/sso/backchannel-logout/\(id)" }

    /// A connection that may be used now: active, in an open workspace whose plan has the feature.
    static func usable(_ id: ID, in context: PlatformContext) async throws -> SSOConnection? {
        try await context.read(
            """
            SELECT \(columns) FROM platform.sso_connections c
            JOIN cell.tenants t ON t.number = c.tenant_number
            WHERE c.id = \(id) AND c.status = 'active' AND t.state = 'active'
                AND 'sso' = ANY (t.features)
            """
        ).first.map(SSOConnection.init)
    }

    /// A connection in whatever state, of a workspace whose plan has the feature: for tests of it.
    static func find(_ id: ID, in context: PlatformContext) async throws -> SSOConnection? {
        try await context.read(
            """
            SELECT \(columns) FROM platform.sso_connections c
            JOIN cell.tenants t ON t.number = c.tenant_number
            WHERE c.id = \(id) AND t.state = 'active' AND 'sso' = ANY (t.features)
            """
        ).first.map(SSOConnection.init)
    }

    /// The connection of the caller's workspace.
    static func own(_ transaction: TenantTransaction) async throws -> SSOConnection? {
        try await transaction.run(
            "SELECT \(columns) FROM platform.own_sso_connections c FOR NO KEY UPDATE OF c"
        ).first.map(SSOConnection.init)
    }

    static func own(_ context: TenantContext) async throws -> SSOConnection? {
        try await context.read("SELECT \(columns) FROM platform.own_sso_connections c")
            .first.map(SSOConnection.init)
    }

    /// The domains that a connection has proved.
    func provedDomains(in context: PlatformContext) async throws -> Set<String> {
        let rows = try await context.read(
            """
            SELECT domain FROM platform.sso_domains
            WHERE connection_id = \(id) AND verified_at IS NOT NULL
            """)
        return Set(rows.map { $0.text(0) })
    }

    /// The client secret; opened for one call.
    func secret(_ services: LoopServices) async throws -> String {
        guard let tenant = try await Self.tenant(tenantNumber, services) else {
            throw Problem(.ssoRejected)
        }
        let context = TenantContext(tenant: tenant, job: "sso", services: services)
        return try await SSOSecret.open(sealedSecret, row: id, in: context)
    }

    /// The workspace of a connection, for what must run under its own role.
    static func tenant(
        _ number: Int64, _ services: LoopServices
    ) async throws -> TenantReference? {
        let rows: Rows = try await services.database.read(
            """
            SELECT id, shard::bigint, plan, limits, features FROM cell.tenants
            WHERE number = \(number)
            """, in: .identity)
        return rows.first.map { row in
            var limits: [String: Int64] = [:]
            for member in row.json(3).objectValue ?? [] {
                limits[member.name] = member.value.integerValue
            }
            return TenantReference(
                number: number, id: row.id(0), shard: Int(row.integer(1)), plan: row.text(2),
                limits: limits, features: Set(row.texts(4)))
        }
    }
}

/// The client secret at rest (OV-49, checklist rule 23).
enum SSOSecret {
    private static let column = SealedColumn("sso_connections", "client_secret")

    static func seal(_ secret: String, row: ID, in context: TenantContext) async throws -> [UInt8] {
        try await context.seal(Array(secret.utf8), column, row: row)
    }

    static func open(_ sealed: [UInt8], row: ID, in context: TenantContext) async throws -> String {
        String(decoding: try await context.open(sealed, column, row: row), as: UTF8.self)
    }
}
