/// Reads the first sheet of an `.xlsx` workbook row by row (MS-20).
///
/// Blocks; use from one thread at a time. Memory is constant apart from the shared texts, which are
/// bounded.
package final class XLSXReader: @unchecked Sendable {
    // Unchecked: an import hands the reader to one blocking thread after the other.
    package private(set) var header: [String] = []
    private let archive: ZipArchive
    private let rows: SheetRows
    private let parser: XMLParser
    private let limits: TableLimits
    private var isAtEnd = false
    private var dataRows = 0
    private var waiting: [TableRow] = []

    /// Opens the workbook and reads its header row.
    package init(path: String, limits: TableLimits = TableLimits()) throws(TableFailure) {
        self.limits = limits
        archive = try ZipArchive(path: path, limits: limits)
        let index = WorkbookIndex()
        guard archive.has("xl/workbook.xml") else { throw .notAWorkbook }
        try Self.parse("xl/workbook.xml", of: archive, into: index)
        guard archive.has("xl/_rels/workbook.xml.rels") else { throw .notAWorkbook }
        try Self.parse("xl/_rels/workbook.xml.rels", of: archive, into: index)
        guard let sheet = index.sheetPath, archive.has(sheet) else { throw .notAWorkbook }
        let shared = SharedTexts(limit: limits.sharedTextBytes)
        let styles = DateStyles()
        for (part, events) in [
            ("xl/sharedStrings.xml", shared as any XMLEvents), ("xl/styles.xml", styles),
        ] where archive.has(part) {
            try Self.parse(part, of: archive, into: events)
        }
        rows = SheetRows(
            limits: limits, shared: shared, styles: styles, dates1904: index.usesDates1904)
        parser = try XMLParser(rows)
        try archive.select(sheet)
        guard let first = try record() else { throw .empty }
        header = first.cells
    }

    /// The next row that is not blank, or `nil` at the end of the sheet.
    package func next() throws(TableFailure) -> TableRow? {
        guard var row = try record() else { return nil }
        dataRows += 1
        if dataRows > limits.rows { throw .tooManyRows }
        if row.ends.count > header.count {
            row.problem = .tooManyCells
            row.ends.removeLast(row.ends.count - header.count)
            row.bytes.removeLast(row.bytes.count - (row.ends.last ?? 0))
        }
        while row.ends.count < header.count { row.ends.append(row.bytes.count) }
        return row
    }

    private func record() throws(TableFailure) -> TableRow? {
        while waiting.isEmpty {
            if isAtEnd { return nil }
            // A small piece: few bytes of references can mean many of shared texts.
            let piece = try archive.read(16 * 1_024)
            isAtEnd = piece.isEmpty
            try parser.parse(piece, isFinal: isAtEnd)
            waiting = rows.ready.reversed()
            rows.ready.removeAll(keepingCapacity: true)
        }
        return waiting.removeLast()
    }

    private static func parse(
        _ part: String, of archive: ZipArchive, into events: any XMLEvents
    ) throws(TableFailure) {
        try archive.select(part)
        let parser = try XMLParser(events)
        while true {
            let piece = try archive.read(64 * 1_024)
            try parser.parse(piece, isFinal: piece.isEmpty)
            if piece.isEmpty { return }
        }
    }
}
