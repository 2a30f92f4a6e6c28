import Documents
import Jobs
import Money
import Persistence
import Tenancy
import Values

/// What happens to a document right after it was issued: its file is made and stored, and mailed to
/// the buyer's billing address.
enum DocumentDelivery {
    static let kind = JobKind(
        "billing.document", maxAttempts: 12, firstRetry: .seconds(5), longestRetry: .seconds(3_600),
        lease: .seconds(60), timeout: .seconds(180))

    /// The statement that queues it; it travels with the document.
    static func enqueue(_ kind: DocumentKind, _ id: ID, _ services: LoopServices) -> [SQL] {
        [
            Self.kind.enqueue(
                ["kind": .string(kind.rawValue), "id": .string(id.description)],
                platform: services, key: "\(kind.rawValue) \(id)")
        ]
    }

    /// Every attempt stores the same bytes and sends the same message, by whose id a second copy is
    /// recognised.
    static func register(in handlers: inout JobHandlers, mail: @escaping MailTransport) {
        handlers.handle(kind) { run in
            guard let kind = run.payload["kind"]?.stringValue.flatMap(DocumentKind.init),
                let id = run.payload["id"]?.stringValue.flatMap({ ID($0) })
            else { throw JobFailure.permanent("malformed_document") }
            try await deliver(kind, id, as: run.id, run.services, mail)
            return .finished
        }
    }

    /// Stores the document's file and mails it; `message` is the same at every attempt.
    static func deliver(
        _ kind: DocumentKind, _ id: ID, as message: ID, _ services: LoopServices,
        _ mail: MailTransport
    ) async throws {
        let rows = try await services.database.read(DocumentRecord.select(kind, id), in: .staff)
        guard let row = rows.first else { throw JobFailure.permanent("no_document") }
        let record = try DocumentRecord(kind, id, row)
        let file = try await record.pdf(services)
        if let text = self.message(record.snapshot, file) { try await mail(text, message) }
    }

    /// The mail to the billing address; nil when the profile named none.
    static func message(_ document: DocumentSnapshot, _ file: [UInt8]) -> Mail? {
        guard let address = document.buyer.email, EmailAddress.isValid(address) else { return nil }
        var mail = Mail(
            to: address, language: document.language, subject: subject(document),
            paragraphs: ["\(document.seller.legalName) has sent you a document."]
                + text(document) + ["It is attached to this message."])
        mail.attachments = [
            Mail.Attachment(
                name: document.fileName + ".pdf", mediaType: "application/pdf", content: file)
        ]
        return mail
    }

    private static func subject(_ document: DocumentSnapshot) -> Phrase {
        switch document.kind {
        case .invoice: "Invoice \(document.number)"
        case .receipt: "Receipt \(document.number)"
        case .creditNote: "Credit note \(document.number)"
        }
    }

    private static func text(_ document: DocumentSnapshot) -> [Phrase] {
        let total = document.currency.printed(document.totals.total)
        switch document.kind {
        case .invoice:
            let due = document.dueOn?.description ?? ""
            return ["Invoice \(document.number) over \(total) is due on \(due)."]
        case .receipt:
            let paid = document.currency.printed(document.payment?.amount ?? 0)
            let invoice = document.references.invoice ?? ""
            return ["A payment of \(paid) for invoice \(invoice) has arrived."]
        case .creditNote:
            let invoice = document.references.invoice ?? ""
            return ["Of invoice \(invoice), \(total) are given back."]
        }
    }
}
