import HTTP
import Persistence
import Tenancy
import Values

/// `GET /v1/workspace/audit/export.jsonl`: the sealed log as it can be verified anywhere with
/// `courtyard audit verify --file` or a script of one's own (docs/audit.md).
enum AuditChainExport {
    private static let batch = 1_000

    static func stream(_ context: TenantContext) async throws -> Response {
        let results = try await context.write(
            [
                """
                SELECT c.chain_id, c.position, c.hash, w.id, w.slug, w.name
                FROM tenant.audit_chain c CROSS JOIN platform.own_tenant w
                """
            ], audit: AuditNote("audit_log", nil, ["format": .string(AuditEntry.format)]))
        guard let row = results[0].first else { throw Problem.notFound }
        let head = AuditHead(
            chain: row.id(0).description, position: row.integer(1),
            hash: row.bytes(2).map { [UInt8]($0) } ?? [])
        let workspace: JSON = [
            "id": .string(row.id(3).description), "slug": .string(row.text(4)),
            "name": .string(row.text(5)),
        ]
        var response = Response(
            .ok, contentType: "application/jsonl; charset=utf-8",
            body: .stream { writer in
                try await writer.write(AuditFile.header(chain: head.chain, workspace: workspace))
                try await forEachBatch(context, through: head.position) { rows in
                    try await writer.write(rows.map(seal).flatMap(AuditFile.line))
                }
                try await writer.write(AuditFile.footer(head))
            })
        response.fields.append(
            (name: "Content-Disposition", value: "attachment; filename=\"audit.jsonl\""))
        return response
    }

    /// Positions never change, so that batches fit together while the log grows.
    private static func forEachBatch(
        _ context: TenantContext, through head: Int64, _ visit: (Rows) async throws -> Void
    ) async throws {
        var last: Int64 = 0
        while last < head {
            let rows = try await context.read(
                """
                SELECT s.position, s.event_id, s.digest, s.hash, cell.audit_instant(e.created_at),
                    e.actor_kind, e.actor_id, e.actor_name, e.action, e.target_kind, e.target_id,
                    e.details::text, e.request_id, e.address
                FROM tenant.audit_seals s LEFT JOIN tenant.audit_events e ON e.id = s.event_id
                WHERE s.position > \(last) AND s.position <= \(head)
                ORDER BY s.position LIMIT \(batch)
                """)
            guard rows.count > 0 else { return }
            try await visit(rows)
            last = rows[rows.count - 1].integer(0)
        }
    }

    private static func seal(_ row: Row) -> AuditSeal {
        let bytes = { (column: Int) in row.bytes(column).map { [UInt8]($0) } ?? [] }
        let id = row.id(1).description
        var seal = AuditSeal(
            position: row.integer(0), eventID: id, digest: bytes(2), hash: bytes(3))
        guard let createdAt = row.optionalText(4) else { return seal }
        seal.entry = AuditEntry(
            id: id, createdAt: createdAt, actorKind: row.text(5),
            actorID: row.optionalID(6)?.description, actorName: row.text(7), action: row.text(8),
            targetKind: row.text(9), targetID: row.optionalID(10)?.description,
            details: row.text(11), requestID: row.text(12), address: row.text(13))
        return seal
    }
}
