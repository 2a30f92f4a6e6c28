import HTTP
import Money
import Persistence
import Tenancy
import Values

/// An invoice before it is issued: it has no number, and the workspace does not see it (BL-83).
enum InvoiceDraft {
    /// Drafts the invoice of an order, in a transaction of the staff's role, and returns its id.
    ///
    /// `staff` is who drafts it; nil for work of the platform itself.
    ///
    /// Throws ``Problem`` `invalid_state` unless the order is pending and has no invoice.
    static func create(
        fromOrder order: ID, note: String? = nil, by staff: ID? = nil,
        in transaction: Transaction, _ services: LoopServices
    ) async throws -> ID {
        let rows = try await transaction.run(
            """
            SELECT o.status, o.tenant_number, o.currency, o.lines,
                EXISTS (SELECT FROM platform.invoices i
                    WHERE i.order_id = o.id AND i.state <> 'void')
            FROM platform.orders o WHERE o.id = \(order) FOR UPDATE
            """)
        guard let row = rows.first else { throw Problem.field("order_id", "unknown_id") }
        guard row.text(0) == "pending", !row.bool(4), let tenant = row.optionalInteger(1) else {
            throw Problem(
                .invalidState,
                extra: [JSON.Member(name: "state", value: .string(row.text(0)))])
        }
        let lines = (row.json(3).arrayValue ?? []).map { line in
            InvoiceLine(
                OrderDraft.Line(
                    text: line["text"]?.stringValue ?? "",
                    quantity: line["quantity"]?.integerValue ?? 1,
                    unitPrice: line["unit_price"]?.integerValue ?? 0))
        }
        return try await store(
            Content(order: order, tenant: tenant, currency: row.text(2), lines: lines, note: note),
            by: staff, in: transaction, services)
    }

    /// What a draft is made of.
    struct Content {
        var order: ID?
        var tenant: Int64
        var currency: String
        var lines: [InvoiceLine]
        var note: String?
    }

    static func store(
        _ content: Content, by staff: ID?, in transaction: Transaction, _ services: LoopServices
    ) async throws -> ID {
        let (id, now) = (services.newID(), services.clock.now)
        let country = try await country(of: content.tenant, in: transaction)
        let lines = try InvoiceLines(
            try await InvoiceLines.tax(
                content.lines, country: country, on: now.utcDate, in: transaction))
        let (table, taxes) = (lines.table, try lines.taxes())
        try await transaction.run([
            """
            INSERT INTO platform.invoices (id, tenant_number, workspace_id, workspace_name,
                order_id, currency, tax_country, note, net, tax, total, taxes, created_by,
                created_at, updated_at)
            VALUES (\(id), \(content.tenant), \(id), '', \(content.order), \(content.currency),
                \(country), \(content.note), \(table.net), \(table.tax), \(table.total), \(taxes),
                \(staff), \(now), \(now))
            """,
            "SELECT platform.set_draft_lines(\(id), \(try lines.json()))",
        ])
        return id
    }

    /// The country that a workspace's invoices go to; nil until it is known.
    static func country(of tenant: Int64, in transaction: Transaction) async throws -> String? {
        let rows = try await transaction.run(
            "SELECT country FROM platform.billing_profiles WHERE tenant_number = \(tenant)")
        return rows.first?.optionalText(0)
    }

    /// Puts lines in the place of those a draft has.
    static func replaceLines(
        of id: ID, with lines: InvoiceLines, country: String?, in transaction: Transaction
    ) async throws {
        let table = lines.table
        try await transaction.run([
            "SELECT platform.set_draft_lines(\(id), \(try lines.json()))",
            """
            UPDATE platform.invoices SET net = \(table.net), tax = \(table.tax),
                total = \(table.total), taxes = \(try lines.taxes()), tax_country = \(country)
            WHERE id = \(id) AND state = 'draft'
            """,
        ])
    }
}

/// `POST /v1/platform/invoices`: the invoice of an order, or one of free lines for a workspace.
struct InvoiceDraftInput: Input {
    let orderID: ID?
    let workspaceID: ID?
    let currency: String?
    let lines: [InvoiceLineInput]?
    let note: String?

    static let lineList = FieldType<[InvoiceLineInput]>.list(
        of: .object(placeholder: InvoiceLineInput()), 1...500)
    static let currencyField = FieldType.custom(
        schema: .text(3...3), code: "invalid_currency",
        detail: "A currency's code of ISO 4217, such as USD."
    ) { Currency($0)?.code }
    static let noteField = FieldType.text(1...1_000, allowsLines: true)

    init(_ fields: FieldReader) {
        orderID = fields.optional("order_id", .id())
        workspaceID = fields.optional("workspace_id", .id())
        currency = fields.optional("currency", Self.currencyField)
        lines = fields.optional("lines", Self.lineList)
        note = fields.optional("note", Self.noteField)
        let free = ["workspace_id", "currency", "lines"]
        if fields.has("order_id") {
            for name in free where fields.has(name) {
                fields.report(name, "not_allowed", "The order says this.")
            }
        } else {
            for name in free where !fields.has(name) {
                fields.report(name, "required", "This field is needed.")
            }
        }
    }
}

/// `PATCH /v1/platform/invoices/{id}`.
struct InvoiceDraftChange: Input {
    let currency: String?
    let lines: [InvoiceLineInput]?
    let note: String??

    init(_ fields: FieldReader) {
        currency = fields.change("currency", InvoiceDraftInput.currencyField)
        lines = fields.change("lines", InvoiceDraftInput.lineList)
        note = fields.clearable("note", InvoiceDraftInput.noteField)
        fields.readOnly("id", "number", "status", "workspace_id", "order_id", "total")
    }
}
