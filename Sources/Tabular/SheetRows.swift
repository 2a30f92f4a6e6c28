/// Turns the events of a sheet into rows, queued until the reader takes them.
final class SheetRows: XMLEvents {
    /// The limits of every spreadsheet program, and of the references in a workbook.
    private static let lastRow = 1_048_576
    private static let lastColumn = 16_384

    private(set) var failure: TableFailure?
    var ready: [TableRow] = []
    private let limits: TableLimits
    private let shared: SharedTexts
    private let styles: DateStyles
    private let dates1904: Bool
    private var number = 0
    private var column = 0
    private var kind = ""
    private var isDate = false
    private var cells: [[UInt8]] = []
    private var rowBytes = 0
    private var textBytes = 0
    private var isTooLong = false
    private var value: [UInt8] = []
    private var takesText = false
    private var inPhonetic = false

    init(limits: TableLimits, shared: SharedTexts, styles: DateStyles, dates1904: Bool) {
        (self.limits, self.shared, self.styles) = (limits, shared, styles)
        self.dates1904 = dates1904
    }

    func begin(_ name: String, _ attribute: (String) -> String?) {
        switch name {
        case "row":
            beginRow(attribute("r"))
            (column, rowBytes, isTooLong) = (0, 0, false)
            cells.removeAll(keepingCapacity: true)
        case "c":
            if let reference = attribute("r") { moveToCell(reference) }
            kind = attribute("t") ?? "n"
            isDate = attribute("s").flatMap { Int($0) }.map(styles.isDate) ?? false
            value.removeAll(keepingCapacity: true)
        case "rPh": inPhonetic = true
        case "v": takesText = true
        case "t": takesText = !inPhonetic
        default: break
        }
    }

    func text(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard takesText else { return }
        value.append(contentsOf: bytes)
        if value.count > limits.rowBytes { failure = .rowTooLong(line: number) }
    }

    func end(_ name: String) {
        switch name {
        case "rPh": inPhonetic = false
        case "v", "t": takesText = false
        case "c": endCell()
        case "row": endRow()
        default: break
        }
    }

    /// Rows must come in order: a number that repeats, falls back or is past the last row of any
    /// spreadsheet is refused, for the rows of an errors file would then name the wrong ones.
    private func beginRow(_ reference: String?) {
        let given = reference.map { Int($0) ?? 0 } ?? number + 1
        guard given > number, given <= Self.lastRow else { return failure = .invalidXML }
        number = given
    }

    private func moveToCell(_ reference: String) {
        guard let given = Self.column(of: reference), given >= column else {
            return failure = .invalidXML
        }
        column = given
    }

    private func endCell() {
        defer { column += 1 }
        var cell = CellText.text(
            value, kind: kind, isDate: isDate, shared: shared, dates1904: dates1904)
        if cell.isEmpty { return }
        if column >= limits.columns { return failure = .tooManyColumns }
        if cell.count > limits.cellBytes { (cell, isTooLong) = ([], true) }
        rowBytes += cell.count
        if rowBytes > limits.rowBytes { return failure = .rowTooLong(line: number) }
        // One shared text may stand in every cell: what comes out is bounded like what goes in.
        textBytes += cell.count
        if textBytes > limits.unpackedBytes { return failure = .tooLarge }
        while cells.count <= column { cells.append([]) }
        cells[column] = cell
    }

    private func endRow() {
        if cells.isEmpty { return }
        var row = TableRow(number: number, problem: isTooLong ? .cellTooLong : nil)
        for cell in cells {
            row.bytes.append(contentsOf: cell)
            row.ends.append(row.bytes.count)
        }
        ready.append(row)
    }

    /// The column of a reference like `AB12`, counted from 0; `nil` without letters or past `XFD`.
    private static func column(of reference: String) -> Int? {
        var column = 0
        for letter in reference.utf8 {
            guard (0x41...0x5A).contains(letter) else { break }
            column = column * 26 + Int(letter - 0x40)
            if column > lastColumn { return nil }
        }
        return column == 0 ? nil : column - 1
    }
}

/// The text a person would type for a cell's stored value.
enum CellText {
    static func text(
        _ value: [UInt8], kind: String, isDate: Bool, shared: SharedTexts, dates1904: Bool
    ) -> [UInt8] {
        switch kind {
        case "s":
            Int(String(decoding: value, as: UTF8.self)).flatMap { shared[$0] }.map(Array.init) ?? []
        case "b": Array((value == [0x31] ? "true" : "false").utf8)
        case "e": []
        case "n": Array(number(String(decoding: value, as: UTF8.self), isDate, dates1904).utf8)
        default: value
        }
    }

    /// Whole numbers without exponent or fraction, so that phones survive; dates as ISO 8601.
    private static func number(_ text: String, _ isDate: Bool, _ dates1904: Bool) -> String {
        guard let value = Double(text), value.isFinite else { return text }
        if isDate, value >= 0, value < 2_958_466 { return date(value, dates1904) }
        if value.rounded() == value, value.magnitude < 1e18 { return String(Int64(value)) }
        return text
    }

    private static func date(_ serial: Double, _ dates1904: Bool) -> String {
        let seconds = Int((serial * 86_400).rounded())
        // Serial 60 is 29 February 1900, which never was; days before it are one off.
        let offset = dates1904 ? 24_107 : (seconds / 86_400 < 60 ? 25_568 : 25_569)
        let days = seconds / 86_400 - offset
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let year = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let civil = month < 10 ? month + 3 : month - 9
        let calendar = year + era * 400 + (civil <= 2 ? 1 : 0)
        let text = "\(padded(calendar, 4))-\(padded(civil, 2))-\(padded(day, 2))"
        let clock = seconds % 86_400
        if clock == 0 { return text }
        return text + "T\(padded(clock / 3_600, 2)):\(padded(clock / 60 % 60, 2))"
            + ":\(padded(clock % 60, 2))"
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
