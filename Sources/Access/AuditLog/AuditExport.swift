import HTTP
import Persistence
import Tabular
import Tenancy
import Values

/// `GET /v1/workspace/audit/export.csv` (OV-40): the log as it is filtered, in the workspace's
/// timezone.
///
/// The export is an entry of the log itself.
enum AuditExport {
    static func stream(_ context: TenantContext) async throws -> Response {
        let query = context.call.query
        let zone = try await context.timezone()
        return try await AuditLog.listing.csv(
            named: "audit", context, where: AuditLog.conditions(query)
        ) {
            _ = try await context.write([], audit: AuditNote("audit_log", nil, query.json))
        } cells: { row, writer in
            writer.cell(row.id(0).description)
            writer.cell(zone.text(row.instant(1)))
            writer.cell(row.text(2))
            writer.cell(row.optionalID(3)?.description ?? "")
            for column in 4...6 { writer.cell(row.text(column)) }
            writer.cell(row.optionalID(7)?.description ?? "")
            writer.cell(row.optionalJSONBytes(8).map { String(decoding: $0, as: UTF8.self) } ?? "")
            for column in 9...10 { writer.cell(row.text(column)) }
        }
    }
}

enum AuditLogRoutes {
    static let all: [Route] = [
        .read(
            "/v1/workspace/audit", id: "auditEventList", "List the audit log",
            access: .holding(.auditRead), parameters: AuditLog.listing.parameters,
            returns: AuditLog.listing.answer
        ) { context in
            try await AuditLog.listing.page(
                context, where: AuditLog.conditions(context.call.query))
        },
        .read(
            "/v1/workspace/audit/export.csv", id: "auditEventExport", "Export the audit log",
            access: .holding(.auditRead).steppedUp,
            parameters: AuditLog.listing.fileParameters,
            returns: .media(.ok, "text/csv"), audit: "audit_log.export",
            handler: AuditExport.stream),
        .read(
            "/v1/workspace/audit/export.jsonl", id: "auditChainExport",
            "Export the sealed audit log so that it can be verified elsewhere",
            access: .holding(.auditRead).steppedUp, returns: .media(.ok, "application/jsonl"),
            audit: "audit_log.export_chain", handler: AuditChainExport.stream),
    ]
}
