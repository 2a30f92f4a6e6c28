import HTTP
import Persistence
import Tenancy
import Values

extension ProblemKind {
    /// BL-111.
    static let planUnchanged = ProblemKind(
        "plan_unchanged", 409, "The workspace has this plan and interval already")
    /// BL-112.
    static let upgradeRequestOpen = ProblemKind(
        "upgrade_request_open", 409, "Another request for a plan is open")
    /// BL-24, BL-114.
    static let usageExceedsPlan = ProblemKind(
        "usage_exceeds_plan", 409, "More is in use than the plan allows")
}

/// A request for another plan (BL-20, BL-21).
enum UpgradeRequest {
    static let statuses = ["requested", "approved", "rejected", "cancelled", "completed"]

    private static let fields: [Resource.Field] = [
        .field("id", "r.id", .id),
        .field("plan", "r.plan", .text),
        .field("interval", "r.interval", .text, nullable: true),
        .field("note", "r.note", .text, nullable: true),
        .field("status", "r.status", .text),
        .field("reason", "r.reason", .text, nullable: true),
        .field(
            "amount",
            """
            CASE WHEN r.amount IS NOT NULL
                THEN jsonb_build_object('amount', r.amount, 'currency', r.currency) END
            """, Amount.kind, nullable: true),
        .field("order_id", "r.order_id", .id, nullable: true),
        .field("takes_effect_on", "r.takes_effect_on::text", .text, nullable: true),
        .field("created_at", "r.created_at", .instant),
        .field("decided_at", "r.decided_at", .instant, nullable: true),
        .field("completed_at", "r.completed_at", .instant, nullable: true),
    ]

    /// As the workspace sees it.
    static let resource = Resource("UpgradeRequest", fields)
    /// As the platform's staff sees it.
    static let staffResource = Resource(
        "PlatformUpgradeRequest",
        fields + [
            .field("workspace_id", "t.id", .id),
            .field("workspace_name", "t.name", .text),
            .field("current_plan", "s.plan", .text),
            .field("current_interval", "s.interval", .text, nullable: true),
        ])

    private static let staffSource: StaticString = """
        FROM platform.upgrade_requests r
        JOIN platform.tenants t ON t.number = r.tenant_number
        JOIN platform.subscriptions s ON s.tenant_number = r.tenant_number
        """
    private static let sorts = [Listing.Sort("created_at", "r.created_at", .instant)]
    private static let status = Parameter(
        "status", .choice(statuses), "Only requests of this status.")

    /// BL-104.
    static let listing = Listing(
        resource, from: "FROM platform.own_upgrade_requests r", identity: "r.id", sorts: sorts,
        defaultSort: "-created_at", filters: [status])
    /// BL-106.
    static let staffListing = Listing(
        staffResource, from: staffSource, identity: "r.id", sorts: sorts,
        defaultSort: "created_at",
        filters: [
            status, Parameter("plan", .choice(Plan.names), "Only requests for this plan."),
            Parameter("workspace_id", .id, "Only requests of this workspace."),
        ])

    static func conditions(_ query: QueryParameters) -> [SQL] {
        var conditions: [SQL] = []
        if let status = query.text("status") { conditions.append("r.status = \(status)") }
        if let plan = query.text("plan") { conditions.append("r.plan = \(plan)") }
        if let id = query.id("workspace_id") { conditions.append("t.id = \(id)") }
        return conditions
    }

    static let subject = Subject<TenantContext>.row {
        "SELECT FROM platform.own_upgrade_requests WHERE id = \($0.id)"
    }
    static let staffSubject = Subject<StaffContext>.row {
        "SELECT FROM platform.upgrade_requests WHERE id = \($0.id)"
    }

    static func select(_ id: ID) -> SQL {
        "SELECT \(resource.columns) FROM platform.own_upgrade_requests r WHERE r.id = \(id)"
    }

    static func staffSelect(_ id: ID) -> SQL {
        "SELECT \(staffResource.columns) \(SQL(stringLiteral: staffSource)) WHERE r.id = \(id)"
    }
}
