import CZip
import Glibc

/// Writes an `.xlsx` workbook of one sheet whose cells are all text (MS-29).
///
/// The sheet is gathered in memory and packed at the end, so it suits samples and small exports.
/// Texts are inline strings: a spreadsheet never runs one as a formula, and phones keep their
/// zeros. Characters that XML 1.0 cannot hold become U+FFFD. Source: ECMA-376 part 1, 18.3.1.
package struct XLSXWriter: Sendable {
    /// What spreadsheets allow, from the specification's limits.
    private static let mostRows = 1_048_576
    private static let mostColumns = 16_384
    private static let mostUnits = 32_767

    private var sheet: [UInt8] = []
    private var rowCount = 0

    package init() {
        sheet = Array("\(Self.declaration)<worksheet xmlns=\"\(Self.main)\"><sheetData>".utf8)
    }

    /// Adds a row; empty texts become empty cells.
    ///
    /// - Throws: ``TableFailure/tooManyRows``, ``TableFailure/tooManyColumns``, or
    ///   ``TableFailure/tooLarge`` for a cell of more than 32,767 UTF-16 units.
    package mutating func row(_ cells: [String]) throws(TableFailure) {
        if rowCount == Self.mostRows { throw .tooManyRows }
        if cells.count > Self.mostColumns { throw .tooManyColumns }
        for cell in cells where cell.utf8.count > Self.mostUnits {
            if cell.utf16.count > Self.mostUnits { throw .tooLarge }
        }
        rowCount += 1
        sheet.append(contentsOf: "<row r=\"\(rowCount)\">".utf8)
        for (column, cell) in cells.enumerated() where !cell.isEmpty {
            sheet.append(contentsOf: "<c r=\"\(Self.letters(column))\(rowCount)\"".utf8)
            sheet.append(contentsOf: " t=\"inlineStr\"><is><t xml:space=\"preserve\">".utf8)
            append(text: cell)
            sheet.append(contentsOf: "</t></is></c>".utf8)
        }
        sheet.append(contentsOf: "</row>".utf8)
    }

    /// The workbook as the bytes of its file.
    package func bytes() throws(TableFailure) -> [UInt8] {
        var error = zip_error_t()
        zip_error_init(&error)
        defer { zip_error_fini(&error) }
        guard let source = zip_source_buffer_create(nil, 0, 0, &error) else {
            throw .cannotWrite(Self.systemCode(&error))
        }
        zip_source_keep(source)
        defer { zip_source_free(source) }
        guard let archive = zip_open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, &error) else {
            zip_source_free(source)
            throw .cannotWrite(Self.systemCode(&error))
        }
        try pack(into: archive)
        guard zip_source_open(source) == 0 else { throw .cannotWrite(EIO) }
        defer { zip_source_close(source) }
        var stat = zip_stat_t()
        guard zip_source_stat(source, &stat) == 0 else { throw .cannotWrite(EIO) }
        let size = Int(stat.size)
        let packed = [UInt8](unsafeUninitializedCapacity: size) { memory, filled in
            guard let base = memory.baseAddress else { return }
            filled = max(0, Int(zip_source_read(source, base, UInt64(size))))
        }
        if packed.count != size { throw .cannotWrite(EIO) }
        return packed
    }

    /// Writes the workbook to a file, replacing one that is there; it appears whole or not at all.
    package func write(to path: String) throws(TableFailure) {
        var code: Int32 = 0
        guard let archive = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code) else {
            throw .cannotWrite(errno)
        }
        try pack(into: archive)
    }

    /// Adds all parts and closes the archive, which writes it; it is discarded on failure.
    private func pack(into archive: OpaquePointer) throws(TableFailure) {
        let parts = Self.fixedParts.map { ($0, Array((Self.declaration + $1).utf8)) }
        let sheet = sheet + Array("</sheetData></worksheet>".utf8)
        var isComplete = true
        for (name, bytes) in parts + [("xl/worksheets/sheet1.xml", sheet)] {
            isComplete = isComplete && Self.add(name, bytes, to: archive)
        }
        if isComplete, zip_close(archive) == 0 { return }
        let code = isComplete ? Self.systemCode(zip_get_error(archive)) : ENOMEM
        zip_discard(archive)
        throw .cannotWrite(code)
    }

    private static func add(_ name: String, _ bytes: [UInt8], to archive: OpaquePointer) -> Bool {
        guard let copy = malloc(bytes.count) else { return false }
        bytes.withUnsafeBytes {
            copy.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(copy), byteCount: $0.count)
        }
        // The archive frees the copy when the source belongs to it.
        guard let source = zip_source_buffer(archive, copy, UInt64(bytes.count), 1) else {
            free(copy)
            return false
        }
        let index = zip_file_add(archive, name, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
        if index < 0 {
            zip_source_free(source)
            return false
        }
        // The same table always gives the same bytes.
        _ = zip_file_set_mtime(archive, UInt64(index), fixedTime, 0)
        return true
    }

    private static func systemCode(_ error: UnsafeMutablePointer<zip_error_t>?) -> Int32 {
        let code = error.map { zip_error_code_system($0) } ?? 0
        return code == 0 ? EIO : code
    }

    /// `A`, `B` … `Z`, `AA` … for columns counted from 0.
    static func letters(_ column: Int) -> String {
        var rest = column
        var letters: [UInt8] = []
        while rest >= 0 {
            letters.append(0x41 + UInt8(rest % 26))
            rest = rest / 26 - 1
        }
        return String(decoding: letters.reversed(), as: UTF8.self)
    }

    private mutating func append(text: String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": sheet.append(contentsOf: "&amp;".utf8)
            case "<": sheet.append(contentsOf: "&lt;".utf8)
            case ">": sheet.append(contentsOf: "&gt;".utf8)
            // A bare CR would be read back as LF.
            case "\r": sheet.append(contentsOf: "&#13;".utf8)
            case "\t", "\n": sheet.append(UInt8(scalar.value))
            case "\u{0}"..<" ", "\u{FFFE}", "\u{FFFF}": sheet.append(contentsOf: "\u{FFFD}".utf8)
            default: sheet.append(contentsOf: UTF8.encode(scalar) ?? .init())
            }
        }
    }

    /// Noon on 1 January 1980, the first day that a ZIP archive can tell.
    private static let fixedTime: time_t = 315_576_000
    private static let declaration = #"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#
    private static let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    private static let office =
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    private static let packaging = "http://schemas.openxmlformats.org/package/2006"
    private static let type =
        "application/vnd.openxmlformats-officedocument.spreadsheetml"

    private static let fixedParts: [(String, String)] = [
        (
            "[Content_Types].xml",
            """
            <Types xmlns="\(packaging)/content-types"><Default Extension="rels" \
            ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
            <Override PartName="/xl/workbook.xml" ContentType="\(type).sheet.main+xml"/>\
            <Override PartName="/xl/worksheets/sheet1.xml" ContentType="\(type).worksheet+xml"/>\
            </Types>
            """
        ),
        (
            "_rels/.rels",
            """
            <Relationships xmlns="\(packaging)/relationships"><Relationship Id="rId1" \
            Type="\(office)/officeDocument" Target="xl/workbook.xml"/></Relationships>
            """
        ),
        (
            "xl/workbook.xml",
            """
            <workbook xmlns="\(main)" xmlns:r="\(office)"><sheets>\
            <sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>
            """
        ),
        (
            "xl/_rels/workbook.xml.rels",
            """
            <Relationships xmlns="\(packaging)/relationships"><Relationship Id="rId1" \
            Type="\(office)/worksheet" Target="worksheets/sheet1.xml"/></Relationships>
            """
        ),
    ]
}
