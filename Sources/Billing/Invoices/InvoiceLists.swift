import HTTP
import Persistence
import Tabular
import Tenancy
import Values

extension Invoice {
    private static let total = Listing.Sort("total", "i.total", .integer)

    /// BL-101.
    static let listing = Listing(
        resource, from: source, identity: "i.id",
        sorts: [Listing.Sort("issued_at", "i.issued_at", .instant), total],
        defaultSort: "-issued_at", filters: filters)

    private static let filters =
        [Parameter("status", .choice(statuses), "Only invoices of this status.")] + Order.period
        + [Parameter("q", .text(1...200), "Part of the number.")]

    /// BL-107; drafts stand at the time of their making, and after all numbers.
    static let staffListing = Listing(
        staffResource, from: staffSource, identity: "i.id", sorts: staffSorts,
        defaultSort: "-issued_at", filters: staffFilters)

    private static let staffSorts = [
        Listing.Sort("issued_at", "coalesce(i.issued_at, i.created_at)", .instant),
        Listing.Sort(
            "number", "coalesce(i.year * 1000000000000 + i.seq, 9223372036854775807)", .integer),
    ]
    private static let staffFilters =
        [
            Parameter(
                "status", .choice(["draft"] + statuses), "Only invoices of this status."),
            Parameter("workspace_id", .id, "Only invoices of this workspace."),
        ] + Order.period
        + [Parameter("q", .text(1...200), "Part of the number or of the workspace's name.")]

    // MARK: Files

    private static let fileFields: [Resource.Field] = [
        .field("id", "i.id", .id),
        .field("number", "i.number", .text, nullable: true),
        .field(
            "status",
            """
            CASE WHEN i.state = 'issued' AND i.due_date < present.today THEN 'overdue'
                ELSE i.state END
            """, .text),
        .field("order", "o.link ->> 'number'", .text, nullable: true),
        .field("net", "i.net", .integer),
        .field("tax", "i.tax", .integer),
        .field("total", "i.total", .integer),
        .field("paid", "i.paid", .integer),
        .field("credited", "i.credited", .integer),
        .field("currency", "i.currency", .text),
        .field("issued_at", "i.issued_at", .instant, nullable: true),
        .field("issue_date", "i.issue_date::text", .text, nullable: true),
        .field("due_date", "i.due_date::text", .text, nullable: true),
        .field("paid_at", "i.paid_at", .instant, nullable: true),
        .field("voided_at", "i.voided_at", .instant, nullable: true),
        .field("void_reason", "i.void_reason", .text, nullable: true),
    ]

    /// The list as a file: amounts and their currency in columns of their own.
    static let fileListing = Listing(
        Resource("InvoiceRow", fileFields), from: source, identity: "i.id", sorts: listing.sorts,
        defaultSort: "-issued_at", filters: filters)
    static let staffFileListing = Listing(
        Resource(
            "PlatformInvoiceRow",
            fileFields + [
                .field("workspace_id", "i.workspace_id", .id),
                .field("workspace_name", "i.workspace_name", .text),
            ]), from: staffSource, identity: "i.id", sorts: staffSorts,
        defaultSort: "-issued_at", filters: staffFilters)

    static let staffExport = PlatformExport(
        name: "invoices", listing: staffFileListing, with: { present($0.now.utcDate) },
        conditions: { staffConditions($0.call.query, $0.now.utcDate) }
    ) { row, writer in staffCells(row, &writer) }

    /// The cells of one row of ``staffFileListing``, with instants in UTC.
    static func staffCells(_ row: Row, _ writer: inout CSVWriter) {
        cells(row, nil, &writer)
        writer.cell(row.id(16).description)
        writer.cell(row.text(17))
    }

    static func export(_ context: TenantContext) async throws -> Response {
        let (query, today) = (context.call.query, context.now.utcDate)
        let zone = try await context.timezone()
        return try await fileListing.csv(
            named: "invoices", context, with: present(today), where: conditions(query, today)
        ) {
            _ = try await context.write([], audit: AuditNote("invoices", nil, query.json))
        } cells: { row, writer in
            cells(row, zone, &writer)
        }
    }

    private static func cells(_ row: Row, _ zone: TimeZoneInfo?, _ writer: inout CSVWriter) {
        func instant(_ column: Int) {
            writer.cell(row.optionalInstant(column).map { zone.text($0) } ?? "")
        }
        writer.cell(row.id(0).description)
        for column in 1...3 { writer.cell(row.optionalText(column) ?? "") }
        writer.cells(amounts: (4...8).map { row.integer($0) }, row.text(9))
        instant(10)
        for column in 11...12 { writer.cell(row.optionalText(column) ?? "") }
        instant(13)
        instant(14)
        writer.cell(row.optionalText(15) ?? "")
    }

    // MARK: Filters

    static func conditions(_ query: QueryParameters, _ today: CivilDate) -> [SQL] {
        var conditions = conditions(status: query.text("status"), today)
        if let from = query.instant("from") { conditions.append("i.issued_at >= \(from)") }
        if let to = query.instant("to") { conditions.append("i.issued_at < \(to)") }
        if let text = query.text("q") {
            conditions.append(SQL.contains("cell.fold(i.number)", text))
        }
        return conditions
    }

    static func staffConditions(_ query: QueryParameters, _ today: CivilDate) -> [SQL] {
        var conditions = conditions(status: query.text("status"), today)
        if let id = query.id("workspace_id") { conditions.append("i.workspace_id = \(id)") }
        if let from = query.instant("from") {
            conditions.append("coalesce(i.issued_at, i.created_at) >= \(from)")
        }
        if let to = query.instant("to") {
            conditions.append("coalesce(i.issued_at, i.created_at) < \(to)")
        }
        if let text = query.text("q") {
            conditions.append(
                SQL.contains(
                    "cell.fold(coalesce(i.number, '') || ' ' || i.workspace_name)", text))
        }
        return conditions
    }

    /// What holds for invoices of a status on a day; nothing without one.
    static func conditions(status: String?, _ today: CivilDate) -> [SQL] {
        guard let status else { return [] }
        switch status {
        case "overdue": return ["i.state = 'issued' AND i.due_date < \(today.description)::date"]
        case "issued": return ["i.state = 'issued' AND i.due_date >= \(today.description)::date"]
        default: return ["i.state = \(status)"]
        }
    }
}
