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
            .field(
                "logo_url",
                "(SELECT '/v1/workspaces/' || w.id || '/logos/' || l.id FROM tenant.logo l)", .text,
                nullable: true),
            .field("timezone", "s.timezone", .text),
            .field("data_retention", "s.data_retention", .text),
            .field("auto_archive_days", "s.auto_archive_days", .integer, nullable: true),
            .field("channel_alerts_enabled", "s.channel_alerts_enabled", .bool),
            .field("require_two_factor", "s.require_two_factor", .bool),
            .field("allow_email_change", "s.allow_email_change", .bool),
            .field("sso_enabled", "false", .bool),
            .field("plan", "c.plan", .text),
            .field("status", "c.state", .text),
            .field("created_at", "w.created_at", .instant),
            .field("version", "s.version", .integer),
        ])

    static var select: SQL {
        """
        SELECT \(resource.columns), s.version
        FROM platform.own_tenant w CROSS JOIN cell.own_tenant c CROSS JOIN tenant.settings s
        """
    }

    /// Answers the workspace with its version as ETag (OV-45).
    static func response(_ rows: Rows) throws -> Response {
        guard let row = rows.first else { throw Problem.notFound }
        return resource.response(row, version: row.integer(resource.fields.count))
    }

    static let timezone = FieldType.custom(
        schema: .string(), code: "invalid_timezone",
        detail: "A name of the IANA database, such as Europe/Berlin."
    ) { TimeZoneInfo.named($0)?.name }
}

extension ProblemKind {
    /// WS-27.
    static let confirmationRequired = ProblemKind(
        "confirmation_required", 409, "The change deletes data and must be confirmed")
}

enum WorkspaceRoutes {
    private static let answer = AnswerShape.json(.ok, Workspace.resource.schema)

    static let all: [Route] = [
        .read(
            "/v1/workspace", id: "workspaceRead", "Read the workspace's settings",
            access: .holding(.workspaceRead), returns: answer
        ) { context in try Workspace.response(try await context.read(Workspace.select)) },
        .change(
            .patch, "/v1/workspace", id: "workspaceUpdate",
            "Change settings; retention and security need their own permissions too",
            access: .holding(.workspaceUpdate), audit: "workspace.update",
            accepts: .json(FieldReader.describe(WorkspaceChange.self)), returns: answer,
            fails: [.versionMismatch, .confirmationRequired, .stepUpRequired]
        ) { try await SettingsChange.apply(WorkspaceChange.self, $0) },
        .read(
            "/v1/workspace/retention", id: "workspaceRetentionRead",
            "Read how long chat history is kept", access: .holding(.workspaceRead),
            returns: .json(.ok, RetentionState.schema), handler: RetentionState.read),
        .change(
            .patch, "/v1/workspace/retention", id: "workspaceRetentionUpdate",
            "Change how long chat history is kept", access: .holding(.retentionManage),
            audit: "workspace.update",
            accepts: .json(FieldReader.describe(RetentionChange.self)), returns: answer,
            fails: [.versionMismatch, .confirmationRequired]
        ) { try await SettingsChange.apply(RetentionChange.self, $0) },
        .change(
            .patch, "/v1/workspace/security", id: "workspaceSecurityUpdate",
            "Change what logins into the workspace need",
            access: .holding(.securityManage).steppedUp,
            audit: "workspace.update",
            accepts: .json(FieldReader.describe(SecurityChange.self)), returns: answer,
            fails: [.versionMismatch]
        ) { try await SettingsChange.apply(SecurityChange.self, $0) },
        .read(
            "/v1/workspace/onboarding", id: "workspaceOnboardingRead",
            "List the recommended first steps", access: .holding(.workspaceRead),
            returns: .json(.ok, Onboarding.schema), handler: Onboarding.read),
    ]
}
