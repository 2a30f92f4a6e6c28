import CPango

/// A PDF that is being drawn, page by page.
final class PDFCanvas {
    /// A4 in points.
    static let width = 595.276
    static let height = 841.89

    private final class Output { var bytes: [UInt8] = [] }

    private let output = Output()
    private let surface: OpaquePointer
    let cairo: OpaquePointer

    /// The day `created` is written as `2026-11-17T00:00:00Z`; the document's own, so that it gives
    /// the same bytes again.
    init?(title: String, author: String, created: String) {
        let write: cairo_write_func_t = { closure, data, length in
            guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
            Unmanaged<Output>.fromOpaque(closure).takeUnretainedValue().bytes.append(
                contentsOf: UnsafeBufferPointer(start: data, count: Int(length)))
            return CAIRO_STATUS_SUCCESS
        }
        let closure = Unmanaged.passUnretained(output).toOpaque()
        guard
            let surface = cairo_pdf_surface_create_for_stream(
                write, closure, Self.width, Self.height),
            let cairo = cairo_create(surface)
        else { return nil }
        (self.surface, self.cairo) = (surface, cairo)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, author)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Courtyard")
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, created)
    }

    deinit {
        cairo_destroy(cairo)
        cairo_surface_destroy(surface)
    }

    func endPage() { cairo_show_page(cairo) }

    /// The whole file; nil if something went wrong on the way.
    func finish() -> [UInt8]? {
        let isDrawn = cairo_status(cairo) == CAIRO_STATUS_SUCCESS
        cairo_surface_finish(surface)
        guard isDrawn, cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS else { return nil }
        return output.bytes
    }

    func fill(x: Double, y: Double, width: Double, height: Double, _ color: TextStyle.Color) {
        set(color)
        cairo_rectangle(cairo, x, y, width, height)
        cairo_fill(cairo)
    }

    func set(_ color: TextStyle.Color) {
        cairo_set_source_rgb(cairo, color.red / 255, color.green / 255, color.blue / 255)
    }
}
