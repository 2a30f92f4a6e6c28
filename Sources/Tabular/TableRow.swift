/// One data row of a table: its cells as UTF-8 in one piece of memory.
package struct TableRow: Sendable, Equatable {
    /// Why one row cannot be used although the file can be read on.
    package enum Problem: Sendable, Equatable {
        /// More non-empty cells than the header has columns.
        case tooManyCells
        /// A cell over ``TableLimits/cellBytes``; it is left empty.
        case cellTooLong
    }

    /// The row number a spreadsheet shows: the header is row 1, blank rows count.
    package internal(set) var number: Int
    package internal(set) var problem: Problem?
    var bytes: [UInt8] = []
    var ends: [Int] = []

    /// How many cells there are; as many as the header has columns.
    package var count: Int { ends.count }

    package subscript(column: Int) -> String {
        withUTF8(of: column) { String(decoding: $0, as: UTF8.self) }
    }

    package var cells: [String] { ends.indices.map { self[$0] } }

    /// Lends the bytes of one cell without copying them.
    package func withUTF8<Result>(
        of column: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        let start = column == 0 ? 0 : ends[column - 1]
        return try bytes.withUnsafeBytes {
            try body(UnsafeRawBufferPointer(rebasing: $0[start..<ends[column]]))
        }
    }
}

/// How much of a table is read before it is refused.
package struct TableLimits: Sendable {
    package var columns = 1_000
    package var cellBytes = 32 * 1_024
    package var rowBytes = 1_024 * 1_024
    package var rows = 100_000
    /// All parts of a workbook together, unpacked.
    package var unpackedBytes = 512 * 1_024 * 1_024
    /// How many times the size of its file a workbook may unpack to; 1 MiB is always allowed.
    package var unpackedRatio = 200
    package var sharedTextBytes = 64 * 1_024 * 1_024
    package init() {}
}

/// Why a whole file cannot be read.
///
/// Lines are counted from 1.
package enum TableFailure: Error, Sendable, Equatable {
    /// The operating system refused, with its error number.
    case cannotRead(Int32)
    /// A table could not be written, with the error number of the operating system.
    case cannotWrite(Int32)
    /// There is no header row.
    case empty
    /// Not valid UTF-8 or UTF-16, or a NUL; the row that begins on this line.
    case invalidText(line: Int)
    case unterminatedQuote(line: Int)
    case rowTooLong(line: Int)
    case tooManyColumns
    case tooManyRows
    /// Not a ZIP archive, truncated, damaged or encrypted.
    case brokenArchive
    /// The archive has no workbook with a sheet.
    case notAWorkbook
    /// Unpacking passes the limits, or a cell to write those of a spreadsheet.
    case tooLarge
    /// XML that is not well formed, too deep, or with a document type; or a sheet whose rows or
    /// cells are out of order, repeated or outside every spreadsheet.
    case invalidXML
}
