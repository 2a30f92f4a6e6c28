import HTTP
import Persistence
import Values

/// A request that can be answered with a list: of a workspace, or of the platform for its staff.
package protocol ListContext: RequestContext {
    /// Whose rows the list shows, so that a cursor fits no other list.
    var listOwner: String { get }
}

extension TenantContext: ListContext {
    package var listOwner: String { "\(tenant.number)" }
}

extension StaffContext: ListContext {
    package var listOwner: String { "platform" }
}

/// How a list is sorted and paged (OV-35…OV-38).
///
/// Declared once beside the list's route.
package struct Listing: Sendable {
    package struct Sort: Sendable {
        package enum Kind: Sendable {
            case text
            case instant
            case integer
        }

        let name: String
        /// Never null, so that every row has its place.
        let expression: StaticString
        let kind: Kind

        package init(_ name: String, _ expression: StaticString, _ kind: Kind) {
            self.name = name
            self.expression = expression
            self.kind = kind
        }
    }

    package let resource: Resource
    /// The id that breaks ties, such as `c.id`.
    package let identity: StaticString
    /// Everything after SELECT … up to WHERE, such as `FROM tenant.contacts c`.
    package let source: StaticString
    package let sorts: [Sort]
    /// As a caller would write it, such as `-created_at`.
    package let defaultSort: String
    package let filters: [Parameter]
    private let orders: [Order]

    package init(
        _ resource: Resource, from source: StaticString, identity: StaticString, sorts: [Sort],
        defaultSort: String, filters: [Parameter] = []
    ) {
        self.resource = resource
        self.source = source
        self.identity = identity
        self.sorts = sorts
        self.defaultSort = defaultSort
        self.filters = filters
        orders = sorts.flatMap { sort in
            [false, true].map {
                Order(sort, isDescending: $0, resource, source: source, identity: identity)
            }
        }
    }

    /// The list's parameters: its filters and those of paging.
    package var parameters: [Parameter] {
        filters + [
            Parameter(
                "sort", .text(1...64),
                "One of: " + sorts.map { "\($0.name), -\($0.name)" }.joined(separator: ", ")),
            Parameter("limit", .integer, "Rows a page, 1 to 100; 50 unless told."),
            Parameter("cursor", .text(1...4_096), "next_cursor of the page before."),
        ]
    }

    package var answer: AnswerShape { .json(.ok, .page(of: resource.schema)) }

    /// Answers one page of the rows for which all `conditions`, boolean expressions, hold.
    ///
    /// `clause` is a WITH that the list's source refers to, for what differs from call to call,
    /// such as today's date.
    package func page(
        _ context: some ListContext, with clause: SQL = .empty, where conditions: [SQL] = []
    ) async throws -> Response {
        let query = context.call.query
        let limit = Int(min(100, max(1, query.integer("limit") ?? 50)))
        let order = try order(query)
        let fingerprint = Cursor.fingerprint(
            list: "\(context.call.route.id) \(context.listOwner) \(context.call.ids)",
            query: query)
        let cursor = try query.text("cursor").map {
            try Cursor.decode($0, fingerprint: fingerprint)
        }
        let rows = try await context.read(
            try statement(clause, order, after: cursor, conditions, limit: limit + 1))
        var writer = JSONWriter(capacity: 256 + rows.count * 384)
        writer.beginObject()
        writer.key("data")
        writer.beginArray()
        let shown = min(rows.count, limit)
        for index in 0..<shown { resource.write(rows[index], to: &writer) }
        writer.endArray()
        writer.key("next_cursor")
        if rows.count > limit, limit > 0 {
            let last = self.cursor(of: rows[limit - 1])
            writer.string(last.encoded(fingerprint: fingerprint))
        } else {
            writer.null()
        }
        writer.endObject()
        return .json(.ok, writer.bytes)
    }

    /// Visits all rows in the list's order, a batch at a time; each batch is admitted anew.
    package func forEachBatch(
        _ context: some ListContext, with clause: SQL = .empty, where conditions: [SQL] = [],
        size: Int = 1_000,
        _ visit: (Rows) async throws -> Void
    ) async throws {
        let order = try order(context.call.query)
        var cursor: Cursor?
        while true {
            let rows = try await context.read(
                try statement(clause, order, after: cursor, conditions, limit: size))
            if rows.count > 0 { try await visit(rows) }
            guard rows.count == size else { return }
            cursor = self.cursor(of: rows[size - 1])
        }
    }

    /// Checks the parameters before an answer begins that cannot be taken back.
    ///
    /// - Throws: ``Problem`` `invalid_sort`.
    package func check(_ query: QueryParameters) throws { _ = try order(query) }

    // MARK: Details

    /// One way to sort, with the parts of its statement that never change.
    private struct Order: Sendable {
        /// As a caller writes it, such as `-created_at`.
        let name: String
        let kind: Sort.Kind
        /// The row's columns, then its sort key and id, up to `WHERE true`.
        let head: SQL
        /// What stands before the cursor's key and id.
        let bound: SQL
        /// Up to the number of rows.
        let tail: SQL

        init(
            _ sort: Sort, isDescending: Bool, _ resource: Resource, source: StaticString,
            identity: StaticString
        ) {
            let key = SQL(stringLiteral: sort.expression)
            let identity = SQL(stringLiteral: identity)
            let source = SQL(stringLiteral: source)
            name = (isDescending ? "-" : "") + sort.name
            kind = sort.kind
            let head: SQL = "SELECT \(resource.columns), \(key), \(identity) \(source) WHERE true"
            let bound: SQL =
                isDescending
                ? " AND (\(key), \(identity)) < (" : " AND (\(key), \(identity)) > ("
            let tail: SQL =
                isDescending
                ? " ORDER BY \(key) DESC, \(identity) DESC LIMIT "
                : " ORDER BY \(key), \(identity) LIMIT "
            self.head = head.constant
            self.bound = bound.constant
            self.tail = tail.constant
        }
    }

    private func order(_ query: QueryParameters) throws -> Order {
        let name = query.text("sort") ?? defaultSort
        guard let order = orders.first(where: { $0.name == name }) else {
            throw Problem(.invalidSort)
        }
        return order
    }

    private func statement(
        _ clause: SQL, _ order: Order, after cursor: Cursor?, _ conditions: [SQL], limit: Int
    ) throws -> SQL {
        var sql = clause
        sql.append(order.head)
        for condition in conditions { sql.append(" AND \(condition)") }
        if let cursor {
            sql.append("\(order.bound)\(try bound(cursor, order.kind)), \(cursor.id))")
        }
        sql.append("\(order.tail)\(limit)")
        return sql
    }

    /// Cursors can be forged, so a key that PostgreSQL would choke on is refused here.
    private func bound(_ cursor: Cursor, _ kind: Sort.Kind) throws -> SQL {
        switch kind {
        case .text:
            guard let text = String(validating: cursor.sortKey, as: UTF8.self),
                Text.isStorable(text)
            else { throw Problem(.invalidCursor) }
            return "\(text)"
        case .instant: return "\(try cursor.instant())"
        case .integer: return "\(try number(cursor))"
        }
    }

    private func number(_ cursor: Cursor) throws -> Int64 {
        guard cursor.sortKey.count == 8 else { throw Problem(.invalidCursor) }
        return cursor.sortKey.reduce(Int64(0)) { $0 << 8 | Int64($1) }
    }

    /// The sort key stays in PostgreSQL's binary form: text as it is, numbers big-endian.
    private func cursor(of row: Row) -> Cursor {
        let column = resource.fields.count
        return Cursor(
            sortKey: row.bytes(column).map { [UInt8]($0) } ?? [], id: row.id(column + 1))
    }
}

extension SQL {
    /// `q=`: case- and accent-insensitive substring over a column that holds `cell.fold` text
    /// (OV-39).
    package static func contains(_ column: SQL, _ text: String) -> SQL {
        "\(column) LIKE cell.like_pattern(\(text))"
    }
}
