import CZip
import Foundation
import Testing

@testable import Tabular

/// Packs a workbook whose sheet has these rows; `parts` replaces or adds entries.
func workbook(_ rows: String, parts: [String: String] = [:]) throws -> TemporaryFile {
    let entries = [
        "xl/workbook.xml": "<workbook><sheets><sheet r:id='r1'/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels":
            "<Relationships><Relationship Id='r1' Target='worksheets/a.xml'/></Relationships>",
        "xl/sharedStrings.xml": "<sst><si><t>name</t></si>"
            + "<si><r><t>Jo</t></r><r><t>hn</t></r><rPh><t>x</t></rPh></si></sst>",
        "xl/styles.xml": "<s><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs></s>",
        "xl/worksheets/a.xml": "<worksheet><sheetData>\(rows)</sheetData></worksheet>",
    ].merging(parts) { $1 }
    let file = try TemporaryFile("")
    unlink(file.path)
    let archive = try #require(zip_open(file.path, ZIP_CREATE, nil))
    for (name, text) in entries {
        let bytes = strdup(text)
        let source = try #require(
            zip_source_buffer(archive, bytes, UInt64(text.utf8.count), 1))
        #expect(zip_file_add(archive, name, source, 0) >= 0)
    }
    #expect(zip_close(archive) == 0)
    return file
}

@Suite struct `XLSX reader` {
    let head = "<row r='1'><c t='s'><v>0</v></c><c t='inlineStr'><is><t>phone</t></is></c></row>"

    @Test("MS-20: every kind of cell, and cells left out")
    func cells() throws {
        let file = try workbook(
            head + "<row r='3'><c r='A3' t='s'><v>1</v></c><c r='B3'><v>4.915112345E9</v></c></row>"
                + "<row r='4'><c r='B4' s='1'><v>45292.5</v></c></row>"
                + "<row r='5'><c t='b'><v>1</v></c><c t='e'><v>#N/A</v></c></row>"
                + "<row r='6'><c t='str'><f>A1</f><v>x</v></c><c/><c><v>1</v></c></row>")
        let reader = try XLSXReader(path: file.path)
        #expect(reader.header == ["name", "phone"])
        var rows: [TableRow] = []
        while let row = try reader.next() { rows.append(row) }
        #expect(rows.map(\.number) == [3, 4, 5, 6])
        #expect(
            rows.map(\.cells) == [
                ["John", "4915112345"], ["", "2024-01-01T12:00:00"], ["true", ""], ["x", ""],
            ])
        #expect(rows.map(\.problem) == [nil, nil, nil, .tooManyCells])
    }

    @Test("MS-20: broken archives, bombs and document types are refused")
    func hostile() throws {
        let sheet = "xl/worksheets/a.xml"
        let dtd = try workbook("", parts: [sheet: "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"])
        #expect(throws: TableFailure.invalidXML) { try XLSXReader(path: dtd.path) }
        let deep = try workbook(String(repeating: "<a>", count: 100))
        #expect(throws: TableFailure.invalidXML) { try XLSXReader(path: deep.path) }
        let good = try workbook(head)
        var small = TableLimits()
        small.unpackedBytes = 200
        #expect(throws: TableFailure.tooLarge) { try XLSXReader(path: good.path, limits: small) }
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: good.path)))
        let cut = try TemporaryFile(Array(bytes.prefix(bytes.count / 2)))
        #expect(throws: TableFailure.brokenArchive) { try XLSXReader(path: cut.path) }
        let blank = try workbook("")
        #expect(throws: TableFailure.empty) { try XLSXReader(path: blank.path) }
        let wide = try workbook("<row><c r='XFD1'><v>1</v></c></row>")
        #expect(throws: TableFailure.tooManyColumns) { try XLSXReader(path: wide.path) }
    }
}
