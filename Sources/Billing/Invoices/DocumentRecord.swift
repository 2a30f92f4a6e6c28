import Crypto
import Documents
import EventLoop
import HTTP
import Persistence
import Tenancy
import Values

/// An issued document as it is stored: the snapshot it is made of, its logo, and its file once that
/// was made.
struct DocumentRecord: Sendable {
    let kind: DocumentKind
    let id: ID
    let snapshot: DocumentSnapshot
    let logo: Logo?
    /// Voided since; pages say so, stored files do not.
    let isVoid: Bool
    /// The PDF, if it is stored.
    let file: [UInt8]?

    /// Reads a row of ``select(_:_:)`` or ``ownSelect(_:_:)``.
    init(_ kind: DocumentKind, _ id: ID, _ row: Row) throws {
        (self.kind, self.id) = (kind, id)
        snapshot = try DocumentSnapshot(json: try JSON.parse(Array(row.text(0).utf8)))
        logo = row.isNull(1) ? nil : Logo(row.byteArray(1))
        isVoid = row.bool(2)
        file = row.isNull(3) ? nil : row.byteArray(3)
    }

    /// Of the platform's books.
    static func select(_ kind: DocumentKind, _ id: ID) -> SQL {
        switch kind {
        case .invoice:
            """
            SELECT d.snapshot, l.content, d.state = 'void', f.content
            FROM platform.invoices d
            LEFT JOIN platform.document_logos l ON l.sha256 = d.logo_sha256
            LEFT JOIN platform.document_files f ON f.kind = 'invoice' AND f.document_id = d.id
            WHERE d.id = \(id) AND d.state <> 'draft'
            """
        case .receipt:
            """
            SELECT d.snapshot, l.content, false, f.content
            FROM platform.receipts d
            LEFT JOIN platform.document_logos l ON l.sha256 = d.logo_sha256
            LEFT JOIN platform.document_files f ON f.kind = 'receipt' AND f.document_id = d.id
            WHERE d.id = \(id)
            """
        case .creditNote:
            """
            SELECT d.snapshot, l.content, false, f.content
            FROM platform.credit_notes d
            LEFT JOIN platform.document_logos l ON l.sha256 = d.logo_sha256
            LEFT JOIN platform.document_files f
                ON f.kind = 'credit_note' AND f.document_id = d.id
            WHERE d.id = \(id)
            """
        }
    }

    /// Of a workspace's own documents.
    static func ownSelect(_ kind: DocumentKind, _ id: ID) -> SQL {
        switch kind {
        case .invoice:
            """
            SELECT d.snapshot, l.content, d.state = 'void', f.content
            FROM platform.own_invoices d
            LEFT JOIN platform.own_document_logos l ON l.sha256 = d.logo_sha256
            LEFT JOIN platform.own_document_files f ON f.kind = 'invoice' AND f.document_id = d.id
            WHERE d.id = \(id)
            """
        case .receipt:
            """
            SELECT d.snapshot, l.content, false, f.content
            FROM platform.own_receipts d
            LEFT JOIN platform.own_document_logos l ON l.sha256 = d.logo_sha256
            LEFT JOIN platform.own_document_files f ON f.kind = 'receipt' AND f.document_id = d.id
            WHERE d.id = \(id)
            """
        case .creditNote:
            """
            SELECT d.snapshot, l.content, false, f.content
            FROM platform.own_credit_notes d
            LEFT JOIN platform.own_document_logos l ON l.sha256 = d.logo_sha256
            LEFT JOIN platform.own_document_files f
                ON f.kind = 'credit_note' AND f.document_id = d.id
            WHERE d.id = \(id)
            """
        }
    }

    /// The file's bytes: those stored, or else made of the snapshot now and stored.
    ///
    /// Whoever stores first decides; all give out the same bytes from then on.
    func pdf(_ services: LoopServices) async throws -> [UInt8] {
        if let file { return file }
        let (snapshot, logo) = (snapshot, logo)
        let made = try await services.blocking.run(startingWithin: .seconds(30)) {
            try PDFDocument.render(snapshot, logo: logo)
        }
        let digest = SHA256.digest(of: made).bytes
        let (kind, id) = (kind.rawValue, id)
        let results = try await services.database.write(
            [
                """
                INSERT INTO platform.document_files (kind, document_id, content, sha256, created_at)
                VALUES (\(kind), \(id), \(bytes: made), \(bytes: digest), \(services.clock.now))
                ON CONFLICT DO NOTHING
                """,
                """
                SELECT content FROM platform.document_files
                WHERE kind = \(kind) AND document_id = \(id)
                """,
            ], in: .staff)
        return results[1][0].byteArray(0)
    }
}
