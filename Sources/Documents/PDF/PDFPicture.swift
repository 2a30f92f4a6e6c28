import CPango

/// A logo, ready to be drawn no larger than a box and no sharper than print needs.
final class PDFPicture {
    private let surface: OpaquePointer
    /// Points.
    let width, height: Double
    private let scale: Double

    /// Four pixels to a point are 288 dots per inch.
    private static let pixelsPerPoint = 4.0

    /// Nil if the picture is damaged, or a JPEG, whose size cannot be told.
    init?(_ logo: Logo, maxWidth: Double, maxHeight: Double) {
        let decoded: OpaquePointer? =
            switch logo.format {
            case .png: Self.decodePNG(logo.bytes)
            case .jpeg: Self.wrapJPEG(logo.bytes)
            }
        guard let decoded else { return nil }
        let pixels = (
            width: Double(cairo_image_surface_get_width(decoded)),
            height: Double(cairo_image_surface_get_height(decoded))
        )
        let fit = min(maxWidth / pixels.width, maxHeight / pixels.height)
        (width, height) = (pixels.width * fit, pixels.height * fit)
        let density = Self.pixelsPerPoint * fit
        if logo.format == .png, density < 0.75,
            let small = Self.scaled(decoded, by: density, width: width, height: height)
        {
            cairo_surface_destroy(decoded)
            surface = small
            scale = 1 / Self.pixelsPerPoint
        } else {
            surface = decoded
            scale = fit
        }
    }

    deinit { cairo_surface_destroy(surface) }

    func draw(x: Double, y: Double, on canvas: PDFCanvas) {
        cairo_save(canvas.cairo)
        cairo_translate(canvas.cairo, x, y)
        cairo_scale(canvas.cairo, scale, scale)
        cairo_set_source_surface(canvas.cairo, surface, 0, 0)
        cairo_paint(canvas.cairo)
        cairo_restore(canvas.cairo)
    }

    private final class Input {
        var rest: ArraySlice<UInt8>

        init(_ bytes: [UInt8]) { rest = bytes[...] }
    }

    private static func decodePNG(_ bytes: [UInt8]) -> OpaquePointer? {
        let input = Input(bytes)
        let surface = withExtendedLifetime(input) {
            cairo_image_surface_create_from_png_stream(
                { closure, data, length in
                    guard let closure, let data else { return CAIRO_STATUS_READ_ERROR }
                    let input = Unmanaged<Input>.fromOpaque(closure).takeUnretainedValue()
                    guard input.rest.count >= Int(length) else { return CAIRO_STATUS_READ_ERROR }
                    for (index, byte) in input.rest.prefix(Int(length)).enumerated() {
                        data[index] = byte
                    }
                    input.rest = input.rest.dropFirst(Int(length))
                    return CAIRO_STATUS_SUCCESS
                }, Unmanaged.passUnretained(input).toOpaque())
        }
        return checked(surface)
    }

    /// A JPEG goes into the PDF as it is; only its size is read.
    private static func wrapJPEG(_ bytes: [UInt8]) -> OpaquePointer? {
        guard let size = jpegSize(bytes) else { return nil }
        let surface = cairo_image_surface_create(
            CAIRO_FORMAT_RGB24, Int32(size.width), Int32(size.height))
        guard let surface = checked(surface) else { return nil }
        guard let copy = g_memdup2(bytes, UInt(bytes.count)) else { return nil }
        let status = cairo_surface_set_mime_data(
            surface, CAIRO_MIME_TYPE_JPEG, copy.assumingMemoryBound(to: UInt8.self),
            UInt(bytes.count), { g_free($0) }, copy)
        guard status == CAIRO_STATUS_SUCCESS else {
            g_free(copy)
            cairo_surface_destroy(surface)
            return nil
        }
        return surface
    }

    /// Reads the frame header (ITU-T T.81 §B.2.2) of a baseline or progressive JPEG.
    static func jpegSize(_ bytes: [UInt8]) -> (width: Int, height: Int)? {
        var position = 2
        while position + 9 < bytes.count, bytes[position] == 0xFF {
            let marker = bytes[position + 1]
            let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
            if 0xC0...0xC2 ~= marker {
                let height = Int(bytes[position + 5]) << 8 | Int(bytes[position + 6])
                let width = Int(bytes[position + 7]) << 8 | Int(bytes[position + 8])
                let isSane = 1...4_096 ~= width && 1...4_096 ~= height
                return isSane ? (width, height) : nil
            }
            position += 2 + length
        }
        return nil
    }

    private static func checked(_ surface: OpaquePointer?) -> OpaquePointer? {
        guard let surface else { return nil }
        if cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS,
            cairo_image_surface_get_width(surface) > 0
        {
            return surface
        }
        cairo_surface_destroy(surface)
        return nil
    }

    private static func scaled(
        _ source: OpaquePointer, by factor: Double, width: Double, height: Double
    ) -> OpaquePointer? {
        let small = checked(
            cairo_image_surface_create(
                CAIRO_FORMAT_ARGB32, Int32((width * pixelsPerPoint).rounded(.up)),
                Int32((height * pixelsPerPoint).rounded(.up))))
        guard let small else { return nil }
        let cairo = cairo_create(small)
        cairo_scale(cairo, factor, factor)
        cairo_set_source_surface(cairo, source, 0, 0)
        cairo_pattern_set_filter(cairo_get_source(cairo), CAIRO_FILTER_BEST)
        cairo_paint(cairo)
        cairo_destroy(cairo)
        return small
    }
}
