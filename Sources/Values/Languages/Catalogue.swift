/// The translations of one language, by their English text.
///
/// A catalogue is written as text: the English line, then `= ` and its translation, then an empty
/// line. It is read when the language is first used.
package struct Catalogue: Sendable {
    package let translations: [String: String]
    /// Lines of the source that are not as described above; always empty, as a test sees to.
    package let faults: [String]

    package subscript(_ key: String) -> String? { translations[key] }

    /// The catalogue of a language; nil for English, in which phrases are written.
    package static func of(_ language: Language) -> Catalogue? {
        switch language {
        case .english: Catalogue?.none
        case .spanish: spanish
        case .arabic: arabic
        case .indonesian: indonesian
        }
    }

    private static let spanish = Catalogue(spanishText)
    private static let arabic = Catalogue(arabicText)
    private static let indonesian = Catalogue(indonesianText)

    init(_ source: String) {
        var translations: [String: String] = [:]
        var faults: [String] = []
        var key: Substring?
        for line in source.split(separator: "\n") {
            if line.hasPrefix("= ") {
                guard let known = key,
                    translations.updateValue(String(line.dropFirst(2)), forKey: String(known))
                        == nil
                else {
                    faults.append(String(line))
                    continue
                }
                key = nil
            } else {
                if let key { faults.append(String(key)) }
                key = line
            }
        }
        if let key { faults.append(String(key)) }
        (self.translations, self.faults) = (translations, faults)
    }
}
