import HTTP
import Persistence
import Tabular
import Tenancy
import Values

/// A list of the platform as a file: all rows that match, with instants in UTC (OV-40).
///
/// Each export is an entry of the platform's log.
struct PlatformExport: Sendable {
    /// The file's name without its ending, and what the log calls the target.
    let name: StaticString
    let listing: Listing
    let conditions: @Sendable (QueryParameters) -> [SQL]
    /// Writes the cells of one row in the order of the resource's fields.
    let cells: @Sendable (_ row: Row, _ writer: inout CSVWriter) -> Void

    static let answer = AnswerShape.media(.ok, "text/csv")

    func stream(_ context: StaffContext) async throws -> Response {
        let query = context.call.query
        return try await listing.csv(
            named: name.description, context, where: conditions(query)
        ) {
            try await context.change { _ in
                ((), AuditNote(name, nil, ["filters": query.json]))
            }
        } cells: { row, writer in
            cells(row, &writer)
        }
    }
}
