import Crypto
import EventLoop
import HTTP
import Jobs
import Persistence
import Tenancy
import Values

/// `POST /v1/members` (AC-02…AC-05).
struct MemberInvitation: Input {
    let name: String
    /// In lower case, as addresses are stored and compared.
    let email: String
    let roleID: ID
    let password: String
    let teamIDs: [ID]

    init(_ fields: FieldReader) {
        name = fields.required("name", .text(1...80))
        email = fields.required("email", .email).lowercased()
        roleID = fields.required("role_id", .id(unknown: "unknown_role"))
        password = fields.required(
            "password", .verbatim(maximumLength: PasswordPolicy.maximumLength))
        teamIDs =
            fields.optional("team_ids", .list(of: .id(unknown: "unknown_team"), 0...100)) ?? []
        if !password.isEmpty,
            let weakness = PasswordPolicy(identity: [name, email]).finding(password)
        {
            fields.report("password", weakness.code, weakness.detail)
        }
    }

    static func send(_ context: TenantContext, _ seat: LimitedPlace) async throws -> Response {
        let invitation = try context.call.input(MemberInvitation.self)
        let workspace = try await context.read("SELECT name FROM platform.own_tenant")[0].text(0)
        try PasswordPolicy(identity: [invitation.name, invitation.email, workspace])
            .check(invitation.password, field: "password")
        // Hashed for known addresses too, so that the answer takes as long (AC-04).
        let cost = context.services.settings.passwordCost
        let password = invitation.password
        let hash = try await context.services.passwords.run(startingWithin: .seconds(3)) {
            try PasswordHash.hash(password, cost: cost)
        }
        do {
            return try await context.changeRights { transaction in
                try await seat.take(in: transaction, of: context)
                return try await invitation.store(hash, workspace, context, transaction)
            }
        } catch let error as DatabaseError where error.violates("members_person_id_key") {
            throw Problem(.alreadyMember)
        }
    }

    private func store(
        _ hash: String, _ workspace: String, _ context: TenantContext,
        _ transaction: TenantTransaction
    ) async throws -> Response {
        let role = try await AssignedRole.find(roleID, for: context, in: transaction)
        guard role.builtin != .owner else {
            throw Problem(.invalidState, "Only an active member can be made Owner.")
        }
        let id = context.newID()
        let person = try await transaction.run(
            """
            SELECT platform.person_for_invitation(
                \(context.newID()), \(email), \(email), \(name), \(hash), \(context.now))
            """)[0].id(0)
        try await transaction.run([
            """
            INSERT INTO tenant.members
                (id, person_id, name, role_id, status, invited_by, created_at)
            VALUES (\(id), \(person), \(name), \(roleID), 'invited', \(context.principal.id),
                \(context.now))
            """,
            """
            INSERT INTO platform.own_memberships (person_id, tenant_number, member_id, status)
            VALUES (\(person), \(context.tenant.number), \(id), 'invited')
            """,
        ])
        try await MemberTeams.replace(of: id, by: teamIDs, in: transaction)
        transaction.atCommit(
            Self.mail(
                to: email, language: try await Self.language(of: person, context, transaction),
                name: name, workspace: workspace, in: context))
        transaction.audit(
            AuditNote(
                "member", id,
                [
                    "name": .string(name), "email": .string(email),
                    "role_id": .string(roleID.description),
                    "team_ids": .array(teamIDs.map { .string($0.description) }),
                ]))
        return try await Member.response(id, in: transaction, status: .created)
    }

    /// The invitation; the same for people with and without a login, and never with a password.
    static func mail(
        to address: String, language: Language, name: String, workspace: String,
        in context: TenantContext
    ) -> SQL {
        let inviter = context.principal.name
        return Mail.enqueue(
            to: address, language: language, subject: "Invitation to \(workspace) on Courtyard",
            paragraphs: [
                "Hello \(name),",
                "\(inviter) invites you to the workspace “\(workspace)” on Courtyard.",
                """
                Sign in with this address. If you have a Courtyard login already, use it as ever. \
                If not, \(inviter) will tell you the first password, which you change when you \
                sign in.
                """,
                """
                If this address has a login and you never chose its password, ask for a new one \
                by mail first.
                """,
            ] + Notices.signInParagraphs(context), in: context)
    }

    /// Who has never signed in has chosen no language: the inviter's is the best guess.
    private static func language(
        of person: ID, _ context: TenantContext, _ transaction: TenantTransaction
    ) async throws -> Language {
        let rows = try await transaction.run(
            """
            SELECT language FROM platform.own_people p
            WHERE id = \(person)
                AND NOT EXISTS (SELECT FROM platform.own_newcomers n WHERE n.id = p.id)
            """)
        return Language(code: rows.first?.text(0) ?? context.grant.language)
    }

    /// `POST /v1/members/{id}/resend-invitation`, at most three times a day in UTC (AC-15).
    static func resend(_ context: TenantContext) async throws -> Response {
        let today = context.now.utcDate
        let tomorrow = CivilDate(daysSinceEpoch: today.daysSinceEpoch + 1)
        return try await context.changeRights { transaction in
            let seat = try await Seat.find(context.call.id, in: transaction)
            try seat.checkCaller(context)
            guard seat.status == "invited" else {
                throw Problem(.invalidState, "The member has accepted already.")
            }
            let sent = try await transaction.run(
                """
                UPDATE tenant.members
                SET invitations_sent = CASE WHEN invitations_day = \(today.description)::date
                        THEN invitations_sent + 1 ELSE 1 END,
                    invitations_day = \(today.description)::date
                WHERE id = \(seat.id)
                    AND (invitations_day IS DISTINCT FROM \(today.description)::date
                    OR invitations_sent < 3)
                """)
            guard sent.affected == 1 else {
                let seconds = Int64(tomorrow.daysSinceEpoch) * 86_400 - context.now.seconds
                throw Problem(
                    .rateLimited, "An invitation is mailed three times a day at most.",
                    retryAfterSeconds: Int(seconds))
            }
            let workspace = try await transaction.run("SELECT name FROM platform.own_tenant")
            transaction.atCommit(
                mail(
                    to: seat.email,
                    language: try await language(of: seat.personID, context, transaction),
                    name: seat.name, workspace: workspace[0].text(0), in: context))
            transaction.audit(AuditNote("member", seat.id))
            return Response(.noContent)
        }
    }
}
