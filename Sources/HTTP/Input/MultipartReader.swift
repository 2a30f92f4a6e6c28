import Values

/// Reads `multipart/form-data` piece by piece in constant memory (RFC 7578, RFC 2046 §5.1).
///
/// Strict: the first delimiter begins the content, header lines end in CRLF, and nothing but white
/// space stands behind the last delimiter. What breaks a rule is `malformed_request`.
package final class MultipartReader {
    /// The head of one part.
    package struct Part: Equatable {
        package var name: String
        /// As the client named it; never to be used as a path.
        package var fileName: String?
    }

    static let maximumParts = 20
    static let maximumHeadBytes = 4_096

    private enum State { case beforeParts, inPart, betweenParts, ended }

    private let source: () async throws -> [UInt8]?
    /// CR LF, two hyphens and the boundary.
    private let delimiter: [UInt8]
    private var buffer: [UInt8] = []
    private var start = 0
    private var isSourceAtEnd = false
    private var state = State.beforeParts
    private var parts = 0

    /// A reader of content whose `contentType` names the boundary; `source` gives the next piece of
    /// it, or nil at its end.
    package init(contentType: String, source: @escaping () async throws -> [UInt8]?) throws {
        guard let boundary = Self.boundary(of: contentType) else {
            throw Problem(.malformedRequest, "Content-Type has no valid boundary.")
        }
        delimiter = [13, 10, 45, 45] + boundary
        self.source = source
        // The first delimiter begins the content; others have a line end before them.
        buffer = [13, 10]
    }

    /// Skips what is left of the present part and reads the head of the next; nil behind the last.
    package func nextPart() async throws -> Part? {
        if state == .beforeParts {
            try await need(delimiter.count)
            guard buffer[start..<start + delimiter.count].elementsEqual(delimiter) else {
                throw Self.malformed("The content does not begin with its boundary.")
            }
            start += delimiter.count
            state = .betweenParts
        }
        while state == .inPart { _ = try await readPiece() }
        guard state == .betweenParts else { return nil }
        try await need(2)
        if buffer[start] == 45, buffer[start + 1] == 45 {
            start += 2
            try await end()
            return nil
        }
        guard buffer[start] == 13, buffer[start + 1] == 10 else {
            throw Self.malformed("A delimiter is not followed by a line end.")
        }
        start += 2
        parts += 1
        guard parts <= Self.maximumParts else { throw Self.malformed("There are too many parts.") }
        state = .inPart
        return try Self.part(try await headLines())
    }

    /// The next piece of the present part's content, never empty; nil at its end.
    package func readPiece() async throws -> [UInt8]? {
        guard state == .inPart else { return nil }
        while true {
            if let place = delimiterPlace() {
                let piece = Array(buffer[start..<place])
                start = place + delimiter.count
                state = .betweenParts
                return piece.isEmpty ? nil : piece
            }
            // The last bytes may be the beginning of a delimiter.
            let safe = buffer.count - start - (delimiter.count - 1)
            if safe > 0 {
                let piece = Array(buffer[start..<start + safe])
                start += safe
                return piece
            }
            try await fill()
        }
    }

    /// The whole content of the present part as text.
    ///
    /// - Throws: ``Problem`` when it is longer or no UTF-8.
    package func readText(limit: Int) async throws -> String {
        var bytes: [UInt8] = []
        while let piece = try await readPiece() {
            bytes += piece
            guard bytes.count <= limit else { throw Self.malformed("A field is too long.") }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Self.malformed("A field is not UTF-8.")
        }
        return text
    }

    // MARK: Buffer

    private func fill() async throws {
        guard !isSourceAtEnd, let piece = try await source() else {
            isSourceAtEnd = true
            throw Self.malformed("The content ends before its last delimiter.")
        }
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer += piece
    }

    private func need(_ count: Int) async throws {
        while buffer.count - start < count { try await fill() }
    }

    private func delimiterPlace() -> Int? {
        let count = delimiter.count
        return buffer.withUnsafeBufferPointer { bytes in
            delimiter.withUnsafeBufferPointer { wanted in
                var place = start
                while place + count <= bytes.count {
                    if bytes[place] == 13 {
                        var matched = 1
                        while matched < count, bytes[place + matched] == wanted[matched] {
                            matched += 1
                        }
                        if matched == count { return place }
                    }
                    place += 1
                }
                return nil
            }
        }
    }

    /// Reads the content to its end, so that the connection can go on.
    private func end() async throws {
        state = .ended
        var rest = Array(buffer[start...])
        while let piece = try await source() {
            rest += piece
            guard rest.count <= 1_024 else { break }
        }
        guard rest.count <= 1_024, rest.allSatisfy({ $0 == 13 || $0 == 10 || $0 == 32 || $0 == 9 })
        else { throw Self.malformed("Something stands behind the last delimiter.") }
        buffer = []
        start = 0
    }

    // MARK: Heads

    private func headLines() async throws -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var total = 0
        while true {
            let line = try await line(within: Self.maximumHeadBytes - total)
            if line.isEmpty { return lines }
            total += line.count + 2
            lines.append(line)
        }
    }

    private func line(within limit: Int) async throws -> [UInt8] {
        var place = start
        while true {
            while place < buffer.count, buffer[place] != 10 { place += 1 }
            if place < buffer.count { break }
            guard place - start <= limit else { throw Self.malformed("A part's head is too long.") }
            let scanned = place - start
            try await fill()
            place = start + scanned
        }
        guard place - start <= limit + 2, place > start, buffer[place - 1] == 13 else {
            throw Self.malformed("A part's head is too long or has a bare line feed.")
        }
        defer { start = place + 1 }
        return Array(buffer[start..<place - 1])
    }

    static func malformed(_ detail: Phrase) -> Problem {
        Problem(.malformedRequest, "The upload could not be read. \(detail)")
    }
}
