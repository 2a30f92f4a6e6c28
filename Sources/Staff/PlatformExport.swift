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

    /// The list's own parameters without those of paging.
    var parameters: [Parameter] {
        listing.filters + listing.parameters.filter { $0.name == "sort" }
    }

    static let answer = AnswerShape.media(.ok, "text/csv")

    func stream(_ context: StaffContext) async throws -> Response {
        let query = context.call.query
        try listing.check(query)
        let conditions = conditions(query)
        try await context.change { _ in
            ((), AuditNote(name, nil, ["filters": query.json]))
        }
        var response = Response(
            .ok, contentType: "text/csv; charset=utf-8",
            body: .stream { writer in
                try await writer.write(header)
                try await listing.forEachBatch(context, where: conditions) { rows in
                    var lines = CSVWriter()
                    for index in 0..<rows.count {
                        cells(rows[index], &lines)
                        lines.endRow()
                    }
                    try await writer.write(lines.bytes)
                }
            })
        response.fields.append(
            (name: "Content-Disposition", value: "attachment; filename=\"\(name).csv\""))
        return response
    }

    private var header: [UInt8] {
        var writer = CSVWriter()
        for name in listing.resource.names { writer.cell(name) }
        writer.endRow()
        return writer.bytes
    }
}
