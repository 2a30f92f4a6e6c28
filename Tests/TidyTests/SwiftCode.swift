/// Reads Swift just well enough to tell code from comments and strings.
///
/// Nested comments, raw and multi-line strings and interpolations are understood; a regex literal
/// between bare slashes is not, so one that contains a quote needs the extended form `#/…/#`.
enum SwiftCode {
    /// The same text with every byte of a comment or a string's text replaced by a space; line
    /// breaks and the code inside interpolations stay.
    static func blanked(_ text: String) -> String {
        var scanner = Scanner(bytes: Array(text.utf8))
        scanner.code(untilParenthesis: false)
        return String(decoding: scanner.bytes, as: UTF8.self)
    }

    private struct Scanner {
        var bytes: [UInt8]
        var position = 0

        func starts(with word: StaticString) -> Bool {
            let count = word.utf8CodeUnitCount
            guard position + count <= bytes.count else { return false }
            return (0..<count).allSatisfy { bytes[position + $0] == word.utf8Start[$0] }
        }

        mutating func blank(_ count: Int = 1) {
            for _ in 0..<count where position < bytes.count {
                if bytes[position] != UInt8(ascii: "\n") { bytes[position] = UInt8(ascii: " ") }
                position += 1
            }
        }

        /// Passes over code: to the end, or behind the parenthesis that closes an interpolation.
        mutating func code(untilParenthesis: Bool) {
            var depth = 1
            while position < bytes.count {
                if starts(with: "//") {
                    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { blank() }
                } else if starts(with: "/*") {
                    comment()
                } else if let hashes = openingHashes() {
                    string(hashes: hashes)
                } else {
                    if bytes[position] == UInt8(ascii: "(") { depth += 1 }
                    if bytes[position] == UInt8(ascii: ")") { depth -= 1 }
                    position += 1
                    if untilParenthesis, depth == 0 { return }
                }
            }
        }

        mutating func comment() {
            var depth = 0
            repeat {
                if starts(with: "/*") {
                    depth += 1
                    blank(2)
                } else if starts(with: "*/") {
                    depth -= 1
                    blank(2)
                } else {
                    blank()
                }
            } while depth > 0 && position < bytes.count
        }

        /// How many `#` stand before the quote that opens a string here; nil if none opens.
        func openingHashes() -> Int? {
            var end = position
            while end < bytes.count, bytes[end] == UInt8(ascii: "#") { end += 1 }
            return end < bytes.count && bytes[end] == UInt8(ascii: "\"") ? end - position : nil
        }

        mutating func string(hashes: Int) {
            position += hashes
            let quotes = starts(with: "\"\"\"") ? 3 : 1
            position += quotes
            while position < bytes.count {
                if run(of: "\"", atLeast: quotes), run(of: "#", atLeast: hashes, after: quotes) {
                    position += quotes + hashes
                    return
                }
                let isEscape =
                    bytes[position] == UInt8(ascii: "\\")
                    && run(of: "#", atLeast: hashes, after: 1)
                guard isEscape else {
                    blank()
                    continue
                }
                blank(1 + hashes)
                if position < bytes.count, bytes[position] == UInt8(ascii: "(") {
                    position += 1
                    code(untilParenthesis: true)
                } else {
                    blank()
                }
            }
        }

        func run(of byte: Unicode.Scalar, atLeast count: Int, after offset: Int = 0) -> Bool {
            let start = position + offset
            guard start + count <= bytes.count else { return false }
            return bytes[start..<start + count].allSatisfy { $0 == UInt8(ascii: byte) }
        }
    }
}
