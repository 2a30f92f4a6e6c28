import HTTP
import Persistence
import Tenancy
import Values

/// What was bought, from the order to the goods (BL-40).
enum Order {
    static let statuses = ["pending", "invoiced", "paid", "cancelled", "refunded"]

    private static let line = Schema.object(
        [
            ("text", .string(), true), ("quantity", .integer(), true),
            ("unit_price", .integer(), true),
        ], name: "OrderLine")

    private static let fields: [Resource.Field] = [
        .field("id", "o.id", .id),
        .field("number", "o.number", .text),
        .field("kind", "o.kind", .text),
        .field("status", "o.status", .text),
        .field(
            "amount", "jsonb_build_object('amount', o.amount, 'currency', o.currency)",
            Amount.kind),
        .field("lines", "o.lines", .json(.array(line))),
        .field("invoice", "i.link", .json(DocumentShapes.link), nullable: true),
        .field("receipts", "r.links", .json(.array(DocumentShapes.link))),
        .field("created_at", "o.created_at", .instant),
        .field("paid_at", "o.paid_at", .instant, nullable: true),
        .field("cancelled_at", "o.cancelled_at", .instant, nullable: true),
        .field("refunded_at", "o.refunded_at", .instant, nullable: true),
    ]

    /// As the workspace sees it.
    static let resource = Resource("Order", fields)
    /// As the platform's staff sees it.
    static let staffResource = Resource(
        "PlatformOrder",
        fields + [
            .field("workspace_id", "o.workspace_id", .id),
            .field("workspace_name", "o.workspace_name", .text),
        ])

    /// An issued invoice and what was paid of it stand beside the order.
    static let source: StaticString = """
        FROM platform.own_orders o
        LEFT JOIN LATERAL (
            SELECT i.id, jsonb_build_object('id', i.id, 'number', i.number) AS link
            FROM platform.own_invoices i WHERE i.order_id = o.id
            ORDER BY i.id DESC LIMIT 1
        ) i ON true
        CROSS JOIN LATERAL (
            SELECT coalesce(jsonb_agg(
                jsonb_build_object('id', r.id, 'number', r.number) ORDER BY r.id), '[]') AS links
            FROM platform.own_receipts r WHERE r.invoice_id = i.id
        ) r
        """
    static let staffSource: StaticString = """
        FROM platform.orders o
        LEFT JOIN LATERAL (
            SELECT i.id, jsonb_build_object('id', i.id, 'number', coalesce(i.number, '')) AS link
            FROM platform.invoices i WHERE i.order_id = o.id
            ORDER BY i.id DESC LIMIT 1
        ) i ON true
        CROSS JOIN LATERAL (
            SELECT coalesce(jsonb_agg(
                jsonb_build_object('id', r.id, 'number', r.number) ORDER BY r.id), '[]') AS links
            FROM platform.receipts r WHERE r.invoice_id = i.id
        ) r
        """

    private static let sorts = [
        Listing.Sort("created_at", "o.created_at", .instant),
        Listing.Sort("amount", "o.amount", .integer),
    ]
    private static let filters = [
        Parameter("kind", .choice(OrderKind.allCases.map(\.rawValue)), "Only this kind."),
        Parameter("status", .choice(statuses), "Only orders of this status."),
    ]
    static let period = [
        Parameter("from", .instant, "Only what is of this instant or later."),
        Parameter("to", .instant, "Only what is of before this instant."),
    ]

    /// BL-100.
    static let listing = Listing(
        resource, from: source, identity: "o.id", sorts: sorts, defaultSort: "-created_at",
        filters: filters + period)
    /// BL-109.
    static let staffListing = Listing(
        staffResource, from: staffSource, identity: "o.id", sorts: [sorts[0]],
        defaultSort: "-created_at",
        filters: filters + [Parameter("workspace_id", .id, "Only orders of this workspace.")])

    private static let fileFields: [Resource.Field] = [
        .field("id", "o.id", .id),
        .field("number", "o.number", .text),
        .field("kind", "o.kind", .text),
        .field("status", "o.status", .text),
        .field("amount", "o.amount", .integer),
        .field("currency", "o.currency", .text),
        .field("invoice", "i.link ->> 'number'", .text, nullable: true),
        .field(
            "receipts",
            """
            (SELECT string_agg(e.link ->> 'number', ' ')
                FROM jsonb_array_elements(r.links) e(link))
            """, .text, nullable: true),
        .field("created_at", "o.created_at", .instant),
        .field("paid_at", "o.paid_at", .instant, nullable: true),
        .field("cancelled_at", "o.cancelled_at", .instant, nullable: true),
        .field("refunded_at", "o.refunded_at", .instant, nullable: true),
    ]

    /// The list as a file: amounts and their currencies in columns of their own.
    static let fileListing = Listing(
        Resource("OrderRow", fileFields), from: source, identity: "o.id", sorts: sorts,
        defaultSort: "-created_at", filters: listing.filters)
    static let staffFileListing = Listing(
        Resource(
            "PlatformOrderRow",
            fileFields + [
                .field("workspace_id", "o.workspace_id", .id),
                .field("workspace_name", "o.workspace_name", .text),
            ]), from: staffSource, identity: "o.id", sorts: [sorts[0]],
        defaultSort: "-created_at", filters: staffListing.filters)

    static func conditions(_ query: QueryParameters) -> [SQL] {
        var conditions: [SQL] = []
        if let kind = query.text("kind") { conditions.append("o.kind = \(kind)") }
        if let status = query.text("status") { conditions.append("o.status = \(status)") }
        if let from = query.instant("from") { conditions.append("o.created_at >= \(from)") }
        if let to = query.instant("to") { conditions.append("o.created_at < \(to)") }
        if let id = query.id("workspace_id") { conditions.append("o.workspace_id = \(id)") }
        return conditions
    }

    static let subject = Subject<TenantContext>.row {
        "SELECT FROM platform.own_orders WHERE id = \($0.id)"
    }
    static let staffSubject = Subject<StaffContext>.row {
        "SELECT FROM platform.orders WHERE id = \($0.id)"
    }

    static func select(_ id: ID) -> SQL {
        "SELECT \(resource.columns) \(SQL(stringLiteral: source)) WHERE o.id = \(id)"
    }

    static func staffSelect(_ id: ID) -> SQL {
        "SELECT \(staffResource.columns) \(SQL(stringLiteral: staffSource)) WHERE o.id = \(id)"
    }
}
