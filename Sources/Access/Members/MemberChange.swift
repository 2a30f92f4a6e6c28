import HTTP
import Persistence
import Tenancy
import Values

/// `PATCH /v1/members/{id}` (AC-06, AC-07, AC-11…AC-13, AC-122).
struct MemberChange: Input {
    let name: String?
    let roleID: ID?
    let teamIDs: [ID]?

    init(_ fields: FieldReader) {
        name = fields.change("name", .text(1...80))
        roleID = fields.change("role_id", .id(unknown: "unknown_role"))
        teamIDs = fields.change("team_ids", .list(of: .id(unknown: "unknown_team"), 0...100))
        fields.readOnly(
            "id", "email", "avatar_url", "role_name", "status", "last_login_at", "created_at")
    }

    static func apply(_ context: TenantContext) async throws -> Response {
        let change = try context.call.input(MemberChange.self)
        return try await context.changeRights { transaction in
            let seat = try await Seat.find(context.call.id, in: transaction)
            try seat.checkCaller(context)
            var details: [JSON.Member] = []
            if let role = change.roleID, role != seat.roleID {
                try await change.giveRole(role, to: seat, context, transaction)
                details += Self.detail("role_id", seat.roleID.description, role.description)
            }
            if let name = change.name, name != seat.name {
                try await change.rename(seat, name, transaction)
                details += Self.detail("name", seat.name, name)
            }
            if let teams = change.teamIDs {
                try await MemberTeams.replace(of: seat.id, by: teams, in: transaction)
                let ids = JSON.array(teams.map { .string($0.description) })
                details.append(JSON.Member(name: "team_ids", value: ids))
            }
            transaction.audit(AuditNote("member", seat.id, .object(details)))
            return try await Member.response(seat.id, in: transaction)
        }
    }

    private func giveRole(
        _ role: ID, to seat: Seat, _ context: TenantContext, _ transaction: TenantTransaction
    ) async throws {
        try await seat.checkNotSelf(context, transaction)
        let assigned = try await AssignedRole.find(role, for: context, in: transaction)
        if assigned.builtin == .owner, seat.status != "active" {
            throw Problem(.invalidState, "Only an active member can be made Owner.")
        }
        try await seat.checkNotLastOwner(transaction)
        try await transaction.run(
            "UPDATE tenant.members SET role_id = \(role) WHERE id = \(seat.id)")
        try await limitSessions(of: seat, by: .of(assigned.builtin), context, transaction)
        transaction.raiseEpoch()
    }

    /// Sessions under way get the time limits of the new role (ID-10, ID-12).
    private func limitSessions(
        of seat: Seat, by limits: SessionLimits, _ context: TenantContext,
        _ transaction: TenantTransaction
    ) async throws {
        let idle = context.now + .seconds(limits.idleSeconds)
        try await transaction.run([
            """
            UPDATE platform.own_sessions
            SET ends_at = created_at + make_interval(secs => \(limits.absoluteSeconds))
            WHERE person_id = \(seat.personID)
            """,
            """
            UPDATE cell.own_admissions a
            SET idle_seconds = \(limits.idleSeconds)::integer, ends_at = s.ends_at,
                expires_at = least(a.expires_at, \(idle), s.ends_at)
            FROM platform.own_sessions s
            WHERE a.credential_id = s.id AND a.kind = 'session' AND a.principal_id = \(seat.id)
            """,
        ])
    }

    private func rename(
        _ seat: Seat, _ name: String, _ transaction: TenantTransaction
    ) async throws {
        guard seat.status == "invited" else {
            throw Problem(.invalidState, "Members choose their own name once they have signed in.")
        }
        try await transaction.run([
            "UPDATE tenant.members SET name = \(name) WHERE id = \(seat.id)",
            "UPDATE platform.own_newcomers SET name = \(name) WHERE id = \(seat.personID)",
        ])
    }

    private static func detail(_ name: String, _ old: String, _ new: String) -> [JSON.Member] {
        [JSON.Member(name: name, value: ["old": .string(old), "new": .string(new)])]
    }
}
