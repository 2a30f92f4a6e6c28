import Foundation

/// Finds in the sources what people will read: the literals that become a `Phrase` or the title of
/// a problem.
///
/// Which literals those are is told by where they stand: in a file that speaks of phrases, in a
/// `ProblemKind`, or as a whole sentence anywhere else; never in SQL, in what only the API
/// description shows, or in what only operators read.
struct PhraseSources {
    /// A literal's text, interpolations as `{0}`, `{1}`….
    struct Literal: Hashable {
        var text: String
        /// The names before the parentheses around it, innermost last.
        var calls: [String]
    }

    /// Modules and folders that speak to operators alone, or to nobody.
    private static let silent = [
        "App/", "Persistence/", "HTTPServer", "HTTPClient/", "EventLoop/", "Tabular/", "Crypto/",
        "Values/Languages/", "courtyard/", "Tenancy/Archive/", "Tenancy/Directory/",
        "HTTP/Routing/", "Tenancy/Audit/", "Tenancy/Secrets/", "Jobs/Running/JobRunner",
        "Billing/Credits/CreditVerification",
    ]
    /// What takes literals that nobody reads, or that stand in the API description.
    private static let silentCalls: Set<String> = [
        "Parameter", "read", "change", "open", "immediate", "preconditionFailure", "precondition",
        "string", "fatalError", "entry",
    ]

    static func phrases() throws -> [String: String] {
        let sources = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")
        let paths = FileManager.default.enumerator(atPath: sources.path)?.allObjects as? [String]
        var found: [String: String] = [:]
        for path in (paths ?? []).sorted() where path.hasSuffix(".swift") {
            if silent.contains(where: path.hasPrefix) { continue }
            let text = try String(contentsOf: sources.appending(path: path), encoding: .utf8)
            let speaks = text.contains("Phrase") || text.contains("paragraphs:")
            for literal in literals(of: text) where isPhrase(literal, inFileThatSpeaks: speaks) {
                found[literal.text] = path
            }
        }
        return found
    }

    private static func isPhrase(_ literal: Literal, inFileThatSpeaks speaks: Bool) -> Bool {
        guard literal.text.contains(" "), !literal.text.contains("\n"),
            let first = literal.text.first, first.isUppercase || first == "{",
            silentCalls.isDisjoint(with: literal.calls)
        else { return false }
        if literal.calls.contains("ProblemKind") || literal.text.hasSuffix(".") { return true }
        // SQL begins with a word in capitals.
        return speaks && first != "{"
            && !literal.text.prefix(while: \.isLetter).allSatisfy(\.isUppercase)
    }

    static func literals(of source: String) -> [Literal] {
        var scanner = Scanner(text: Array(source.unicodeScalars))
        scanner.code(isInterpolation: false)
        return scanner.found
    }

    private struct Scanner {
        let text: [Unicode.Scalar]
        var position = 0
        var calls: [String] = []
        var found: [Literal] = []

        init(text: [Unicode.Scalar]) { self.text = text }

        func at(_ word: String) -> Bool {
            let scalars = word.unicodeScalars
            return position + scalars.count <= text.count
                && zip(text[position...], scalars).allSatisfy { $0 == $1 }
        }

        mutating func code(isInterpolation: Bool) {
            let outer = calls.count
            while position < text.count {
                if at("//") {
                    while position < text.count, text[position] != "\n" { position += 1 }
                } else if at("#\"") {
                    position += 2
                    while position < text.count, !at("\"#") { position += 1 }
                    position += 2
                } else if at("\"\"\"") {
                    literal(quote: "\"\"\"")
                } else if at("\"") {
                    literal(quote: "\"")
                } else if at("(") {
                    calls.append(wordBefore())
                    position += 1
                } else if at(")") {
                    position += 1
                    if isInterpolation, calls.count == outer { return }
                    if !calls.isEmpty { calls.removeLast() }
                } else {
                    position += 1
                }
            }
        }

        func wordBefore() -> String {
            var start = position
            while start > 0, text[start - 1].properties.isAlphabetic { start -= 1 }
            return String(String.UnicodeScalarView(text[start..<position]))
        }

        mutating func literal(quote: String) {
            position += quote.count
            var parts = String.UnicodeScalarView()
            var values = 0
            while position < text.count, !at(quote) {
                if at("\\(") {
                    position += 2
                    code(isInterpolation: true)
                    parts.append(contentsOf: "{\(values)}".unicodeScalars)
                    values += 1
                } else if at("\\\n") {
                    parts.append("\u{1}")
                    position += 2
                } else if at("\\") {
                    position += 1
                    parts.append(text[position])
                    position += 1
                } else {
                    parts.append(text[position])
                    position += 1
                }
            }
            position += quote.count
            let body = String(parts)
            found.append(
                Literal(text: quote.count == 3 ? Self.unindented(body) : body, calls: calls))
        }

        /// The text of a multi-line literal; `\u{1}` stands for a line end that was escaped.
        static func unindented(_ body: String) -> String {
            let whole = body.replacingOccurrences(of: "\u{1}", with: "\u{1}\n")
            var lines = whole.split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
            let indent = lines.popLast()?.count ?? 0
            return lines.map { $0.dropFirst(indent) }.joined(separator: "\n")
                .replacingOccurrences(of: "\u{1}\n", with: "")
        }
    }
}
