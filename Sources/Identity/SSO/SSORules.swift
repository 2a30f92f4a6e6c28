import HTTP
import Persistence
import Tenancy
import Values

/// What the connections of workspaces mean for logins that do not come through them (ID-23, ID-87,
/// ID-93).
enum SSORules {
    /// How somebody with a password gets into a workspace.
    enum Passage: Sendable {
        case open
        /// An Owner, past the enforced provider (ID-87): written down, and told to all Owners.
        case breakGlass
    }

    /// - Throws: ``Problem`` `sso_required` for everybody but Owners where single sign-on is
    ///   enforced.
    static func passage(into seat: Seat, in context: PlatformContext) async throws -> Passage {
        guard try await isEnforced(tenant: seat.tenant.number, in: context) else { return .open }
        guard try await seat.role(in: context)?.builtin == .owner else {
            throw Problem(
                .ssoRequired, extra: [.init(name: "workspace_slug", value: .string(seat.slug))])
        }
        return .breakGlass
    }

    /// Whether the seat's only way in is the workspace's provider; Owners have another (ID-87).
    static func binds(_ seat: Seat, in context: PlatformContext) async throws -> Bool {
        guard try await isEnforced(tenant: seat.tenant.number, in: context) else { return false }
        return try await seat.role(in: context)?.builtin != .owner
    }

    private static func isEnforced(
        tenant number: Int64, in context: PlatformContext
    ) async throws -> Bool {
        try await !context.read(
            """
            SELECT FROM platform.sso_connections
            WHERE tenant_number = \(number) AND enforced AND status = 'active'
            """
        ).isEmpty
    }

    /// Judges a move of a session to another workspace (ID-06, ID-93).
    ///
    /// - Throws: ``Problem`` `login_required` for a session that came through the provider of its
    ///   present workspace; `sso_required`.
    static func passage(
        of session: ID, into seat: Seat, from number: Int64, in context: PlatformContext
    ) async throws -> Passage {
        guard seat.tenant.number != number else { return .open }
        let rows = try await context.read(
            """
            SELECT FROM platform.sessions
            WHERE id = \(session) AND sso_connection_id IS NOT NULL
            """)
        guard rows.isEmpty else { throw Problem(.loginRequired) }
        return try await passage(into: seat, in: context)
    }

    /// Whether all of a person's workspaces are closed to their password (ID-23).
    ///
    /// Nearly the same work for persons who do not exist: only for those whom it concerns the roles
    /// are read too.
    static func areAllEnforced(of person: ID?, in context: PlatformContext) async throws -> Bool {
        let rows = try await context.read(
            """
            SELECT coalesce(bool_and(EXISTS (
                SELECT FROM platform.sso_connections c
                WHERE c.tenant_number = m.tenant_number AND c.enforced
                    AND c.status = 'active')), false)
            FROM platform.memberships m
            JOIN cell.tenants t ON t.number = m.tenant_number
            WHERE m.person_id = \(person) AND m.status IN ('invited', 'active')
                AND t.state IN ('active', 'suspended')
            """)
        guard rows[0].bool(0), let person else { return false }
        for seat in try await Seat.all(of: person, in: context) {
            if try await seat.role(in: context)?.builtin == .owner { return false }
        }
        return true
    }

    /// Makes sure that the failure of a provider cannot lock everybody out (checklist rule 22).
    ///
    /// - Throws: ``Problem`` `break_glass_missing`.
    static func checkBreakGlass(_ transaction: TenantTransaction) async throws {
        let owners = try await transaction.run(
            """
            SELECT FROM tenant.members m
            JOIN tenant.roles r ON r.id = m.role_id
            JOIN platform.own_passwords p ON p.member_id = m.id
            WHERE r.builtin = 'owner' AND m.status = 'active'
            LIMIT 1
            """)
        guard !owners.isEmpty else { throw Problem(.breakGlassMissing) }
    }
}

extension SSORules.Passage {
    /// Writes an emergency login down and tells every Owner, in the transaction that starts it.
    func record(
        _ session: Session, of person: Person, _ transaction: Transaction,
        _ context: PlatformContext
    ) async throws {
        guard case .breakGlass = self else { return }
        transaction.atCommit(session.audit("session.break_glass", of: person, context))
        let owners = try await SSOMail.owners(of: session.seat.tenant, context.services)
        for owner in owners {
            transaction.atCommit(
                SSOMail.breakGlass(workspace: session.seat.name, name: person.name)
                    .enqueue(to: owner, in: context))
        }
    }
}
