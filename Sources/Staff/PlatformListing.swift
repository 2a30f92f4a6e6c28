import HTTP
import Persistence
import Tenancy
import Values

/// How a list of the platform is sorted and paged: the rules of OV-35…OV-38, read by staff.
struct PlatformListing: Sendable {
    enum Key: Sendable {
        case text(StaticString)
        case instant(StaticString)
    }

    let resource: Resource
    let source: StaticString
    let identity: StaticString
    let sorts: [(name: String, key: Key)]
    /// As a caller would write it.
    let defaultSort: String
    let filters: [Parameter]

    var parameters: [Parameter] {
        filters + [
            Parameter(
                "sort", .text(1...64),
                "One of: " + sorts.map { "\($0.name), -\($0.name)" }.joined(separator: ", ")),
            Parameter("limit", .integer, "Rows a page, 1 to 100; 50 unless told."),
            Parameter("cursor", .text(1...4_096), "next_cursor of the page before."),
        ]
    }

    var answer: AnswerShape { .json(.ok, .page(of: resource.schema)) }

    /// Answers one page of the rows for which all `conditions` hold.
    func page(_ context: StaffContext, where conditions: [SQL]) async throws -> Response {
        let query = context.call.query
        let limit = Int(min(100, max(1, query.integer("limit") ?? 50)))
        let fingerprint = Cursor.fingerprint(list: context.call.route.id, query: query)
        let cursor = try query.text("cursor").map {
            try Cursor.decode($0, fingerprint: fingerprint)
        }
        let rows = try await context.read(
            try statement(query, after: cursor, conditions, limit: limit + 1))
        var writer = JSONWriter(capacity: 256 + rows.count * 384)
        writer.beginObject()
        writer.key("data")
        writer.beginArray()
        for index in 0..<min(rows.count, limit) { resource.write(rows[index], to: &writer) }
        writer.endArray()
        writer.key("next_cursor")
        if rows.count > limit {
            writer.string(self.cursor(of: rows[limit - 1]).encoded(fingerprint: fingerprint))
        } else {
            writer.null()
        }
        writer.endObject()
        return .json(.ok, writer.bytes)
    }

    /// The row's columns, then its sort key and id.
    private func statement(
        _ query: QueryParameters, after cursor: Cursor?, _ conditions: [SQL], limit: Int
    ) throws -> SQL {
        let text = query.text("sort") ?? defaultSort
        let isDescending = text.hasPrefix("-")
        let name = isDescending ? String(text.dropFirst()) : text
        guard let sort = sorts.first(where: { $0.name == name }) else {
            throw Problem(.invalidSort)
        }
        let identity = SQL(stringLiteral: identity)
        let (key, bound) = try bound(sort.key, cursor)
        var sql: SQL = "SELECT \(resource.columns), \(key), \(identity) "
        sql.append(SQL(stringLiteral: source))
        sql.append(" WHERE true")
        for condition in conditions { sql.append(" AND \(condition)") }
        if let cursor, let bound {
            sql.append(
                isDescending
                    ? " AND (\(key), \(identity)) < (\(bound), \(cursor.id))"
                    : " AND (\(key), \(identity)) > (\(bound), \(cursor.id))")
        }
        sql.append(
            isDescending
                ? " ORDER BY \(key) DESC, \(identity) DESC LIMIT \(limit)"
                : " ORDER BY \(key), \(identity) LIMIT \(limit)")
        return sql
    }

    private func bound(_ key: Key, _ cursor: Cursor?) throws -> (SQL, SQL?) {
        switch key {
        case .text(let expression):
            guard let cursor else { return (SQL(stringLiteral: expression), nil) }
            guard let text = String(validating: cursor.sortKey, as: UTF8.self),
                Text.isStorable(text)
            else { throw Problem(.invalidCursor) }
            return (SQL(stringLiteral: expression), "\(text)")
        case .instant(let expression):
            return (SQL(stringLiteral: expression), try cursor.map { "\(try $0.instant())" })
        }
    }

    private func cursor(of row: Row) -> Cursor {
        let column = resource.fields.count
        return Cursor(
            sortKey: row.bytes(column).map { [UInt8]($0) } ?? [], id: row.id(column + 1))
    }
}
