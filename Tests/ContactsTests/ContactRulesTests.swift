import Testing
import Values

@testable import Contacts

@Suite struct `The rules of a contact's fields` {
    @Test(
        "MS-02: a country code is an assigned one of ISO 3166",
        arguments: [
            ("de", "DE"), (" ID ", "ID"), ("XK", "XK"), ("UK", nil), ("ZZ", nil), ("", nil),
            ("DEU", nil), ("ß", nil),
        ] as [(String, String?)])
    func isoCodes(_ text: String, _ expected: String?) {
        #expect((try? ContactRules.isoCode(text)) == expected)
        #expect(CountryCode.all.count == 250)
    }

    @Test(
        "MS-02: a language is a tag of BCP 47 in its usual letter case",
        arguments: [
            ("EN", "en"), ("pt-br", "pt-BR"), ("zh-hant-TW", "zh-Hant-TW"), ("es-419", "es-419"),
            ("de-ch-1996", "de-CH-1996"), ("sl-rozaj-biske", "sl-rozaj-biske"),
            ("zh-cmn-hans-cn", "zh-cmn-Hans-CN"), ("en-a-bbb-x-a-ccc", "en-a-bbb-x-a-ccc"),
            ("x-whatever", "x-whatever"), ("de-419-de", nil), ("a-de", nil), ("", nil), ("-", nil),
            ("en-", nil), ("en--us", nil), ("en_US", nil), ("ar-a-aaa-b-bbb-a-ccc", nil),
            ("de-1996-1996", nil), ("en-a", nil), ("en-x", nil), ("abcdefghi", nil), ("é", nil),
            ("en-u-ca-gregory-x-abcdefgh-abcdefgh-z", nil),
        ] as [(String, String?)])
    func languages(_ text: String, _ expected: String?) {
        #expect((try? ContactRules.language(text)) == expected)
    }

    @Test("MS-02, MS-21: tags in a file are split, trimmed, unique, and bounded")
    func tagsOfFiles() throws {
        #expect(try ContactRules.tags(separated: " vip | |new|vip|") == ["vip", "new"])
        #expect(try ContactRules.tags(separated: "a|\u{301}b") == ["a", "\u{301}b"])
        let many = (0...50).map(String.init).joined(separator: "|")
        #expect(throws: RuleBreach("too_many", "At most \(50) tags.")) {
            try ContactRules.tags(separated: many)
        }
        let long = String(repeating: "é", count: 41)
        #expect(throws: RuleBreach("too_long", "At most \(40) characters.")) {
            try ContactRules.tags(separated: "ok|" + long)
        }
        #expect(throws: RuleBreach.self) { try ContactRules.tag("a|b") }
        #expect(throws: RuleBreach.self) { try ContactRules.tag("a\u{7}b") }
    }

    @Test("MS-28: an attribute cannot have the name of a column")
    func reservedKeys() throws {
        for column in ContactColumn.allCases {
            #expect(throws: RuleBreach.self) {
                try ContactRules.attributeKey(" " + column.header.uppercased())
            }
        }
        #expect(try ContactRules.attributeKey(" City ") == "City")
    }

    @Test("MS-22: a row of a file becomes a draft, its phone completed by its own code first")
    func draft() throws {
        let draft = try ContactDraft(
            cells: [
                .name: "  Ana ", .phone: "0170 123-4567", .countryCode: "49", .isoCode: "de",
                .email: " Ana@Example.COM ", .tags: "a|b|a", .groups: "VIP", .language: "DE",
                .optedOut: "maybe",
            ],
            attributes: [("City", " Köln "), ("Empty", " ")], defaultCountryCode: "62")
        #expect(draft.name == "Ana")
        #expect(draft.phone == "+491701234567")
        #expect(draft.countryCode == "+49")
        #expect(draft.email == "ana@example.com")
        #expect(draft.tags == ["a", "b"])
        #expect(draft.groups == ["VIP"])
        #expect(draft.attributes == [JSON.Member(name: "City", value: "Köln")])
    }

    @Test("MS-22, MS-26: the first broken cell of a row is named with its column and code")
    func brokenDrafts() {
        func finding(_ cells: [ContactColumn: String]) -> String {
            do throws(ContactDraft.Finding) {
                _ = try ContactDraft(cells: cells)
                return "none"
            } catch {
                return "\(error.column) \(error.breach.code)"
            }
        }
        #expect(finding([:]) == "name required")
        #expect(finding([.name: "A"]) == "phone required")
        #expect(finding([.name: "A", .phone: "0170123"]) == "phone invalid_phone")
        #expect(finding([.name: "A", .phone: "+4917012345", .email: "x"]) == "email invalid_email")
        #expect(
            finding([.name: "A", .phone: "+4917012345", .groups: "\u{1}"])
                == "groups invalid_format")
        #expect(finding([.name: "A", .phone: "+4917012345", .email: " "]) == "none")
    }
}
