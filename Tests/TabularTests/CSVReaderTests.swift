import Foundation
import Testing

@testable import Tabular

/// A file in the temporary directory, gone with its owner.
final class TemporaryFile {
    let path = NSTemporaryDirectory() + "tabular-" + UUID().uuidString
    init(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }
    convenience init(_ text: String) throws { try self.init(Array(text.utf8)) }
    deinit { unlink(path) }
}

func rows(
    _ bytes: [UInt8], limits: TableLimits = TableLimits(), chunk: Int = 65_536
) throws -> (header: [String], rows: [TableRow]) {
    let file = try TemporaryFile(bytes)
    let reader = try CSVReader(path: file.path, limits: limits, chunkBytes: chunk)
    var all: [TableRow] = []
    while let row = try reader.next() { all.append(row) }
    return (reader.header, all)
}

func cells(_ text: String) throws -> [[String]] { try rows(Array(text.utf8)).rows.map(\.cells) }

@Suite struct `CSV reader` {
    @Test("MS-20: comma, semicolon and tab are told from the header", arguments: [",", ";", "\t"])
    func separators(separator: String) throws {
        let text =
            ["name", "phone"].joined(separator: separator) + "\n"
            + ["Ann", "\"x,;\ty\""].joined(separator: separator)
        #expect(try cells(text) == [["Ann", "x,;\ty"]])
    }

    @Test("MS-20: line ends, quotes over lines, doubled and stray quotes, blank lines")
    func reality() throws {
        #expect(try cells("a,b\r\n1,2\r3,4\n5,6") == [["1", "2"], ["3", "4"], ["5", "6"]])
        #expect(try cells("a,b\n\"x\r\ny\",\"q\"\"q\"\n") == [["x\r\ny", "q\"q"]])
        #expect(try cells("a,b\n5\"x,\"y\"z\n") == [["5\"x", "yz"]])
        #expect(try cells("sep=;\r\na;b\r\n1,0;2\r\n") == [["1,0", "2"]])
        let found = try rows(Array("a,b\n\n,\n1\n".utf8)).rows
        #expect(found.map(\.cells) == [["1", ""]])
        #expect(found.map(\.number) == [4])
    }

    @Test("MS-20: more cells than columns fail the row alone; empty extras do not")
    func ragged() throws {
        let found = try rows(Array("a,b\n1,2,3\n1,2,,\n".utf8)).rows
        #expect(found.map(\.problem) == [.tooManyCells, nil])
        #expect(found.map(\.cells) == [["1", "2"], ["1", "2"]])
    }

    @Test("MS-20: UTF-16 and UTF-8 with byte order marks", arguments: [true, false])
    func encodings(little: Bool) throws {
        let text = "\u{FEFF}näme;b\n😀;2\n"
        let wide = text.utf16.flatMap { unit -> [UInt8] in
            let (low, high) = (UInt8(unit & 255), UInt8(unit >> 8))
            return little ? [low, high] : [high, low]
        }
        for bytes in [wide, Array(text.utf8)] {
            let found = try rows(bytes)
            #expect(found.header == ["näme", "b"])
            #expect(found.rows.map(\.cells) == [["😀", "2"]])
        }
        #expect(throws: TableFailure.invalidText(line: 3)) { try rows(wide + [0x41]) }
    }

    @Test("MS-20: broken text names its line")
    func brokenText() {
        let head = Array("a,b\n1,2\n".utf8)
        #expect(throws: TableFailure.invalidText(line: 3)) { try rows(head + [0xC3, 0x28]) }
        #expect(throws: TableFailure.invalidText(line: 3)) { try rows(head + [0x41, 0]) }
        #expect(throws: TableFailure.unterminatedQuote(line: 3)) {
            try rows(head + Array("x,\"y\nz\n".utf8))
        }
        #expect(throws: TableFailure.unterminatedQuote(line: 4)) {
            try rows(head + Array("\"x\nx\",\"y\nz\n".utf8))
        }
        #expect(throws: TableFailure.empty) { try rows([]) }
        #expect(throws: TableFailure.empty) { try rows(Array("\n\n,,\n".utf8)) }
        #expect(throws: TableFailure.cannotRead(ENOENT)) { try CSVReader(path: "/no/such/file") }
    }

    @Test("MS-20: a million columns, endless rows and long cells are refused")
    func limits() throws {
        let wide = [UInt8](repeating: UInt8(ascii: ","), count: 1_000_000)
        #expect(throws: TableFailure.tooManyColumns) {
            try rows(Array(String(repeating: "a,", count: 1_001).utf8) + wide)
        }
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: 1_100_000)
        #expect(throws: TableFailure.rowTooLong(line: 2)) { try rows(Array("a,b\n".utf8) + long) }
        let cell = try rows(Array("a,b\n".utf8) + long.prefix(40_000) + Array(",2\n".utf8)).rows
        #expect(cell.map(\.problem) == [.cellTooLong])
        #expect(cell.map(\.cells) == [["", "2"]])
        var few = TableLimits()
        few.rows = 2
        #expect(throws: TableFailure.tooManyRows) {
            try rows(Array("a\n1\n2\n3\n".utf8), limits: few)
        }
    }

    @Test("MS-27: reading goes on at a position", arguments: [false, true])
    func resume(wide: Bool) throws {
        let text = "\u{FEFF}a,b\n\"é\n1\",2\n3,4\n5,6\n"
        let file = try TemporaryFile(
            wide ? [UInt8](text.data(using: .utf16LittleEndian)!) : Array(text.utf8))
        for chunk in [1, 7, 65_536] {
            let first = try CSVReader(path: file.path, chunkBytes: chunk)
            _ = try first.next()
            let second = try CSVReader(path: file.path, chunkBytes: chunk)
            try second.resume(at: first.position)
            let row = try #require(try second.next())
            #expect(row.cells == ["3", "4"])
            #expect(row.number == 3)
            #expect(try first.next() == row)
            #expect(first.position == second.position)
        }
    }

    @Test("MS-20: random bytes never crash, and chunk sizes do not matter")
    func fuzz() throws {
        var seed: UInt64 = 42
        let alphabet = Array("a,\"\n\r;\té=".utf8)
        for _ in 0..<300 {
            var bytes = Array("a,b\n".utf8)
            for _ in 0..<40 {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes.append(alphabet[Int(seed >> 33) % alphabet.count])
            }
            let outcomes = [1, 7, 65_536].map { chunk in
                Result { try rows(bytes, chunk: chunk).rows }.mapError { $0 as! TableFailure }
            }
            #expect(outcomes[0] == outcomes[1] && outcomes[1] == outcomes[2])
        }
    }
}

@Suite struct `Table format` {
    @Test("OV-47, MS-263: a file is recognised by content")
    func detect() {
        #expect(TableFormat.detect(firstBytes: Array("a,b\né".utf8.dropLast())) == .csv)
        #expect(TableFormat.detect(firstBytes: [0xFF, 0xFE, 0x41, 0]) == .csv)
        #expect(TableFormat.detect(firstBytes: [0x50, 0x4B, 3, 4, 20]) == .xlsx)
        for other in ["%PDF-1.7", "\u{0}a", ""] {
            #expect(TableFormat.detect(firstBytes: Array(other.utf8)) == .unsupported)
        }
        #expect(TableFormat.detect(firstBytes: [0x89, 0x50, 0x4E, 0x47, 13]) == .unsupported)
    }
}

@Suite struct `CSV writer` {
    private func written(_ cells: String...) -> String {
        var writer = CSVWriter()
        for cell in cells { writer.cell(cell) }
        writer.endRow()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test("OV-40: formulas are defused; phones and numbers are not touched")
    func formulas() {
        #expect(written("=1+1", "@a", "\ta", "-x", "＝1") == "'=1+1,'@a,'\ta,'-x,'＝1\r\n")
        #expect(written("+4915112345", "-1.5", "a=b", "") == "+4915112345,-1.5,a=b,\r\n")
        #expect(written("a\"b", "c,d", "\re") == "\"a\"\"b\",\"c,d\",\"'\re\"\r\n")
        #expect(written("+1+cmd", "-", "+") == "'+1+cmd,'-,'+\r\n")
    }

    @Test(
        "MS-28: what is written is read back equal",
        arguments: [
            "=1+1", "'=1", "''=1", "'plain", "'", "+49", "'+49", "\r", "a\r\nb", "＠x", "\"", "é",
        ])
    func roundTrip(cell: String) throws {
        let row = try #require(try cells("a,b\r\n" + written(cell, "x")).first)
        #expect(FormulaGuard.removed(from: row[0]) == cell)
    }
}
