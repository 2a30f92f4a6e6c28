import HTTP
import Persistence
import Tabular
import Values

extension Listing {
    /// The parameters of the list's file: filters and sort, but no paging.
    package var fileParameters: [Parameter] {
        filters + parameters.filter { $0.name == "sort" }
    }

    /// All matching rows as a file, read in batches that are each admitted anew (OV-40).
    ///
    /// - Parameters:
    ///   - name: The file's, without its ending.
    ///   - context: The request.
    ///   - clause: A WITH that the list's source refers to.
    ///   - conditions: Boolean expressions that hold for the rows.
    ///   - record: Writes the entry of the export; nothing is recorded of what is refused.
    ///   - cells: Writes the cells of one row in the order of the resource's fields.
    /// - Returns: The answer, whose rows are read while it is sent.
    /// - Throws: ``Problem`` `invalid_sort`; what `record` throws.
    package func csv(
        named name: String, _ context: some ListContext, with clause: SQL = .empty,
        where conditions: [SQL],
        record: () async throws -> Void,
        cells: @escaping @Sendable (_ row: Row, _ writer: inout CSVWriter) -> Void
    ) async throws -> Response {
        try check(context.call.query)
        try await record()
        var response = Response(
            .ok, contentType: "text/csv; charset=utf-8",
            body: .stream { writer in
                var header = CSVWriter()
                for name in resource.names { header.cell(name) }
                header.endRow()
                try await writer.write(header.bytes)
                try await forEachBatch(context, with: clause, where: conditions) { rows in
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
}
