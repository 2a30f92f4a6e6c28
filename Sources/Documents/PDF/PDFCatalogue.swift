import Values

/// Adds to a finished PDF what cairo 1.16 cannot write: the document's language, and that viewers
/// shall show its title.
///
/// Source: ISO 32000-1 §7.5.6, incremental updates: the changed object, a table of where it stands,
/// and a trailer that names the former one.
enum PDFCatalogue {
    /// The file with the update appended; unchanged if it is not built as cairo builds it.
    static func adding(language: String, to pdf: [UInt8]) -> [UInt8] {
        guard let trailer = lastIndex(of: "trailer", in: pdf),
            let root = number(after: "/Root ", in: pdf, from: trailer),
            let size = number(after: "/Size ", in: pdf, from: trailer),
            let previous = number(after: "startxref\n", in: pdf, from: trailer),
            let info = number(after: "/Info ", in: pdf, from: trailer),
            let object = lastIndex(of: "\n\(root) 0 obj\n", in: pdf),
            let open = index(of: "<<", in: pdf, from: object),
            let end = index(of: "\nendobj", in: pdf, from: open)
        else { return pdf }
        let dictionary = pdf[(open + 2)..<end]
        var updated = pdf
        let position = pdf.count
        updated += Array("\(root) 0 obj\n<< /Lang (\(language))".utf8)
        updated += Array(" /ViewerPreferences << /DisplayDocTitle true >>".utf8)
        updated += dictionary + Array("\nendobj\n".utf8)
        let table = updated.count
        let digits = String(position)
        let offset = String(repeating: "0", count: max(0, 10 - digits.utf8.count)) + digits
        updated += Array(
            """
            xref
            0 1
            0000000000 65535 f\u{20}
            \(root) 1
            \(offset) 00000 n\u{20}
            trailer
            << /Size \(size) /Root \(root) 0 R /Info \(info) 0 R /Prev \(previous) >>
            startxref
            \(table)
            %%EOF

            """.utf8)
        return updated
    }

    private static func index(of text: String, in bytes: [UInt8], from start: Int) -> Int? {
        let wanted = Array(text.utf8)
        guard bytes.count >= wanted.count, start <= bytes.count - wanted.count else { return nil }
        return (start...(bytes.count - wanted.count)).first { matches(wanted, in: bytes, at: $0) }
    }

    private static func lastIndex(of text: String, in bytes: [UInt8]) -> Int? {
        let wanted = Array(text.utf8)
        guard bytes.count >= wanted.count else { return nil }
        return (0...(bytes.count - wanted.count)).last { matches(wanted, in: bytes, at: $0) }
    }

    private static func matches(_ wanted: [UInt8], in bytes: [UInt8], at start: Int) -> Bool {
        for (offset, byte) in wanted.enumerated() where bytes[start + offset] != byte {
            return false
        }
        return true
    }

    private static func number(after text: String, in bytes: [UInt8], from start: Int) -> Int? {
        guard let found = index(of: text, in: bytes, from: start) else { return nil }
        let digits = bytes[(found + text.utf8.count)...].prefix { 48...57 ~= $0 }
        return digits.isEmpty ? nil : Int(String(decoding: digits, as: UTF8.self))
    }
}
