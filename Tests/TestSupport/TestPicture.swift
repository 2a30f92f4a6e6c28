import CGD

/// Pictures as people upload them, and a look at what became of them.
package struct TestPicture {
    package enum Format { case png, jpeg, webp, gif }

    /// Encoded: red on the left half, blue on the right, both a little lighter below the middle.
    package static func encoded(
        _ format: Format, _ width: Int, _ height: Int, transparent: Bool = false
    ) -> [UInt8] {
        let image = gdImageCreateTrueColor(Int32(width), Int32(height))
        defer { gdImageDestroy(image) }
        gdImageAlphaBlending(image, 0)
        gdImageSaveAlpha(image, 1)
        let alpha: Int32 = transparent ? 60 : 0
        for y in 0..<height {
            for x in 0..<width {
                let light: Int32 = y < height / 2 ? 0 : 120
                let color =
                    x < width / 2
                    ? gdImageColorAllocateAlpha(image, 255, light, light, alpha)
                    : gdImageColorAllocateAlpha(image, light, light, 255, alpha)
                gdImageSetPixel(image, Int32(x), Int32(y), color)
            }
        }
        var count: Int32 = 0
        let bytes =
            switch format {
            case .png: gdImagePngPtr(image, &count)
            case .jpeg: gdImageJpegPtr(image, &count, 95)
            case .webp: gdImageWebpPtr(image, &count)
            case .gif: gdImageGifPtr(image, &count)
            }
        defer { gdFree(bytes) }
        return Array(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
    }

    /// Width, height, and whether the pixels in the four corners are more red than blue: left and
    /// right of the top, then of the bottom.
    package struct Look: Equatable {
        package var width: Int
        package var height: Int
        package var isRed: [Bool]
    }

    /// Decodes a PNG or JPEG; nil if it is neither.
    package static func look(at bytes: [UInt8]) -> Look? {
        var copy = bytes
        let isPNG = bytes.first == 0x89
        let count = Int32(copy.count)
        let decoded = copy.withUnsafeMutableBytes {
            isPNG
                ? gdImageCreateFromPngPtr(count, $0.baseAddress)
                : gdImageCreateFromJpegPtr(count, $0.baseAddress)
        }
        guard let image = decoded else { return nil }
        defer { gdImageDestroy(image) }
        let (width, height) = (Int(courtyard_gd_width(image)), Int(courtyard_gd_height(image)))
        let corners = [(1, 1), (width - 2, 1), (1, height - 2), (width - 2, height - 2)]
        return Look(
            width: width, height: height,
            isRed: corners.map { x, y in
                let color = gdImageGetTrueColorPixel(image, Int32(x), Int32(y))
                return (color >> 16 & 255) > (color & 255)
            })
    }

    /// A form with one file.
    package static func form(_ field: String, _ file: [UInt8], name: String = "me.png") -> [UInt8] {
        Array(
            ("--b\r\nContent-Disposition: form-data; name=\"\(field)\"; filename=\"\(name)\"\r\n"
                + "Content-Type: image/png\r\n\r\n").utf8) + file + Array("\r\n--b--\r\n".utf8)
    }

    package static let formType = "multipart/form-data; boundary=b"
}
