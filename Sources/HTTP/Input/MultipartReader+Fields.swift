import Values

extension MultipartReader {
    /// The boundary of a `multipart/form-data` field value: 1 to 70 characters of RFC 2046 §5.1.1.
    static func boundary(of contentType: String) -> [UInt8]? {
        guard let parameters = parameters(of: contentType),
            parameters.value.lowercased() == "multipart/form-data"
        else { return nil }
        let found = parameters.named.filter { $0.name == "boundary" }
        guard found.count == 1 else { return nil }
        let boundary = Array(found[0].value.utf8)
        let marks = Array("'()+_,-./:=? ".utf8)
        guard (1...70).contains(boundary.count), boundary.last != 32,
            boundary.allSatisfy({ Base62.isDigit($0) || marks.contains($0) })
        else { return nil }
        return boundary
    }

    /// Reads a part's header lines.
    ///
    /// Only Content-Disposition matters: contents are recognised by themselves, and RFC 7578 §4.7
    /// retired Content-Transfer-Encoding.
    static func part(_ lines: [[UInt8]]) throws -> Part {
        var part: Part?
        for line in lines {
            guard let text = String(validating: line, as: UTF8.self),
                line.allSatisfy({ $0 >= 32 && $0 != 127 }),
                let colon = text.firstIndex(of: ":"), colon != text.startIndex
            else { throw malformed("A part's head has a broken line.") }
            let name = text[..<colon].lowercased()
            let value = String(text[text.index(after: colon)...])
            switch name {
            case "content-disposition":
                guard part == nil, let read = disposition(value) else {
                    throw malformed("A part has no valid Content-Disposition.")
                }
                part = read
            case "content-transfer-encoding":
                guard ["binary", "8bit", "7bit"].contains(Text.trimmed(value).lowercased()) else {
                    throw malformed("A part has a transfer encoding.")
                }
            default: break
            }
        }
        guard let part else { throw malformed("A part has no Content-Disposition.") }
        return part
    }

    private static func disposition(_ value: String) -> Part? {
        guard let parameters = parameters(of: value), parameters.value.lowercased() == "form-data"
        else { return nil }
        let names = parameters.named.filter { $0.name == "name" }
        let files = parameters.named.filter { $0.name == "filename" }
        guard names.count == 1, files.count <= 1, !names[0].value.isEmpty else { return nil }
        return Part(name: names[0].value, fileName: files.first?.value)
    }

    /// `value; name=token; name="quoted"`, as RFC 9110 §5.6.6 writes parameters.
    private static func parameters(
        of text: String
    ) -> (value: String, named: [(name: String, value: String)])? {
        var rest = Array(text.unicodeScalars)[...]
        let value = take(&rest) { $0 != ";" }
        var named: [(name: String, value: String)] = []
        while rest.popFirst() != nil {
            let name = take(&rest) { $0 != "=" && $0 != ";" }.lowercased()
            if name.isEmpty, rest.first == nil || rest.first == ";" { continue }
            guard rest.popFirst() == "=", !name.isEmpty else { return nil }
            if rest.first == "\"" {
                guard let quoted = takeQuoted(&rest) else { return nil }
                named.append((name, quoted))
            } else {
                named.append((name, take(&rest) { $0 != ";" }))
            }
        }
        return (value, named)
    }

    private static func take(
        _ rest: inout ArraySlice<Unicode.Scalar>, while isTaken: (Unicode.Scalar) -> Bool
    ) -> String {
        let taken = rest.prefix(while: isTaken)
        rest = rest.dropFirst(taken.count)
        var text = String.UnicodeScalarView()
        text.append(contentsOf: taken)
        return Text.trimmed(String(text))
    }

    private static func takeQuoted(_ rest: inout ArraySlice<Unicode.Scalar>) -> String? {
        rest.removeFirst()
        var text = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            if scalar == "\"" {
                rest = rest.drop { $0 == " " || $0 == "\t" }
                guard rest.isEmpty || rest.first == ";" else { return nil }
                return String(text)
            }
            // Browsers do not escape a backslash, so one counts as an escape only before a quote.
            if scalar == "\\", rest.first == "\"", let escaped = rest.popFirst() {
                text.append(escaped)
            } else {
                text.append(scalar)
            }
        }
        return nil
    }
}
