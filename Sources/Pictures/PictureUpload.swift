import EventLoop
import HTTP
import Tenancy
import Values

/// Takes one picture in from a form of one field.
package struct PictureUpload: Sendable {
    /// The form's field; also what refusals point to.
    package let field: StaticString
    /// Bytes from which on a file is refused.
    package let refusedFrom: Int
    package let shape: Picture.Shape

    /// The form's head and boundaries.
    private static let formBytes = 16_384

    /// - Parameters:
    ///   - field: The form's field; also what refusals point to.
    ///   - refusedFrom: Bytes from which on a file is refused.
    ///   - shape: What becomes of the picture.
    package init(field: StaticString, refusedFrom: Int, shape: Picture.Shape) {
        self.field = field
        self.refusedFrom = refusedFrom
        self.shape = shape
    }

    /// What the whole body may have.
    package var bodyLimit: Int { refusedFrom + Self.formBytes }

    package var formSchema: Schema {
        .object([(field.description, .string(format: "binary"), true)])
    }

    /// Reads the form and draws the picture anew.
    ///
    /// - Throws: ``Problem`` `payload_too_large`, `unsupported_media_type`, or a field problem.
    package func receive(_ exchange: any Exchange) async throws -> Picture {
        let reader = try MultipartReader(
            contentType: exchange.head.string(.contentType) ?? "",
            source: { try await exchange.readBody() })
        var file: [UInt8]?
        while let part = try await reader.nextPart() {
            guard part.name == field.description else {
                throw Problem.field(part.name, "unknown_field", "This field is not known here.")
            }
            guard file == nil else {
                throw Problem.field(part.name, "repeated_field", "This field was sent twice.")
            }
            var bytes: [UInt8] = []
            while let piece = try await reader.readPiece() {
                bytes += piece
                guard bytes.count < refusedFrom else { throw Problem(.payloadTooLarge) }
            }
            file = bytes
        }
        guard let file else { throw Problem.field(field.description, "required", "Send the file.") }
        do {
            return try await Picture.redraw(file, shape)
        } catch let refusal as Picture.Refusal {
            switch refusal {
            case .notAPicture:
                throw Problem(
                    .unsupportedMediaType, "The file is no PNG, JPEG or WebP picture, or damaged.")
            case .dimensions:
                throw Problem.field(
                    field.description, "invalid_dimensions",
                    "The picture has too few or too many pixels.")
            }
        }
    }
}

extension Response {
    /// A picture under an address that never gets another content.
    package static func picture(_ type: String, _ bytes: [UInt8]) -> Response {
        let type: StaticString =
            switch type {
            case "image/svg+xml": "image/svg+xml"
            case "image/jpeg": "image/jpeg"
            default: "image/png"
            }
        return Response(
            .ok, contentType: type, body: .bytes(bytes),
            fields: [
                (name: "Cache-Control", value: "private, max-age=31536000, immutable"),
                // Opened by itself it neither runs nor loads anything (checklist row 20).
                (
                    name: "Content-Security-Policy",
                    value: "default-src 'none'; style-src 'unsafe-inline'; sandbox"
                ),
                (name: "Cross-Origin-Resource-Policy", value: "same-origin"),
            ])
    }
}
