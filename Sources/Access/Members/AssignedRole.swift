import HTTP
import Persistence
import Tenancy
import Values

/// A role that somebody is about to get.
struct AssignedRole {
    var id: ID
    var builtin: BuiltinRole?
    var permissions: PermissionSet

    /// Finds the role and keeps it from being deleted until the transaction ends.
    ///
    /// - Throws: ``Problem``: `role_id` `unknown_role`; `privilege_escalation` when the caller
    ///   lacks one of its permissions (AC-13).
    static func find(
        _ id: ID, for context: TenantContext, in transaction: TenantTransaction
    ) async throws -> AssignedRole {
        let rows = try await transaction.run(
            "SELECT builtin, permissions FROM tenant.roles WHERE id = \(id) FOR KEY SHARE")
        guard let row = rows.first else {
            throw Problem.field("role_id", "unknown_role", "No such role.")
        }
        let builtin = row.optionalText(0).flatMap(BuiltinRole.init(rawValue:))
        let role = AssignedRole(
            id: id, builtin: builtin,
            permissions: builtin?.permissions
                ?? PermissionSet(row.texts(1).compactMap(Permission.init(rawValue:))))
        try context.checkHolding(role.permissions)
        return role
    }
}

/// The teams of one member.
enum MemberTeams {
    /// Puts the member into exactly these teams.
    ///
    /// - Throws: ``Problem``: `team_ids` `unknown_team`.
    static func replace(
        of member: ID, by teams: [ID], in transaction: TenantTransaction
    ) async throws {
        let wanted = Array(Set(teams))
        let results = try await transaction.run([
            "DELETE FROM tenant.team_members WHERE member_id = \(member)",
            """
            INSERT INTO tenant.team_members (team_id, member_id)
            SELECT t.id, \(member) FROM tenant.teams t WHERE t.id = ANY (\(wanted))
            """,
        ])
        guard results[1].affected == wanted.count else {
            throw Problem.field("team_ids", "unknown_team", "No such team.")
        }
    }
}
