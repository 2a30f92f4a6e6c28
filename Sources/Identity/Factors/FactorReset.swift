import HTTP
import Persistence
import Tenancy
import Values

/// `POST /v1/members/{id}/two-factor/reset`: lets a member who has lost every factor enrol anew
/// (ID-70).
enum FactorReset {
    static let all: [Route] = [
        .change(
            .post, "/v1/members/{id}/two-factor/reset", id: "memberFactorReset",
            "Reset the second factors of a locked-out member",
            access: .holding(.memberManage).steppedUp, audit: "member.reset_two_factor",
            returns: .empty(.noContent), fails: [.privilegeEscalation, .invalidState],
            handler: reset)
    ]

    private static func reset(_ tenant: TenantContext) async throws -> Response {
        let rows = try await tenant.read(
            """
            SELECT m.person_id, r.builtin FROM tenant.members m
            JOIN tenant.roles r ON r.id = m.role_id WHERE m.id = \(tenant.call.id)
            """)
        guard let row = rows.first else { throw Problem.notFound }
        let (id, isOwner) = (row.id(0), row.optionalText(1) == BuiltinRole.owner.rawValue)
        guard tenant.principal.isOwner || tenant.principal.builtinRole == .admin else {
            throw Problem(.permissionDenied)
        }
        guard !isOwner || (tenant.principal.isOwner && id != tenant.principal.personID) else {
            throw Problem(.privilegeEscalation)
        }
        let context = tenant.platform
        guard let person = try await Person.find(id, in: context) else { throw Problem.notFound }
        try await context.transaction { transaction in
            _ = try await Person.lock(id, in: transaction)
            let elsewhere = try await transaction.run(
                """
                SELECT 1 FROM platform.memberships
                WHERE person_id = \(id) AND tenant_number <> \(tenant.tenant.number) LIMIT 1
                """)
            guard elsewhere.first == nil else {
                throw Problem(.invalidState, "Only platform staff can do this for this person.")
            }
            try await transaction.run([
                "DELETE FROM platform.factors WHERE person_id = \(id)",
                "DELETE FROM platform.recovery_codes WHERE person_id = \(id)",
                "DELETE FROM platform.totp_enrolments WHERE person_id = \(id)",
                "DELETE FROM platform.code_failures WHERE person_id = \(id)",
                "DELETE FROM platform.login_steps WHERE person_id = \(id)",
                Session.endings(of: id, except: nil),
            ])
            transaction.atCommit(
                IdentityMail.secondFactorReset.enqueue(to: person, in: context))
            transaction.atCommit(
                PersonAudit(tenant).entry(
                    "member.reset_two_factor", "member", tenant.call.id, context))
        }
        return Response(.noContent)
    }
}
