import CZip
import Foundation
import Testing

@testable import Tabular

/// Numbers that look random and are the same in every run (SplitMix64, by Sebastiano Vigna).
private struct FixedRandom: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

private func readAll(_ path: String, _ limits: TableLimits = TableLimits()) throws -> Int {
    let reader = try XLSXReader(path: path, limits: limits)
    var count = 0
    while try reader.next() != nil { count += 1 }
    return count
}

private func cell(_ reference: String?) -> String {
    let attribute = reference.map { " r='\($0)'" } ?? ""
    return "<c\(attribute) t='inlineStr'><is><t>x</t></is></c>"
}

@Suite struct `Hostile workbooks` {
    private let head = "<row r='1'>\(cell("A1"))\(cell("B1"))</row>"

    @Test(
        "MS-20: row numbers out of order or outside a spreadsheet are refused",
        arguments: [
            "-1", "0", "1", "1048577", "9223372036854775807", "-9223372036854775808",
            "99999999999999999999", "x", "", "2.5",
        ])
    func rowNumbers(number: String) throws {
        let file = try workbook(head + "<row r='\(number)'>\(cell(nil))</row>")
        #expect(throws: TableFailure.invalidXML) { try readAll(file.path) }
    }

    @Test("MS-20: a decreasing row number is refused, a gap up to the last row is not")
    func rowOrder() throws {
        let falling = "<row r='5'>\(cell(nil))</row><row r='4'>\(cell(nil))</row>"
        let file = try workbook(head + falling)
        #expect(throws: TableFailure.invalidXML) { try readAll(file.path) }
        let past = "<row r='1048576'>\(cell(nil))</row><row>\(cell(nil))</row>"
        let full = try workbook(head + past)
        #expect(throws: TableFailure.invalidXML) { try readAll(full.path) }
        let last = try workbook(head + "<row r='1048576'>\(cell(nil))</row>")
        let reader = try XLSXReader(path: last.path)
        #expect(try reader.next()?.number == 1_048_576)
    }

    @Test(
        "MS-20: cell references out of order or outside a spreadsheet are refused",
        arguments: [
            ["A2", "A2"], ["B2", "A2"], ["XFE2"], ["ZZZZZZZZZZZZZZZZZZZZ2"], ["2"], [""], ["a2"],
            ["-1"], [nil, "A2"],
        ])
    func cellReferences(references: [String?]) throws {
        let row = references.map(cell).joined()
        let file = try workbook(head + "<row r='2'>\(row)</row>")
        #expect(throws: TableFailure.invalidXML) { try readAll(file.path) }
    }

    @Test("MS-20: a bomb is refused by its ratio, long before the limit on what is unpacked")
    func bomb() throws {
        let padding = String(repeating: " ", count: 40_000_000)
        let file = try workbook(head, parts: ["xl/styles.xml": "<s>\(padding)</s>"])
        let size = try Data(contentsOf: URL(fileURLWithPath: file.path)).count
        #expect(size < 60_000)
        #expect(throws: TableFailure.tooLarge) { try readAll(file.path) }
        var trusting = TableLimits()
        trusting.unpackedRatio = 2_000
        #expect(try readAll(file.path, trusting) == 0)
    }

    @Test("MS-20: a long shared text that stands in every cell is refused")
    func sharedTextBomb() throws {
        let text = String(repeating: "x", count: 30_000)
        let rows = (2...2_000).map { "<row r='\($0)'><c t='s'><v>0</v></c></row>" }.joined()
        let file = try workbook(
            head + rows, parts: ["xl/sharedStrings.xml": "<sst><si><t>\(text)</t></si></sst>"])
        var limits = TableLimits()
        limits.unpackedBytes = 8 * 1_024 * 1_024
        #expect(throws: TableFailure.tooLarge) { try readAll(file.path, limits) }
    }

    @Test("MS-20: an encrypted part is refused")
    func encrypted() throws {
        let file = try workbook(head)
        let archive = try #require(zip_open(file.path, 0, nil))
        let index = zip_name_locate(archive, "xl/worksheets/a.xml", 0)
        let method = UInt16(ZIP_EM_AES_256)
        #expect(zip_file_set_encryption(archive, UInt64(index), method, "secret") == 0)
        #expect(zip_close(archive) == 0)
        #expect(throws: TableFailure.brokenArchive) { try readAll(file.path) }
    }

    @Test("MS-20: a workbook cut anywhere is refused")
    func truncated() throws {
        let file = try workbook(head + "<row r='2'>\(cell(nil))</row>")
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: file.path)))
        for length in stride(from: 0, to: bytes.count, by: 7) {
            let cut = try TemporaryFile(Array(bytes.prefix(length)))
            #expect(throws: TableFailure.brokenArchive) { try readAll(cut.path) }
        }
    }

    @Test("MS-20: damaged archives never crash or hang the reader", .timeLimit(.minutes(5)))
    func mutatedArchives() throws {
        let rows = (2...5).map { "<row r='\($0)'>\(cell("A\($0)"))\(cell(nil))</row>" }.joined()
        let file = try workbook(head + rows)
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: file.path)))
        var random = FixedRandom(state: 20)
        var refused = 0
        for _ in 0..<600 {
            let damaged = try TemporaryFile(mutated(bytes, &random))
            do { _ = try readAll(damaged.path) } catch {
                #expect(error is TableFailure)
                refused += 1
            }
        }
        #expect(refused > 200)
    }

    @Test("MS-20: damaged sheets never crash or hang the reader", .timeLimit(.minutes(5)))
    func mutatedSheets() throws {
        let rows = (2...4).map { "<row r='\($0)'>\(cell("A\($0)"))<c><v>4.5E9</v></c></row>" }
        let parts = [
            "xl/worksheets/a.xml":
                "<worksheet><sheetData>\(head)\(rows.joined())<row><c s='1'><v>45292.5</v></c>"
                + "<c t='s'><v>1</v></c></row></sheetData></worksheet>",
            "xl/sharedStrings.xml": "<sst><si><t>a</t></si><si><r><t>b</t></r></si></sst>",
            "xl/styles.xml": "<s><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs></s>",
        ]
        let names = parts.keys.sorted()
        var random = FixedRandom(state: 21)
        var refused = 0
        for round in 0..<500 {
            let name = names[round % names.count]
            let damaged = mutated(Array((parts[name] ?? "").utf8), &random)
            let text = String(decoding: damaged, as: UTF8.self)
            let file = try workbook("", parts: parts.merging([name: text]) { $1 })
            do { _ = try readAll(file.path) } catch {
                #expect(error is TableFailure)
                refused += 1
            }
        }
        #expect(refused > 100)
    }

    /// Changes, removes, repeats or inserts up to four pieces.
    private func mutated(_ bytes: [UInt8], _ random: inout FixedRandom) -> [UInt8] {
        var bytes = bytes
        let interesting: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF, 0x2D, 0x39, 0x3C, 0x3E, 0x27]
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let at = Int.random(in: 0..<bytes.count, using: &random)
            let length = min(bytes.count - at, Int.random(in: 1...12, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[at] = interesting.randomElement(using: &random) ?? 0
            case 2: bytes.removeSubrange(at..<(at + length))
            case 3: bytes.insert(contentsOf: bytes[at..<(at + length)], at: at)
            default: bytes.insert(UInt8.random(in: 0x30...0x39, using: &random), at: at)
            }
        }
        return bytes
    }
}
