import HTTP
import Persistence
import Tenancy
import Values

/// `/v1/me/sessions`: a person's own sessions, in all workspaces (ID-11, ID-115).
enum OwnSessionRoutes {
    static let all: [Route] = [
        .read(
            "/v1/me/sessions", id: "ownSessionList", "List one's live sessions", access: .member,
            parameters: [
                Parameter("sort", .text(1...64), "One of: -last_used_at"),
                Parameter("limit", .integer, "Rows a page, 1 to 100; 50 unless told."),
                Parameter("cursor", .text(1...4_096), "next_cursor of the page before."),
            ],
            returns: .json(.ok, .page(of: resource.schema)), handler: list),
        .change(
            .delete, "/v1/me/sessions", id: "ownSessionsEnd", "End all other sessions",
            access: .member, audit: "session.end_others", returns: .empty(.noContent),
            handler: endOthers),
        .change(
            .delete, "/v1/me/sessions/{id}", of: subject, id: "ownSessionEnd",
            "End one of one's sessions",
            access: .member, audit: "session.end", returns: .empty(.noContent), handler: end),
    ]

    private static let subject = Subject<TenantContext> { tenant in
        let found = try await tenant.platform.read(
            """
            SELECT FROM platform.sessions
            WHERE id = \(tenant.call.id) AND person_id = \(tenant.principal.personID)
            """)
        return !found.isEmpty
    }

    private static let resource = Resource(
        "Session",
        [
            .field("id", "s.id", .id), .field("device", "s.device", .text),
            .field("address", "s.address", .text),
            .field("last_used_from", "a.last_used_from", .text, nullable: true),
            .field("last_used_at", "coalesce(a.last_used_at, s.created_at)", .instant),
            .field("workspace_name", "t.name", .text),
            .field("created_at", "s.created_at", .instant),
            .field("ends_at", "s.ends_at", .instant),
            .field("is_current", "is_current", .bool),
        ])

    /// There are never more than twenty, so a page is cut from all of them.
    private static func list(_ tenant: TenantContext) async throws -> Response {
        let query = tenant.call.query
        guard query.text("sort") ?? "-last_used_at" == "-last_used_at" else {
            throw Problem(.invalidSort)
        }
        let fingerprint = Cursor.fingerprint(
            list: "ownSessionList \(tenant.principal.id)", query: query)
        let cursor = try query.text("cursor").map {
            try Cursor.decode($0, fingerprint: fingerprint)
        }
        try await tenant.proveAdmission()
        let rows = try await rows(tenant, after: try cursor.map(Position.init))
        let limit = Int(min(100, max(1, query.integer("limit") ?? 50)))
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("data")
        writer.beginArray()
        for index in 0..<min(limit, rows.count) { resource.write(rows[index], to: &writer) }
        writer.endArray()
        writer.key("next_cursor")
        if rows.count > limit {
            writer.string(Position(rows[limit - 1]).cursor.encoded(fingerprint: fingerprint))
        } else {
            writer.null()
        }
        writer.endObject()
        return .json(.ok, writer.bytes)
    }

    /// Where a page ended: time of last use and id.
    private struct Position {
        let lastUsedAt: Instant
        let id: ID

        init(_ row: Row) {
            id = row.id(0)
            lastUsedAt = row.instant(4)
        }

        init(_ cursor: Cursor) throws {
            id = cursor.id
            lastUsedAt = try cursor.instant()
        }

        var cursor: Cursor {
            Cursor(
                sortKey: withUnsafeBytes(of: lastUsedAt.postgresMicroseconds.bigEndian, Array.init),
                id: id)
        }
    }

    private static func rows(_ tenant: TenantContext, after position: Position?) async throws
        -> Rows
    {
        let after: SQL =
            position.map {
                "(coalesce(a.last_used_at, s.created_at), s.id) < (\($0.lastUsedAt), \($0.id))"
            } ?? "true"
        return try await tenant.platform.read(
            """
            SELECT s.id, s.device, s.address, a.last_used_from,
                coalesce(a.last_used_at, s.created_at), t.name, s.created_at, s.ends_at,
                s.id = \(tenant.grant.credentialID)
            FROM platform.sessions s
            JOIN cell.admissions a ON a.credential_id = s.id
            JOIN platform.tenants t ON t.number = s.tenant_number
            WHERE s.person_id = \(tenant.principal.personID) AND a.expires_at > \(tenant.now)
                AND \(after)
            ORDER BY coalesce(a.last_used_at, s.created_at) DESC, s.id DESC
            """)
    }

    private static func endOthers(_ tenant: TenantContext) async throws -> Response {
        guard let person = tenant.principal.personID else { throw Problem(.unauthenticated) }
        try await tenant.proveAdmission()
        _ = try await tenant.platform.write([
            Session.endings(of: person, except: tenant.grant.credentialID),
            PersonAudit(tenant).entry("session.end_others", "person", person, tenant.platform),
        ])
        return Response(.noContent)
    }

    private static func end(_ tenant: TenantContext) async throws -> Response {
        guard let person = tenant.principal.personID else { throw Problem(.unauthenticated) }
        try await tenant.proveAdmission()
        let id = tenant.call.id
        try await tenant.platform.transaction { transaction in
            let ended = try await transaction.run(Session.ending(id, of: person))
            guard ended.affected == 1 else { throw Problem.notFound }
            transaction.atCommit(
                PersonAudit(tenant).entry("session.end", "session", id, tenant.platform))
        }
        let isCurrent = id == tenant.grant.credentialID
        if isCurrent { tenant.services.grants.forget(tenant.grant.digest) }
        return isCurrent ? Response(.noContent).goodbye() : Response(.noContent)
    }
}
