/// Reads a CSV file row by row in constant memory (MS-20).
///
/// Blocks; use from one thread at a time.
///
/// RFC 4180 and what spreadsheets really write: CRLF, LF or CR; UTF-8 with or without byte order
/// mark, or UTF-16 with one; comma, semicolon or tab, whichever the header has most of, or what
/// a first line `sep=;` says. A quote opens a quoted cell only as its first character; elsewhere,
/// and after the closing quote, text is kept as it stands. Rows with only empty cells are skipped.
package final class CSVReader: @unchecked Sendable {
    // Unchecked: an import hands the reader to one blocking thread after the other.

    /// Where reading can go on after a restart.
    package struct Position: Sendable, Equatable {
        /// Bytes of UTF-8 text before the next row.
        package var offset: Int
        /// Spreadsheet rows, lines and data rows before it.
        package var row, line, dataRows: Int
        package init(offset: Int, row: Int, line: Int, dataRows: Int) {
            (self.offset, self.row, self.line, self.dataRows) = (offset, row, line, dataRows)
        }
    }

    package private(set) var header: [String] = []
    private let source: TextSource
    private let limits: TableLimits
    private var scanner: CSVScanner
    private var row = 0
    private var line = 1
    private var dataRows = 0

    /// Opens the file and reads its header row.
    package init(
        path: String, limits: TableLimits = TableLimits(), chunkBytes: Int = 64 * 1_024
    ) throws(TableFailure) {
        source = try TextSource(path: path, chunkBytes: chunkBytes)
        self.limits = limits
        scanner = CSVScanner(separator: UInt8(ascii: ","), limits: limits)
        try readSeparatorLine()
        try readHeader()
    }

    package var position: Position {
        Position(offset: source.consumed, row: row, line: line, dataRows: dataRows)
    }

    /// Goes on at a position that an earlier reader of the same file gave.
    package func resume(at position: Position) throws(TableFailure) {
        try source.skip(to: position.offset)
        (row, line, dataRows) = (position.row, position.line, position.dataRows)
    }

    /// The next row that is not blank, or `nil` at the end of the file.
    package func next() throws(TableFailure) -> TableRow? {
        while let found = try record() {
            if found.bytes.isEmpty, found.problem == nil { continue }
            dataRows += 1
            if dataRows > limits.rows { throw .tooManyRows }
            return found
        }
        return nil
    }

    private func readSeparatorLine() throws(TableFailure) {
        while source.buffer.count < 7, !source.isAtEnd { try source.fill() }
        let head = source.buffer.prefix(7)
        guard head.count >= 6, head.prefix(4).elementsEqual("sep=".utf8),
            CSVScanner.separators.contains(head[4]), head[5] == 10 || head[5] == 13
        else { return scanner.separator = 0 }
        scanner.separator = head[4]
        source.consume(head.count == 7 && head[5] == 13 && head[6] == 10 ? 7 : 6)
        line += 1
    }

    private func readHeader() throws(TableFailure) {
        if scanner.separator == 0 { scanner.separator = try detectSeparator() }
        scanner.columns = limits.columns
        while let found = try record() {
            if found.bytes.isEmpty { continue }
            if found.problem == .tooManyCells { throw .tooManyColumns }
            header = found.cells
            while header.last == "" { header.removeLast() }
            scanner.columns = header.count
            scanner.padded = true
            return
        }
        throw .empty
    }

    private func detectSeparator() throws(TableFailure) -> UInt8 {
        while true {
            let pending = source.buffer[source.start...]
            if let found = CSVScanner.detectSeparator(in: pending, isAtEnd: source.isAtEnd) {
                return found
            }
            if pending.count > limits.rowBytes { throw .rowTooLong(line: line) }
            try source.fill()
        }
    }

    private func record() throws(TableFailure) -> TableRow? {
        while true {
            let pending = source.buffer.count - source.start
            if pending == 0, source.isAtEnd { return nil }
            var found = TableRow(number: row + 1)
            let start = source.start
            let atEnd = source.isAtEnd
            let outcome = source.buffer.withUnsafeBufferPointer {
                scanner.scan(UnsafeBufferPointer(rebasing: $0[start...]), atEnd, &found)
            }
            switch outcome {
            case .record(let length, let lines):
                if length > limits.rowBytes { throw .rowTooLong(line: line) }
                if !isText(found.bytes) { throw .invalidText(line: line) }
                source.consume(length)
                row += 1
                line += lines
                return found
            case .unterminatedQuote(let lines): throw .unterminatedQuote(line: line + lines)
            case .incomplete:
                if header.isEmpty, found.problem == .tooManyCells { throw .tooManyColumns }
                if pending > limits.rowBytes { throw .rowTooLong(line: line) }
                try source.fill()
            }
        }
    }

    private func isText(_ bytes: [UInt8]) -> Bool {
        let (all, hasNUL) = bytes.withUnsafeBufferPointer { bytes in
            var all: UInt8 = 0
            var hasNUL = false
            for byte in bytes {
                all |= byte
                if byte == 0 { hasNUL = true }
            }
            return (all, hasNUL)
        }
        return !hasNUL && (all < 0x80 || String(validating: bytes, as: UTF8.self) != nil)
    }
}
