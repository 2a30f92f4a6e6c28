import Money
import Values

/// A piece of text on a document, and how it stands among others in either direction of writing.
package enum PrintedText: Hashable, Sendable {
    /// Our own words, in the document's language.
    case words(String)
    /// Somebody's name or sentence in any language; its own first letter decides its direction.
    case foreign(String)
    /// An amount, number or code, always from left to right.
    case figure(String)

    /// The text without any mark of direction.
    package var plain: String {
        switch self {
        case .words(let text), .foreign(let text), .figure(let text): text
        }
    }

    /// Somebody's text, without what could disarrange the rest of the page: marks that change the
    /// direction (Unicode TR9), and control characters but line ends.
    static func foreign(cleaning text: String) -> PrintedText {
        .foreign(clean(text))
    }

    static func figure(cleaning text: String) -> PrintedText { .figure(clean(text)) }

    private static func clean(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where !scalar.properties.isBidiControl {
            switch scalar.properties.generalCategory {
            case .lineSeparator, .paragraphSeparator: scalars.append("\n")
            case .control: scalars.append(scalar == "\n" ? "\n" : " ")
            case .unassigned, .privateUse, .surrogate: scalars.append("\u{FFFD}")
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }
}

/// How amounts and rates are written in the language of a document.
struct AmountStyle {
    let language: Language
    let currency: Currency

    /// Such as `1.234,50`, with a true minus sign.
    func amount(_ minorUnits: Int64) -> PrintedText { .figure(digits(minorUnits)) }

    /// Such as `EUR 1,234.50` or `1.234,50 EUR`.
    func amountWithCurrency(_ minorUnits: Int64) -> PrintedText {
        switch language {
        case .english, .arabic, .indonesian: .figure("\(currency.code) \(digits(minorUnits))")
        case .spanish: .figure("\(digits(minorUnits)) \(currency.code)")
        }
    }

    func number(_ number: Int64) -> PrintedText {
        .figure(Self.withTrueMinus(language.number(number)))
    }

    /// Such as `9,975 %`.
    func rate(_ rate: TaxRate) -> PrintedText {
        let text = rate.percentText.split(separator: ".").joined(
            separator: language.decimalSeparator)
        return .figure(language == .spanish ? "\(text)\u{A0}%" : "\(text)%")
    }

    private func digits(_ minorUnits: Int64) -> String {
        let decimal = currency.decimalText(minorUnits).split(separator: ".")
        let isNegative = minorUnits < 0
        let whole = Int64(decimal[0].drop { $0 == "-" }) ?? 0
        let text = ([language.number(whole)] + decimal.dropFirst().map(String.init))
            .joined(separator: language.decimalSeparator)
        return isNegative ? "\u{2212}" + text : text
    }

    private static func withTrueMinus(_ text: String) -> String {
        text.hasPrefix("-") ? "\u{2212}" + text.dropFirst() : text
    }
}
