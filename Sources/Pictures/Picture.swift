import CGD
import Crypto
import EventLoop
import Values

/// A picture that Courtyard has drawn anew from an upload (checklist rule 30).
///
/// Nothing of the file itself is kept: no metadata, no trailing data, no trick that some decoder
/// might fall for. Source: docs/decisions/0023-libgd.md.
package struct Picture: Sendable, Equatable {
    package enum Format: String, Sendable {
        case png = "image/png"
        case jpeg = "image/jpeg"
    }

    package let format: Format
    package let bytes: [UInt8]

    /// Why an upload cannot become a picture.
    package enum Refusal: Error, Equatable {
        /// Not PNG, JPEG or WebP, whatever the file is called, or damaged.
        case notAPicture
        /// A side, or the number of pixels, is out of bounds.
        case dimensions
    }

    /// What becomes of an upload.
    package enum Shape: Sendable {
        /// Cut to a square around the middle and scaled to this many pixels a side (ID-33).
        case square(Int)
        /// As it is, if each side is within the range (WS-04).
        case within(ClosedRange<Int>)
    }

    /// Pixels that are decoded at most: four bytes each, and one picture at a time.
    static let maximumPixels = 40_000_000
    static let maximumSide = 20_000

    /// Decoding has one thread of its own: a flood of uploads waits for itself, not before logins,
    /// and the memory it takes is that of one picture.
    private static let pool = BlockingPool(name: "pictures", threads: 1, queueLimit: 16)

    /// Draws an upload anew.
    ///
    /// - Throws: ``Refusal``; ``BlockingPool/Overloaded``.
    package static func redraw(_ upload: [UInt8], _ shape: Shape) async throws -> Picture {
        try await pool.run(startingWithin: .seconds(5)) {
            try redrawn(upload, shape)
        }
    }

    /// A name for the picture that no other content of the same owner has: what is stored under it
    /// never changes, so that browsers may keep it for good.
    package func id(for owner: ID) -> ID {
        let digest = owner.withBytes { SHA256.digest(of: Array($0) + bytes) }
        return digest.withBytes { id in
            let name = ID(bytes: UnsafeRawBufferPointer(rebasing: id[..<ID.byteCount]))
            // Version 8 and variant of RFC 9562.
            return ID(
                high: name.high & ~0xF000 | 0x8000, low: name.low & ~(0b11 << 62) | (0b10 << 62))
        }
    }

    static func redrawn(_ upload: [UInt8], _ shape: Shape) throws(Refusal) -> Picture {
        guard let head = PictureHead(upload) else { throw .notAPicture }
        try check(head, shape)
        var image = try Image(decoding: upload, head)
        // What the decoder made must be what was promised.
        guard image.width == head.width, image.height == head.height else { throw .notAPicture }
        var keepsFormat = true
        if case .square(let side) = shape {
            image = try image.square(side)
            keepsFormat = false
        }
        image = try Image.upright(image, from: head.orientation)
        let isPhoto = keepsFormat ? head.kind == .jpeg : image.isOpaque
        return Picture(format: isPhoto ? .jpeg : .png, bytes: try image.encoded(asJPEG: isPhoto))
    }

    /// Before a byte is allocated for pixels.
    private static func check(_ head: PictureHead, _ shape: Shape) throws(Refusal) {
        guard head.width <= maximumSide, head.height <= maximumSide,
            head.width * head.height <= maximumPixels
        else { throw .dimensions }
        if case .within(let range) = shape,
            !range.contains(head.width) || !range.contains(head.height)
        {
            throw .dimensions
        }
    }
}

/// A decoded picture, owned here and freed with it.
private final class Image {
    private let image: gdImagePtr

    private static let silence: Void = courtyard_gd_silence()

    init(_ image: gdImagePtr?) throws(Picture.Refusal) {
        guard let image else { throw .notAPicture }
        self.image = image
    }

    convenience init(decoding bytes: [UInt8], _ head: PictureHead) throws(Picture.Refusal) {
        _ = Self.silence
        var copy = bytes
        let count = Int32(copy.count)
        let image = copy.withUnsafeMutableBytes { buffer in
            switch head.kind {
            case .png: gdImageCreateFromPngPtr(count, buffer.baseAddress)
            case .jpeg: gdImageCreateFromJpegPtr(count, buffer.baseAddress)
            case .webp: gdImageCreateFromWebpPtr(count, buffer.baseAddress)
            }
        }
        try self.init(image)
        gdImagePaletteToTrueColor(self.image)
        gdImageSaveAlpha(self.image, 1)
    }

    deinit { gdImageDestroy(image) }

    var width: Int { Int(courtyard_gd_width(image)) }
    var height: Int { Int(courtyard_gd_height(image)) }
    var isOpaque: Bool { courtyard_gd_is_opaque(image) != 0 }

    /// The square around the middle, scaled.
    func square(_ side: Int) throws(Picture.Refusal) -> Image {
        let cut = min(width, height)
        let target = try Image(gdImageCreateTrueColor(Int32(side), Int32(side)))
        gdImageAlphaBlending(target.image, 0)
        gdImageSaveAlpha(target.image, 1)
        gdImageCopyResampled(
            target.image, image, 0, 0, Int32((width - cut) / 2), Int32((height - cut) / 2),
            Int32(side), Int32(side), Int32(cut), Int32(cut))
        return target
    }

    /// Turned by quarters, counter-clockwise.
    func turned(quarters: Int) throws(Picture.Refusal) -> Image {
        let isSideways = quarters % 2 == 1
        let target = try Image(
            gdImageCreateTrueColor(
                Int32(isSideways ? height : width), Int32(isSideways ? width : height)))
        gdImageAlphaBlending(target.image, 0)
        gdImageSaveAlpha(target.image, 1)
        for y in 0..<height {
            for x in 0..<width {
                let (toX, toY) =
                    switch quarters {
                    case 1: (y, width - 1 - x)
                    case 2: (width - 1 - x, height - 1 - y)
                    default: (height - 1 - y, x)
                    }
                gdImageSetPixel(
                    target.image, Int32(toX), Int32(toY),
                    gdImageGetTrueColorPixel(image, Int32(x), Int32(y)))
            }
        }
        return target
    }

    func mirror() { gdImageFlipHorizontal(image) }

    func encoded(asJPEG isJPEG: Bool) throws(Picture.Refusal) -> [UInt8] {
        var count: Int32 = 0
        let encoded =
            isJPEG ? gdImageJpegPtr(image, &count, 88) : gdImagePngPtrEx(image, &count, 6)
        guard let encoded else { throw .notAPicture }
        defer { gdFree(encoded) }
        return Array(UnsafeRawBufferPointer(start: encoded, count: Int(count)))
    }
}

extension Image {
    /// Cameras write which way up they were held instead of turning the pixels; that note goes with
    /// the other metadata, so the pixels are turned now.
    static func upright(_ image: Image, from orientation: Int) throws(Picture.Refusal) -> Image {
        var upright = image
        switch orientation {
        case 3, 4: upright = try upright.turned(quarters: 2)
        case 5, 6: upright = try upright.turned(quarters: 3)
        case 7, 8: upright = try upright.turned(quarters: 1)
        default: break
        }
        if [2, 4, 5, 7].contains(orientation) { upright.mirror() }
        return upright
    }
}
