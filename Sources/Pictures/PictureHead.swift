/// What can be told of an uploaded picture without decoding it: kind, size, and which way up it is.
///
/// Read by ourselves because libgd allocates the whole picture before it tells its size. Every
/// access is checked by Swift, and nothing read here is trusted beyond "refuse" and "turn round".
///
/// Sources: PNG (W3C, third edition) §11.2.1; JPEG (ITU-T T.81) annex B; RFC 9649 (WebP); TIFF 6.0
/// §2 for the orientation in EXIF.
struct PictureHead: Equatable {
    enum Kind: Equatable { case png, jpeg, webp }

    var kind: Kind
    var width: Int
    var height: Int
    /// As EXIF numbers them, 1 to 8; 1 is upright.
    var orientation = 1

    /// Scans of a progressive JPEG beyond this are an attack: each makes the decoder go over the
    /// whole picture again.
    private static let maximumScans = 100

    /// Nil if the bytes are no PNG, JPEG or WebP, whatever the file is called.
    init?(_ bytes: [UInt8]) {
        let reader = Reader(bytes: bytes)
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            guard reader.text(12, 4) == "IHDR", let width = reader.big(16, 4),
                let height = reader.big(20, 4)
            else { return nil }
            self.init(kind: .png, width: width, height: height)
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            guard let head = Self.jpeg(reader) else { return nil }
            self = head
        } else if reader.text(0, 4) == "RIFF", reader.text(8, 4) == "WEBP" {
            guard let head = Self.webp(reader) else { return nil }
            self = head
        } else {
            return nil
        }
        guard width > 0, height > 0 else { return nil }
    }

    private init(kind: Kind, width: Int, height: Int) {
        (self.kind, self.width, self.height) = (kind, width, height)
    }

    private static func webp(_ reader: Reader) -> PictureHead? {
        switch reader.text(12, 4) {
        case "VP8 ":
            guard reader.big(23, 3) == 0x9D012A, let width = reader.little(26, 2),
                let height = reader.little(28, 2)
            else { return nil }
            return PictureHead(kind: .webp, width: width & 0x3FFF, height: height & 0x3FFF)
        case "VP8L":
            guard reader.big(20, 1) == 0x2F, let bits = reader.little(21, 4) else { return nil }
            return PictureHead(
                kind: .webp, width: (bits & 0x3FFF) + 1, height: (bits >> 14 & 0x3FFF) + 1)
        case "VP8X":
            guard let width = reader.little(24, 3), let height = reader.little(27, 3) else {
                return nil
            }
            return PictureHead(kind: .webp, width: width + 1, height: height + 1)
        default: return nil
        }
    }

    /// Walks over every segment to the end of the picture.
    private static func jpeg(_ reader: Reader) -> PictureHead? {
        var place = 2
        var head: PictureHead?
        var orientation = 1
        var scans = 0
        while let marker = reader.marker(at: &place) {
            switch marker {
            case 0xD9: break
            case 0x01, 0xD0...0xD8: continue
            default:
                guard let length = reader.big(place, 2), length >= 2 else { return nil }
                switch marker {
                case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
                    // A second frame could be larger than the first.
                    guard head == nil, let height = reader.big(place + 3, 2),
                        let width = reader.big(place + 5, 2)
                    else { return nil }
                    head = PictureHead(kind: .jpeg, width: width, height: height)
                case 0xDA:
                    scans += 1
                    guard scans <= maximumScans else { return nil }
                case 0xE1:
                    orientation = Self.orientation(reader, segment: place + 2) ?? orientation
                default: break
                }
                place += length
                if marker == 0xDA { reader.skipEntropy(&place) }
                continue
            }
            break
        }
        head?.orientation = orientation
        return scans > 0 ? head : nil
    }

    /// The orientation tag of the first directory of an EXIF segment.
    private static func orientation(_ reader: Reader, segment: Int) -> Int? {
        guard reader.text(segment, 4) == "Exif" else { return nil }
        let start = segment + 6
        let isLittle = reader.text(start, 2) == "II"
        func number(_ place: Int, _ count: Int) -> Int? {
            isLittle ? reader.little(place, count) : reader.big(place, count)
        }
        guard isLittle || reader.text(start, 2) == "MM", let offset = number(start + 4, 4),
            let entries = number(start + offset, 2)
        else { return nil }
        for index in 0..<min(entries, 200) {
            let entry = start + offset + 2 + index * 12
            guard let tag = number(entry, 2) else { return nil }
            if tag == 0x0112, let value = number(entry + 8, 2), (1...8).contains(value) {
                return value
            }
        }
        return nil
    }

    private struct Reader {
        let bytes: [UInt8]

        func big(_ place: Int, _ count: Int) -> Int? {
            guard place >= 0, place + count <= bytes.count else { return nil }
            return bytes[place..<place + count].reduce(0) { $0 << 8 | Int($1) }
        }

        func little(_ place: Int, _ count: Int) -> Int? {
            guard place >= 0, place + count <= bytes.count else { return nil }
            return bytes[place..<place + count].reversed().reduce(0) { $0 << 8 | Int($1) }
        }

        func text(_ place: Int, _ count: Int) -> String? {
            guard place + count <= bytes.count else { return nil }
            return String(decoding: bytes[place..<place + count], as: UTF8.self)
        }

        /// The marker at a place, which moves behind it; nil where there is none.
        func marker(at place: inout Int) -> UInt8? {
            guard place < bytes.count, bytes[place] == 0xFF else { return nil }
            while place < bytes.count, bytes[place] == 0xFF { place += 1 }
            guard place < bytes.count else { return nil }
            place += 1
            return bytes[place - 1]
        }

        /// Moves to the next marker that is not part of a scan's data.
        func skipEntropy(_ place: inout Int) {
            while place + 1 < bytes.count {
                if bytes[place] == 0xFF, bytes[place + 1] != 0, bytes[place + 1] != 0xFF,
                    !(0xD0...0xD7).contains(bytes[place + 1])
                {
                    return
                }
                place += 1
            }
            place = bytes.count
        }
    }
}
