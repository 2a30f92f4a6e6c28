import HTTP
import Persistence
import Tenancy
import Values

/// How a member's access ends and comes back (AC-08…AC-14).
enum MemberDeparture {
    /// Answers `POST /v1/members/{id}/deactivate`.
    static func deactivate(_ context: TenantContext) async throws -> Response {
        try await context.changeRights { transaction in
            let seat = try await Seat.find(context.call.id, in: transaction)
            try seat.checkCaller(context)
            try await seat.checkNotSelf(context, transaction)
            guard seat.status != "deactivated" else {
                throw Problem(.invalidState, "The member is deactivated already.")
            }
            try await seat.checkNotLastOwner(transaction)
            try await set("deactivated", seat, transaction)
            try await endSessions(of: seat, transaction)
            transaction.audit(AuditNote("member", seat.id, ["name": .string(seat.name)]))
            return try await Member.response(seat.id, in: transaction)
        }
    }

    /// `POST /v1/members/{id}/reactivate`: back to where the member stood, if a seat is free.
    static func reactivate(
        _ context: TenantContext, _ place: LimitedPlace
    ) async throws -> Response {
        try await context.changeRights { transaction in
            let seat = try await Seat.find(context.call.id, in: transaction)
            try seat.checkCaller(context)
            guard seat.status == "deactivated" else {
                throw Problem(.invalidState, "The member is not deactivated.")
            }
            try await place.take(in: transaction, of: context)
            try await set(seat.hasLoggedIn ? "active" : "invited", seat, transaction)
            transaction.raiseEpoch()
            transaction.audit(AuditNote("member", seat.id, ["name": .string(seat.name)]))
            return try await Member.response(seat.id, in: transaction)
        }
    }

    /// Answers `DELETE /v1/members/{id}`.
    static func remove(_ context: TenantContext) async throws -> Response {
        try await context.changeRights { transaction in
            let seat = try await Seat.find(context.call.id, in: transaction)
            try seat.checkCaller(context)
            try await seat.checkNotSelf(context, transaction)
            try await leave(seat, context, transaction)
            return Response(.noContent)
        }
    }

    /// Answers `POST /v1/me/leave`.
    static func leave(_ context: TenantContext) async throws -> Response {
        try await context.changeRights { transaction in
            let seat = try await Seat.find(context.principal.id, in: transaction)
            try await leave(seat, context, transaction)
            var response = Response(.noContent)
            response.fields.append(
                (
                    name: "Set-Cookie",
                    value: "\(Credential.cookieName)=; Max-Age=0; Path=/; Secure; HttpOnly; "
                        + "SameSite=Lax"
                ))
            response.fields.append(
                (name: "Clear-Site-Data", value: "\"cache\", \"storage\""))
            return response
        }
    }

    private static func leave(
        _ seat: Seat, _ context: TenantContext, _ transaction: TenantTransaction
    ) async throws {
        try await seat.checkNotLastOwner(transaction)
        try await endSessions(of: seat, transaction)
        try await tellOfTokens(made: seat, context, transaction)
        try await transaction.run([
            "DELETE FROM platform.own_memberships WHERE member_id = \(seat.id)",
            "DELETE FROM tenant.members WHERE id = \(seat.id)",
        ])
        transaction.audit(
            AuditNote(
                "member", seat.id, ["name": .string(seat.name), "email": .string(seat.email)]))
    }

    private static func set(
        _ status: String, _ seat: Seat, _ transaction: TenantTransaction
    ) async throws {
        try await transaction.run([
            "UPDATE tenant.members SET status = \(status) WHERE id = \(seat.id)",
            """
            UPDATE platform.own_memberships SET status = \(status) WHERE member_id = \(seat.id)
            """,
        ])
    }

    /// The next request of each of the member's sessions is refused, on every process (AC-133).
    private static func endSessions(
        of seat: Seat, _ transaction: TenantTransaction
    ) async throws {
        try await transaction.run([
            """
            DELETE FROM cell.own_admissions
            WHERE kind = 'session' AND principal_id = \(seat.id)
            """,
            "DELETE FROM platform.own_sessions WHERE person_id = \(seat.personID)",
        ])
        transaction.raiseEpoch()
    }

    /// Tokens outlive whoever made them; the Owners learn how many there are (AC-67).
    private static func tellOfTokens(
        made seat: Seat, _ context: TenantContext, _ transaction: TenantTransaction
    ) async throws {
        let count = try await transaction.run(
            """
            SELECT count(*) FROM (
                SELECT id FROM tenant.service_account_tokens
                WHERE created_by = \(seat.id) AND expires_at > \(context.now)
                UNION ALL
                SELECT id FROM tenant.account_api_token
                WHERE created_by = \(seat.id) AND expires_at > \(context.now)
            ) t
            """)[0].integer(0)
        guard count > 0 else { return }
        try await Notices.mailOwners(
            subject: "\(seat.name) has left and had made tokens",
            paragraphs: [
                "\(seat.name) (\(seat.email)) is no longer a member of the workspace.",
                """
                Tokens they made that still work: \(count). Look at the service accounts and the \
                Developer tab, and replace what the leaver may have kept.
                """,
            ], in: context, transaction)
    }
}
