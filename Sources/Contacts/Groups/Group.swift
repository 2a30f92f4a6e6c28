import HTTP
import Persistence
import Tenancy
import Values

/// A named list of contacts (MS-40).
enum Group {
    private static let fields: [Resource.Field] = [
        .field("id", "g.id", .id),
        .field("name", "g.name", .text),
        .field("description", "g.description", .text),
        .field("member_count", "n.members", .integer),
        .field("created_at", "g.created_at", .instant),
    ]

    static let resource = Resource("Group", fields)

    /// MS-43.
    static let detailed = Resource(
        "GroupDetails",
        fields + [
            .field("reachable_count", "n.reachable", .integer),
            .field("opted_out_count", "n.opted_out", .integer),
            .field("active_count", "n.active", .integer),
            // Broadcasts will fill this.
            .field("last_broadcast", "NULL::jsonb", .json(.null), nullable: true),
        ])

    static let subject = Subject<TenantContext>.row {
        "SELECT FROM tenant.groups WHERE id = \($0.id)"
    }

    /// Answers the list of groups (MS-243).
    ///
    /// The count is made of the memberships themselves (MS-296); with LIMIT it is made for the
    /// groups of the page only, unless they are sorted by it.
    static let listing = Listing(
        resource,
        from: """
            FROM tenant.groups g CROSS JOIN LATERAL (SELECT count(*) AS members
            FROM tenant.group_members gm WHERE gm.group_id = g.id) n
            """, identity: "g.id",
        sorts: [
            Listing.Sort("name", "g.name_key", .text),
            Listing.Sort("created_at", "g.created_at", .instant),
            Listing.Sort("member_count", "n.members", .integer),
        ], defaultSort: "-created_at",
        filters: [Parameter("q", .text(1...200), "Part of the name.")])

    static func list(_ context: TenantContext) async throws -> Response {
        var conditions: [SQL] = []
        if let search = context.call.query.text("q") {
            conditions.append("g.name_key LIKE (SELECT cell.like_pattern(\(search)))")
        }
        return try await listing.page(context, where: conditions)
    }

    static func read(_ context: TenantContext) async throws -> Response {
        let rows = try await context.read(select(context.call.id, now: context.now))
        guard let row = rows.first else { throw Problem.notFound }
        return detailed.response(row)
    }

    /// Reachable on WhatsApp is who has a phone or a WhatsApp identity; active is who wrote or was
    /// written to within 30 days.
    static func select(_ id: ID, now: Instant) -> SQL {
        """
        SELECT \(detailed.columns)
        FROM tenant.groups g CROSS JOIN LATERAL (
            SELECT count(*) AS members,
                count(*) FILTER (WHERE c.phone IS NOT NULL OR EXISTS (
                    SELECT FROM tenant.contact_identities i
                    WHERE i.contact_id = c.id AND i.channel_kind = 'whatsapp')) AS reachable,
                count(*) FILTER (WHERE c.opted_out) AS opted_out,
                count(*) FILTER (WHERE c.last_message_at >= \(now - .seconds(30 * 86_400)))
                    AS active
            FROM tenant.group_members gm JOIN tenant.contacts c ON c.id = gm.contact_id
            WHERE gm.group_id = g.id) n
        WHERE g.id = \(id)
        """
    }

    /// MS-45; scheduled broadcasts will stand in the way.
    static func delete(_ context: TenantContext) async throws -> Response {
        let id = context.call.id
        try await context.transaction { transaction in
            let rows = try await transaction.run(
                "DELETE FROM tenant.groups WHERE id = \(id) RETURNING name")
            guard let row = rows.first else { throw Problem.notFound }
            transaction.audit(AuditNote("group", id, ["name": .string(row.text(0))]))
        }
        return Response(.noContent)
    }
}

extension ProblemKind {
    static let groupLimitReached = ProblemKind(
        "group_limit_reached", 409, "The workspace has as many groups as it may have")
}
