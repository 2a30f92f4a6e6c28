/// How a run of text looks in the PDF.
struct TextStyle: Hashable {
    /// Points.
    var size: Double
    var isBold = false
    var color = Color.ink
    /// Between the line that the text begins and the one above it; points.
    var spaceBefore = 0.0

    /// Red, green and blue, 0 to 255.
    struct Color: Hashable {
        var red, green, blue: Double

        static let ink = Color(red: 26, green: 31, blue: 43)
        static let quiet = Color(red: 107, green: 114, blue: 128)
        static let hairline = Color(red: 223, green: 227, blue: 234)
        static let tint = Color(red: 243, green: 245, blue: 249)
    }

    static let body = TextStyle(size: 9)
    static let strong = TextStyle(size: 9, isBold: true)
    static let quiet = TextStyle(size: 9, color: .quiet)
    static let label = TextStyle(size: 7.5, color: .quiet, spaceBefore: 4)
    static let footer = TextStyle(size: 7.5, color: .quiet)
    static let heading = TextStyle(size: 7.5, isBold: true, color: .quiet)
    static let title = TextStyle(size: 21, isBold: true)
    static let number = TextStyle(size: 10.5, color: .quiet)
    static let brand = TextStyle(size: 14, isBold: true)
    static let headline = TextStyle(size: 17, isBold: true)
    static let headlineFact = TextStyle(size: 10)
    static let small = TextStyle(size: 8)
    static let total = TextStyle(size: 11.5, isBold: true)
}

/// A piece of text in one style.
struct TextRun {
    var text: String
    var style: TextStyle

    init(_ text: String, _ style: TextStyle) { (self.text, self.style) = (text, style) }

    /// Text with the marks that keep its direction from touching its neighbours (Unicode TR9 §2.4).
    init(_ text: PrintedText, _ style: TextStyle) {
        self.init(Self.isolated(text), style)
    }

    private static func isolated(_ text: PrintedText) -> String {
        switch text {
        case .words(let words): words
        case .figure(let figure): "\u{2066}\(figure)\u{2069}"
        // A line end is a paragraph's end, where isolation ends too.
        case .foreign(let foreign):
            foreign.split(separator: "\n", omittingEmptySubsequences: false)
                .map {
                    $0.utf8.allSatisfy { $0 < 0x80 } && $0.isEmpty ? "" : "\u{2068}\($0)\u{2069}"
                }
                .joined(separator: "\n")
        }
    }
}
