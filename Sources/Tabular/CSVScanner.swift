/// Cuts one record out of UTF-8 bytes.
struct CSVScanner {
    enum Outcome {
        case record(length: Int, lines: Int)
        /// More bytes are needed.
        case incomplete
        /// The file ends inside a quoted cell that began so many lines below the record's first.
        case unterminatedQuote(lines: Int)
    }

    static let separators = Array(",;\t".utf8)

    var separator: UInt8
    /// How many cells a row may have.
    var columns: Int
    /// Whether short rows get empty cells up to ``columns``; not while reading the header.
    var padded = false
    private let cellBytes: Int
    private var lastBytes = 64

    init(separator: UInt8, limits: TableLimits) {
        self.separator = separator
        columns = limits.columns
        cellBytes = limits.cellBytes
    }

    /// The separator seen most in the first line with any text, outside quotes; `nil` when the
    /// line goes on.
    static func detectSeparator(in text: ArraySlice<UInt8>, isAtEnd: Bool) -> UInt8? {
        var counts = [0, 0, 0]
        var quoted = false
        var sawText = false
        for byte in text {
            if byte == UInt8(ascii: "\"") { quoted.toggle() }
            if !quoted, byte == 10 || byte == 13 {
                if sawText { return best(counts) }
                continue
            }
            sawText = true
            if !quoted, let index = separators.firstIndex(of: byte) { counts[index] += 1 }
        }
        return isAtEnd ? best(counts) : nil
    }

    private static func best(_ counts: [Int]) -> UInt8 {
        var best = 0
        for index in 1...2 where counts[index] > counts[best] { best = index }
        return separators[best]
    }

    /// Adds the cells of the first record in `text` to `row`, padded to ``columns``.
    mutating func scan(
        _ text: UnsafeBufferPointer<UInt8>, _ atEnd: Bool, _ row: inout TableRow
    ) -> Outcome {
        var at = 0
        var lines = 0
        row.ends.reserveCapacity(min(columns, 64))
        // Rows of one file are much alike, so the one before tells how much room this one needs.
        row.bytes.reserveCapacity(lastBytes + 16)
        while true {
            let cellStart = row.bytes.count
            if at < text.count, text[at] == UInt8(ascii: "\"") {
                let quoteLine = lines
                guard quoted(text, &at, &lines, atEnd, &row.bytes) else {
                    return atEnd ? .unterminatedQuote(lines: quoteLine) : .incomplete
                }
            }
            let from = at
            while at < text.count, text[at] != separator, text[at] != 10, text[at] != 13 { at += 1 }
            row.bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[from..<at]))
            if at == text.count, !atEnd { return .incomplete }
            close(cellStart, &row)
            if at < text.count, text[at] == separator {
                at += 1
                continue
            }
            if at < text.count {
                if text[at] == 13 {
                    if at + 1 == text.count, !atEnd { return .incomplete }
                    if at + 1 < text.count, text[at + 1] == 10 { at += 1 }
                }
                at += 1
            }
            while padded, row.ends.count < columns {
                row.ends.append(row.bytes.count)
            }
            lastBytes = min(row.bytes.count, 4_096)
            return .record(length: at, lines: lines + 1)
        }
    }

    /// Reads a quoted cell up to its closing quote; false when the text ends first.
    private func quoted(
        _ text: UnsafeBufferPointer<UInt8>, _ at: inout Int, _ lines: inout Int, _ atEnd: Bool,
        _ bytes: inout [UInt8]
    ) -> Bool {
        var from = at + 1
        at = from
        while at < text.count {
            let byte = text[at]
            if byte == 10 || (byte == 13 && !(at + 1 < text.count && text[at + 1] == 10)) {
                lines += 1
            }
            at += 1
            guard byte == UInt8(ascii: "\"") else { continue }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[from..<(at - 1)]))
            if at == text.count { return atEnd }
            if text[at] != UInt8(ascii: "\"") { return true }
            from = at
            at += 1
        }
        return false
    }

    /// Ends a cell; what is too much is left out and noted.
    private func close(_ cellStart: Int, _ row: inout TableRow) {
        let length = row.bytes.count - cellStart
        if row.ends.count == columns {
            if length > 0 { row.problem = .tooManyCells }
            row.bytes.removeLast(length)
            return
        }
        if length > cellBytes {
            row.problem = row.problem ?? .cellTooLong
            row.bytes.removeLast(length)
        }
        row.ends.append(row.bytes.count)
    }
}
