import HTTP
import Money
import Persistence
import Tenancy
import Values

/// Drafting invoices (BL-83).
enum InvoiceDraftRoutes {
    private static let answer = AnswerShape.json(.ok, Invoice.staffDetail.schema)

    static let ofStaff: [Route] = [
        .staffChange(
            .post, "/v1/platform/invoices", id: "platformInvoiceCreate",
            "Draft the invoice of an order, or one of free lines", audit: "invoice.draft",
            accepts: .json(FieldReader.describe(InvoiceDraftInput.self)),
            returns: .json(.created, Invoice.staffDetail.schema), fails: [.invalidState],
            handler: create),
        .staffChange(
            .patch, "/v1/platform/invoices/{id}", of: Invoice.staffSubject,
            id: "platformInvoiceUpdate", "Change a draft", audit: "invoice.update",
            accepts: .json(FieldReader.describe(InvoiceDraftChange.self)), returns: answer,
            fails: [.invoiceImmutable], handler: update),
        .staffChange(
            .delete, "/v1/platform/invoices/{id}", of: Invoice.staffSubject,
            id: "platformInvoiceDelete", "Drop a draft", audit: "invoice.delete",
            returns: .empty(.noContent), fails: [.invoiceImmutable], handler: delete),
    ]

    private static func create(_ context: StaffContext) async throws -> Response {
        let input = try context.call.input(InvoiceDraftInput.self)
        let (services, staff) = (context.services, context.staff.id)
        return try await context.change { transaction in
            let id: ID
            if let order = input.orderID {
                id = try await InvoiceDraft.create(
                    fromOrder: order, note: input.note, by: staff, in: transaction, services)
            } else {
                id = try await InvoiceDraft.store(
                    try await content(input, in: transaction), by: staff, in: transaction, services)
            }
            let response = try await answer(id, .created, context, transaction)
            return (response.value, response.audit)
        }
    }

    private static func content(
        _ input: InvoiceDraftInput, in transaction: Transaction
    ) async throws -> InvoiceDraft.Content {
        guard let workspace = input.workspaceID, let currency = input.currency,
            let lines = input.lines
        else { throw Problem.field("order_id", "required") }
        let rows = try await transaction.run(
            "SELECT number FROM platform.tenants WHERE id = \(workspace) AND erased_at IS NULL")
        guard let tenant = rows.first else { throw Problem.field("workspace_id", "unknown_id") }
        return InvoiceDraft.Content(
            tenant: tenant.integer(0), currency: currency, lines: lines.map(\.line),
            note: input.note)
    }

    /// The answer and the entry of the platform's log; the workspace knows nothing of drafts.
    private static func answer(
        _ id: ID, _ status: Status, _ context: StaffContext, _ transaction: Transaction
    ) async throws -> (value: Response, audit: AuditNote) {
        let today = context.now.utcDate
        guard let row = try await transaction.run(Invoice.staffSelect(id, today)).first else {
            throw Problem.notFound
        }
        let note = AuditNote(
            "invoice", id,
            [
                "workspace_id": .string(row.id(Invoice.workspaceColumn).description),
                "total": row.json(Invoice.totalColumn),
            ])
        return (Invoice.staffDetail.response(row, status: status), note)
    }

    private static func update(_ context: StaffContext) async throws -> Response {
        let input = try context.call.input(InvoiceDraftChange.self)
        let (id, now) = (context.call.id, context.now)
        return try await context.change { transaction in
            let draft = try await lock(id, in: transaction)
            if input.currency != nil, draft.order != nil {
                throw Problem.field("currency", "not_allowed", "The order says this.")
            }
            if let given = input.lines {
                let country = try await InvoiceDraft.country(of: draft.tenant, in: transaction)
                let lines = try InvoiceLines(
                    try await InvoiceLines.tax(
                        given.map(\.line), country: country, on: now.utcDate, in: transaction))
                if let amount = draft.orderAmount, lines.table.net != amount {
                    throw Problem.field(
                        "lines", "amount_mismatch", "The lines must add up to the order's amount.")
                }
                try await InvoiceDraft.replaceLines(
                    of: id, with: lines, country: country, in: transaction)
            }
            let note = input.note ?? draft.note
            try await transaction.run(
                """
                UPDATE platform.invoices SET currency = \(input.currency ?? draft.currency),
                    note = \(note), updated_at = \(now)
                WHERE id = \(id)
                """)
            return try await answer(id, .ok, context, transaction)
        }
    }

    private static func delete(_ context: StaffContext) async throws -> Response {
        let id = context.call.id
        return try await context.change { transaction in
            let draft = try await lock(id, in: transaction)
            try await transaction.run("SELECT platform.drop_draft(\(id))")
            let details: JSON = ["workspace_id": .string(draft.workspace.description)]
            return (Response(.noContent), AuditNote("invoice", id, details))
        }
    }

    /// A draft whose row is locked.
    private struct Locked {
        var order: ID?
        var tenant: Int64
        var currency: String
        var note: String?
        var orderAmount: Int64?
        var workspace: ID
    }

    /// - Throws: ``Problem`` `invoice_immutable` for what was issued (BL-116).
    private static func lock(_ id: ID, in transaction: Transaction) async throws -> Locked {
        let rows = try await transaction.run(
            """
            SELECT i.state, i.order_id, coalesce(i.tenant_number, 0), i.currency, i.note,
                (SELECT o.amount FROM platform.orders o WHERE o.id = i.order_id), i.workspace_id
            FROM platform.invoices i WHERE i.id = \(id) FOR UPDATE OF i
            """)
        guard let row = rows.first else { throw Problem.notFound }
        guard row.text(0) == "draft" else { throw Problem(.invoiceImmutable) }
        return Locked(
            order: row.optionalID(1), tenant: row.integer(2), currency: row.text(3),
            note: row.optionalText(4), orderAmount: row.optionalInteger(5), workspace: row.id(6))
    }
}
