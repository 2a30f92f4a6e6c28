import Testing
import Values

@Suite struct `Text input` {
    @Test(
        "OV-26: it is trimmed and brought to form C",
        arguments: [
            ("", ""), ("  ", ""), (" a b ", "a b"), ("\u{a0}\u{3000}x\u{2028}\n", "x"),
            ("cafe\u{301}", "caf\u{e9}"), ("\u{212b}", "\u{e5}".uppercased()),
            ("\u{1100}\u{1161}", "\u{ac00}"), ("q\u{307}\u{323}", "q\u{323}\u{307}"),
            ("\u{200b}x", "\u{200b}x"), ("plain", "plain"),
        ])
    func normalizing(_ input: String, _ output: String) {
        let result = Text.normalized(input)
        #expect(result.unicodeScalars.elementsEqual(output.unicodeScalars))
    }

    @Test("OV-26: its length counts scalar values")
    func length() {
        #expect(Text.length("") == 0)
        #expect(Text.length("é") == 1)
        #expect(Text.length("👨‍👩‍👧") == 5)
        #expect(Text.length(Text.normalized(" e\u{301} ")) == 1)
    }

    @Test func `of one line holds no control character, of several lines tabs and line feeds`() {
        for text in ["a", "", "é 😀", "a\u{a0}b"] {
            #expect(Text.isSingleLine(text) && Text.isMultiline(text) && Text.isStorable(text))
        }
        for text in ["a\nb", "a\tb", "a\u{2028}b"] {
            #expect(!Text.isSingleLine(text) && Text.isMultiline(text) && Text.isStorable(text))
        }
        for text in ["a\rb", "a\r\nb", "\u{1b}", "\u{7f}", "\u{85}"] {
            #expect(!Text.isSingleLine(text) && !Text.isMultiline(text) && Text.isStorable(text))
        }
        #expect(!Text.isSingleLine("\0") && !Text.isMultiline("\0") && !Text.isStorable("a\0"))
    }

    @Test func `has its line ends made one`() {
        #expect(Text.withLineFeeds("a\r\nb\rc\n\r\n\r\rd") == "a\nb\nc\n\n\n\nd")
    }

    @Test(arguments: [
        ("Résumé", "RESUME"), ("Ana", " ana "), ("STRASSE", "straße"), ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("İstanbul", "istanbul"), ("ISTANBUL", "ıstanbul"), ("Ångström", "A\u{30a}ngstrom"),
        ("\u{ac00}", "\u{1100}\u{1161}"), ("Йод", "иод"),
    ])
    func `is the same when folded without case and accents`(_ left: String, _ right: String) {
        #expect(Text.folded(left) == Text.folded(right))
    }

    @Test func `stays different when folded where letters differ`() {
        #expect(Text.folded("Anna") != Text.folded("Ana"))
        #expect(Text.folded("か") != Text.folded("き"))
        #expect(Text.folded("o") != Text.folded("ø"))
    }
}

@Suite struct `A phone number` {
    @Test(
        "OV-25: it is normalised to E.164",
        arguments: [
            ("+4915112345678", "+4915112345678"), ("+49 151 123-456.78", "+4915112345678"),
            (" +1 (202) 555/0143 ", "+12025550143"),
            ("+[44]\u{a0}20\u{2011}79460000", "+442079460000"),
            ("\u{202a}+573001234567\u{202c}", "+573001234567"), ("+12345678", "+12345678"),
            ("+123456789012345", "+123456789012345"),
        ])
    func normalizing(_ input: String, _ output: String) {
        #expect(PhoneNumber.normalize(input) == output)
        #expect(PhoneNumber.normalize(input, countryCode: "57") == output)
        #expect(PhoneNumber.isNormalized(output))
    }

    @Test(
        "OV-25: what does not normalise is refused",
        arguments: [
            "", "+", "+1234567", "+1234567890123456", "+0123456789", "+49+15112345678",
            "49+15112345678", "++4915112345678", "+49151O2345678", "+49 151 12345678 ext 5",
            "+４９15112345678", "tel:+4915112345678", "+49,15112345678", "+49\n15112345678",
            "+4915112345678;1", "+٤٩15112345678", "004915112345678", "4915112345678",
            String(repeating: "1", count: 10_000),
        ])
    func refusing(_ input: String) {
        #expect(PhoneNumber.normalize(input) == nil)
        #expect(!PhoneNumber.isNormalized(input))
    }

    @Test(
        "MS-22: a phone without + is completed with the country code",
        arguments: [
            ("300 123 4567", "57", "+573001234567"), ("0151 12345678", "+49", "+4915112345678"),
            ("812-3456-7890", " 62 ", "+6281234567890"), ("06 1234 5678", "39", "+390612345678"),
            ("(0)20 7946 0000", "44", "+442079460000"), ("07 07 12 34 56", "225", "+2250707123456"),
        ])
    func completing(_ input: String, _ code: String, _ output: String) {
        #expect(PhoneNumber.normalize(input, countryCode: code) == output)
    }

    @Test(
        "MS-22: it fails with a code that is none, or if it begins 00",
        arguments: [
            ("3001234567", ""), ("3001234567", "0"), ("3001234567", "057"), ("3001234567", "1234"),
            ("3001234567", "DE"), ("004915112345678", "49"), ("0", "49"), ("123", "49"),
            ("0039061234567", "39"), ("", "49"), ("12345678901234", "49"),
        ])
    func failing(_ input: String, _ code: String) {
        #expect(PhoneNumber.normalize(input, countryCode: code) == nil)
    }
}

@Suite struct `An e-mail address` {
    @Test(arguments: [
        "ana@example.org", "a@b.co", "first.last+tag@sub.example.co.uk", "o'brien@example.org",
        "x_y-z@xn--bcher-kva.example", "1@2.a3", "!#$%&'*+/=?^_`{|}~-@example.org",
        String(repeating: "a", count: 64) + "@example.org",
    ])
    func `is taken`(_ text: String) {
        #expect(EmailAddress.isValid(text))
    }

    @Test(
        "1.3.11: it is refused if it is none, or could leave its header",
        arguments: [
            "", "@", "a@", "@b.co", "a", "a@b", "a@@b.co", "a@b@c.co", "a b@c.co", " a@b.co",
            "a@b.co ", "a@b.co\r\nBcc: x@y.z", "a\0@b.co", "a@b\n.co", "a,b@c.co", "<a@b.co>",
            "Ana <a@b.co>", "\"a b\"@c.co", "a(x)@b.co", ".a@b.co", "a.@b.co", "a..b@c.co",
            "a@.b.co", "a@b..co", "a@b.co.", "a@-b.co", "a@b-.co", "a@b_c.co", "a@[127.0.0.1]",
            "a@127.0.0.1", "é@b.co", "a@bücher.de", "a;b@c.co", "a:b@c.co", "a\\b@c.co",
            String(repeating: "a", count: 65) + "@b.co",
            "a@" + String(repeating: "b", count: 64) + ".co",
            "a@" + Array(repeating: "bbbbbbbbb", count: 26).joined(separator: ".") + ".co",
        ])
    func malformed(_ text: String) {
        #expect(!EmailAddress.isValid(text))
    }

    @Test func `is compared trimmed and in lower case`() {
        #expect(EmailAddress.normalized(" Ana@Example.ORG\n") == "ana@example.org")
        #expect(EmailAddress.normalized("ana@") == nil)
    }
}
