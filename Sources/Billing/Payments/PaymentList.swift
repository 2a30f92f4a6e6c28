import Documents
import HTTP
import Persistence
import Tabular
import Tenancy
import Values

/// The payments of all workspaces, for the platform's staff.
enum PaymentList {
    private static let fields: [Resource.Field] = [
        .field("id", "p.id", .id),
        .field("invoice_id", "p.invoice_id", .id),
        .field("invoice_number", "i.number", .text),
        .field("receipt_number", "r.number", .text),
        .field("method", "p.method", .text),
        .field("reference", "p.reference", .text),
        .field("paid_on", "p.paid_on::text", .text),
        .field("recorded_at", "p.recorded_at", .instant),
        .field("workspace_id", "i.workspace_id", .id),
        .field("workspace_name", "i.workspace_name", .text),
    ]
    private static let resource = Resource(
        "PlatformPayment",
        fields + [
            .field(
                "amount", "jsonb_build_object('amount', p.amount, 'currency', p.currency)",
                Amount.kind)
        ])
    private static let source: StaticString = """
        FROM platform.payments p
        JOIN platform.invoices i ON i.id = p.invoice_id
        JOIN platform.receipts r ON r.payment_id = p.id
        """
    private static let sorts = [Listing.Sort("recorded_at", "p.recorded_at", .instant)]
    private static let filters =
        [
            Parameter("workspace_id", .id, "Only payments of this workspace."),
            Parameter(
                "method", .choice(DocumentSnapshot.Payment.Method.allCases.map(\.rawValue)),
                "Only payments by this means."),
        ] + Order.period
        + [Parameter("q", .text(1...200), "Part of the reference or a document's number.")]

    private static let listing = Listing(
        resource, from: source, identity: "p.id", sorts: sorts, defaultSort: "-recorded_at",
        filters: filters)
    private static let fileListing = Listing(
        Resource(
            "PlatformPaymentRow",
            fields + [
                .field("amount", "p.amount", .integer), .field("currency", "p.currency", .text),
            ]), from: source, identity: "p.id", sorts: sorts, defaultSort: "-recorded_at",
        filters: filters)

    private static func conditions(_ query: QueryParameters) -> [SQL] {
        var conditions: [SQL] = []
        if let id = query.id("workspace_id") { conditions.append("i.workspace_id = \(id)") }
        if let method = query.text("method") { conditions.append("p.method = \(method)") }
        if let from = query.instant("from") { conditions.append("p.recorded_at >= \(from)") }
        if let to = query.instant("to") { conditions.append("p.recorded_at < \(to)") }
        if let text = query.text("q") {
            conditions.append(
                SQL.contains(
                    "cell.fold(p.reference || ' ' || i.number || ' ' || r.number)", text))
        }
        return conditions
    }

    private static let export = PlatformExport(
        name: "payments", listing: fileListing, conditions: { conditions($0.call.query) }
    ) { row, writer in
        for column in 0...1 { writer.cell(row.id(column).description) }
        for column in 2...6 { writer.cell(row.text(column)) }
        writer.cell(row.instant(7).description)
        writer.cell(row.id(8).description)
        writer.cell(row.text(9))
        writer.cells(amounts: [row.integer(10)], row.text(11))
    }

    static let routes: [Route] = [
        .staffRead(
            "/v1/platform/payments", id: "platformPaymentList",
            "List the payments of all workspaces", parameters: listing.parameters,
            returns: listing.answer
        ) { context in
            try await listing.page(context, where: conditions(context.call.query))
        },
        .staffRead(
            "/v1/platform/payments/export.csv", id: "platformPaymentExport",
            "Export the payments of all workspaces", parameters: fileListing.fileParameters,
            returns: PlatformExport.answer, audit: "payment.export", handler: export.stream),
    ]
}
