import HTTP
import Persistence
import Tabular
import Tenancy
import Values

/// The files around an import: its failed rows, and examples (MS-26, MS-29).
enum ImportFiles {
    /// Row number, column, code and the original cells of each failed row.
    static func errors(_ context: TenantContext) async throws -> Response {
        let id = context.call.id
        let found = try await context.read(
            "SELECT options FROM tenant.contact_imports WHERE id = \(id)")
        guard let options = found.first?.json(0) else { throw Problem.notFound }
        _ = try await context.write([], audit: AuditNote("contact_import", id))
        let header = options["header"]?.arrayValue?.compactMap(\.stringValue) ?? []
        return attachment(
            "text/csv; charset=utf-8", "import-errors.csv",
            .stream { writer in
                var csv = CSVWriter()
                for text in ["row", "column", "code"] + header { csv.cell(text) }
                csv.endRow()
                var last: Int64 = 0
                while true {
                    let rows = try await context.read(
                        """
                        SELECT row_number, column_name, code, cells
                        FROM tenant.contact_import_errors
                        WHERE import_id = \(id) AND row_number > \(last)
                        ORDER BY row_number LIMIT 500
                        """)
                    for index in 0..<rows.count {
                        let row = rows[index]
                        last = row.integer(0)
                        for text in ["\(last)", row.text(1), row.text(2)] { csv.cell(text) }
                        row.forEachElement(3) { csv.cell(utf8: $0) }
                        csv.endRow()
                    }
                    try await writer.write(csv.bytes)
                    csv.bytes.removeAll(keepingCapacity: true)
                    guard rows.count == 500 else { return }
                }
            })
    }

    private static let sample: [[String]] = [
        [
            "name", "phone", "email", "country_code", "iso_code", "language", "tags", "groups",
            "city",
        ],
        [
            "Ada Example", "+12025550123", "ada@example.com", "+1", "US", "en", "customer|vip",
            "Newsletter", "Washington",
        ],
        ["Budi Contoh", "081234567890", "", "+62", "ID", "id", "lead", "", "Jakarta"],
    ]

    static func sampleCSV(_ context: TenantContext) async throws -> Response {
        var csv = CSVWriter()
        for row in sample {
            for cell in row { csv.cell(cell) }
            csv.endRow()
        }
        return attachment("text/csv; charset=utf-8", "contacts.csv", .bytes(csv.bytes))
    }

    static let workbookType: StaticString =
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    static func sampleXLSX(_ context: TenantContext) async throws -> Response {
        var writer = XLSXWriter()
        for row in sample { try writer.row(row) }
        return attachment(workbookType, "contacts.xlsx", .bytes(try writer.bytes()))
    }

    /// An answer that browsers save as a file; `name` is ASCII without quotes.
    private static func attachment(
        _ type: StaticString, _ name: String, _ body: Response.Body
    ) -> Response {
        Response(
            .ok, contentType: type, body: body,
            fields: [(name: "Content-Disposition", value: "attachment; filename=\"\(name)\"")])
    }
}
