import Money
import Testing
import Values

@testable import Documents

@Suite struct `A printable page` {
    private func page(_ document: DocumentSnapshot, isVoid: Bool = false) -> String {
        let bytes = HTMLDocument.render(document, logo: Sample.logo, isVoid: isVoid)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("BL-56: is self-contained, for A4, in the document's language", arguments: Sample.all)
    func selfContained(document: DocumentSnapshot) throws {
        let html = page(document)
        let name = "\(document.kind.rawValue)-\(document.language.rawValue).html"
        try Keeping.keep(Array(html.utf8), as: name)
        let code = document.language.rawValue
        let direction = document.language == .arabic ? "rtl" : "ltr"
        #expect(html.hasPrefix("<!DOCTYPE html>\n<html lang=\"\(code)\" dir=\"\(direction)\">"))
        #expect(html.contains("@page{size:A4"))
        for foreign in ["<script", "http:", "https:", "<link", "@import", "url(", "<iframe"] {
            #expect(!html.contains(foreign), "\(foreign)")
        }
        #expect(!html.contains(/<[^>]*\son[a-z]+=/))
        #expect(html.contains(document.number))
        #expect(html.contains("src=\"data:image/png;base64,iVBORw0KGgo"))
        #expect(html.contains(PrintedDocument(document).title))
    }

    @Test("BL-56, SEC-2, SEC-8: whatever people wrote stays text")
    func escaped() {
        let evil = "<script>alert('\"&amp;')</script>\u{202E}x\u{2066}"
        var document = Sample.invoice(lines: [Sample.line(evil, 1, 100, "22", label: evil)])
        document.seller.legalName = evil
        document.buyer.addressLines = [evil, "two\nlines"]
        document.buyer.taxNumber = evil
        document.buyer.country = evil
        document.workspace = evil
        document.notes = [evil]
        document.reason = evil
        document.number = evil
        document.references.order = evil
        let html = page(document)
        #expect(html.ranges(of: "<script").isEmpty)
        #expect(html.ranges(of: "&lt;script&gt;alert(&#39;&quot;&amp;amp;&#39;)").count >= 10)
        #expect(!html.unicodeScalars.contains { $0.value == 0x202E || $0.value == 0x2066 })
        #expect(html.contains("two<br>lines"))
    }

    @Test("BL-56: names and amounts keep their own direction")
    func isolation() {
        let html = page(Sample.invoice(.arabic))
        #expect(html.contains("<bdi>شركة النور للتجارة العامة ذ.م.م</bdi>"))
        #expect(html.contains("<bdi dir=\"ltr\">EUR 182.94</bdi>"))
        #expect(html.contains("17 نوفمبر 2026"))
        #expect(html.contains("السعودية"))
    }

    @Test(
        "BL-56: amounts and dates are written as readers of the language do",
        arguments: [
            (Language.english, "EUR 182.94", "17 November 2026", "9%", "Spain"),
            (.spanish, "182,94 EUR", "17 de noviembre de 2026", "9\u{A0}%", "España"),
            (.indonesian, "EUR 182,94", "17 November 2026", "9%", "Spanyol"),
        ])
    func localized(
        language: Language, amount: String, date: String, rate: String, country: String
    ) {
        let html = page(Sample.invoice(language))
        for text in [amount, date, rate, country] { #expect(html.contains(text), "\(text)") }
    }

    @Test("BL-54: a receipt names method, reference, date and amount")
    func receipt() {
        let html = page(Sample.receipt())
        for text in [
            "Amount received", "EUR 100.00", "Bank transfer", "2026-11-23/EREF 77120",
            "23 November 2026", "INV-2026-000042", "EUR 82.94",
        ] {
            #expect(html.contains(text), "\(text)")
        }
        // What is paid already needs no bank account.
        #expect(!html.contains("Bank details"))
    }

    @Test("BL-50, BL-52: a credit note names its invoice and reason")
    func creditNote() {
        let html = page(Sample.creditNote())
        #expect(html.contains("INV-2026-000042"))
        #expect(html.contains("Two of three packs were not needed."))
        #expect(html.contains("Amount credited"))
        #expect(html.contains("EUR 24.40"))
    }

    @Test("BL-52: a voided invoice says so, and no other does")
    func voided() {
        #expect(page(Sample.invoice(.spanish), isVoid: true).contains(">Anulada</p>"))
        #expect(!page(Sample.invoice(.spanish)).contains("Anulada"))
    }

    @Test("BL-53: a note of a tax is printed once, under the totals")
    func notes() throws {
        let note = "Reverse charge, Article 196 of Directive 2006/112/EC"
        let line = Sample.line("Plan", 1, 100, "0", .reverseCharge, label: nil, note: note)
        let html = page(Sample.invoice(lines: [line, line]))
        #expect(html.ranges(of: note).count == 1)
        let totals = try #require(html.firstRange(of: "class=\"totals\""))
        let found = try #require(html.firstRange(of: note))
        #expect(totals.upperBound < found.lowerBound)
    }

    @Test("BL-56, SEC-20: the policy lets nothing but the page's own style and logo through")
    func policy() {
        let policy = HTMLDocument.contentSecurityPolicy
        #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
        #expect(policy.contains("img-src data:"))
        #expect(!policy.contains("unsafe"))
        #expect(!policy.contains("script"))
        #expect(!page(Sample.invoice()).contains(" style="))
    }
}
