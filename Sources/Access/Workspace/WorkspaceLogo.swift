import HTTP
import Persistence
import Pictures
import Tenancy
import Values

/// The workspace's branding picture (WS-04, WS-05, WS-91…WS-93).
enum WorkspaceLogo {
    private static let upload = PictureUpload(
        field: "logo", refusedFrom: 2 * 1_024 * 1_024 + 1, shape: .within(64...2_000))

    static let routes: [Route] = [
        .change(
            .put, "/v1/workspace/logo", id: "workspaceLogoSet", "Upload the workspace's logo",
            access: .holding(.workspaceUpdate), audit: "workspace.set_logo",
            accepts: .multipart(upload.formSchema, limit: upload.bodyLimit),
            returns: .json(.ok, Workspace.resource.schema), handler: set),
        .change(
            .delete, "/v1/workspace/logo", id: "workspaceLogoDelete", "Remove the workspace's logo",
            access: .holding(.workspaceUpdate), audit: "workspace.delete_logo",
            returns: .empty(.noContent), handler: delete),
    ]

    private static func set(_ context: TenantContext) async throws -> Response {
        let picture = try await upload.receive(context.call.exchange)
        let id = picture.id(for: context.tenant.id)
        return try await context.transaction { transaction in
            let old = try await transaction.run("SELECT id FROM tenant.logo").first?.id(0)
            try await transaction.run(
                """
                INSERT INTO tenant.logo (id, media_type, content, created_at)
                VALUES (\(id), \(picture.format.rawValue), \(bytes: picture.bytes), \(context.now))
                ON CONFLICT (only_row) DO UPDATE SET id = excluded.id,
                    media_type = excluded.media_type, content = excluded.content,
                    created_at = excluded.created_at
                """)
            transaction.audit(note(old: old, new: id, context))
            return try Workspace.response(try await transaction.run(Workspace.select))
        }
    }

    private static func delete(_ context: TenantContext) async throws -> Response {
        try await context.transaction { transaction in
            let old = try await transaction.run("DELETE FROM tenant.logo RETURNING id").first?.id(0)
            transaction.audit(note(old: old, new: nil, context))
            return Response(.noContent)
        }
    }

    /// WS-103.
    private static func note(old: ID?, new: ID?, _ context: TenantContext) -> AuditNote {
        let text = { (id: ID?) -> JSON in id.map { .string($0.description) } ?? .null }
        return AuditNote(
            "workspace", context.tenant.id, ["logo": ["old": text(old), "new": text(new)]])
    }
}
