import Foundation
import Testing

@testable import Tabular

@Suite struct `XLSX writer` {
    private let table = [
        ["name", "phone", "note"],
        ["Ann & <Bob>", "+4915112345", "=1+1"],
        ["", "", "  spaces kept  "],
        ["日本 😀", "007", "two\nlines\r\nthree\tcells"],
    ]

    private func read(_ file: TemporaryFile) throws -> [[String]] {
        let reader = try XLSXReader(path: file.path)
        var all = [reader.header]
        while let row = try reader.next() { all.append(row.cells) }
        return all
    }

    @Test("MS-29: what is written is read back, from bytes and from a file")
    func roundTrip() throws {
        var writer = XLSXWriter()
        for row in table { try writer.row(row) }
        let bytes = try writer.bytes()
        #expect(TableFormat.detect(firstBytes: Array(bytes.prefix(4_096))) == .xlsx)
        #expect(try read(TemporaryFile(bytes)) == table)
        let file = try TemporaryFile("older")
        try writer.write(to: file.path)
        #expect(try read(file) == table)
        #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: file.path))) == bytes)
    }

    @Test("MS-29: characters that XML cannot hold are replaced")
    func controls() throws {
        var writer = XLSXWriter()
        try writer.row(["a\u{0}b\u{1F}\u{FFFE}\u{FFFF}"])
        let found = try read(TemporaryFile(writer.bytes()))
        #expect(found == [["a\u{FFFD}b\u{FFFD}\u{FFFD}\u{FFFD}"]])
    }

    @Test("MS-29: what no spreadsheet can open is refused")
    func limits() throws {
        var writer = XLSXWriter()
        #expect(throws: TableFailure.tooManyColumns) {
            try writer.row(Array(repeating: "", count: 16_385))
        }
        #expect(throws: TableFailure.tooLarge) {
            try writer.row([String(repeating: "ä", count: 32_768)])
        }
        try writer.row([String(repeating: "ä", count: 32_767)])
        #expect(throws: TableFailure.cannotWrite(ENOENT)) {
            try writer.write(to: "/no-such-directory/a.xlsx")
        }
    }

    @Test(arguments: [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")])
    func `columns are named as spreadsheets name them`(column: Int, letters: String) {
        #expect(XLSXWriter.letters(column) == letters)
    }
}
