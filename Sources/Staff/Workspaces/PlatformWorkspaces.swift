import HTTP
import Persistence
import Tabular
import Tenancy
import Values

/// A workspace as the platform's staff sees it (BL-81): nothing of what it owns.
enum PlatformWorkspace {
    static let states = ["active", "suspended", "closed"]
    static let plans = ["FREE", "STARTER", "GROWTH", "ENTERPRISE"]

    static let resource = Resource(
        "PlatformWorkspace",
        [
            .field("id", "t.id", .id),
            .field("name", "t.name", .text),
            .field("slug", "t.slug", .text),
            .field("status", "c.state", .text),
            .field("plan", "c.plan", .text),
            .field("seats_used", seats, .integer),
            .field("created_at", "t.created_at", .instant),
            .field("closed_at", "t.closed_at", .instant, nullable: true),
        ])

    private static let seats: StaticString = """
        (SELECT count(*) FROM platform.memberships m
            WHERE m.tenant_number = t.number AND m.status IN ('invited', 'active'))
        """

    static let listing = Listing(
        resource, from: "FROM platform.tenants t JOIN cell.tenants c ON c.number = t.number",
        identity: "t.id",
        sorts: [
            Listing.Sort("name", #"cell.fold(t.name) COLLATE "C""#, .text),
            Listing.Sort("created_at", "t.created_at", .instant),
        ], defaultSort: "name",
        filters: [
            Parameter("status", .choice(states), "Only workspaces in this state."),
            Parameter("plan", .choice(plans), "Only workspaces on this plan."),
            Parameter("q", .text(1...200), "Part of the name or slug."),
        ])

    /// BL-105.
    static func conditions(_ query: QueryParameters) -> [SQL] {
        var conditions: [SQL] = []
        if let status = query.text("status") { conditions.append("c.state = \(status)") }
        if let plan = query.text("plan") { conditions.append("c.plan = \(plan)") }
        if let text = query.text("q") {
            conditions.append(SQL.contains("cell.fold(t.name || ' ' || t.slug)", text))
        }
        return conditions
    }

    static let export = PlatformExport(
        name: "workspaces", listing: listing, conditions: { conditions($0.call.query) }
    ) { row, writer in
        writer.cell(row.id(0).description)
        for column in 1...4 { writer.cell(row.text(column)) }
        writer.cell("\(row.integer(5))")
        writer.cell(row.instant(6).description)
        writer.cell(row.optionalInstant(7)?.description ?? "")
    }

    static func select(_ id: ID) -> SQL {
        """
        SELECT \(resource.columns), t.number
        FROM platform.tenants t JOIN cell.tenants c ON c.number = t.number
        WHERE t.id = \(id)
        """
    }

    static let subject = Subject<StaffContext>.row { select($0.id) }

    static func response(_ rows: Rows) throws -> Response {
        guard let row = rows.first else { throw Problem.notFound }
        return resource.response(row)
    }
}

/// Suspending and opening workspaces (BL-90).
enum PlatformWorkspaceRoutes {
    private static let answer = AnswerShape.json(.ok, PlatformWorkspace.resource.schema)

    static let all: [Route] = [
        .staffRead(
            "/v1/platform/workspaces", id: "platformWorkspaceList", "List the workspaces",
            parameters: PlatformWorkspace.listing.parameters,
            returns: PlatformWorkspace.listing.answer
        ) { context in
            try await PlatformWorkspace.listing.page(
                context, where: PlatformWorkspace.conditions(context.call.query))
        },
        .staffRead(
            "/v1/platform/workspaces/export.csv", id: "platformWorkspaceExport",
            "Export the workspaces", parameters: PlatformWorkspace.export.listing.fileParameters,
            returns: PlatformExport.answer, audit: "workspace.export",
            handler: PlatformWorkspace.export.stream),
        .staffRead(
            "/v1/platform/workspaces/{id}", of: PlatformWorkspace.subject,
            id: "platformWorkspaceRead", "Read one workspace",
            returns: answer
        ) { context in
            try PlatformWorkspace.response(
                try await context.read(PlatformWorkspace.select(context.call.id)))
        },
        .staffChange(
            .post, "/v1/platform/workspaces/{id}/suspend", of: PlatformWorkspace.subject,
            id: "platformWorkspaceSuspend",
            "Suspend a workspace", role: .platformAdmin, audit: "workspace.suspend",
            returns: answer, fails: [.invalidState]
        ) { try await setState($0, from: ["active"], to: "suspended") },
        .staffChange(
            .post, "/v1/platform/workspaces/{id}/resume", of: PlatformWorkspace.subject,
            id: "platformWorkspaceResume",
            "Open a suspended workspace again", role: .platformAdmin, audit: "workspace.resume",
            returns: answer, fails: [.invalidState]
        ) { try await setState($0, from: ["suspended"], to: "active") },
        .staffChange(
            .post, "/v1/platform/workspaces/{id}/reopen", of: PlatformWorkspace.subject,
            id: "platformWorkspaceReopen",
            "Open a closed workspace again, before it is erased", role: .platformAdmin,
            audit: "workspace.reopen", returns: answer, fails: [.invalidState]
        ) { try await setState($0, from: ["closed"], to: "active") },
    ]

    private static func setState(
        _ context: StaffContext, from states: [String], to state: String
    ) async throws -> Response {
        try await change(context) { transaction, number, present in
            let changed = try await transaction.run(
                "SELECT platform.set_tenant_state(\(number), \(states), \(state))")
            guard changed[0].bool(0) else {
                throw Problem(
                    .invalidState,
                    extra: [JSON.Member(name: "state", value: .string(present.text(3)))])
            }
            return ["old": .string(present.text(3)), "new": .string(state)]
        }
    }

    /// Changes one workspace, and says so in the platform's log and in the workspace's own (BL-87).
    private static func change(
        _ context: StaffContext,
        _ body: (Transaction, Int64, Row) async throws -> JSON
    ) async throws -> Response {
        let id = context.call.id
        return try await context.change { transaction in
            guard let present = try await transaction.run(PlatformWorkspace.select(id)).first
            else { throw Problem.notFound }
            let number = present.integer(PlatformWorkspace.resource.fields.count)
            let change = try await body(transaction, number, present)
            transaction.atCommit(
                """
                SELECT platform.record_platform_audit(\(number), \(context.newID()),
                    \(context.now), \(context.call.route.audit ?? ""), 'workspace', \(id),
                    \(change), \(context.call.requestID))
                """)
            let after = try await transaction.run(PlatformWorkspace.select(id))
            let details = JSON.object(
                (change.objectValue ?? []) + [
                    JSON.Member(name: "workspace_id", value: .string(id.description))
                ])
            return (try PlatformWorkspace.response(after), AuditNote("workspace", id, details))
        }
    }
}
