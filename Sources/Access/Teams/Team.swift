import HTTP
import Persistence
import Tenancy
import Values

/// A named set of members (AC-50).
enum Team {
    static let kinds = ["support", "sales", "other"]

    private static let queues = Schema.object([
        ("channel_ids", .array(.string(format: "uuid")), true), ("unassigned", .boolean, true),
    ])

    static let resource = Resource(
        "Team",
        [
            .field("id", "t.id", .id),
            .field("name", "t.name", .text),
            .field("kind", "t.kind", .text),
            .field(
                "member_ids",
                """
                ARRAY(SELECT s.member_id FROM tenant.team_members s
                    WHERE s.team_id = t.id ORDER BY s.member_id)
                """, .ids),
            .field(
                "queues",
                """
                jsonb_build_object('channel_ids', '[]'::jsonb, 'unassigned', t.takes_unassigned)
                """, .json(queues)),
            // There are no conversations yet.
            .field("open_conversations", "0::bigint", .integer),
            .field("waiting_conversations", "0::bigint", .integer),
            .field("version", "t.version", .integer),
            .field("created_at", "t.created_at", .instant),
        ])

    static let subject = Subject<TenantContext>.row {
        "SELECT FROM tenant.teams WHERE id = \($0.id)"
    }

    static let listing = Listing(
        resource, from: "FROM tenant.teams t", identity: "t.id",
        sorts: [Listing.Sort("name", #"t.name_key COLLATE "C""#, .text)], defaultSort: "name",
        filters: [
            Parameter("member_id", .id, "Only teams of this member."),
            Parameter("kind", .choice(kinds), "Only teams of this kind."),
            Parameter("q", .text(1...200), "Part of the name."),
        ])

    /// AC-103.
    static func conditions(_ query: QueryParameters) -> [SQL] {
        var conditions: [SQL] = []
        if let member = query.id("member_id") {
            conditions.append(
                """
                EXISTS (SELECT FROM tenant.team_members f
                    WHERE f.team_id = t.id AND f.member_id = \(member))
                """)
        }
        if let kind = query.text("kind") { conditions.append("t.kind = \(kind)") }
        if let text = query.text("q") { conditions.append(SQL.contains("t.name_key", text)) }
        return conditions
    }

    static func select(_ id: ID) -> SQL {
        "SELECT \(resource.columns), t.version FROM tenant.teams t WHERE t.id = \(id)"
    }

    /// Answers one team with its version as ETag (OV-45).
    static func response(_ rows: Rows, status: Status = .ok) throws -> Response {
        guard let row = rows.first else { throw Problem.notFound }
        return resource.response(row, status: status, version: row.integer(resource.fields.count))
    }

    /// Makes these the team's members.
    ///
    /// - Throws: ``Problem``: `member_ids` `unknown_member`.
    static func replaceMembers(
        of team: ID, by members: [ID], in transaction: TenantTransaction
    ) async throws {
        let wanted = Array(Set(members))
        let results = try await transaction.run([
            "DELETE FROM tenant.team_members WHERE team_id = \(team)",
            """
            INSERT INTO tenant.team_members (team_id, member_id)
            SELECT \(team), m.id FROM tenant.members m WHERE m.id = ANY (\(wanted))
            """,
        ])
        guard results[1].affected == wanted.count else {
            throw Problem.field("member_ids", "unknown_member", "No such member.")
        }
    }
}

/// The content of `POST /v1/teams`.
struct TeamDraft: Input {
    let name: String
    let kind: String
    let memberIDs: [ID]

    init(_ fields: FieldReader) {
        name = fields.required("name", .text(1...50))
        kind = fields.required("kind", .choice(Team.kinds))
        memberIDs =
            fields.optional("member_ids", .list(of: .id(unknown: "unknown_member"), 0...500)) ?? []
    }

    static func create(_ context: TenantContext) async throws -> Response {
        let draft = try context.call.input(TeamDraft.self)
        do {
            return try await context.transaction { transaction in
                let id = context.newID()
                try await transaction.run(
                    """
                    INSERT INTO tenant.teams (id, name, kind, created_at)
                    VALUES (\(id), \(draft.name), \(draft.kind), \(context.now))
                    """)
                try await Team.replaceMembers(of: id, by: draft.memberIDs, in: transaction)
                transaction.audit(
                    AuditNote(
                        "team", id,
                        [
                            "name": .string(draft.name), "kind": .string(draft.kind),
                            "member_ids": .array(
                                draft.memberIDs.map { .string($0.description) }),
                        ]))
                return try Team.response(
                    try await transaction.run(Team.select(id)), status: .created)
            }
        } catch let error as DatabaseError where error.violates("teams_name_key") {
            throw Problem(.nameTaken)
        }
    }
}

/// The content of `PATCH /v1/teams/{id}`.
struct TeamChange: Input {
    let name: String?
    let kind: String?
    let memberIDs: [ID]?

    init(_ fields: FieldReader) {
        name = fields.change("name", .text(1...50))
        kind = fields.change("kind", .choice(Team.kinds))
        memberIDs = fields.change(
            "member_ids", .list(of: .id(unknown: "unknown_member"), 0...500))
        fields.readOnly("id", "version", "created_at")
    }

    static func apply(_ context: TenantContext) async throws -> Response {
        let change = try context.call.input(TeamChange.self)
        do {
            return try await context.transaction { transaction in
                try await change.store(context, transaction)
            }
        } catch let error as DatabaseError where error.violates("teams_name_key") {
            throw Problem(.nameTaken)
        }
    }

    private func store(
        _ context: TenantContext, _ transaction: TenantTransaction
    ) async throws -> Response {
        let id = context.call.id
        let present = try await Self.find(context, transaction)
        try await transaction.run(
            """
            UPDATE tenant.teams SET name = coalesce(\(name), name), kind = coalesce(\(kind), kind),
                version = version + 1
            WHERE id = \(id)
            """)
        if let memberIDs {
            try await Team.replaceMembers(of: id, by: memberIDs, in: transaction)
        }
        var details: [JSON.Member] = []
        if let name {
            details.append(
                JSON.Member(name: "name", value: ["old": .string(present), "new": .string(name)]))
        }
        if let kind { details.append(JSON.Member(name: "kind", value: .string(kind))) }
        if let memberIDs {
            let ids = JSON.array(memberIDs.map { .string($0.description) })
            details.append(JSON.Member(name: "member_ids", value: ids))
        }
        transaction.audit(AuditNote("team", id, .object(details)))
        return try Team.response(try await transaction.run(Team.select(id)))
    }

    /// Answers `DELETE /v1/teams/{id}`.
    static func delete(_ context: TenantContext) async throws -> Response {
        try await context.transaction { transaction in
            let name = try await find(context, transaction)
            try await transaction.run("DELETE FROM tenant.teams WHERE id = \(context.call.id)")
            transaction.audit(AuditNote("team", context.call.id, ["name": .string(name)]))
            return Response(.noContent)
        }
    }

    /// Locks the team and compares versions.
    ///
    /// - Returns: Its name.
    static func find(
        _ context: TenantContext, _ transaction: TenantTransaction
    ) async throws -> String {
        let rows = try await transaction.run(
            "SELECT name, version FROM tenant.teams WHERE id = \(context.call.id) FOR UPDATE")
        guard let row = rows.first else { throw Problem.notFound }
        try context.call.checkVersion(row.integer(1))
        return row.text(0)
    }
}
