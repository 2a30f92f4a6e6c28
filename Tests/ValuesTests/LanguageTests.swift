import Testing
import Values

@Suite struct `Languages` {
    @Test(
        "ID-37: the best of Accept-Language is taken",
        arguments: [
            ("es", Language.spanish), ("es-MX, en;q=0.5", .spanish), ("ID-id", .indonesian),
            ("in", .indonesian), ("ar-EG,ar;q=0.9,en;q=0.8", .arabic), ("de, fr;q=0.9", .english),
            ("de, es;q=0.2", .spanish), ("en;q=0.1, es;q=0.2, ar;q=0.15", .spanish),
            ("es;q=0, ar;q=0.1", .arabic), ("*", .english), ("es;q=2", .english),
            ("es;q=abc", .english), ("", .english), (",,;,", .english), ("esperanto", .english),
            ("en, es", .english), (" es ; q=0.7 , id ; q=0.9", .indonesian),
        ])
    func negotiation(header: String, expected: Language) {
        #expect(Language(accepting: header) == expected)
    }

    @Test func `a header of many languages is read no further than it must`() {
        let many = String(repeating: "xx,", count: 100_000) + "es"
        #expect(Language(accepting: many) == .english)
    }

    @Test func `an unknown code is English`() {
        #expect(Language(code: "tlh") == .english)
        #expect(Language.codes == ["en", "es", "ar", "id"])
    }
}

@Suite struct `Phrases` {
    @Test func `values stand where the translation puts them`() {
        let phrase: Phrase = "\("Ann") ({1}) has \(1_234_567) of \(Phrase("{0}\("x")"))"
        #expect(phrase.key == "{0} ({1}) has {1} of {2}")
        let range: Phrase = "A whole number from \(1_000) to \(-20)."
        #expect(range.text(in: .english) == "A whole number from 1,000 to -20.")
        #expect(range.text(in: .spanish) == "Un número entero de 1.000 a -20.")
        #expect(range.text(in: .indonesian) == "Bilangan bulat dari 1.000 sampai -20.")
        #expect(range.text(in: .arabic) == "عدد صحيح من 1,000 إلى -20.")
    }

    @Test func `a value is never read as a template`() {
        let phrase: Phrase = "Two columns are called \("{0}{1}{")."
        #expect(phrase.text(in: .english) == "Two columns are called {0}{1}{.")
        #expect(phrase.text(in: .spanish) == "Dos columnas se llaman {0}{1}{.")
    }

    @Test func `what has no translation stays English`() {
        let phrase: Phrase = "Nobody has translated \("this")"
        #expect(phrase.text(in: .spanish) == "Nobody has translated this")
    }

    @Test func `a name cannot turn the words around it`() {
        let phrase: Phrase = "Hello \("A\u{202E}nn\u{2069}"),"
        #expect(phrase.text(in: .arabic) == "مرحبًا \u{2068}Ann\u{2069}،")
        let link: Phrase = "\(verbatim: "https://a.test/#token=x")"
        #expect(link.isVerbatim)
        #expect(link.text(in: .arabic) == "https://a.test/#token=x")
    }

    @Test(arguments: [
        (Language.english, "3 March 2026, 04:05 UTC"), (.spanish, "3 de marzo de 2026, 04:05 UTC"),
        (.arabic, "3 مارس 2026، 04:05 UTC"), (.indonesian, "3 Maret 2026 pukul 04.05 UTC"),
    ])
    func `a time is written as readers of the language do`(language: Language, text: String) throws
    {
        let instant = try #require(Instant(rfc3339: "2026-03-03T04:05:59Z"))
        let phrase: Phrase = "\(instant)"
        #expect(phrase.text(in: language) == text)
    }
}
