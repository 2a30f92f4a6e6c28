/// What an uploaded file is, told by its content and never by its name (OV-47).
package enum TableFormat: Sendable, Equatable {
    case csv, xlsx, unsupported

    /// Recognises a file by its first bytes; a few KiB are enough.
    ///
    /// A ZIP archive counts as `.xlsx` here; ``XLSXReader`` refuses one without a workbook.
    /// Text is UTF-8 without NUL, or UTF-16 that begins with a byte order mark. A character cut
    /// at the end of `firstBytes` is forgiven, and an empty file is unsupported.
    package static func detect(firstBytes: [UInt8]) -> TableFormat {
        if firstBytes.isEmpty { return .unsupported }
        if firstBytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return .xlsx }
        if firstBytes.starts(with: [0xFF, 0xFE]) || firstBytes.starts(with: [0xFE, 0xFF]) {
            return .csv
        }
        for magic in otherMagic where firstBytes.starts(with: magic) { return .unsupported }
        if firstBytes.contains(0) { return .unsupported }
        for cut in 0...3 where cut < firstBytes.count {
            let kept = firstBytes.dropLast(cut)
            if String(validating: kept, as: UTF8.self) != nil { return .csv }
            guard let last = kept.last, last >= 0x80 else { return .unsupported }
        }
        return .unsupported
    }

    /// Files whose first bytes are text, or nearly: PDF, RTF, an empty ZIP.
    private static let otherMagic: [[UInt8]] = [
        Array("%PDF-".utf8), Array("{\\rtf".utf8), [0x50, 0x4B, 0x05, 0x06],
    ]
}
