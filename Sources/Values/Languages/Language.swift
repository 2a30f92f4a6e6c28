/// A language that Courtyard speaks to people in: mails, and `title` and `detail` of problems
/// (ID-37).
///
/// What customers of a workspace read is never translated.
package enum Language: String, Sendable, CaseIterable {
    case english = "en"
    case spanish = "es"
    case arabic = "ar"
    case indonesian = "id"

    /// The codes that `language` takes, in the order that `GET /meta` lists them.
    package static let codes = allCases.map(\.rawValue)

    /// The language of a stored code; English for one that is not known any more.
    package init(code: String) { self = Language(rawValue: code) ?? .english }

    package var isRightToLeft: Bool { self == .arabic }

    /// The best of an `Accept-Language` value; English when nothing fits.
    ///
    /// That is the one of highest weight, and of equal ones the first; a region counts as its
    /// language (RFC 9110 §12.5.4).
    package init(accepting header: String) {
        var best: (language: Language, weight: Int) = (.english, 0)
        // Nobody ranks more languages than this; what follows is not looked at.
        for range in header.split(separator: ",").prefix(20) {
            let parts = range.split(separator: ";")
            guard let tag = parts.first.map({ Text.trimmed(String($0)).lowercased() }),
                let language = Language(tag: tag)
            else { continue }
            let weight = parts.count == 1 ? 1_000 : Self.weight(String(parts[1]))
            if weight > best.weight { best = (language, weight) }
        }
        self = best.language
    }

    private init?(tag: String) {
        switch tag.prefix(while: { $0 != "-" }) {
        case "en", "*": self = .english
        case "es": self = .spanish
        case "ar": self = .arabic
        // `in` is what ISO 639 called Indonesian until 1989; some systems still send it.
        case "id", "in": self = .indonesian
        default: return nil
        }
    }

    /// Thousandths of a `q=0.8`; 0 when it cannot be read.
    private static func weight(_ parameter: String) -> Int {
        let text = Text.trimmed(parameter).lowercased()
        guard text.hasPrefix("q="), let value = Double(text.dropFirst(2)), (0...1).contains(value)
        else { return 0 }
        return Int(value * 1_000)
    }
}

// How values stand in a sentence.
extension Language {
    /// A whole number with the thousands separated.
    package func number(_ number: Int64) -> String {
        let digits = String(number.magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 {
                text += self == .english || self == .arabic ? "," : "."
            }
            text.append(digit)
        }
        return number < 0 ? "-" + text : text
    }

    /// A day, such as `3 March 2026`.
    package func date(_ date: CivilDate) -> String {
        let month = months[date.month - 1]
        return switch self {
        case .english, .arabic, .indonesian: "\(date.day) \(month) \(date.year)"
        case .spanish: "\(date.day) de \(month) de \(date.year)"
        }
    }

    /// What stands between the whole part of a number and its decimals.
    package var decimalSeparator: String { self == .english || self == .arabic ? "." : "," }

    /// Date and time of day in UTC, such as `3 March 2026, 14:05 UTC`.
    func dateAndTime(_ instant: Instant) -> String {
        let date = instant.utcDate
        let seconds = Int(instant.seconds) - date.daysSinceEpoch * 86_400
        let (hour, minute) = (seconds / 3_600, seconds / 60 % 60)
        let (hours, minutes) = (Self.twoDigits(hour), Self.twoDigits(minute))
        return switch self {
        case .english, .spanish: "\(self.date(date)), \(hours):\(minutes) UTC"
        case .arabic: "\(self.date(date))، \(hours):\(minutes) UTC"
        case .indonesian: "\(self.date(date)) pukul \(hours).\(minutes) UTC"
        }
    }

    private static func twoDigits(_ number: Int) -> String {
        number < 10 ? "0\(number)" : String(number)
    }

    private var months: [String] {
        switch self {
        case .english:
            [
                "January", "February", "March", "April", "May", "June", "July", "August",
                "September", "October", "November", "December",
            ]
        case .spanish:
            [
                "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto",
                "septiembre", "octubre", "noviembre", "diciembre",
            ]
        case .arabic:
            [
                "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر",
                "أكتوبر", "نوفمبر", "ديسمبر",
            ]
        case .indonesian:
            [
                "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus",
                "September", "Oktober", "November", "Desember",
            ]
        }
    }
}
