import CPango
import Values

/// A document as PDF, A4: shaped text in embedded fonts, made through Pango and cairo.
///
/// It blocks for some milliseconds and keeps state for each thread alone, so it may run on any
/// thread of a pool. The same document gives the same bytes on one machine; other versions of the
/// libraries or fonts give others, which is why the bytes are stored at issue.
package enum PDFDocument {
    /// Why there is no PDF.
    package enum Failure: Error, Equatable {
        /// Pango or cairo ran out of memory or found no font.
        case rendering
    }

    /// The bytes of the file.
    ///
    /// - Parameters:
    ///   - document: What was frozen at issue; nothing else is printed.
    ///   - logo: The picture that the document's `logoSHA256` names; left out if it is damaged.
    /// - Returns: A whole file, `application/pdf`.
    /// - Throws: ``Failure``.
    package static func render(
        _ document: DocumentSnapshot, logo: Logo? = nil
    ) throws(Failure) -> [UInt8] {
        let printed = PrintedDocument(document)
        guard let context = TextContext(language: document.language) else { throw .rendering }
        let picture = logo.flatMap { PDFPicture($0, maxWidth: 160, maxHeight: 48) }
        var composer = PDFComposer(document: printed, context: context, picture: picture)
        let pages = composer.compose()
        guard
            let canvas = PDFCanvas(
                title: "\(printed.title) \(printed.number)", author: document.seller.legalName,
                created: "\(document.issuedOn)T00:00:00Z")
        else { throw .rendering }
        for (index, page) in pages.enumerated() {
            composer.draw(page, number: index + 1, of: pages.count, on: canvas)
            canvas.endPage()
        }
        guard let bytes = canvas.finish() else { throw .rendering }
        return PDFCatalogue.adding(language: document.language.rawValue, to: bytes)
    }
}
