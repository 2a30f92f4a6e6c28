/// Finds the first sheet: the first `sheet` of the workbook, resolved by its relationship.
final class WorkbookIndex: XMLEvents {
    var failure: TableFailure? { nil }
    private(set) var firstSheet: String?
    private(set) var usesDates1904 = false
    private var targets: [String: String] = [:]

    /// The archive's name of the first sheet.
    var sheetPath: String? {
        guard let firstSheet, let target = targets[firstSheet] else { return nil }
        if target.hasPrefix("/") { return String(target.dropFirst()) }
        return "xl/" + target
    }

    func begin(_ name: String, _ attribute: (String) -> String?) {
        if name == "sheet", firstSheet == nil { firstSheet = attribute("r:id") }
        if name == "workbookPr" {
            let value = attribute("date1904")
            usesDates1904 = value == "1" || value == "true"
        }
        if name == "Relationship", let id = attribute("Id") { targets[id] = attribute("Target") }
    }
    func end(_ name: String) {}
    func text(_ bytes: UnsafeBufferPointer<UInt8>) {}
}

/// The workbook's shared texts: rich text runs joined, phonetic hints left out.
final class SharedTexts: XMLEvents {
    private(set) var failure: TableFailure?
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    private let limit: Int
    private var inText = false
    private var inPhonetic = false

    init(limit: Int) { self.limit = limit }

    subscript(index: Int) -> ArraySlice<UInt8>? {
        guard ends.indices.contains(index) else { return nil }
        return bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
    }

    func begin(_ name: String, _ attribute: (String) -> String?) {
        if name == "rPh" { inPhonetic = true }
        if name == "t" { inText = !inPhonetic }
    }

    func end(_ name: String) {
        if name == "rPh" { inPhonetic = false }
        if name == "t" { inText = false }
        if name == "si" { ends.append(bytes.count) }
        if bytes.count + ends.count * 8 > limit { failure = .tooLarge }
    }

    func text(_ piece: UnsafeBufferPointer<UInt8>) {
        if inText { bytes.append(contentsOf: piece) }
        if bytes.count > limit { failure = .tooLarge }
    }
}

/// Which cell styles show a number as a date or time.
final class DateStyles: XMLEvents {
    var failure: TableFailure? { nil }
    private var formats: [Int: Bool] = [:]
    private var styles: [Bool] = []
    private var inCellFormats = false

    func isDate(_ style: Int) -> Bool { styles.indices.contains(style) && styles[style] }

    func begin(_ name: String, _ attribute: (String) -> String?) {
        if name == "numFmt", let id = attribute("numFmtId").flatMap({ Int($0) }) {
            formats[id] = Self.isDate(code: attribute("formatCode") ?? "")
        }
        if name == "cellXfs" { inCellFormats = true }
        guard name == "xf", inCellFormats, styles.count < 65_536 else { return }
        let id = attribute("numFmtId").flatMap { Int($0) } ?? 0
        styles.append(formats[id] ?? ((14...22).contains(id) || (45...47).contains(id)))
    }
    func end(_ name: String) { if name == "cellXfs" { inCellFormats = false } }
    func text(_ bytes: UnsafeBufferPointer<UInt8>) {}

    /// A format with a day, month, year, hour or second outside quotes and brackets.
    private static func isDate(code: String) -> Bool {
        var quoted = false
        var bracketed = false
        var escaped = false
        for character in code.utf8 {
            if escaped { escaped = false; continue }
            switch character {
            case UInt8(ascii: "\\"), UInt8(ascii: "_"): escaped = true
            case UInt8(ascii: "\""): quoted.toggle()
            case UInt8(ascii: "["): bracketed = true
            case UInt8(ascii: "]"): bracketed = false
            default:
                let letter = character | 0x20
                if !quoted, !bracketed, "dmyhs".utf8.contains(letter) { return true }
            }
        }
        return false
    }
}
