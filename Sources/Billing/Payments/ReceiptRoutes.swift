import HTTP
import Persistence
import Tabular
import Tenancy
import Values

/// What confirms a payment (BL-54).
enum Receipt {
    static let resource = Resource(
        "Receipt",
        [
            .field("id", "r.id", .id),
            .field("number", "r.number", .text),
            .field(
                "invoice", "jsonb_build_object('id', i.id, 'number', i.number)",
                .json(DocumentShapes.link)),
            .field(
                "amount", "jsonb_build_object('amount', r.amount, 'currency', r.currency)",
                Amount.kind),
            .field("method", "p.method", .text),
            .field("reference", "p.reference", .text),
            .field("paid_on", "p.paid_on::text", .text),
            .field("issued_at", "r.issued_at", .instant),
        ])

    static let source: StaticString = """
        FROM platform.own_receipts r
        JOIN platform.own_payments p ON p.id = r.payment_id
        JOIN platform.own_invoices i ON i.id = r.invoice_id
        """

    /// BL-102.
    static let listing = Listing(
        resource, from: source, identity: "r.id",
        sorts: [Listing.Sort("issued_at", "r.issued_at", .instant)], defaultSort: "-issued_at",
        filters: Order.period + [Parameter("q", .text(1...200), "Part of the number.")])

    static func conditions(_ query: QueryParameters) -> [SQL] {
        var conditions: [SQL] = []
        if let from = query.instant("from") { conditions.append("r.issued_at >= \(from)") }
        if let to = query.instant("to") { conditions.append("r.issued_at < \(to)") }
        if let text = query.text("q") {
            conditions.append(SQL.contains("cell.fold(r.number)", text))
        }
        return conditions
    }

    static let subject = Subject<TenantContext>.row {
        "SELECT FROM platform.own_receipts WHERE id = \($0.id)"
    }

    static let routes: [Route] = [
        .read(
            "/v1/billing/receipts", id: "receiptList", "List the workspace's receipts",
            access: .holding(.billingRead, evenSuspended: true),
            parameters: listing.parameters, returns: listing.answer
        ) { context in
            try await listing.page(context, where: conditions(context.call.query))
        },
        .read(
            "/v1/billing/receipts/{id}", of: subject, id: "receiptRead", "Read one receipt",
            access: .holding(.billingRead, evenSuspended: true),
            returns: .json(.ok, resource.schema)
        ) { context in
            let rows = try await context.read(
                """
                SELECT \(resource.columns) \(SQL(stringLiteral: source))
                WHERE r.id = \(context.call.id)
                """)
            guard let row = rows.first else { throw Problem.notFound }
            return resource.response(row)
        },
    ]
}
