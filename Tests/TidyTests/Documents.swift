import Foundation

/// What is wrong with the documents, as `path:line: text`.
enum Documents {
    static let all = SourceTree.files.filter { $0.path.hasSuffix(".md") }

    /// One title, on the first line that is not blank.
    static func titleFindings(in file: SourceFile) -> [String] {
        let prose = proseLines(of: file)
        let titles = prose.filter { $0.text.hasPrefix("# ") }
        guard let first = titles.first else { return ["\(file.path):1: no title"] }
        let opening = prose.first { $0.text.contains { !$0.isWhitespace } }
        return (opening?.number == first.number ? [] : ["\(file.path):1: text before the title"])
            + titles.dropFirst().map { "\(file.path):\($0.number): second title" }
    }

    /// Links to files or headings that are not there; links to other sites are not followed.
    static func linkFindings(
        in file: SourceFile, exists: (String) -> Bool = SourceTree.exists,
        headings: (String) -> Set<String> = { headings(ofDocumentAt: $0) }
    ) -> [String] {
        proseLines(of: file).flatMap { line in
            line.text.matches(of: /\]\(([^()\s]+)\)/).map { (line.number, String($0.1)) }
        }.filter { _, link in
            guard link.wholeMatch(of: /(https?|mailto):.*/) == nil else { return false }
            let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            let target = parts[0].isEmpty ? file.path : resolve(String(parts[0]), from: file.path)
            guard exists(target) else { return true }
            return parts.count == 2 && !headings(target).contains(String(parts[1]))
        }.map { "\(file.path):\($0): dead link \($1)" }
    }

    /// The lines outside fenced code, with their numbers.
    static func proseLines(of file: SourceFile) -> [(number: Int, text: Substring)] {
        var isCode = false
        return zip(1..., file.lines).filter { _, line in
            guard line.hasPrefix("```") else { return !isCode }
            isCode.toggle()
            return false
        }.map { (number: $0, text: $1) }
    }

    /// `docs/a.md` and `../b.md` make `b.md`.
    static func resolve(_ link: String, from path: String) -> String {
        var components = path.split(separator: "/").dropLast().map(String.init)
        for part in link.split(separator: "/") where part != "." {
            if part != ".." { components.append(String(part)) } else { _ = components.popLast() }
        }
        return components.joined(separator: "/")
    }

    /// The anchors that a document's headings get where it is shown.
    static func headings(ofDocumentAt path: String) -> Set<String> {
        guard let file = all.first(where: { $0.path == path }) else { return [] }
        return Set(proseLines(of: file).filter { $0.text.hasPrefix("#") }.map { anchor($0.text) })
    }

    static func anchor(_ heading: Substring) -> String {
        heading.drop { $0 == "#" || $0 == " " }.lowercased()
            .filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
            .replacing(" ", with: "-")
    }
}
