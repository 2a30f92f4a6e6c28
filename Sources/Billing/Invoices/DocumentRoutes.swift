import Documents
import HTTP
import Persistence
import Tenancy
import Values

/// Documents as people look at them: a page to print (BL-56), the PDF, and the e-invoice.
enum DocumentRoutes {
    static let all: [Route] = [
        own(.invoice, "/v1/billing/invoices/{id}/print", id: "invoicePrint"),
        own(.receipt, "/v1/billing/receipts/{id}/print", id: "receiptPrint"),
        own(.creditNote, "/v1/billing/credit-notes/{id}/print", id: "creditNotePrint"),
        ownPDF(.invoice, "/v1/billing/invoices/{id}/document.pdf", id: "invoicePDF"),
        ownPDF(.receipt, "/v1/billing/receipts/{id}/document.pdf", id: "receiptPDF"),
        ownPDF(.creditNote, "/v1/billing/credit-notes/{id}/document.pdf", id: "creditNotePDF"),
        ownEInvoice(.invoice, "/v1/billing/invoices/{id}/ubl.xml", id: "invoiceEInvoice"),
        ownEInvoice(
            .creditNote, "/v1/billing/credit-notes/{id}/ubl.xml", id: "creditNoteEInvoice"),
    ]

    static let ofStaff: [Route] = [
        staff(.invoice, "/v1/platform/invoices/{id}/print", id: "platformInvoicePrint"),
        staff(.receipt, "/v1/platform/receipts/{id}/print", id: "platformReceiptPrint"),
        staff(.creditNote, "/v1/platform/credit-notes/{id}/print", id: "platformCreditNotePrint"),
        staffPDF(.invoice, "/v1/platform/invoices/{id}/document.pdf", id: "platformInvoicePDF"),
        staffPDF(.receipt, "/v1/platform/receipts/{id}/document.pdf", id: "platformReceiptPDF"),
        staffPDF(
            .creditNote, "/v1/platform/credit-notes/{id}/document.pdf",
            id: "platformCreditNotePDF"),
        staffEInvoice(
            .invoice, "/v1/platform/invoices/{id}/ubl.xml", id: "platformInvoiceEInvoice"),
        staffEInvoice(
            .creditNote, "/v1/platform/credit-notes/{id}/ubl.xml",
            id: "platformCreditNoteEInvoice"),
    ]

    // MARK: Of a workspace

    private static func own(_ kind: DocumentKind, _ path: String, id: String) -> Route {
        .read(
            path, of: subject(kind), id: id, "Read a document as a page to print",
            access: .holding(.billingRead, evenSuspended: true),
            returns: .media(.ok, "text/html")
        ) { context in page(try await record(kind, context)) }
    }

    private static func ownPDF(_ kind: DocumentKind, _ path: String, id: String) -> Route {
        .read(
            path, of: subject(kind), id: id, "Download a document as PDF",
            access: .holding(.billingRead, evenSuspended: true),
            returns: .media(.ok, "application/pdf")
        ) { context in
            let record = try await record(kind, context)
            return file(record, try await record.pdf(context.services))
        }
    }

    private static func ownEInvoice(_ kind: DocumentKind, _ path: String, id: String) -> Route {
        .read(
            path, of: subject(kind), id: id, "Download a document as e-invoice (EN 16931)",
            access: .holding(.billingRead, evenSuspended: true),
            returns: .media(.ok, "application/xml"), fails: [.eInvoiceIncomplete]
        ) { context in try eInvoice(try await record(kind, context)) }
    }

    private static func subject(_ kind: DocumentKind) -> Subject<TenantContext> {
        .row { DocumentRecord.ownSelect(kind, $0.id) }
    }

    private static func record(
        _ kind: DocumentKind, _ context: TenantContext
    ) async throws -> DocumentRecord {
        let id = context.call.id
        let rows = try await context.read(DocumentRecord.ownSelect(kind, id))
        guard let row = rows.first else { throw Problem.notFound }
        return try DocumentRecord(kind, id, row)
    }

    // MARK: Of the platform's staff

    private static func staff(_ kind: DocumentKind, _ path: String, id: String) -> Route {
        .staffRead(
            path, of: staffSubject(kind), id: id, "Read a document as a page to print",
            returns: .media(.ok, "text/html"), fails: [.invalidState]
        ) { context in page(try await staffRecord(kind, context)) }
    }

    private static func staffPDF(_ kind: DocumentKind, _ path: String, id: String) -> Route {
        .staffRead(
            path, of: staffSubject(kind), id: id, "Download a document as PDF",
            returns: .media(.ok, "application/pdf"), fails: [.invalidState]
        ) { context in
            let record = try await staffRecord(kind, context)
            return file(record, try await record.pdf(context.services))
        }
    }

    private static func staffEInvoice(
        _ kind: DocumentKind, _ path: String, id: String
    ) -> Route {
        .staffRead(
            path, of: staffSubject(kind), id: id, "Download a document as e-invoice (EN 16931)",
            returns: .media(.ok, "application/xml"), fails: [.invalidState, .eInvoiceIncomplete]
        ) { context in try eInvoice(try await staffRecord(kind, context)) }
    }

    private static func staffSubject(_ kind: DocumentKind) -> Subject<StaffContext> {
        kind == .invoice
            ? Invoice.staffSubject : .row { DocumentRecord.select(kind, $0.id) }
    }

    /// - Throws: ``Problem`` `invalid_state` for a draft, of which there is no document yet.
    private static func staffRecord(
        _ kind: DocumentKind, _ context: StaffContext
    ) async throws -> DocumentRecord {
        let id = context.call.id
        let rows = try await context.read(DocumentRecord.select(kind, id))
        guard let row = rows.first else {
            if kind == .invoice {
                try await Invoice.staffSubject.require(in: context)
                throw Problem(.invalidState)
            }
            throw Problem.notFound
        }
        return try DocumentRecord(kind, id, row)
    }

    // MARK: Answers

    private static func page(_ record: DocumentRecord) -> Response {
        Response(
            .ok, contentType: "text/html; charset=utf-8",
            body: .bytes(
                HTMLDocument.render(record.snapshot, logo: record.logo, isVoid: record.isVoid)),
            fields: [
                (name: "Content-Security-Policy", value: HTMLDocument.contentSecurityPolicy),
                (name: "Content-Language", value: record.snapshot.language.rawValue),
            ])
    }

    private static func file(_ record: DocumentRecord, _ bytes: [UInt8]) -> Response {
        download(bytes, "application/pdf", "\(record.snapshot.fileName).pdf")
    }

    /// - Throws: ``Problem`` `e_invoice_incomplete` with the paths of what the document lacks.
    private static func eInvoice(_ record: DocumentRecord) throws -> Response {
        do {
            let bytes = try UBLDocument.render(record.snapshot)
            return download(bytes, "application/xml", "\(record.snapshot.fileName).xml")
        } catch {
            throw Problem(
                .eInvoiceIncomplete,
                extra: [
                    JSON.Member(name: "missing", value: .array(error.missing.map(JSON.string)))
                ])
        }
    }

    private static func download(
        _ bytes: [UInt8], _ type: StaticString, _ name: String
    ) -> Response {
        Response(
            .ok, contentType: type, body: .bytes(bytes),
            fields: [
                (name: "Content-Disposition", value: "attachment; filename=\"\(name)\"")
            ])
    }
}

extension DocumentSnapshot {
    /// A file's name without its ending: the document's number in small letters.
    var fileName: String { number.lowercased() }
}
