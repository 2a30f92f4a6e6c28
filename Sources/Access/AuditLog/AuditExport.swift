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
        let conditions = AuditLog.conditions(query)
        let settings = try await context.read("SELECT timezone FROM tenant.settings")
        let zone = settings.first.flatMap { TimeZoneInfo.named($0.text(0)) }
        _ = try await context.write([], audit: AuditNote("audit_log", nil, filters(query)))
        var response = Response(
            .ok, contentType: "text/csv; charset=utf-8",
            body: .stream { writer in
                try await writer.write(header())
                try await AuditLog.listing.forEachBatch(context, where: conditions) { rows in
                    try await writer.write(lines(rows, zone))
                }
            })
        response.fields.append(
            (name: "Content-Disposition", value: "attachment; filename=\"audit.csv\""))
        return response
    }

    /// What the entry of the export says was asked for.
    private static func filters(_ query: QueryParameters) -> JSON {
        .object(
            (AuditLog.filters.map(\.name) + ["sort"]).compactMap { name in
                query.text(name).map { JSON.Member(name: name, value: .string($0)) }
            })
    }

    private static func header() -> [UInt8] {
        var writer = CSVWriter()
        for field in AuditLog.resource.names { writer.cell(field) }
        writer.endRow()
        return writer.bytes
    }

    /// The columns of ``AuditLog/resource``.
    private static func lines(_ rows: Rows, _ zone: TimeZoneInfo?) -> [UInt8] {
        var writer = CSVWriter()
        for index in 0..<rows.count {
            let row = rows[index]
            writer.cell(row.id(0).description)
            writer.cell(local(row.instant(1), zone))
            writer.cell(row.text(2))
            writer.cell(row.optionalID(3)?.description ?? "")
            for column in 4...6 { writer.cell(row.text(column)) }
            writer.cell(row.optionalID(7)?.description ?? "")
            writer.cell(row.optionalJSONBytes(8).map { String(decoding: $0, as: UTF8.self) } ?? "")
            for column in 9...10 { writer.cell(row.text(column)) }
            writer.endRow()
        }
        return writer.bytes
    }

    private static func local(_ instant: Instant, _ zone: TimeZoneInfo?) -> String {
        guard let zone else { return instant.description }
        var bytes: [UInt8] = []
        zone.write(instant, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
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
            parameters: AuditLog.filters + AuditLog.listing.parameters.filter { $0.name == "sort" },
            returns: .media(.ok, "text/csv"), audit: "audit_log.export",
            handler: AuditExport.stream),
        .read(
            "/v1/workspace/audit/export.jsonl", id: "auditChainExport",
            "Export the sealed audit log so that it can be verified elsewhere",
            access: .holding(.auditRead).steppedUp, returns: .media(.ok, "application/jsonl"),
            audit: "audit_log.export_chain", handler: AuditChainExport.stream),
    ]
}
