import Crypto
import HTTP
import Persistence
import Tenancy
import Values

/// A secret of a service account, of which only the ends stay readable (AC-64, AC-131).
struct ServiceAccountToken: Input {
    let name: String
    let expiresAt: Instant?

    /// How many may be valid at once: one to use, one to replace it (AC-65).
    private static let limit = 2

    init(_ fields: FieldReader) {
        name = fields.required("name", .text(1...80))
        expiresAt = fields.optional("expires_at", .instant)
    }

    static let resource = Resource(
        "ServiceAccountToken",
        [
            .field("id", "t.id", .id),
            .field("name", "t.name", .text),
            .field("first8", "t.first8", .text),
            .field("last4", "t.last4", .text),
            .field("created_by", "t.created_by", .id, nullable: true),
            .field("created_at", "t.created_at", .instant),
            .field("expires_at", "t.expires_at", .instant),
            .field("last_used_at", "a.last_used_at", .instant, nullable: true),
            .field("last_used_from", "a.last_used_from", .text, nullable: true),
        ])

    static let subject = Subject<TenantContext>.row {
        """
        SELECT FROM tenant.service_account_tokens
        WHERE service_account_id = \($0.ids[0]) AND id = \($0.ids[1])
        """
    }

    static let listing = Listing(
        resource,
        from: """
            FROM tenant.service_account_tokens t
            LEFT JOIN cell.own_admissions a ON a.credential_id = t.id
            """,
        identity: "t.id", sorts: [Listing.Sort("created_at", "t.created_at", .instant)],
        defaultSort: "-created_at",
        filters: [
            Parameter("status", .choice(["active", "expired"]), "Only tokens of this status.")
        ])

    /// The resource, and the secret beside it: the only answer that ever holds it.
    static let issuedSchema = resource.schema(
        named: "IssuedServiceAccountToken", with: [("secret", .string(), true)])

    /// `GET /v1/service-accounts/{id}/tokens` (AC-105).
    static func list(_ context: TenantContext) async throws -> Response {
        try await ServiceAccount.subject.require(in: context)
        var conditions: [SQL] = ["t.service_account_id = \(context.call.id)"]
        if let status = context.call.query.text("status") {
            conditions.append("(t.expires_at > \(context.now)) = \(status == "active")")
        }
        return try await listing.page(context, where: conditions)
    }

    /// Answers `POST /v1/service-accounts/{id}/tokens`.
    ///
    /// Whoever issues a token sees its secret and could act with it, so they must hold the
    /// account's scopes themselves (AC-132).
    static func issue(_ context: TenantContext) async throws -> Response {
        let draft = try context.call.input(ServiceAccountToken.self)
        let end = try TokenExpiry.end(draft.expiresAt, now: context.now)
        let account = context.call.id
        return try await context.changeRights { transaction in
            let present = try await ServiceAccount.find(account, in: transaction)
            try context.checkHolding(present.scopes)
            guard present.isActive else {
                throw Problem(.invalidState, "The account is disabled.")
            }
            let valid = try await transaction.run(
                """
                SELECT count(*) FROM tenant.service_account_tokens
                WHERE service_account_id = \(account) AND expires_at > \(context.now)
                """)[0].integer(0)
            guard valid < limit else { throw Problem(.tokenLimit) }
            return try await draft.store(until: end, of: account, context, transaction)
        }
    }

    private func store(
        until end: Instant, of account: ID, _ context: TenantContext,
        _ transaction: TenantTransaction
    ) async throws -> Response {
        let token = SecretToken.generate(.serviceAccount)
        let id = context.newID()
        try await transaction.run(
            [
                """
                INSERT INTO tenant.service_account_tokens
                    (id, service_account_id, name, first8, last4, created_by, created_at,
                    expires_at)
                VALUES (\(id), \(account), \(name), \(token.first8), \(token.last4),
                    \(context.principal.id), \(context.now), \(end))
                """,
                """
                INSERT INTO cell.own_admissions
                    (token_hash, tenant_number, kind, principal_id, credential_id, expires_at,
                    ends_at)
                VALUES (\(bytes: token.digest.bytes), \(context.tenant.number), 'service_account',
                    \(account), \(id), \(end), \(end))
                """,
            ] + TokenReminder.plan(id, endingAt: end, in: context))
        transaction.audit(
            AuditNote(
                "service_account_token", id,
                [
                    "service_account_id": .string(account.description), "name": .string(name),
                    "expires_at": .string(end.description),
                ]))
        let rows = try await transaction.run(
            """
            SELECT \(Self.resource.columns)
            FROM tenant.service_account_tokens t
            LEFT JOIN cell.own_admissions a ON a.credential_id = t.id
            WHERE t.id = \(id)
            """)
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        Self.resource.writeMembers(rows[0], to: &writer)
        writer.key("secret")
        writer.string(token.text)
        writer.endObject()
        return .json(.created, writer.bytes)
    }

    /// `DELETE /v1/service-accounts/{id}/tokens/{tid}`: the next request with it is 401 (AC-66).
    static func revoke(_ context: TenantContext) async throws -> Response {
        let account = context.call.ids[0]
        let id = context.call.ids[1]
        return try await context.changeRights { transaction in
            let removed = try await transaction.run(
                """
                DELETE FROM tenant.service_account_tokens
                WHERE id = \(id) AND service_account_id = \(account)
                RETURNING name
                """)
            guard let row = removed.first else { throw Problem.notFound }
            try await transaction.run(
                "DELETE FROM cell.own_admissions WHERE credential_id = \(id)")
            transaction.audit(
                AuditNote(
                    "service_account_token", id,
                    [
                        "service_account_id": .string(account.description),
                        "name": .string(row.text(0)),
                    ]))
            return Response(.noContent)
        }
    }
}
