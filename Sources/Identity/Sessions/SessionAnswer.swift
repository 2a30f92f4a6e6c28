import Crypto
import HTTP
import Persistence
import Tenancy
import Values

/// What a signed-in browser learns of itself (ID-05): never its session token (OV-21).
struct SessionAnswer: Sendable {
    private let csrfToken: String
    private let personID: ID
    private let personName, email, language: String
    private let memberID: ID
    private let roleID: ID
    private let roleName: String
    private let builtinRole: BuiltinRole?
    private let workspaceID: ID
    private let workspaceName, slug, status, plan: String
    private let permissions: PermissionSet
    private let logoID: ID?

    init(_ session: Session, of person: Person) {
        csrfToken = session.secret.csrfToken
        personID = person.id
        personName = person.name
        email = person.email
        language = person.language
        memberID = session.seat.memberID
        roleID = session.role.id
        roleName = session.role.name
        builtinRole = session.role.builtin
        workspaceID = session.seat.tenant.id
        workspaceName = session.seat.name
        slug = session.seat.slug
        status = session.seat.state
        plan = session.seat.tenant.plan
        permissions = session.role.permissions
        logoID = session.role.logoID
    }

    /// The answer for a session that is live already; nil if it ended while we looked.
    static func read(
        _ grant: Grant, csrfToken: String, _ services: LoopServices
    ) async throws -> SessionAnswer? {
        let scope = grant.scope(
            now: services.clock.now, schemaVersion: services.settings.schemaVersion,
            allowsSuspended: true)
        let rows: Rows = try await services.database.read(
            """
            SELECT p.id, p.name, p.email, p.language, m.id, r.id, r.name, r.builtin, t.id, t.name,
                t.slug, c.state, c.plan, (SELECT l.id FROM tenant.logo l)
            FROM tenant.members m
            JOIN tenant.roles r ON r.id = m.role_id
            JOIN platform.own_people p ON p.member_id = m.id
            CROSS JOIN platform.own_tenant t
            CROSS JOIN cell.own_tenant c
            WHERE m.id = \(grant.principal.id)
            """, in: scope)
        return rows.first.map { SessionAnswer($0, grant.permissions, csrfToken) }
    }

    private init(_ row: Row, _ permissions: PermissionSet, _ csrfToken: String) {
        self.csrfToken = csrfToken
        personID = row.id(0)
        personName = row.text(1)
        email = row.text(2)
        language = row.text(3)
        memberID = row.id(4)
        roleID = row.id(5)
        roleName = row.text(6)
        builtinRole = row.optionalText(7).flatMap(BuiltinRole.init(rawValue:))
        workspaceID = row.id(8)
        workspaceName = row.text(9)
        slug = row.text(10)
        status = row.text(11)
        plan = row.text(12)
        logoID = row.optionalID(13)
        self.permissions = permissions
    }

    /// Where the console goes first (WS-71).
    ///
    /// Channels come with a later part: until then no workspace has a validated one.
    private var landing: String {
        permissions.contains(.channelManage) ? "channel_settings" : "dashboard"
    }

    func response(recoveryCodes: [String]? = nil, with more: [JSON.Member] = []) -> Response {
        var all = [JSON.Member(name: "state", value: "authenticated")] + members + more
        if let recoveryCodes {
            let codes = JSON.array(recoveryCodes.map { .string($0) })
            all.append(JSON.Member(name: "recovery_codes", value: codes))
        }
        return .json(.ok, JSON.object(all).serialized)
    }

    /// The answer of `GET /v1/auth/session` (ID-07).
    func liveness() -> Response {
        .json(
            .ok,
            JSON.object(
                [JSON.Member(name: "authenticated", value: true)] + members
            ).serialized)
    }

    private var members: [JSON.Member] {
        let role: JSON = [
            "id": .string(roleID.description), "name": .string(roleName),
            "builtin": builtinRole.map { .string($0.rawValue) } ?? .null,
        ]
        let person: JSON = [
            "id": .string(personID.description), "name": .string(personName),
            "email": .string(email), "language": .string(language),
        ]
        let workspace: JSON = [
            "id": .string(workspaceID.description), "name": .string(workspaceName),
            "slug": .string(slug),
            "logo_url": logoID.map {
                .string(LogoRoutes.address(workspace: workspaceID, logo: $0))
            } ?? .null,
            "status": .string(status),
            "plan": .string(plan),
        ]
        return [
            JSON.Member(name: "csrf_token", value: .string(csrfToken)),
            JSON.Member(name: "person", value: person),
            JSON.Member(
                name: "member", value: ["id": .string(memberID.description), "role": role]),
            JSON.Member(name: "workspace", value: workspace),
            JSON.Member(
                name: "permissions",
                value: .array(permissions.permissions.map { .string($0.rawValue) })),
            JSON.Member(name: "landing", value: .string(landing)),
        ]
    }

    static func schemaFields(
        isRequired: Bool
    ) -> [(name: String, schema: Schema, isRequired: Bool)] {
        let id = Schema.string(format: "uuid")
        let role = Schema.object([
            ("id", id, true), ("name", .string(), true),
            ("builtin", .nullable(.choice(BuiltinRole.allCases.map(\.rawValue))), true),
        ])
        let person = Schema.object([
            ("id", id, true), ("name", .string(), true),
            ("email", .string(format: "email"), true), ("language", .string(), true),
        ])
        let workspace = Schema.object([
            ("id", id, true), ("name", .string(), true), ("slug", .string(), true),
            ("logo_url", .nullable(.string()), true),
            ("status", .choice(["active", "suspended"]), true), ("plan", .string(), true),
        ])
        return [
            ("person", person, isRequired),
            ("member", .object([("id", id, true), ("role", role, true)]), isRequired),
            ("workspace", workspace, isRequired), ("permissions", .array(.string()), isRequired),
            ("landing", .choice(["channel_settings", "dashboard"]), isRequired),
        ]
    }
}
