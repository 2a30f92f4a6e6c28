import HTTP
import Testing
import Values

@testable import App

/// What people read exists in every language, and says the same.
@Suite struct `Translations` {
    private static let translated = Language.allCases.filter { $0 != .english }

    /// Every phrase of the sources, with a file where it stands.
    private static let phrases = Result { try PhraseSources.phrases() }

    @Test(
        "ID-37, OV-30: every mail and problem has its text in the language", arguments: translated)
    func complete(language: Language) throws {
        let catalogue = try #require(Catalogue.of(language))
        #expect(catalogue.faults == [])
        let phrases = try Self.phrases.get()
        #expect(phrases.count > 150)
        for (phrase, path) in phrases.sorted(by: { $0.key < $1.key }) {
            #expect(
                catalogue[phrase] != nil,
                "\(path): add a translation to Sources/Values/Languages: \(phrase)")
        }
        let kinds = AllRoutes.descriptions.flatMap(\.failures) + ProblemKind.common
        for kind in Set(kinds) { #expect(catalogue[kind.title] != nil, "\(kind.code)") }
        for reason in JSON.Failure.Reason.allCases {
            #expect(catalogue[reason.rawValue] != nil)
        }
    }

    @Test("ID-37: a translation holds the same values as the English text", arguments: translated)
    func placeholders(language: Language) throws {
        let catalogue = try #require(Catalogue.of(language))
        for (english, translation) in catalogue.translations {
            #expect(Self.values(in: translation) == Self.values(in: english), "\(english)")
            // A sentence stays a sentence: both end alike, or both do not.
            #expect(Self.isClosed(translation) == Self.isClosed(english), "\(english)")
        }
    }

    @Test("ID-37: the languages have translations for the same phrases")
    func agreement() throws {
        let keys = try Self.translated.map { Set(try #require(Catalogue.of($0)).translations.keys) }
        for other in keys { #expect(other == keys[0]) }
    }

    @Test func `no translation was left in English or in another's script`() throws {
        for (english, translation) in try #require(Catalogue.of(.arabic)).translations {
            #expect(translation.unicodeScalars.contains { (0x600...0x6FF).contains($0.value) })
            #expect(translation != english)
        }
        for language in [Language.spanish, .indonesian] {
            let catalogue = try #require(Catalogue.of(language))
            for (english, translation) in catalogue.translations {
                #expect(translation != english)
                #expect(!translation.unicodeScalars.contains { (0x600...0x6FF).contains($0.value) })
            }
        }
    }

    @Test func `phrases are found where they stand`() {
        let source = #"""
            // "Not this one."
            throw Problem(.x, "At most \(limit.count(of: "a")) of \(b).", extra: ["k v": 1])
            Parameter("q", "Part of the name.")
            let long: Phrase = """
                One line, \
                the same line.
                """
            """#
        let found = PhraseSources.literals(of: source)
        #expect(found.contains { $0.text == "At most {0} of {1}." && $0.calls == ["Problem"] })
        #expect(found.contains { $0.text == "One line, the same line." })
        #expect(found.contains { $0.text == "Part of the name." && $0.calls == ["Parameter"] })
        #expect(!found.contains { $0.text == "Not this one." })
    }

    private static func values(in text: String) -> [String] {
        text.split(separator: "{", omittingEmptySubsequences: false).dropFirst().map {
            String($0.prefix { $0 != "}" })
        }.sorted()
    }

    private static func isClosed(_ text: String) -> Bool {
        text.last.map { ".:,،؛".contains($0) } ?? false
    }
}
