import Foundation
import Money
import Testing
import Values

@testable import Documents

@Suite struct `An e-invoice` {
    private func text(_ document: DocumentSnapshot) throws -> String {
        String(decoding: try UBLDocument.render(document), as: UTF8.self)
    }

    private static func untaxed(
        _ category: TaxCategory, note: String? = "Article 196 of Directive 2006/112/EC"
    ) -> DocumentSnapshot {
        Sample.invoice(
            lines: [Sample.line("Plan", 1, 9_900, "0", category, label: nil, note: note)])
    }

    private static let valid: [DocumentSnapshot] = {
        var plain = Sample.invoice()
        plain.buyer.electronicAddress = nil
        var paid = Sample.invoice()
        paid.totals.paid = 10_000
        var long = Sample.hard()
        long.buyer.electronicAddress = .init(scheme: "0192", value: "310122393500003")
        var number = Sample.invoice()
        number.seller.taxNumber = "12/345/67890"
        number.references.order = nil
        var credit = Sample.creditNote()
        credit.buyer.electronicAddress = nil
        let negative = Sample.invoice(lines: [
            Sample.line("Year", 1, 29_000, "22"), Sample.line("Days left", 1, -1_160, "22"),
        ])
        return [
            Sample.invoice(), plain, paid, long, number, negative, Sample.creditNote(), credit,
            Sample.creditNote(.arabic), untaxed(.reverseCharge), untaxed(.reverseCharge, note: nil),
            untaxed(.exempt), untaxed(.zeroRated, note: nil), untaxed(.outsideScope),
            untaxed(.intraCommunity), untaxed(.export),
            Sample.invoice(currency: Sample.known(Currency("JPY"))),
        ]
    }()

    @Test("BL-50, BL-52: keeps the schemas of UBL 2.1 and the rules of EN 16931 and Peppol")
    func valid() throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "courtyard-ubl-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (index, document) in Self.valid.enumerated() {
            let xml = try UBLDocument.render(document)
            try Keeping.keep(xml, as: "\(document.kind.rawValue)-\(index).xml")
            try Data(xml).write(to: folder.appending(path: "\(index).xml"))
        }
        let process = Process()
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        process.executableURL = root.appending(path: ".venv/bin/python")
        process.arguments = [root.appending(path: "Tests/Peers/ubl.py").path, folder.path]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(
            decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(output)")
        #expect(output.contains("\(Self.valid.count) valid"))
    }

    @Test("BL-53: names parties, dates, taxes and totals by their terms")
    func content() throws {
        let xml = try text(Sample.invoice())
        for wanted in [
            "<cbc:ID>INV-2026-000042</cbc:ID>", "<cbc:IssueDate>2026-11-17</cbc:IssueDate>",
            "<cbc:DueDate>2026-12-01</cbc:DueDate>",
            "<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>",
            "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
            "<cbc:EndpointID schemeID=\"9920\">ESB12345674</cbc:EndpointID>",
            "<cbc:CompanyID>DE123456789</cbc:CompanyID>",
            "<cbc:ID>DE02100500000054540402</cbc:ID>",
            "<cbc:TaxableAmount currencyID=\"EUR\">129.00</cbc:TaxableAmount>"
                + "<cbc:TaxAmount currencyID=\"EUR\">28.38</cbc:TaxAmount>",
            "<cbc:PayableAmount currencyID=\"EUR\">182.94</cbc:PayableAmount>",
            "<cac:OrderReference><cbc:ID>ORD-2026-000107</cbc:ID>",
        ] {
            #expect(xml.contains(wanted), "\(wanted)")
        }
    }

    @Test("BL-50: without an electronic address of the buyer it follows EN 16931 alone")
    func core() throws {
        var document = Sample.invoice()
        document.buyer.electronicAddress = nil
        let xml = try text(document)
        #expect(xml.contains("<cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>"))
        #expect(!xml.contains("peppol"))
    }

    @Test("BL-23: what is given back has a negative quantity, never a negative price (BR-27)")
    func negative() throws {
        let lines = [
            Sample.line("Year", 1, 29_000, "22"), Sample.line("Days left", 1, -1_160, "22"),
        ]
        let xml = try text(Sample.invoice(lines: lines))
        #expect(xml.contains("unitCode=\"C62\">-1</cbc:InvoicedQuantity>"))
        #expect(xml.contains("<cbc:PriceAmount currencyID=\"EUR\">11.60</cbc:PriceAmount>"))
        #expect(!xml.contains("<cbc:PriceAmount currencyID=\"EUR\">-"))
    }

    @Test("BL-52: a credit note names its invoice and is type 381")
    func creditNote() throws {
        let xml = try text(Sample.creditNote())
        #expect(xml.contains("<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>"))
        #expect(
            xml.contains(
                "<cac:InvoiceDocumentReference><cbc:ID>INV-2026-000042</cbc:ID>"
                    + "<cbc:IssueDate>2026-11-17</cbc:IssueDate>"))
        #expect(xml.contains("<cbc:Note>Two of three packs were not needed.</cbc:Note>"))
        #expect(!xml.contains("DueDate"))
    }

    @Test("BL-50: outside the scope of tax no VAT number and no rate stand (BR-O-02, BR-O-05)")
    func outsideScope() throws {
        let xml = try text(Self.untaxed(.outsideScope))
        #expect(!xml.contains("cac:PartyTaxScheme"))
        #expect(!xml.contains("cbc:Percent"))
        #expect(xml.contains("VATEX-EU-O"))
    }

    @Test("BL-57: is refused with everything that is missing")
    func missing() throws {
        var document = Sample.invoice()
        document.buyer.country = "XX"
        document.buyer.legalName = " "
        document.seller.electronicAddress = nil
        document.seller.taxNumber = nil
        document.dueOn = nil
        document.lines[1].text = ""
        let missing = [
            "due_on", "seller.electronic_address", "buyer.legal_name", "buyer.country",
            "seller.tax_number", "lines.1.text",
        ]
        #expect(UBLDocument.missing(document) == missing)
        #expect(throws: UBLDocument.Incomplete(missing: missing)) {
            try UBLDocument.render(document)
        }
        #expect(UBLDocument.missing(Sample.receipt()) == ["kind"])
        #expect(UBLDocument.missing(Sample.invoice()) == [])
    }

    @Test("BL-57: each rule that needs a datum names it")
    func single() {
        func untax(_ document: inout DocumentSnapshot, _ category: TaxCategory) {
            document.taxes[0].category = category
            document.taxes[0].rate = .zero
        }
        let gaps: [(String, (inout DocumentSnapshot) -> Void)] = [
            ("currency", { $0.currency = Sample.known(Currency("KWD")) }),
            ("number", { $0.number = "" }),
            ("lines", { $0.lines = [] }),
            ("buyer.electronic_address", { $0.buyer.electronicAddress?.scheme = "GLN" }),
            ("buyer.electronic_address", { $0.buyer.electronicAddress?.value = "" }),
            (
                "seller.registration_number",
                { document in
                    document.seller.taxNumber = "12/345"
                    document.seller.registrationNumber = nil
                }
            ),
            (
                "buyer.tax_number",
                { document in
                    untax(&document, .reverseCharge)
                    document.buyer.taxNumber = nil
                }
            ),
            (
                "buyer.tax_number",
                { document in
                    untax(&document, .intraCommunity)
                    document.buyer.taxNumber = "12345"
                }
            ),
            ("taxes.0.note", { untax(&$0, .exempt) }),
            ("taxes.0.rate", { $0.taxes[0].rate = .zero }),
            ("taxes", { untax(&$0, .outsideScope) }),
        ]
        for (path, change) in gaps {
            var document = Sample.invoice()
            change(&document)
            #expect(UBLDocument.missing(document) == [path])
        }
        var credit = Sample.creditNote()
        credit.references.invoice = nil
        #expect(UBLDocument.missing(credit) == ["references.invoice"])
    }

    @Test("BL-50, SEC-2: whatever people wrote stays text, and no character breaks the file")
    func escaped() throws {
        var document = Sample.invoice(lines: [
            Sample.line("<a>&\"'\u{0}\u{B}\u{FFFE}]]>", 1, 100, "22")
        ])
        document.buyer.legalName = "A & B <\u{1F}> 🎉"
        let xml = try text(document)
        #expect(xml.contains("&lt;a&gt;&amp;&quot;'  \u{FFFD}]]&gt;"))
        #expect(xml.contains("A &amp; B &lt; &gt; 🎉"))
        #expect(!xml.utf8.contains { $0 < 0x20 && $0 != 0x0A })
    }
}
