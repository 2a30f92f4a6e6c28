/// Appends rows of CSV to a byte array: RFC 4180, UTF-8, CRLF (OV-40).
package struct CSVWriter: Sendable {
    package var bytes: [UInt8] = []
    private var isFirstCell = true

    package init() {}

    package mutating func cell(_ text: String) {
        var text = text
        text.withUTF8 { cell(utf8: UnsafeRawBufferPointer($0)) }
    }

    /// Writes one cell; `utf8` must be valid UTF-8.
    package mutating func cell(utf8: UnsafeRawBufferPointer) {
        if !isFirstCell { bytes.append(UInt8(ascii: ",")) }
        isFirstCell = false
        let protected = FormulaGuard.isNeeded(for: utf8)
        guard utf8.contains(where: Self.needsQuotes) else {
            if protected { bytes.append(UInt8(ascii: "'")) }
            bytes.append(contentsOf: utf8)
            return
        }
        bytes.append(UInt8(ascii: "\""))
        if protected { bytes.append(UInt8(ascii: "'")) }
        for byte in utf8 {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    package mutating func endRow() {
        bytes.append(13)
        bytes.append(10)
        isFirstCell = true
    }

    private static func needsQuotes(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == 10 || byte == 13
    }
}

/// Keeps a spreadsheet from running a cell as a formula (OV-40).
package enum FormulaGuard {
    /// Whether the cell must be written with `'` before it.
    ///
    /// A cell that has such a `'` of its own gets another, so that taking one away restores it.
    package static func isNeeded(for cell: UnsafeRawBufferPointer) -> Bool {
        var rest = cell
        while rest.first == UInt8(ascii: "'") { rest = .init(rebasing: rest.dropFirst()) }
        return begins(rest) && (rest.count < cell.count || !isPhoneOrNumber(rest))
    }

    /// Takes away the `'` that ``CSVWriter`` put there, so that a file round-trips (MS-28).
    package static func removed(from cell: String) -> String {
        guard cell.utf8.first == UInt8(ascii: "'") else { return cell }
        var rest = String(cell.unicodeScalars.dropFirst())
        let isGuard = rest.withUTF8 { isNeeded(for: UnsafeRawBufferPointer($0)) }
        return isGuard ? rest : cell
    }

    /// `=`, `+`, `-`, `@`, tab, CR, or the full-width form of one of the first four.
    private static func begins(_ cell: UnsafeRawBufferPointer) -> Bool {
        guard let first = cell.first else { return false }
        switch first {
        case 0x3D, 0x2B, 0x2D, 0x40, 9, 13: return true
        case 0xEF:
            guard cell.count >= 3, cell[1] == 0xBC else { return false }
            return cell[2] == 0x9D || cell[2] == 0x8B || cell[2] == 0x8D || cell[2] == 0xA0
        default: return false
        }
    }

    /// A sign, digits and at most one point inside; every E.164 phone has this form too.
    private static func isPhoneOrNumber(_ cell: UnsafeRawBufferPointer) -> Bool {
        guard cell[0] == 0x2B || cell[0] == 0x2D, cell.count > 1 else { return false }
        var points = 0
        for byte in cell.dropFirst() {
            if byte == 0x2E { points += 1 } else if !(0x30...0x39).contains(byte) { return false }
        }
        return points <= 1 && cell[1] != 0x2E && cell[cell.count - 1] != 0x2E
    }
}
