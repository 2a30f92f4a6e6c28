import HTTP
import Persistence
import Tabular
import Tenancy
import Values

/// What staff and operators did (BL-87, BL-108).
enum PlatformAuditRoutes {
    private static let resource = Resource(
        "PlatformAuditEvent",
        [
            .field("id", "e.id", .id),
            .field("created_at", "e.created_at", .instant),
            .field("actor_kind", "e.actor_kind", .text),
            .field("actor_id", "e.actor_id", .id, nullable: true),
            .field("actor_name", "e.actor_name", .text),
            .field("action", "e.action", .text),
            .field("target_kind", "e.target_kind", .text),
            .field("target_id", "e.target_id", .id, nullable: true),
            .field("workspace_id", "e.workspace_id", .id, nullable: true),
            .field("details", "e.details", .json(Schema(json: ["type": "object"]))),
            .field("request_id", "e.request_id", .text),
            .field("address", "e.address", .text),
        ])

    private static let listing = Listing(
        resource, from: "FROM platform.audit_events e", identity: "e.id",
        sorts: [Listing.Sort("created_at", "e.created_at", .instant)],
        defaultSort: "-created_at",
        filters: [
            Parameter("staff_id", .id, "Only what this person did."),
            Parameter("action", .text(1...100), "Only this action, such as workspace.suspend."),
            Parameter("workspace_id", .id, "Only what concerns this workspace."),
            Parameter("from", .instant, "Only entries at or after this instant."),
            Parameter("to", .instant, "Only entries before this instant."),
        ])

    static let all: [Route] = [
        .staffRead(
            "/v1/platform/audit", id: "platformAuditEventList", "List the platform's audit log",
            role: .platformAdmin, parameters: listing.parameters, returns: listing.answer
        ) { context in
            try await listing.page(context, where: conditions(context.call.query))
        },
        .staffRead(
            "/v1/platform/audit/export.csv", id: "platformAuditEventExport",
            "Export the platform's audit log", role: .platformAdmin,
            parameters: export.listing.fileParameters, returns: PlatformExport.answer,
            audit: "platform_audit.export", handler: export.stream),
    ]

    private static let export = PlatformExport(
        name: "audit", listing: listing, conditions: { conditions($0.call.query) }
    ) { row, writer in
        writer.cell(row.id(0).description)
        writer.cell(row.instant(1).description)
        writer.cell(row.text(2))
        writer.cell(row.optionalID(3)?.description ?? "")
        for column in 4...6 { writer.cell(row.text(column)) }
        for column in 7...8 { writer.cell(row.optionalID(column)?.description ?? "") }
        writer.cell(row.optionalJSONBytes(9).map { String(decoding: $0, as: UTF8.self) } ?? "")
        for column in 10...11 { writer.cell(row.text(column)) }
    }

    @Sendable private static func conditions(_ query: QueryParameters) -> [SQL] {
        var conditions: [SQL] = []
        if let id = query.id("staff_id") { conditions.append("e.actor_id = \(id)") }
        if let action = query.text("action") { conditions.append("e.action = \(action)") }
        if let id = query.id("workspace_id") { conditions.append("e.workspace_id = \(id)") }
        if let from = query.instant("from") { conditions.append("e.created_at >= \(from)") }
        if let to = query.instant("to") { conditions.append("e.created_at < \(to)") }
        return conditions
    }
}

/// Every endpoint of the platform's staff.
package enum StaffRoutes {
    package static let all: [Route] =
        StaffSignInRoutes.all + StaffEnrolmentRoutes.all + PlatformWorkspaceRoutes.all
        + PlatformAuditRoutes.all
}

/// Removes what has run out; nothing depends on it being in time.
package enum StaffUpkeep {
    package static func run(_ services: LoopServices) async throws {
        let now = services.clock.now
        let statements: [SQL] = [
            """
            DELETE FROM platform.staff_links WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM platform.staff_links
                WHERE expires_at <= \(now) LIMIT \(Sweep.batch)))
            """,
            """
            DELETE FROM platform.staff_steps WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM platform.staff_steps
                WHERE expires_at <= \(now) LIMIT \(Sweep.batch)))
            """,
            """
            DELETE FROM platform.staff_sessions WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM platform.staff_sessions
                WHERE ends_at <= \(now) OR last_used_at <= \(now - StaffGate.idle)
                LIMIT \(Sweep.batch)))
            """,
            """
            DELETE FROM platform.staff_failures WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM platform.staff_failures
                WHERE failed_at <= \(now - .seconds(3_600)) LIMIT \(Sweep.batch)))
            """,
        ]
        let sweep = Sweep(services.database, in: .staff)
        for statement in statements { try await sweep.run(statement) }
    }
}
