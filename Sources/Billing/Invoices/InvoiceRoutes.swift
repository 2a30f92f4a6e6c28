import HTTP
import Persistence
import Tenancy
import Values

/// The invoices of a workspace, and of all for the platform's staff.
enum InvoiceRoutes {
    static let all: [Route] = [
        .read(
            "/v1/billing/invoices", id: "invoiceList", "List the workspace's invoices",
            access: .holding(.billingRead, evenSuspended: true),
            parameters: Invoice.listing.parameters, returns: Invoice.listing.answer
        ) { context in
            let today = context.now.utcDate
            return try await Invoice.listing.page(
                context, with: Invoice.present(today),
                where: Invoice.conditions(context.call.query, today))
        },
        .read(
            "/v1/billing/invoices/export.csv", id: "invoiceExport",
            "Export the workspace's invoices",
            access: .holding(.billingRead, evenSuspended: true),
            parameters: Invoice.fileListing.fileParameters, returns: .media(.ok, "text/csv"),
            audit: "invoice.export", handler: Invoice.export),
        .read(
            "/v1/billing/invoices/{id}", of: Invoice.subject, id: "invoiceRead",
            "Read one invoice", access: .holding(.billingRead, evenSuspended: true),
            returns: .json(.ok, Invoice.detail.schema)
        ) { context in
            let rows = try await context.read(
                Invoice.select(context.call.id, context.now.utcDate))
            guard let row = rows.first else { throw Problem.notFound }
            return Invoice.detail.response(row)
        },
    ]

    private static let answer = AnswerShape.json(.ok, Invoice.staffDetail.schema)
    private static let issueFailures: [ProblemKind] = [
        .invoiceImmutable, .invalidState, .billingProfileIncomplete, .sellerIncomplete,
    ]

    static let ofStaff: [Route] =
        [
            .staffRead(
                "/v1/platform/invoices", id: "platformInvoiceList",
                "List the invoices of all workspaces",
                parameters: Invoice.staffListing.parameters, returns: Invoice.staffListing.answer
            ) { context in
                let today = context.now.utcDate
                return try await Invoice.staffListing.page(
                    context, with: Invoice.present(today),
                    where: Invoice.staffConditions(context.call.query, today))
            },
            .staffRead(
                "/v1/platform/invoices/export.csv", id: "platformInvoiceExport",
                "Export the invoices of all workspaces",
                parameters: Invoice.staffFileListing.fileParameters,
                returns: PlatformExport.answer, audit: "invoice.export",
                handler: Invoice.staffExport.stream),
            .staffRead(
                "/v1/platform/invoices/{id}", of: Invoice.staffSubject,
                id: "platformInvoiceRead", "Read one invoice", returns: answer
            ) { try response($0, try await $0.read(select($0))) },
        ] + InvoiceDraftRoutes.ofStaff + [
            .staffChange(
                .post, "/v1/platform/invoices/{id}/issue", of: Invoice.staffSubject,
                id: "platformInvoiceIssue", "Issue a draft: it gets its number and never changes",
                audit: "invoice.issue", returns: answer, fails: issueFailures
            ) { context in
                try await changed(context) { transaction, actor in
                    _ = try await InvoiceIssue.issue(
                        context.call.id, in: transaction, context.services, by: actor)
                }
            },
            .staffChange(
                .post, "/v1/platform/invoices/{id}/void", of: Invoice.staffSubject,
                id: "platformInvoiceVoid", "Void an invoice of which nothing is paid",
                audit: "invoice.void", accepts: .json(FieldReader.describe(VoidInput.self)),
                returns: answer, fails: [.invoicePaid, .invalidState]
            ) { context in
                let reason = try context.call.input(VoidInput.self).reason
                return try await changed(context) { transaction, actor in
                    try await InvoiceVoid.void(
                        context.call.id, because: reason, in: transaction, context.services,
                        by: actor)
                }
            },
            .staffChange(
                .post, "/v1/platform/invoices/{id}/payments", of: Invoice.staffSubject,
                id: "platformPaymentRecord", "Record money received; a receipt is issued at once",
                audit: "payment.record", accepts: .json(FieldReader.describe(PaymentInput.self)),
                returns: .json(.created, Invoice.staffDetail.schema),
                fails: [.invalidState, .overpayment, .duplicatePayment]
            ) { context in
                let payment = try context.call.input(PaymentInput.self)
                return try await changed(context, .created) { transaction, actor in
                    try await PaymentRecording.record(
                        payment, of: context.call.id, in: transaction, context.services, by: actor)
                }
            },
            .staffChange(
                .post, "/v1/platform/invoices/{id}/credit-notes", of: Invoice.staffSubject,
                id: "platformCreditNoteIssue", "Give back what a paid invoice took",
                audit: "credit_note.issue",
                accepts: .json(FieldReader.describe(CreditNoteInput.self)),
                returns: .json(.created, Invoice.staffDetail.schema),
                fails: [.invalidState, .overcredit, .creditsAlreadyUsed]
            ) { context in
                let input = try context.call.input(CreditNoteInput.self)
                return try await changed(context, .created) { transaction, actor in
                    _ = try await CreditNoteIssue.issue(
                        input, of: context.call.id, in: transaction, context.services, by: actor)
                }
            },
        ]

    private static func select(_ context: StaffContext) -> SQL {
        Invoice.staffSelect(context.call.id, context.now.utcDate)
    }

    private static func response(
        _ context: StaffContext, _ rows: Rows, _ status: Status = .ok
    ) throws -> Response {
        guard let row = rows.first else { throw Problem.notFound }
        return Invoice.staffDetail.response(row, status: status)
    }

    /// Changes an invoice in one transaction, then answers it as it is.
    ///
    /// It is read after the commit: what is written last holds the series of numbers, for which
    /// others wait.
    private static func changed(
        _ context: StaffContext, _ status: Status = .ok,
        _ body: (Transaction, BillingActor) async throws -> Void
    ) async throws -> Response {
        try await context.changeBilling(body)
        return try response(context, try await context.read(select(context)), status)
    }
}
