import Values

/// The query parameters of a request, checked against what the route declares (OV-28).
package struct QueryParameters: Sendable {
    private let values: [String: String]

    /// None.
    package init() { values = [:] }

    /// - Throws: ``Problem`` `unknown_parameter`, `repeated_parameter`, `invalid_parameter`.
    package init(_ head: RequestHead, declared: [Parameter]) throws {
        guard let range = head.query, !range.isEmpty else {
            values = [:]
            return
        }
        guard
            let pairs = Values.Query.parse(
                String(decoding: head.bytes[range], as: UTF8.self))
        else {
            throw Problem(.malformedRequest, "The query is not valid percent-encoded UTF-8.")
        }
        var values: [String: String] = [:]
        for (name, value) in pairs {
            guard let parameter = Self.find(name, in: declared) else {
                throw Problem(
                    .unknownParameter, "The parameter \(Self.quoted(name)) is not known here.")
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw Problem(
                    .repeatedParameter, "The parameter \(Self.quoted(name)) was given twice.")
            }
            guard Self.isValid(value, parameter.kind) else {
                throw Problem(
                    .invalidParameter, "The value of \(Self.quoted(name)) is not valid.",
                    extra: [JSON.Member(name: "parameter", value: .string(name))])
            }
        }
        self.values = values
    }

    package func text(_ name: String) -> String? { values[name].map(Text.normalized) }
    package func bool(_ name: String) -> Bool? { values[name].map { $0 == "true" } }
    package func integer(_ name: String) -> Int64? { values[name].flatMap { Int64($0) } }
    package func id(_ name: String) -> ID? { values[name].flatMap { ID($0) } }
    package func instant(_ name: String) -> Instant? {
        values[name].flatMap { Instant(rfc3339: $0) }
    }

    /// The parameters `prefix[key]=value`, sorted by key.
    package func keyed(_ prefix: String) -> [(key: String, value: String)] {
        values.compactMap { name, value in
            Self.key(of: name, prefix: prefix).map { ($0, Text.normalized(value)) }
        }.sorted { $0.0 < $1.0 }
    }

    /// All parameters except those of paging, in a fixed order: what a cursor must agree with.
    var filters: [(String, String)] {
        values.filter { $0.key != "cursor" && $0.key != "limit" }.sorted { $0.key < $1.key }
    }

    /// The same as JSON, for the audit log.
    package var json: JSON {
        .object(filters.map { JSON.Member(name: $0.0, value: .string($0.1)) })
    }

    private static func find(_ name: String, in declared: [Parameter]) -> Parameter? {
        declared.first { parameter in
            if case .keyed = parameter.kind { return key(of: name, prefix: parameter.name) != nil }
            return parameter.name == name
        }
    }

    private static func key(of name: String, prefix: String) -> String? {
        guard name.hasPrefix(prefix + "["), name.hasSuffix("]") else { return nil }
        let key = name.dropFirst(prefix.count + 1).dropLast()
        guard 1...64 ~= key.unicodeScalars.count, Text.isSingleLine(String(key)) else { return nil }
        return String(key)
    }

    private static func isValid(_ value: String, _ kind: Parameter.Kind) -> Bool {
        switch kind {
        case .text(let length), .keyed(let length):
            let text = Text.normalized(value)
            return Text.isSingleLine(text) && length.contains(Text.length(text))
        case .boolean: return value == "true" || value == "false"
        case .integer: return Int64(value) != nil
        case .id: return ID(value) != nil
        case .instant: return Instant(rfc3339: value) != nil
        case .choice(let options): return options.contains(value)
        }
    }

    /// Caller's text in a message: bounded, so that an answer never grows with the input.
    private static func quoted(_ name: String) -> String { "‘\(name.prefix(64))’" }
}
