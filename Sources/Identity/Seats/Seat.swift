import HTTP
import Persistence
import Tenancy
import Values

/// A person's place in one workspace, as login and workspace choice see it.
struct Seat: Sendable {
    let tenant: TenantReference
    let name: String
    let slug: String
    /// `active` or `suspended`; closed workspaces have no seats.
    let state: String
    let memberID: ID

    /// What the seat's role is now; read under the workspace's own database role.
    struct Role: Sendable {
        let id: ID
        let name: String
        let builtin: BuiltinRole?
        let permissions: PermissionSet
        /// The workspace's logo, which is read on the same way.
        let logoID: ID?
        /// The workspace asks everybody for a second factor, or anybody with such a role must have
        /// one (ID-67, ID-71).
        let requiresSecondFactor: Bool

        private static let sensitive: [Permission] = [
            .memberManage, .roleManage, .securityManage, .serviceAccountManage,
        ]

        fileprivate init(_ row: Row) {
            id = row.id(0)
            name = row.text(1)
            builtin = row.optionalText(2).flatMap(BuiltinRole.init(rawValue:))
            permissions =
                builtin?.permissions
                ?? PermissionSet(row.texts(3).compactMap(Permission.init(rawValue:)))
            logoID = row.optionalID(4)
            let held = permissions
            requiresSecondFactor =
                row.bool(5) || builtin == .owner || builtin == .admin
                || Self.sensitive.contains { held.contains($0) }
        }

        static let columns: SQL = """
            r.id, r.name, r.builtin, r.permissions, (SELECT l.id FROM tenant.logo l),
            (SELECT s.require_two_factor FROM tenant.settings s)
            """
    }

    private init(_ row: Row) {
        var limits: [String: Int64] = [:]
        for member in row.json(4).objectValue ?? [] {
            limits[member.name] = member.value.integerValue
        }
        tenant = TenantReference(
            number: row.integer(0), id: row.id(1), shard: Int(row.integer(2)), plan: row.text(3),
            limits: limits, features: Set(row.texts(5)))
        name = row.text(6)
        slug = row.text(7)
        state = row.text(8)
        memberID = row.id(9)
    }

    /// The workspaces a person can choose from, the most recently used first (ID-03, ID-04).
    static func all(of person: ID, in context: PlatformContext) async throws -> [Seat] {
        try await context.read(
            """
            SELECT t.number, t.id, t.shard, t.plan, t.limits, t.features, d.name, d.slug, t.state,
                m.member_id
            FROM platform.memberships m
            JOIN platform.tenants d ON d.number = m.tenant_number
            JOIN cell.tenants t ON t.number = m.tenant_number
            WHERE m.person_id = \(person) AND m.status IN ('invited', 'active')
                AND t.state IN ('active', 'suspended')
            ORDER BY m.last_login_at DESC NULLS LAST, d.name, t.number
            LIMIT 200
            """
        ).map(Seat.init)
    }

    /// The role, whether or not the person has entered the workspace yet; nil when the workspace is
    /// being migrated or the member is gone.
    func role(in context: PlatformContext) async throws -> Role? {
        do {
            let rows: Rows = try await context.services.database.read(
                """
                SELECT \(Role.columns)
                FROM tenant.members m JOIN tenant.roles r ON r.id = m.role_id
                WHERE m.id = \(memberID) AND m.status <> 'deactivated'
                """, in: scope(context))
            return rows.first.map(Role.init)
        } catch is NotAdmitted {
            return nil
        }
    }

    /// Takes the seat: an invitation becomes active with the first completed login (AC-03).
    ///
    /// - Throws: ``Problem`` `no_workspace` when the member was deactivated or removed meanwhile,
    ///   `workspace_migrating`.
    func take(by person: Person, in context: PlatformContext) async throws -> Role {
        let statements: [SQL] = [
            """
            UPDATE tenant.members SET status = 'active'
            WHERE id = \(memberID) AND status = 'invited'
            """,
            """
            UPDATE platform.own_memberships SET status = 'active'
            WHERE member_id = \(memberID) AND status = 'invited'
            """,
            """
            UPDATE tenant.members SET name = \(person.name)
            WHERE id = \(memberID) AND name <> \(person.name)
            """,
            """
            SELECT \(Role.columns)
            FROM tenant.members m JOIN tenant.roles r ON r.id = m.role_id
            WHERE m.id = \(memberID) AND m.status = 'active'
            """,
        ]
        do {
            let results: [Rows] = try await context.services.database.write(
                statements, in: scope(context))
            guard let row = results.last?.first else { throw Problem(.noWorkspace) }
            return Role(row)
        } catch is NotAdmitted {
            throw Problem(.workspaceMigrating, retryAfterSeconds: 5)
        }
    }

    private func scope(_ context: PlatformContext) -> Scope {
        tenant.scope(schemaVersion: context.services.settings.schemaVersion)
    }
}
