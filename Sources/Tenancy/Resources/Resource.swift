import HTTP
import Persistence
import Values

/// One declaration of a resource's fields: its columns, its JSON and its schema (design §5).
///
/// Rows are written to JSON as bytes; no intermediate objects are made.
package struct Resource: Sendable {
    package enum Kind: Sendable {
        case id
        case text
        case integer
        case bool
        case instant
        /// jsonb of the given shape.
        case json(Schema)
        case texts
        case ids
        /// Whatever the closure writes from the column's bytes, of the given shape.
        case derived(Schema, @Sendable (UnsafeRawBufferPointer, inout JSONWriter) -> Void)
    }

    package struct Field: Sendable {
        let name: StaticString
        let column: StaticString
        let kind: Kind
        let isNullable: Bool
        let schema: Schema
    }

    /// What writing a row needs of a field, free of references, since it is read for every value.
    private struct Cell {
        enum Format: UInt8 {
            case id, text, integer, bool, instant, json, texts, ids, derived
        }

        let key: JSONKey
        let format: Format
    }

    package let name: String
    package let fields: [Field]
    private let cells: [Cell]
    /// The columns in the order of ``fields``, for a SELECT list or RETURNING.
    package let columns: SQL
    package let schema: Schema

    package init(_ name: String, _ fields: [Field]) {
        self.name = name
        self.fields = fields
        cells = fields.map { Cell(key: JSONKey($0.name), format: Self.format($0.kind)) }
        var columns = SQL.empty
        for (index, field) in fields.enumerated() {
            if index > 0 { columns.append(", ") }
            columns.append(SQL(stringLiteral: field.column))
        }
        self.columns = columns.constant
        schema = .object(
            fields.map { ($0.name.description, $0.schema, true) }, name: name)
    }

    /// The names of the fields, in order: the header of a CSV file.
    package var names: [String] { fields.map(\.name.description) }

    /// Writes one object from the columns that begin at `offset`.
    package func write(_ row: Row, to writer: inout JSONWriter, from offset: Int = 0) {
        writer.beginObject()
        writeMembers(row, to: &writer, from: offset)
        writer.endObject()
    }

    /// Writes the members alone, for an object that has more of them.
    package func writeMembers(_ row: Row, to writer: inout JSONWriter, from offset: Int = 0) {
        cells.withUnsafeBufferPointer { cells in
            for index in cells.indices {
                writer.key(cells[index].key)
                write(row, offset + index, cells[index].format, at: index, to: &writer)
            }
        }
    }

    private static func format(_ kind: Kind) -> Cell.Format {
        switch kind {
        case .id: .id
        case .text: .text
        case .integer: .integer
        case .bool: .bool
        case .instant: .instant
        case .json: .json
        case .texts: .texts
        case .ids: .ids
        case .derived: .derived
        }
    }

    /// The schema of such an object.
    package func schema(
        named name: String, with more: [(name: String, schema: Schema, isRequired: Bool)]
    ) -> Schema {
        .object(fields.map { ($0.name.description, $0.schema, true) } + more, name: name)
    }

    private func write(
        _ row: Row, _ column: Int, _ format: Cell.Format, at index: Int,
        to writer: inout JSONWriter
    ) {
        guard let bytes = row.bytes(column) else { return writer.null() }
        switch format {
        case .text: writer.string(utf8: bytes)
        case .id: writer.id(ID(bytes: bytes))
        case .integer: writer.integer(row.integer(column))
        case .bool: writer.bool(bytes[0] != 0)
        case .instant:
            let microseconds = Int64(bigEndian: bytes.loadUnaligned(as: Int64.self))
            writer.instant(Instant(postgresMicroseconds: microseconds))
        case .json: writer.raw(UnsafeRawBufferPointer(rebasing: bytes.dropFirst()))
        case .derived:
            if case .derived(_, let derive) = fields[index].kind { derive(bytes, &writer) }
        case .texts:
            writer.beginArray()
            row.forEachElement(column) { writer.string(utf8: $0) }
            writer.endArray()
        case .ids:
            writer.beginArray()
            row.forEachElement(column) { writer.id(ID(bytes: $0)) }
            writer.endArray()
        }
    }

    /// The answer that carries one row.
    package func response(_ row: Row, status: Status = .ok, version: Int64? = nil) -> Response {
        var writer = JSONWriter(capacity: 512)
        write(row, to: &writer)
        var response = Response.json(status, writer.bytes)
        if let version { response.fields.append((name: "ETag", value: "\"\(version)\"")) }
        return response
    }
}

extension Resource.Field {
    package static func field(
        _ name: StaticString, _ column: StaticString, _ kind: Resource.Kind, nullable: Bool = false
    ) -> Resource.Field {
        let schema: Schema =
            switch kind {
            case .id: .string(format: "uuid")
            case .text: .string()
            case .integer: .integer()
            case .bool: .boolean
            case .instant: .string(format: "date-time")
            case .json(let schema), .derived(let schema, _): schema
            case .texts: .array(.string())
            case .ids: .array(.string(format: "uuid"))
            }
        return Resource.Field(
            name: name, column: column, kind: kind, isNullable: nullable,
            schema: nullable ? .nullable(schema) : schema)
    }
}
