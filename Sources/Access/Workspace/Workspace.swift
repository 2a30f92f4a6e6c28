import HTTP
import Persistence
import Tenancy
import Values

/// The workspace as its members see it (WS-01).
enum Workspace {
    static let resource = Resource(
        "Workspace",
        [
            .field("id", "w.id", .id),
            .field("name", "w.name", .text),
            .field("slug", "w.slug", .text),
            .field("timezone", "s.timezone", .text),
            .field("plan", "c.plan", .text),
            .field("status", "c.state", .text),
            .field("created_at", "w.created_at", .instant),
            .field("version", "s.version", .integer),
        ])

    static var select: SQL {
        """
        SELECT \(resource.columns)
        FROM platform.own_tenant w CROSS JOIN cell.own_tenant c CROSS JOIN tenant.settings s
        """
    }

    /// Answers the workspace with its version as ETag (OV-45).
    static func response(_ rows: Rows) throws -> Response {
        guard let row = rows.first else { throw Problem.notFound }
        return resource.response(row, version: row.integer(7))
    }
}

/// `PATCH /v1/workspace` (WS-02, WS-10, WS-90, WS-94, WS-98).
struct WorkspaceChange: Input {
    let name: String?
    let timezone: String?

    init(_ fields: FieldReader) {
        name = fields.change("name", .text(1...80))
        timezone = fields.change(
            "timezone",
            .custom(
                schema: .string(), code: "invalid_timezone",
                detail: "A name of the IANA database, such as Europe/Berlin."
            ) { TimeZoneInfo.named($0)?.name })
        fields.readOnly("id", "slug", "plan", "status", "created_at", "version")
    }

    static func apply(_ context: TenantContext) async throws -> Response {
        let change = try context.call.input(WorkspaceChange.self)
        return try await context.transaction { transaction in
            let present = try await transaction.run(
                """
                SELECT s.version, s.timezone, w.name
                FROM tenant.settings s CROSS JOIN platform.own_tenant w
                FOR UPDATE OF s
                """)[0]
            try context.call.checkVersion(present.integer(0))
            try await change.store(transaction)
            transaction.audit(
                AuditNote(
                    "workspace", context.tenant.id,
                    change.details(name: present.text(2), timezone: present.text(1))))
            return try Workspace.response(try await transaction.run(Workspace.select))
        }
    }

    private func store(_ transaction: TenantTransaction) async throws {
        guard name != nil || timezone != nil else { return }
        try await transaction.run(
            """
            UPDATE tenant.settings SET timezone = coalesce(\(timezone), timezone),
                version = version + 1
            """)
        if let name {
            try await transaction.run("UPDATE platform.own_tenant SET name = \(name)")
        }
    }

    private func details(name oldName: String, timezone oldTimezone: String) -> JSON {
        var details: [JSON.Member] = []
        if let name, name != oldName {
            details.append(
                JSON.Member(name: "name", value: ["old": .string(oldName), "new": .string(name)]))
        }
        if let timezone, timezone != oldTimezone {
            details.append(
                JSON.Member(
                    name: "timezone",
                    value: ["old": .string(oldTimezone), "new": .string(timezone)]))
        }
        return .object(details)
    }
}

enum WorkspaceRoutes {
    private static let answer = AnswerShape.json(.ok, Workspace.resource.schema)

    static let all: [Route] = [
        .read(
            "/v1/workspace", id: "workspaceRead", "Read the workspace's settings",
            access: .holding(.workspaceRead), returns: answer
        ) { context in try Workspace.response(try await context.read(Workspace.select)) },
        .change(
            .patch, "/v1/workspace", id: "workspaceUpdate", "Change the workspace's settings",
            access: .holding(.workspaceUpdate), audit: "workspace.update",
            accepts: .json(FieldReader.describe(WorkspaceChange.self)), returns: answer,
            fails: [.versionMismatch], handler: WorkspaceChange.apply),
    ]
}
