import HTTP
import Persistence
import Tenancy
import Values

/// An invoice as it is read (BL-50).
///
/// `overdue` is computed at that moment, so that no job can be late (billing rules §5.1).
enum Invoice {
    /// Those that a workspace can see.
    static let statuses = ["issued", "paid", "overdue", "void"]

    /// Beside each invoice of a statement stand today's date and its order.
    static func present(_ today: CivilDate) -> SQL {
        "WITH present AS (SELECT \(today.description)::date AS today) "
    }

    private static let fields: [Resource.Field] = [
        .field("id", "i.id", .id),
        .field("number", "i.number", .text, nullable: true),
        .field("status", status, .text),
        .field("order", "o.link", .json(DocumentShapes.link), nullable: true),
        .field("net", amount("net"), Amount.kind),
        .field("tax", amount("tax"), Amount.kind),
        .field("total", amount("total"), Amount.kind),
        .field("paid", amount("paid"), Amount.kind),
        .field("credited", amount("credited"), Amount.kind),
        .field("due", due, Amount.kind),
        .field("issued_at", "i.issued_at", .instant, nullable: true),
        .field("issue_date", "i.issue_date::text", .text, nullable: true),
        .field("due_date", "i.due_date::text", .text, nullable: true),
        .field("paid_at", "i.paid_at", .instant, nullable: true),
        .field("voided_at", "i.voided_at", .instant, nullable: true),
        .field("void_reason", "i.void_reason", .text, nullable: true),
    ]

    private static let status: StaticString = """
        CASE WHEN i.state = 'issued' AND i.due_date < present.today THEN 'overdue' ELSE i.state END
        """
    private static let due: StaticString = """
        jsonb_build_object('amount', CASE i.state WHEN 'void' THEN 0 ELSE i.total - i.paid END,
            'currency', i.currency)
        """

    private static func amount(_ column: String) -> StaticString {
        switch column {
        case "net": "jsonb_build_object('amount', i.net, 'currency', i.currency)"
        case "tax": "jsonb_build_object('amount', i.tax, 'currency', i.currency)"
        case "paid": "jsonb_build_object('amount', i.paid, 'currency', i.currency)"
        case "credited": "jsonb_build_object('amount', i.credited, 'currency', i.currency)"
        default: "jsonb_build_object('amount', i.total, 'currency', i.currency)"
        }
    }

    private static let details: [Resource.Field] = [
        .field("note", "i.note", .text, nullable: true),
        .field("lines", "l.lines", .json(.array(DocumentShapes.line))),
        .field("taxes", "i.taxes", .json(.array(DocumentShapes.taxRow))),
        .field(
            "seller", "i.snapshot::jsonb -> 'seller'", .json(DocumentShapes.party), nullable: true),
        .field(
            "buyer", "i.snapshot::jsonb -> 'buyer'", .json(DocumentShapes.party), nullable: true),
        .field("payments", "m.payments", .json(.array(DocumentShapes.payment))),
        .field("credit_notes", "n.credit_notes", .json(.array(DocumentShapes.creditNote))),
    ]
    private static let workspace: [Resource.Field] = [
        .field("workspace_id", "i.workspace_id", .id),
        .field("workspace_name", "i.workspace_name", .text),
    ]
    private static let drafting: [Resource.Field] = [
        .field("tax_country", "i.tax_country", .text, nullable: true),
        .field("created_at", "i.created_at", .instant),
        .field("updated_at", "i.updated_at", .instant),
    ]

    /// A row of the workspace's list.
    static let resource = Resource("Invoice", fields)
    static let detail = Resource("InvoiceDetail", fields + details)
    /// A row of the staff's list.
    static let staffResource = Resource("PlatformInvoice", fields + workspace)
    static let staffDetail = Resource(
        "PlatformInvoiceDetail", fields + workspace + drafting + details)

    static let statusColumn = 2
    static let totalColumn = 6
    /// Of ``staffDetail`` and ``staffResource``.
    static let workspaceColumn = fields.count

    // MARK: Where they are read

    static let source: StaticString = """
        FROM present CROSS JOIN platform.own_invoices i
        LEFT JOIN LATERAL (
            SELECT jsonb_build_object('id', o.id, 'number', o.number) AS link
            FROM platform.own_orders o WHERE o.id = i.order_id
        ) o ON true
        """
    static let staffSource: StaticString = """
        FROM present CROSS JOIN platform.invoices i
        LEFT JOIN LATERAL (
            SELECT jsonb_build_object('id', o.id, 'number', o.number) AS link
            FROM platform.orders o WHERE o.id = i.order_id
        ) o ON true
        """

    private static let detailSource: SQL = """
        CROSS JOIN LATERAL (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'position', l.position, 'text', l.text, 'quantity', l.quantity,
                'unit_price', l.unit_price, 'net', l.net, 'tax_rate_ppm', l.tax_rate,
                'tax_category', l.tax_category, 'tax_label', l.tax_label, 'tax_note', l.tax_note)
                ORDER BY l.position), '[]') AS lines
            FROM platform.own_invoice_lines l WHERE l.invoice_id = i.id
        ) l
        CROSS JOIN LATERAL (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'id', p.id, 'amount', p.amount, 'method', p.method, 'reference', p.reference,
                'paid_on', p.paid_on::text, 'receipt', jsonb_build_object(
                    'id', r.id, 'number', r.number)) ORDER BY p.id), '[]') AS payments
            FROM platform.own_payments p JOIN platform.own_receipts r ON r.payment_id = p.id
            WHERE p.invoice_id = i.id
        ) m
        CROSS JOIN LATERAL (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'id', c.id, 'number', c.number, 'total', c.total, 'reason', c.reason,
                'issue_date', (c.issued_at AT TIME ZONE 'UTC')::date::text)
                ORDER BY c.id), '[]') AS credit_notes
            FROM platform.own_credit_notes c WHERE c.invoice_id = i.id
        ) n
        """
    private static let staffDetailSource: SQL = """
        CROSS JOIN LATERAL (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'position', l.position, 'text', l.text, 'quantity', l.quantity,
                'unit_price', l.unit_price, 'net', l.net, 'tax_rate_ppm', l.tax_rate,
                'tax_category', l.tax_category, 'tax_label', l.tax_label, 'tax_note', l.tax_note)
                ORDER BY l.position), '[]') AS lines
            FROM platform.invoice_lines l WHERE l.invoice_id = i.id
        ) l
        CROSS JOIN LATERAL (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'id', p.id, 'amount', p.amount, 'method', p.method, 'reference', p.reference,
                'paid_on', p.paid_on::text, 'receipt', jsonb_build_object(
                    'id', r.id, 'number', r.number)) ORDER BY p.id), '[]') AS payments
            FROM platform.payments p JOIN platform.receipts r ON r.payment_id = p.id
            WHERE p.invoice_id = i.id
        ) m
        CROSS JOIN LATERAL (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'id', c.id, 'number', c.number, 'total', c.total, 'reason', c.reason,
                'issue_date', (c.issued_at AT TIME ZONE 'UTC')::date::text)
                ORDER BY c.id), '[]') AS credit_notes
            FROM platform.credit_notes c WHERE c.invoice_id = i.id
        ) n
        """

    static func select(_ id: ID, _ today: CivilDate) -> SQL {
        """
        \(present(today)) SELECT \(detail.columns) \(SQL(stringLiteral: source)) \(detailSource)
        WHERE i.id = \(id)
        """
    }

    static func staffSelect(_ id: ID, _ today: CivilDate) -> SQL {
        """
        \(present(today)) SELECT \(staffDetail.columns) \(SQL(stringLiteral: staffSource))
            \(staffDetailSource)
        WHERE i.id = \(id)
        """
    }

    static let subject = Subject<TenantContext>.row {
        "SELECT FROM platform.own_invoices WHERE id = \($0.id)"
    }
    static let staffSubject = Subject<StaffContext>.row {
        "SELECT FROM platform.invoices WHERE id = \($0.id)"
    }
}
