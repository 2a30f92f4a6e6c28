import HTTP
import Persistence
import Tenancy
import Values

/// A file of contacts on its way into the book, as callers see it (MS-25, MS-242).
enum ContactImport {
    static let states = ["queued", "running", "completed", "failed", "cancelled"]

    static let resource = Resource(
        "ContactImport",
        [
            .field("id", "i.id", .id),
            .field("state", "i.state", .text),
            .field("file_name", "i.file_name", .text),
            .field("format", "i.format", .text),
            .field("size_bytes", "i.size_bytes", .integer),
            .field("total", "i.total", .integer, nullable: true),
            .field("processed", "i.processed", .integer),
            .field("created", "i.created", .integer),
            .field("updated", "i.updated", .integer),
            .field("skipped", "i.skipped", .integer),
            .field("failed", "i.failed", .integer),
            .field("failure", "i.failure", .text, nullable: true),
            .field("created_by", "i.created_by", .id),
            .field("created_at", "i.created_at", .instant),
            .field("started_at", "i.started_at", .instant, nullable: true),
            .field("finished_at", "i.finished_at", .instant, nullable: true),
        ])

    static let subject = Subject<TenantContext>.row {
        "SELECT FROM tenant.contact_imports WHERE id = \($0.id)"
    }

    static let listing = Listing(
        resource, from: "FROM tenant.contact_imports i", identity: "i.id",
        sorts: [Listing.Sort("created_at", "i.created_at", .instant)], defaultSort: "-created_at",
        filters: [Parameter("state", .choice(states), "Only imports in this state.")])

    static func list(_ context: TenantContext) async throws -> Response {
        let state = context.call.query.text("state")
        return try await listing.page(
            context, where: state.map { ["i.state = \($0)"] } ?? [])
    }

    static func read(_ context: TenantContext) async throws -> Response {
        let rows = try await context.read(
            """
            SELECT \(resource.columns) FROM tenant.contact_imports i
            WHERE i.id = \(context.call.id)
            """)
        guard let row = rows.first else { throw Problem.notFound }
        return resource.response(row)
    }

    /// Stops an import; what it has imported stays (MS-27).
    static func cancel(_ context: TenantContext) async throws -> Response {
        let id = context.call.id
        return try await context.transaction { transaction in
            let results = try await transaction.run([
                """
                UPDATE tenant.contact_imports i
                SET state = 'cancelled', finished_at = \(context.now)
                WHERE i.id = \(id) AND i.state IN ('queued', 'running')
                RETURNING \(resource.columns)
                """,
                "SELECT state FROM tenant.contact_imports WHERE id = \(id)",
            ])
            guard let row = results[0].first else {
                guard let state = results[1].first?.text(0) else { throw Problem.notFound }
                throw Problem(.invalidState, "The import is \(state) already.")
            }
            transaction.atCommit(removePieces(of: id))
            transaction.audit(AuditNote("contact_import", id))
            return resource.response(row)
        }
    }

    static func removePieces(of id: ID) -> SQL {
        "DELETE FROM tenant.contact_import_pieces WHERE import_id = \(id)"
    }
}
