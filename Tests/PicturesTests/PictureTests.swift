import Foundation
import TestSupport
import Testing
import Values

@testable import Pictures

@Suite struct `Uploaded pictures` {
    @Test(
        "ID-33: any size becomes a square of 640 pixels around the middle",
        arguments: [(640, 640), (2_000, 500), (30, 900), (1, 1), (641, 3)],
        [TestPicture.Format.png, .jpeg, .webp])
    func square(size: (Int, Int), format: TestPicture.Format) throws {
        let upload = TestPicture.encoded(format, size.0, size.1)
        let picture = try Picture.redrawn(upload, .square(640))
        let look = try #require(TestPicture.look(at: picture.bytes))
        #expect(look.width == 640)
        #expect(look.height == 640)
        #expect(picture.format == .jpeg)
        if size.0 > 2 { #expect(look.isRed == [true, false, true, false]) }
    }

    @Test("ID-33: what was transparent stays so")
    func transparency() throws {
        let upload = TestPicture.encoded(.png, 100, 100, transparent: true)
        #expect(try Picture.redrawn(upload, .square(640)).format == .png)
    }

    @Test("WS-04: a logo keeps its size")
    func within() throws {
        let picture = try Picture.redrawn(TestPicture.encoded(.webp, 300, 80), .within(64...2_000))
        let look = try #require(TestPicture.look(at: picture.bytes))
        #expect((look.width, look.height) == (300, 80))
        #expect(picture.format == .png)
        for size in [(63, 100), (100, 63), (2_001, 100), (100, 2_001)] {
            let upload = TestPicture.encoded(.png, size.0, size.1)
            #expect(throws: Picture.Refusal.dimensions) {
                try Picture.redrawn(upload, .within(64...2_000))
            }
        }
    }

    @Test("SEC-35: a picture bomb is refused by its head, before pixels are allocated")
    func bomb() throws {
        let before = Self.residentBytes
        for (width, height) in [(50_000, 50_000), (20_001, 1), (10_000, 10_000), (0, 5)] {
            #expect(throws: Picture.Refusal.self) {
                try Picture.redrawn(Self.pngHead(width, height), .square(640))
            }
        }
        #expect(throws: Picture.Refusal.dimensions) {
            try Picture.redrawn(Self.pngHead(50_000, 50_000), .square(640))
        }
        var jpeg = TestPicture.encoded(.jpeg, 64, 64)
        let frame = try #require(
            jpeg.indices.dropLast().first {
                jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0
            })
        jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0xC3, 0x50, 0xC3, 0x50])
        #expect(throws: Picture.Refusal.dimensions) { try Picture.redrawn(jpeg, .square(640)) }
        // 50,000 x 50,000 pixels would be ten gigabytes.
        #expect(Self.residentBytes - before < 200_000_000)
    }

    @Test("SEC-35: a JPEG of endless scans is refused")
    func scans() throws {
        let jpeg = TestPicture.encoded(.jpeg, 16, 16)
        let scan = try #require(
            jpeg.indices.dropLast().first {
                jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xDA
            })
        let data = Array(jpeg[scan...].dropLast(2))
        let bomb =
            Array(jpeg[..<scan]) + Array(repeating: data, count: 200).flatMap { $0 } + [0xFF, 0xD9]
        #expect(throws: Picture.Refusal.notAPicture) { try Picture.redrawn(bomb, .square(640)) }
    }

    @Test("SEC-35: metadata with a place, comments and trailing data are gone")
    func metadata() throws {
        let jpeg = TestPicture.encoded(.jpeg, 200, 200)
        let secret = Array("GPS 52.5200N 13.4050E".utf8)
        let upload =
            jpeg[..<2] + Self.exif(orientation: 1, note: secret) + jpeg[2...]
            + Array("<script>alert(1)</script>".utf8)
        for shape in [Picture.Shape.square(640), .within(64...2_000)] {
            let picture = try Picture.redrawn(Array(upload), shape)
            #expect(!picture.bytes.contains(secret))
            #expect(!picture.bytes.contains(Array("Exif".utf8)))
            #expect(!picture.bytes.contains(Array("script".utf8)))
            #expect(picture.bytes.suffix(2) == [0xFF, 0xD9])
        }
        var png = TestPicture.encoded(.png, 100, 100)
        png += Array("PK\u{3}\u{4} trailing".utf8)
        let picture = try Picture.redrawn(png, .within(64...2_000))
        #expect(!picture.bytes.contains(Array("trailing".utf8)))
    }

    @Test(
        "ID-33: a photo is turned the way the camera was held",
        arguments: [
            (1, [true, false, true, false]), (2, [false, true, false, true]),
            (3, [false, true, false, true]), (4, [true, false, true, false]),
            (5, [true, true, false, false]), (6, [true, true, false, false]),
            (7, [false, false, true, true]), (8, [false, false, true, true]),
        ])
    func orientation(orientation: Int, corners: [Bool]) throws {
        let jpeg = TestPicture.encoded(.jpeg, 200, 100)
        let upload = Array(jpeg[..<2] + Self.exif(orientation: UInt8(orientation)) + jpeg[2...])
        let square = try Picture.redrawn(upload, .square(640))
        #expect(TestPicture.look(at: square.bytes)?.isRed == corners)
        let logo = try Picture.redrawn(upload, .within(64...2_000))
        let look = try #require(TestPicture.look(at: logo.bytes))
        #expect(look.isRed == corners)
        #expect((look.width > look.height) == (orientation < 5))
    }

    @Test(
        "ID-130, WS-92, SEC-8, SEC-34: what is no PNG, JPEG or WebP is refused whatever its name"
    )
    func others() throws {
        let svg = #"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#
        let png = TestPicture.encoded(.png, 64, 64)
        let uploads: [[UInt8]] = [
            [], Array(svg.utf8), TestPicture.encoded(.gif, 64, 64), Array("%PDF-1.7".utf8),
            Array(png.prefix(8)), Array(png.prefix(40)), [0xFF, 0xD8, 0xFF],
            [0xFF, 0xD8, 0xFF, 0xE1, 0x00], Array("RIFF\u{4}\0\0\0WEBPVP8 ".utf8),
            Self.pngHead(100, 100),
        ]
        for upload in uploads {
            #expect(throws: Picture.Refusal.notAPicture) {
                try Picture.redrawn(upload, .square(640))
            }
        }
    }

    @Test("SEC-12, SEC-15: damaged pictures never crash the reader")
    func damaged() {
        var random = SystemRandomNumberGenerator()
        for format in [TestPicture.Format.png, .jpeg, .webp] {
            let good = TestPicture.encoded(format, 80, 70)
            for _ in 0..<200 {
                var bytes = good
                for _ in 0..<Int.random(in: 1...8, using: &random) {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
                        in: 0...255, using: &random)
                }
                if Bool.random(using: &random) {
                    bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
                }
                guard let head = PictureHead(bytes), head.width * head.height < 1_000_000 else {
                    continue
                }
                _ = try? Picture.redrawn(bytes, .square(64))
            }
        }
    }

    @Test func `the name of a picture comes from its owner and content`() {
        let first = Picture(format: .png, bytes: [1, 2, 3])
        let second = Picture(format: .png, bytes: [1, 2, 4])
        let (ann, ben) = (ID(high: 1, low: 2), ID(high: 1, low: 3))
        #expect(first.id(for: ann) == first.id(for: ann))
        #expect(Set([first.id(for: ann), first.id(for: ben), second.id(for: ann)]).count == 3)
        #expect(first.id(for: ann).description.split(separator: "-")[2].first == "8")
    }

    // MARK: Material

    /// A PNG that promises a size and holds nothing.
    private static func pngHead(_ width: Int, _ height: Int) -> [UInt8] {
        func number(_ value: Int) -> [UInt8] {
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
        }
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + number(13) + Array("IHDR".utf8)
            + number(width) + number(height) + [8, 2, 0, 0, 0] + number(0)
            + number(0) + Array("IEND".utf8) + number(0)
    }

    private static func exif(orientation: UInt8, note: [UInt8] = []) -> [UInt8] {
        let tiff: [UInt8] =
            Array("MM".utf8) + [0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0]
            + [orientation, 0, 0, 0, 0, 0, 0]
        let content = Array("Exif\0\0".utf8) + tiff + note
        return [0xFF, 0xE1, 0, UInt8(content.count + 2)] + content
    }

    private static var residentBytes: Int {
        var text = [CChar](repeating: 0, count: 200)
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        guard fgets(&text, 200, file) != nil else { return 0 }
        let words = String(decoding: text.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            .split(separator: " ")
        return (words.count > 1 ? Int(words[1]) ?? 0 : 0) * 4_096
    }
}
