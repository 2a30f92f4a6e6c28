import Crypto
import Money
import Testing
import Values

@testable import Documents

@Suite struct `A document as PDF` {
    @Test("BL-50, BL-54, BL-56: says everything in its language", arguments: Sample.all)
    func content(document: DocumentSnapshot) throws {
        let pdf = try PDFDocument.render(document)
        let name = "\(document.kind.rawValue)-\(document.language.rawValue).pdf"
        try Keeping.keep(pdf, as: name)
        let text = try Tool.text(of: pdf)
        #expect(text.contains(document.number))
        #expect(text.contains("Courtyard Cloud GmbH"))
        let style = AmountStyle(language: document.language, currency: document.currency)
        for amount in document.lines.map(\.net) + [document.totals.total] {
            #expect(text.contains(style.amount(amount).plain))
        }
        #expect(text.contains("1/1"))
        if document.language == .english {
            for line in document.lines { #expect(text.contains(line.text)) }
            #expect(text.contains(PrintedDocument(document).title))
        }
    }

    @Test("BL-56: nothing of Courtyard's is left in English in another language")
    func translated() throws {
        for document in Sample.all where document.language != .english {
            let printed = PrintedDocument(document)
            var english = document
            english.language = .english
            let original = PrintedDocument(english)
            func words(_ printed: PrintedDocument) -> [String] {
                [printed.title, printed.headline.label, printed.bankHeading, printed.currencyNote]
                    + printed.columns + printed.taxColumns + printed.totals.map(\.label)
                    + printed.facts.map(\.label) + printed.headlineFacts.map(\.label)
                    + printed.parties.flatMap { [$0.heading] + $0.facts.map(\.label) }
                    + printed.bank.map(\.label)
                    + [printed.reason?.label, printed.paymentNote].compactMap(\.self)
            }
            for (translation, english) in zip(words(printed), words(original)) {
                #expect(translation != english)
            }
            #expect(words(printed).count == words(original).count)
        }
    }

    @Test("BL-53: lines, taxes and totals stand in reading order, and add up")
    func order() throws {
        let text = try Tool.text(of: PDFDocument.render(Sample.invoice()), layout: true)
        var rest = text[...]
        for wanted in [
            "Invoice", "INV-2026-000042", "Amount due", "EUR 182.94", "Description", "99.00",
            "30.00", "23.45", "Net amount", "152.45", "28.38", "30.49", "2.11", "EUR 182.94",
            "DE02", "BELADEBEXXX",
        ] {
            let found = try #require(rest.firstRange(of: wanted), "\(wanted)")
            rest = rest[found.upperBound...]
        }
    }

    @Test("BL-56: fonts are embedded, with a table that gives back the text")
    func fonts() throws {
        for document in [Sample.invoice(), Sample.invoice(.arabic), Sample.hard()] {
            let rows = try Tool.run("pdffonts", ["@"], on: PDFDocument.render(document))
                .split(separator: "\n").dropFirst(2)
            #expect(!rows.isEmpty)
            for row in rows {
                let fields = row.split(separator: " ")
                // … emb sub uni object ID
                #expect(fields.suffix(5).prefix(3) == ["yes", "yes", "yes"], "\(row)")
            }
        }
    }

    @Test("BL-50: names title, author, day and language", arguments: Language.allCases)
    func metadata(language: Language) throws {
        let document = Sample.invoice(language)
        let pdf = try PDFDocument.render(document)
        let info = try Tool.run("pdfinfo", ["-isodates", "@"], on: pdf)
        #expect(info.contains(PrintedDocument(document).title + " INV-2026-000042"))
        #expect(info.contains("Courtyard Cloud GmbH"))
        #expect(info.contains("2026-11-17T00:00:00Z"))
        #expect(info.contains("(A4)"))
        #expect(info.contains("JavaScript:      no"))
        let text = String(decoding: pdf, as: UTF8.self)
        #expect(text.contains("/Lang (\(language.rawValue))"))
    }

    @Test("BL-52: the same document gives the same bytes")
    func deterministic() throws {
        for document in [Sample.receipt(.arabic), Sample.hard()] {
            let first = SHA256.digest(of: try PDFDocument.render(document, logo: Sample.logo))
            let second = SHA256.digest(of: try PDFDocument.render(document, logo: Sample.logo))
            #expect(first == second)
        }
    }

    @Test("BL-50: 500 lines go over pages with repeated headings, and none is lost")
    func manyLines() throws {
        let lines = (1...500).map { Sample.line("Item no. \($0)", 1, Int64($0) * 100, "22") }
        let pdf = try PDFDocument.render(Sample.invoice(lines: lines))
        try Keeping.keep(pdf, as: "lines-500.pdf")
        let pages = try Tool.text(of: pdf, layout: true).split(separator: "\u{0C}")
        #expect(pages.count > 10)
        var next = 1
        for (index, page) in pages.enumerated() {
            #expect(page.filter { $0 != " " }.contains("\(index + 1)/\(pages.count)"))
            if page.contains("Item no.") { #expect(page.contains("Description")) }
            for line in page.split(separator: "\n") where line.contains("Item no.") {
                #expect(line.contains("Item no. \(next) "))
                next += 1
            }
        }
        #expect(next == 501)
        #expect(pages.last?.contains("Total amount") == true)
    }

    @Test("BL-57: four address lines of 200 characters, right-to-left names and emoji are not cut")
    func hardData() throws {
        let document = Sample.hard()
        let pdf = try PDFDocument.render(document, logo: Sample.logo)
        try Keeping.keep(pdf, as: "hard.pdf")
        try Keeping.keep(HTMLDocument.render(document, logo: Sample.logo), as: "hard.html")
        let text = try Tool.text(of: pdf)
        let squeezed = text.filter { !$0.isWhitespace }
        for line in document.buyer.addressLines {
            for word in line.split(separator: " ") {
                #expect(squeezed.contains(String(word)), "\(word)")
            }
        }
        for wanted in ["999,999,999,999.00", "株式会社", "한국어", "हिन्दी", "ไทย"] {
            #expect(squeezed.contains(wanted), "\(wanted)")
        }
        // The logo, and emoji, which are pictures too.
        #expect(
            try Tool.run("pdfimages", ["-list", "@"], on: pdf).split(separator: "\n").count > 4)
    }

    @Test("BL-50: a text that is longer than a page goes on at the next")
    func endlessLine() throws {
        let words = (1...3_000).map { "word\($0)" }
        let line = Sample.line(words.joined(separator: " "), 1, 100, "22")
        let pdf = try PDFDocument.render(Sample.invoice(lines: [line]))
        let text = try Tool.text(of: pdf)
        let found = Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
        #expect(words.filter { !found.contains($0) } == [])
    }

    @Test("BL-56: a damaged logo leaves the rest as it is", arguments: [0, 8, 20, 40])
    func damagedLogo(count: Int) throws {
        let bytes = Array(Sample.logo.bytes.prefix(count))
        let pdf = try PDFDocument.render(Sample.invoice(), logo: Logo(bytes))
        #expect(try Tool.text(of: pdf).contains("INV-2026-000042"))
        #expect(Logo(Array("GIF89a".utf8)) == nil)
        let jpeg = try #require(Logo([0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xC0]))
        #expect(PDFPicture(jpeg, maxWidth: 10, maxHeight: 10) == nil)
    }

    @Test("BL-56: a logo that is a JPEG is put in as it is")
    func logoFormats() throws {
        let photo = try PDFDocument.render(Sample.invoice(), logo: Sample.photo)
        let rows = try Tool.run("pdfimages", ["-list", "@"], on: photo).split(separator: "\n")
        #expect(rows.count == 3)
        #expect(rows.last?.contains(" jpeg ") == true)
        let page = HTMLDocument.render(Sample.invoice(), logo: Sample.photo)
        #expect(String(decoding: page, as: UTF8.self).contains("src=\"data:image/jpeg;base64,/9j/"))
    }

    @Test("BL-56: documents made at the same time do not disturb each other")
    func concurrent() async throws {
        let documents = Sample.all
        let expected = try documents.map { try PDFDocument.render($0) }
        try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
            for round in 0..<4 {
                for (index, document) in documents.enumerated() {
                    _ = round
                    group.addTask { (index, try PDFDocument.render(document)) }
                }
            }
            for try await (index, bytes) in group { #expect(bytes == expected[index]) }
        }
    }

    @Test(
        "BL-50: amounts have the decimals of their currency",
        arguments: [("JPY", "JPY 18,294"), ("KWD", "KWD 18.294"), ("USD", "USD 182.94")])
    func currencies(code: String, total: String) throws {
        let invoice = Sample.invoice(currency: try #require(Currency(code)))
        #expect(try Tool.text(of: PDFDocument.render(invoice)).contains(total))
    }

    @Test("BL-53: credits are printed with a true minus")
    func negative() throws {
        let lines = [
            Sample.line("Year", 1, 29_000, "22"), Sample.line("Days left", 1, -1_160, "22"),
        ]
        let text = try Tool.text(of: PDFDocument.render(Sample.invoice(lines: lines)))
        #expect(text.contains("\u{2212}11.60"))
        #expect(text.contains("EUR 339.65"))
    }
}
