import HTTP
import Persistence
import Tenancy
import Values

/// `POST /v1/members/{id}/two-factor/reset`: lets a member who has lost every factor enrol anew
/// (ID-70).
enum FactorReset {
    static let all: [Route] = [
        .change(
            .post, "/v1/members/{id}/two-factor/reset", of: subject, id: "memberFactorReset",
            "Reset the second factors of a locked-out member",
            access: .holding(.memberManage).steppedUp, audit: "member.reset_two_factor",
            returns: .empty(.noContent), fails: [.privilegeEscalation, .invalidState],
            handler: reset),
        .staffChange(
            .post, "/v1/platform/people/two-factor/reset", id: "platformFactorReset",
            "Reset the second factors of a locked-out person", role: .platformAdmin,
            audit: "person.reset_two_factor", accepts: .json(FieldReader.describe(Target.self)),
            returns: .empty(.noContent), handler: resetAsStaff),
    ]

    struct Target: Input {
        let email, reason: String

        init(_ fields: FieldReader) {
            email = fields.required("email", .email)
            reason = fields.required("reason", .text(1...500))
        }
    }

    private static let subject = Subject<TenantContext>.row {
        "SELECT FROM tenant.members WHERE id = \($0.id)"
    }

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

    /// Tells the person by mail, and every workspace of theirs in its own log (BL-87).
    private static func resetAsStaff(_ context: StaffContext) async throws -> Response {
        let target = try context.call.input(Target.self)
        let platform = PlatformContext(call: context.call, services: context.services)
        return try await context.change { transaction in
            let rows = try await transaction.run(
                """
                SELECT person, address, language, tenants
                FROM platform.reset_second_factors(\(Person.key(of: target.email)))
                """)
            guard let row = rows.first else { throw Problem.notFound }
            let details: JSON = ["reason": .string(target.reason)]
            for number in row.texts(3).compactMap({ Int64($0) }) {
                transaction.atCommit(
                    """
                    SELECT platform.record_platform_audit(\(number), \(context.newID()),
                        \(context.now), 'person.reset_two_factor', 'person', \(row.id(0)),
                        \(details), \(context.call.requestID))
                    """)
            }
            transaction.atCommit(
                IdentityMail.secondFactorReset.enqueue(
                    to: row.text(1), language: Language(code: row.text(2)), in: platform))
            return (Response(.noContent), AuditNote("person", row.id(0), details))
        }
    }
}
