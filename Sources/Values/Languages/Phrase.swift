/// A sentence for people: written in English where it is needed, translated where it is shown.
///
/// The English text is what a translation is found by, as with gettext. A new phrase therefore
/// needs no name, only its translations in `Catalogue+Spanish.swift` and the others beside it; a
/// test reads the sources and names what is missing. English is put together without looking
/// anything up.
///
/// Values are marked by their place, so that a translation may turn them round. Plural forms differ
/// between the languages: write `Tokens that still work: 3.` rather than `3 tokens still work.`
package struct Phrase: Sendable, Hashable, ExpressibleByStringInterpolation {
    /// The English text with `{0}`, `{1}`… where values stand.
    package let key: String
    let values: [Value]

    /// What can stand in a phrase.
    indirect enum Value: Sendable, Hashable {
        /// A name or another word that is not translated.
        case text(String)
        /// An address or a code: stands as it is, since people copy it.
        case verbatim(String)
        case number(Int64)
        case instant(Instant)
        case phrase(Phrase)
    }

    package init(stringLiteral value: String) {
        key = value
        values = []
    }

    package init(stringInterpolation: StringInterpolation) {
        key = stringInterpolation.key
        values = stringInterpolation.values
    }

    /// A phrase whose English text is a fixed word of the code, such as the raw value of an enum.
    package init(fixed text: String) {
        key = text
        values = []
    }

    package var isEmpty: Bool { key.isEmpty }

    /// Whether it is a link or a code and nothing else.
    package var isVerbatim: Bool {
        if case .verbatim? = values.first { return key == "{0}" }
        return false
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var key = ""
        fileprivate var values: [Value] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            key.reserveCapacity(literalCapacity + interpolationCount * 3)
        }

        package mutating func appendLiteral(_ literal: String) { key += literal }

        package mutating func appendInterpolation(_ text: some StringProtocol) {
            append(.text(String(text)))
        }
        package mutating func appendInterpolation(verbatim text: String) {
            append(.verbatim(text))
        }
        package mutating func appendInterpolation(_ number: some BinaryInteger) {
            append(.number(Int64(clamping: number)))
        }
        /// Date and time of day in UTC.
        package mutating func appendInterpolation(_ instant: Instant) { append(.instant(instant)) }
        package mutating func appendInterpolation(_ phrase: Phrase) { append(.phrase(phrase)) }

        private mutating func append(_ value: Value) {
            key += "{\(values.count)}"
            values.append(value)
        }
    }
}

extension Phrase {
    /// The text in a language; in English where a translation is missing.
    package func text(in language: Language) -> String {
        let template = language == .english ? key : Catalogue.of(language)?[key] ?? key
        guard !values.isEmpty else { return template }
        var text = ""
        var rest = template[...]
        while let open = rest.firstIndex(of: "{") {
            text += rest[..<open]
            let inner = rest[rest.index(after: open)...].prefix { $0 != "}" }
            guard let place = Int(inner), values.indices.contains(place),
                inner.endIndex < rest.endIndex
            else {
                text += "{"
                rest = rest[rest.index(after: open)...]
                continue
            }
            text += values[place].text(in: language)
            rest = rest[rest.index(after: inner.endIndex)...]
        }
        return text + rest
    }
}

extension Phrase.Value {
    fileprivate func text(in language: Language) -> String {
        switch self {
        case .text(let text): language.isRightToLeft ? Self.isolated(text) : text
        case .verbatim(let text): text
        case .number(let number): language.number(number)
        case .instant(let instant): language.dateAndTime(instant)
        case .phrase(let phrase): phrase.text(in: language)
        }
    }

    /// Keeps a Latin name from turning the words around it (Unicode TR9 §2.4).
    ///
    /// What could end the isolation early is taken out, so that a name cannot disarrange the
    /// sentence.
    private static func isolated(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        scalars.append("\u{2068}")
        scalars.append(
            contentsOf: text.unicodeScalars.filter { !$0.properties.isBidiControl })
        scalars.append("\u{2069}")
        return String(scalars)
    }
}
