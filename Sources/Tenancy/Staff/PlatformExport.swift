import HTTP
import Persistence
import Tabular
import Values

/// A list of the platform as a file: all rows that match, with instants in UTC (OV-40).
///
/// Each export is an entry of the platform's log.
package struct PlatformExport: Sendable {
    /// The file's name without its ending, and what the log calls the target.
    let name: StaticString
    package let listing: Listing
    let clause: @Sendable (StaffContext) -> SQL
    let conditions: @Sendable (StaffContext) -> [SQL]
    /// Writes the cells of one row in the order of the resource's fields.
    let cells: @Sendable (_ row: Row, _ writer: inout CSVWriter) -> Void

    package init(
        name: StaticString, listing: Listing,
        with clause: @escaping @Sendable (StaffContext) -> SQL = { _ in .empty },
        conditions: @escaping @Sendable (StaffContext) -> [SQL],
        cells: @escaping @Sendable (_ row: Row, _ writer: inout CSVWriter) -> Void
    ) {
        (self.name, self.listing) = (name, listing)
        (self.clause, self.conditions, self.cells) = (clause, conditions, cells)
    }

    package static let answer = AnswerShape.media(.ok, "text/csv")

    package func stream(_ context: StaffContext) async throws -> Response {
        let query = context.call.query
        return try await listing.csv(
            named: name.description, context, with: clause(context), where: conditions(context)
        ) {
            try await context.change { _ in
                ((), AuditNote(name, nil, ["filters": query.json]))
            }
        } cells: { row, writer in
            cells(row, &writer)
        }
    }
}
