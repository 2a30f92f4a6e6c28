import Crypto
import HTTP
import Persistence
import Tenancy
import Values

/// The one token of the public API (AC-80…AC-88).
///
/// It belongs to the workspace, not to its maker.
struct APIToken: Input {
    let expiresAt: Instant?

    init(_ fields: FieldReader) {
        expiresAt = fields.optional("expires_at", .instant)
    }

    private static let members: [(name: String, schema: Schema, isRequired: Bool)] = [
        ("exists", .boolean, true),
        ("last4", .nullable(.string()), true),
        ("created_by", .nullable(.string(format: "uuid")), true),
        ("created_by_name", .nullable(.string()), true),
        ("created_at", .nullable(.string(format: "date-time")), true),
        ("expires_at", .nullable(.string(format: "date-time")), true),
        ("last_used_at", .nullable(.string(format: "date-time")), true),
        ("last_used_from", .nullable(.string()), true),
    ]

    static let schema = Schema.object(members, name: "APIToken")
    static let issuedSchema = Schema.object(
        members + [("secret", .string(), true), ("warning", .string(), true)],
        name: "IssuedAPIToken")

    private static let select: SQL = """
        SELECT t.last4, t.created_by, CASE WHEN p.last_login_at IS NULL THEN m.name ELSE p.name END,
            t.created_at, t.expires_at, a.last_used_at, a.last_used_from
        FROM tenant.account_api_token t
        LEFT JOIN cell.own_admissions a ON a.credential_id = t.id
        LEFT JOIN tenant.members m ON m.id = t.created_by
        LEFT JOIN platform.own_people p ON p.member_id = m.id
        """

    /// Answers `GET /v1/workspace/api-token`.
    static func read(_ context: TenantContext) async throws -> Response {
        let rows = try await context.read(select)
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        write(rows.first, to: &writer)
        writer.endObject()
        return .json(.ok, writer.bytes)
    }

    private static func write(_ row: Row?, to writer: inout JSONWriter) {
        writer.key("exists")
        writer.bool(row != nil)
        text("last4", row?.optionalText(0))
        text("created_by", row?.optionalID(1)?.description)
        text("created_by_name", row?.optionalText(2))
        text("created_at", row?.optionalInstant(3)?.description)
        text("expires_at", row?.optionalInstant(4)?.description)
        text("last_used_at", row?.optionalInstant(5)?.description)
        text("last_used_from", row?.optionalText(6))

        func text(_ name: StaticString, _ value: String?) {
            writer.key(name)
            if let value { writer.string(value) } else { writer.null() }
        }
    }

    /// `POST /v1/workspace/api-token`: creates the token or replaces it; the old one is void at
    /// once.
    static func generate(_ context: TenantContext) async throws -> Response {
        let chosen =
            context.call.body.isEmpty ? nil : try context.call.input(APIToken.self).expiresAt
        let end = try TokenExpiry.end(chosen, now: context.now)
        try context.checkHolding(PermissionSet(Permission.ofAccountAPIToken))
        let token = SecretToken.generate(.accountAPI)
        let id = context.newID()
        return try await context.changeRights { transaction in
            let old = try await revoke(transaction)
            try await transaction.run(
                [
                    """
                    INSERT INTO tenant.account_api_token
                        (id, last4, created_by, created_at, expires_at)
                    VALUES (\(id), \(token.last4), \(context.principal.id), \(context.now), \(end))
                    """,
                    """
                    INSERT INTO cell.own_admissions (token_hash, tenant_number, kind, principal_id,
                        credential_id, expires_at, ends_at)
                    VALUES (\(bytes: token.digest.bytes), \(context.tenant.number), 'account_api',
                        \(context.tenant.id), \(id), \(end), \(end))
                    """,
                ] + TokenReminder.plan(id, endingAt: end, in: context))
            transaction.audit(
                AuditNote(
                    "api_token", id,
                    ["regenerated": .bool(old != nil), "expires_at": .string(end.description)]))
            try await tellOwners(old == nil ? .created : .regenerated, context, transaction)
            return try await issued(token, transaction)
        }
    }

    private static func issued(
        _ token: SecretToken, _ transaction: TenantTransaction
    ) async throws -> Response {
        let rows = try await transaction.run(select)
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        write(rows.first, to: &writer)
        writer.key("secret")
        writer.string(token.text)
        writer.key("warning")
        writer.string(
            "Keep this token secret and send it in the Authorization header only. "
                + "It is not shown again.")
        writer.endObject()
        return .json(.created, writer.bytes)
    }

    /// Answers `DELETE /v1/workspace/api-token`.
    static func delete(_ context: TenantContext) async throws -> Response {
        try await context.changeRights { transaction in
            guard let id = try await revoke(transaction) else { throw Problem.notFound }
            transaction.audit(AuditNote("api_token", id))
            try await tellOwners(.revoked, context, transaction)
            return Response(.noContent)
        }
    }

    /// - Returns: The id of the token that was there.
    private static func revoke(_ transaction: TenantTransaction) async throws -> ID? {
        let results = try await transaction.run([
            "DELETE FROM tenant.account_api_token RETURNING id",
            "DELETE FROM cell.own_admissions WHERE kind = 'account_api'",
        ])
        return results[0].first?.id(0)
    }

    /// AC-87.
    private static func tellOwners(
        _ event: Event, _ context: TenantContext, _ transaction: TenantTransaction
    ) async throws {
        let rows = try await transaction.run("SELECT name FROM platform.own_tenant")
        let (workspace, name) = (rows[0].text(0), context.principal.name)
        let (subject, deed): (Phrase, Phrase) =
            switch event {
            case .created:
                (
                    "The account API token was created",
                    "\(name) has created the account API token of the workspace “\(workspace)”."
                )
            case .regenerated:
                (
                    "The account API token was replaced",
                    "\(name) has replaced the account API token of the workspace “\(workspace)”."
                )
            case .revoked:
                (
                    "The account API token was revoked",
                    "\(name) has revoked the account API token of the workspace “\(workspace)”."
                )
            }
        try await Notices.mailOwners(
            subject: subject,
            paragraphs: [
                deed, "If this is a surprise, revoke the token on the Developer tab.",
            ], in: context, transaction)
    }

    private enum Event { case created, regenerated, revoked }
}
