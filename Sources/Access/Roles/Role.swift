import HTTP
import Persistence
import Tenancy
import Values

/// A named set of permissions (AC-20…AC-37).
///
/// The rights of built-in roles are code; custom roles keep theirs in their row.
enum Role {
    static let resource = Resource(
        "Role",
        [
            .field("id", "r.id", .id),
            .field("name", "r.name", .text),
            .field("kind", "CASE WHEN r.builtin IS NULL THEN 'custom' ELSE 'builtin' END", .text),
            .field("description", "r.description", .text),
            .field(
                "permissions", "coalesce(r.builtin, array_to_string(r.permissions, ' '))",
                .derived(.array(.string()), writePermissions)),
            .field(
                "member_count",
                "(SELECT count(*) FROM tenant.members m WHERE m.role_id = r.id)", .integer),
            .field("version", "r.version", .integer),
            .field("created_at", "r.created_at", .instant),
            .field("updated_at", "r.updated_at", .instant),
        ])

    /// The name of a built-in role, or permissions with spaces between.
    private static func writePermissions(
        _ column: UnsafeRawBufferPointer, to writer: inout JSONWriter
    ) {
        let text = String(decoding: column, as: UTF8.self)
        writer.beginArray()
        if let builtin = BuiltinRole(rawValue: text) {
            for permission in builtin.permissions.permissions { writer.string(permission.rawValue) }
        } else {
            for name in text.split(separator: " ") { writer.string(String(name)) }
        }
        writer.endArray()
    }

    static let subject = Subject<TenantContext>.row {
        "SELECT FROM tenant.roles WHERE id = \($0.id)"
    }

    static let listing = Listing(
        resource, from: "FROM tenant.roles r", identity: "r.id",
        sorts: [Listing.Sort("name", #"r.name_key COLLATE "C""#, .text)], defaultSort: "name",
        filters: [
            Parameter("kind", .choice(["builtin", "custom"]), "Only roles of this kind."),
            Parameter("q", .text(1...200), "Part of the name."),
        ])

    /// AC-101.
    static func conditions(_ query: QueryParameters) -> [SQL] {
        var conditions: [SQL] = []
        if let kind = query.text("kind") {
            conditions.append("(r.builtin IS NULL) = \(kind == "custom")")
        }
        if let text = query.text("q") { conditions.append(SQL.contains("r.name_key", text)) }
        return conditions
    }

    /// Who holds a role; less than the user directory tells, since `role.read` is enough.
    static let holder = Resource(
        "RoleHolder",
        [
            .field("id", "m.id", .id),
            .field("name", "CASE WHEN p.last_login_at IS NULL THEN m.name ELSE p.name END", .text),
            .field("status", "m.status", .text),
        ])

    static let holders = Listing(
        holder,
        from: """
            FROM tenant.members m JOIN platform.own_people p ON p.member_id = m.id
            """,
        identity: "m.id",
        sorts: [
            Listing.Sort(
                "name",
                """
                cell.fold(CASE WHEN p.last_login_at IS NULL THEN m.name ELSE p.name END)
                    COLLATE "C"
                """, .text)
        ],
        defaultSort: "name",
        filters: [Parameter("status", .choice(Member.statuses), "Only members of this status.")])

    static func select(_ id: ID) -> SQL {
        "SELECT \(resource.columns) FROM tenant.roles r WHERE r.id = \(id)"
    }

    /// Answers one role with its version as ETag (OV-45).
    static func response(_ rows: Rows, status: Status = .ok) throws -> Response {
        guard let row = rows.first else { throw Problem.notFound }
        return resource.response(row, status: status, version: row.integer(6))
    }

    /// `GET /v1/roles/{id}/members` (AC-32, AC-102).
    static func listHolders(_ context: TenantContext) async throws -> Response {
        try await subject.require(in: context)
        var conditions: [SQL] = ["m.role_id = \(context.call.id)"]
        if let status = context.call.query.text("status") {
            conditions.append("m.status = \(status)")
        }
        return try await holders.page(context, where: conditions)
    }
}
