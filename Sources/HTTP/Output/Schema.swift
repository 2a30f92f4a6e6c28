import Values

/// A JSON Schema (2020-12) fragment, as OpenAPI 3.1 carries it.
package struct Schema: Sendable, Equatable {
    package let json: JSON
    /// The name under which it stands in `components/schemas`, where it has one.
    package let name: String?
    /// The named schemas that this one refers to.
    package let nested: [Schema]

    package init(json: JSON, name: String? = nil, nested: [Schema] = []) {
        self.json = json
        self.name = name
        self.nested = nested
    }

    private init(_ members: (String, JSON)..., nested: [Schema] = []) {
        self.init(
            json: .object(members.map { JSON.Member(name: $0.0, value: $0.1) }), nested: nested)
    }

    package static let boolean = Schema(("type", .string("boolean")))
    package static let any = Schema(json: .object([]))
    package static let null = Schema(("type", .string("null")))

    package static func string(format: String? = nil) -> Schema {
        guard let format else { return Schema(("type", .string("string"))) }
        return Schema(("type", .string("string")), ("format", .string(format)))
    }

    package static func text(_ length: ClosedRange<Int>) -> Schema {
        Schema(
            ("type", .string("string")), ("minLength", .integer(Int64(length.lowerBound))),
            ("maxLength", .integer(Int64(length.upperBound))))
    }

    package static func choice(_ options: [String]) -> Schema {
        Schema(("type", .string("string")), ("enum", .array(options.map { .string($0) })))
    }

    package static func integer(_ range: ClosedRange<Int64>? = nil) -> Schema {
        guard let range else { return Schema(("type", .string("integer"))) }
        return Schema(
            ("type", .string("integer")), ("minimum", .integer(range.lowerBound)),
            ("maximum", .integer(range.upperBound)))
    }

    package static func array(_ element: Schema, _ count: ClosedRange<Int>? = nil) -> Schema {
        guard let count else {
            return Schema(
                ("type", .string("array")), ("items", element.reference), nested: element.all)
        }
        return Schema(
            ("type", .string("array")), ("items", element.reference),
            ("minItems", .integer(Int64(count.lowerBound))),
            ("maxItems", .integer(Int64(count.upperBound))), nested: element.all)
    }

    package static func map(of value: Schema) -> Schema {
        Schema(
            ("type", .string("object")), ("additionalProperties", value.reference),
            nested: value.all)
    }

    package static func nullable(_ schema: Schema) -> Schema {
        Schema(("anyOf", .array([schema.reference, Schema.null.json])), nested: schema.all)
    }

    package static func object(
        _ fields: [(name: String, schema: Schema, isRequired: Bool)], name: String? = nil
    ) -> Schema {
        var members: [JSON.Member] = [
            JSON.Member(name: "type", value: .string("object")),
            JSON.Member(
                name: "properties",
                value: .object(
                    fields.map { JSON.Member(name: $0.name, value: $0.schema.reference) })),
        ]
        let required = fields.filter(\.isRequired).map { JSON.string($0.name) }
        if !required.isEmpty {
            members.append(JSON.Member(name: "required", value: .array(required)))
        }
        members.append(JSON.Member(name: "additionalProperties", value: .bool(false)))
        return Schema(
            json: .object(members), name: name, nested: fields.flatMap { $0.schema.all })
    }

    /// `{"data": [...], "next_cursor": …}` (OV-35).
    package static func page(of element: Schema) -> Schema {
        .object([
            ("data", .array(element), true), ("next_cursor", .nullable(.string()), true),
        ])
    }

    private var all: [Schema] { name == nil ? nested : nested + [self] }

    /// A `$ref` for a named schema, else the schema itself.
    package var reference: JSON {
        guard let name else { return json }
        return .object([
            JSON.Member(name: "$ref", value: .string("#/components/schemas/\(name)"))
        ])
    }
}
