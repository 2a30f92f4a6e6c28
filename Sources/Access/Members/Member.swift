import HTTP
import Persistence
import Tenancy
import Values

/// A person's seat in the workspace (AC-01).
enum Member {
    static let resource = Resource(
        "Member",
        [
            .field("id", "m.id", .id),
            // Until the first login the name is the inviter's word, so that nobody learns by
            // inviting an address whether it has a login and whose it is (AC-04).
            .field("name", "CASE WHEN p.last_login_at IS NULL THEN m.name ELSE p.name END", .text),
            .field("email", "p.email", .text),
            .field(
                "avatar_url",
                """
                (SELECT '/v1/avatars/' || a.id FROM platform.own_avatars a
                    WHERE a.person_id = p.id)
                """, .text, nullable: true),
            .field("role_id", "m.role_id", .id),
            .field("role_name", "r.name", .text),
            .field(
                "team_ids",
                """
                ARRAY(SELECT s.team_id FROM tenant.team_members s
                    WHERE s.member_id = m.id ORDER BY s.team_id)
                """, .ids),
            .field("status", "m.status", .text),
            .field("last_login_at", "p.last_login_at", .instant, nullable: true),
            .field("created_at", "m.created_at", .instant),
        ])

    static let subject = Subject<TenantContext>.row {
        "SELECT FROM tenant.members WHERE id = \($0.id)"
    }

    static let statuses = ["invited", "active", "deactivated"]

    static let listing = Listing(
        resource,
        from: """
            FROM tenant.members m
            JOIN tenant.roles r ON r.id = m.role_id
            JOIN platform.own_people p ON p.member_id = m.id
            """,
        identity: "m.id",
        sorts: [
            Listing.Sort(
                "name",
                """
                cell.fold(CASE WHEN p.last_login_at IS NULL THEN m.name ELSE p.name END)
                    COLLATE "C"
                """, .text),
            Listing.Sort("created_at", "m.created_at", .instant),
            Listing.Sort("last_login_at", "coalesce(p.last_login_at, 'epoch')", .instant),
        ],
        defaultSort: "name",
        filters: [
            Parameter("status", .choice(statuses), "Only members of this status."),
            Parameter("role_id", .id, "Only members with this role."),
            Parameter("team_id", .id, "Only members of this team."),
            Parameter("q", .text(1...200), "Part of the name or the e-mail."),
        ])

    /// AC-100.
    static func conditions(_ query: QueryParameters) -> [SQL] {
        var conditions: [SQL] = []
        if let status = query.text("status") { conditions.append("m.status = \(status)") }
        if let role = query.id("role_id") { conditions.append("m.role_id = \(role)") }
        if let team = query.id("team_id") {
            conditions.append(
                """
                EXISTS (SELECT FROM tenant.team_members f
                    WHERE f.member_id = m.id AND f.team_id = \(team))
                """)
        }
        if let text = query.text("q") {
            let name: SQL =
                "cell.fold(CASE WHEN p.last_login_at IS NULL THEN m.name ELSE p.name END)"
            conditions.append(
                "(\(SQL.contains(name, text)) OR \(SQL.contains("cell.fold(p.email)", text)))")
        }
        return conditions
    }

    static func select(_ id: ID) -> SQL {
        """
        SELECT \(resource.columns)
        FROM tenant.members m
        JOIN tenant.roles r ON r.id = m.role_id
        JOIN platform.own_people p ON p.member_id = m.id
        WHERE m.id = \(id)
        """
    }

    static func response(
        _ id: ID, in transaction: TenantTransaction, status: Status = .ok
    ) async throws -> Response {
        guard let row = try await transaction.run(select(id)).first else { throw Problem.notFound }
        return resource.response(row, status: status)
    }
}

/// What decides about changes of a seat, read under the lock of ``TenantContext/changeRights(_:)``.
struct Seat {
    var id: ID
    var personID: ID
    var roleID: ID
    var role: BuiltinRole?
    var status: String
    var hasLoggedIn: Bool
    var name: String
    var email: String

    var isOwner: Bool { role == .owner }

    /// - Throws: ``Problem`` `not_found`.
    static func find(_ id: ID, in transaction: TenantTransaction) async throws -> Seat {
        let rows = try await transaction.run(
            """
            SELECT m.person_id, m.role_id, r.builtin, m.status, p.last_login_at IS NOT NULL,
                CASE WHEN p.last_login_at IS NULL THEN m.name ELSE p.name END, p.email
            FROM tenant.members m
            JOIN tenant.roles r ON r.id = m.role_id
            JOIN platform.own_people p ON p.member_id = m.id
            WHERE m.id = \(id)
            FOR UPDATE OF m
            """)
        guard let row = rows.first else { throw Problem.notFound }
        return Seat(
            id: id, personID: row.id(0), roleID: row.id(1),
            role: row.optionalText(2).flatMap(BuiltinRole.init(rawValue:)), status: row.text(3),
            hasLoggedIn: row.bool(4), name: row.text(5), email: row.text(6))
    }

    /// Only Owners touch an Owner (AC-12).
    func checkCaller(_ context: TenantContext) throws {
        guard isOwner, !context.principal.isOwner else { return }
        throw Problem(
            .permissionDenied, "Only Owners can change an Owner.",
            extra: [
                JSON.Member(
                    name: "required_permission",
                    value: .string(Permission.ownershipManage.rawValue))
            ])
    }

    /// Refuses what would take the workspace's last active Owner away (AC-11, AC-130).
    ///
    /// The rows of all active Owners stay locked until the transaction ends.
    func checkNotLastOwner(_ transaction: TenantTransaction) async throws {
        guard isOwner, status == "active" else { return }
        let owners = try await transaction.run(
            """
            SELECT m.id
            FROM tenant.members m JOIN tenant.roles r ON r.id = m.role_id
            WHERE r.builtin = 'owner' AND m.status = 'active'
            ORDER BY m.id
            FOR UPDATE OF m
            """)
        guard owners.count > 1 else { throw Problem(.lastOwner) }
    }

    /// Refuses what one does to oneself (AC-122); the loss of the last Owner is told first.
    func checkNotSelf(_ context: TenantContext, _ transaction: TenantTransaction) async throws {
        guard id == context.principal.id else { return }
        try await checkNotLastOwner(transaction)
        throw Problem(.selfChange)
    }
}
