/// Writes XML 1.0 elements, with text escaped and without characters that XML has not.
struct XMLWriter {
    private(set) var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

    private var open: [String] = []

    /// Begins an element, to be ended by ``end()``.
    mutating func begin(_ name: String, _ attributes: [(String, String)] = []) {
        open.append(name)
        start(name, attributes)
    }

    mutating func end() {
        if let name = open.popLast() { text += "</\(name)>" }
    }

    /// An element with text.
    mutating func element(
        _ name: String, _ attributes: [(String, String)] = [], text value: String
    ) {
        start(name, attributes)
        escaped(value)
        text += "</\(name)>"
    }

    /// An element with text; nothing where there is none, since UBL allows no empty elements.
    mutating func optional(
        _ name: String, _ value: String?, _ attributes: [(String, String)] = []
    ) {
        guard let value, !value.allSatisfy(\.isWhitespace) else { return }
        element(name, attributes, text: value)
    }

    private mutating func start(_ name: String, _ attributes: [(String, String)]) {
        text += "<" + name
        for (name, value) in attributes {
            text += " \(name)=\""
            escaped(value)
            text += "\""
        }
        text += ">"
    }

    private mutating func escaped(_ value: String) {
        for scalar in value.unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "\n", "\t": text.unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": text += " "
            case "\u{FFFE}", "\u{FFFF}": text += "\u{FFFD}"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}
