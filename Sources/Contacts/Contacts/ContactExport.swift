import HTTP
import Persistence
import Tabular
import Tenancy
import Values

/// Contacts as CSV, streamed a batch at a time (MS-28, OV-40).
///
/// The columns are those of ``ContactColumn``, then each attribute that any of the contacts has.
struct ContactExport {
    /// More would be a file that an import refuses, and a header that does not fit into memory.
    static let attributeLimit = 900

    /// What a row of the file is made of; read by position in ``row(_:to:)``.
    private static let resource = Resource(
        "ContactRow",
        [
            .field("name", "c.name", .text),
            .field("phone", "c.phone", .text, nullable: true),
            .field("email", "c.email", .text, nullable: true),
            .field("country_code", "c.country_code", .text, nullable: true),
            .field("iso_code", "c.iso_code", .text, nullable: true),
            .field("language", "c.language", .text, nullable: true),
            .field("tags", "c.tags", .texts),
            .field(
                "groups",
                """
                ARRAY(SELECT g.name FROM tenant.group_members gm
                JOIN tenant.groups g ON g.id = gm.group_id
                WHERE gm.contact_id = c.id ORDER BY g.name_key)
                """, .texts),
            .field("opted_out", "c.opted_out", .bool),
            .field("created_at", "c.created_at", .instant),
            // Keys and values by turns.
            .field(
                "attributes",
                """
                ARRAY(SELECT unnest(ARRAY[a.key, a.value]) FROM jsonb_each_text(c.attributes) a)
                """, .texts),
        ])

    let source: StaticString
    let sorts: [Listing.Sort]
    let defaultSort: String
    let filters: [Parameter]

    static let contacts = ContactExport(
        source: "FROM tenant.contacts c", sorts: Contact.sorts, defaultSort: "-created_at",
        filters: ContactFilter.parameters)

    static let answer = AnswerShape.media(.ok, "text/csv")

    /// As the list's, but without paging.
    var parameters: [Parameter] {
        listing.parameters.filter { $0.name != "limit" && $0.name != "cursor" }
    }

    private var listing: Listing {
        Listing(
            Self.resource, from: source, identity: "c.id", sorts: sorts, defaultSort: defaultSort,
            filters: filters)
    }

    /// Writes the audit entry, then answers with the rows.
    ///
    /// The file is read in batches, each admitted anew, so a caller who loses the right meanwhile
    /// gets a broken transfer, not the rest.
    func response(
        _ context: TenantContext, where conditions: [SQL], note: AuditNote
    ) async throws -> Response {
        let listing = listing
        try listing.check(context.call.query)
        let keys = try await attributeKeys(context, conditions)
        let settings = try await context.write(
            ["SELECT timezone FROM tenant.settings"], audit: note)
        let zone = settings[0].first.flatMap { TimeZoneInfo.named($0.text(0)) }
        var response = Response(
            .ok, contentType: "text/csv; charset=utf-8",
            body: .stream { writer in
                var file = ContactFile(keys: keys, zone: zone)
                file.header()
                try await listing.forEachBatch(context, where: conditions) { rows in
                    for index in 0..<rows.count { file.row(rows[index]) }
                    try await writer.write(file.take())
                }
                let rest = file.take()
                if !rest.isEmpty { try await writer.write(rest) }
            })
        response.fields.append(
            (name: "Content-Disposition", value: "attachment; filename=\"contacts.csv\""))
        return response
    }

    private func attributeKeys(
        _ context: TenantContext, _ conditions: [SQL]
    ) async throws -> [String] {
        var sql: SQL = "SELECT DISTINCT k COLLATE \"C\" "
        sql.append(SQL(stringLiteral: source))
        sql.append(" CROSS JOIN LATERAL jsonb_object_keys(c.attributes) k WHERE true")
        for condition in conditions { sql.append(" AND \(condition)") }
        sql.append(" ORDER BY 1 LIMIT \(Self.attributeLimit + 1)")
        let keys = try await context.read(sql).map { $0.text(0) }
        guard keys.count <= Self.attributeLimit else {
            throw Problem(
                .tooManyColumns,
                extra: [.init(name: "limit", value: .integer(Int64(Self.attributeLimit)))])
        }
        return keys
    }

    /// `GET /v1/contacts/export.csv`.
    static func perform(_ context: TenantContext) async throws -> Response {
        try await contacts.response(
            context, where: ContactFilter(context.call.query).conditions,
            note: AuditNote("contact", nil, ["parameters": context.call.query.json]))
    }
}

/// The bytes of a contact file that were not sent yet.
private struct ContactFile {
    private let keys: [String]
    private let positions: [String: Int]
    private let zone: TimeZoneInfo?
    private var csv = CSVWriter()

    init(keys: [String], zone: TimeZoneInfo?) {
        self.keys = keys
        self.zone = zone
        positions = Dictionary(uniqueKeysWithValues: keys.enumerated().map { ($1, $0) })
    }

    mutating func take() -> [UInt8] {
        defer { csv.bytes.removeAll(keepingCapacity: true) }
        return csv.bytes
    }

    mutating func header() {
        for column in ContactColumn.allCases { csv.cell(column.header) }
        for key in keys { csv.cell(key) }
        csv.endRow()
    }

    mutating func row(_ row: Row) {
        for column in 0..<6 { csv.cell(row.optionalText(column) ?? "") }
        csv.cell(joined(row.texts(6)))
        csv.cell(joined(row.texts(7)))
        csv.cell(row.bool(8) ? "true" : "false")
        csv.cell(local(row.instant(9)))
        if !keys.isEmpty {
            var values = [String](repeating: "", count: keys.count)
            let pairs = row.texts(10)
            for index in stride(from: 0, to: pairs.count - 1, by: 2) {
                if let place = positions[pairs[index]] { values[place] = pairs[index + 1] }
            }
            for value in values { csv.cell(value) }
        }
        csv.endRow()
    }

    private func joined(_ texts: [String]) -> String {
        texts.isEmpty ? "" : texts.joined(separator: String(ContactRules.separator))
    }

    private func local(_ instant: Instant) -> String {
        guard let zone else { return instant.description }
        var bytes: [UInt8] = []
        zone.write(instant, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension ProblemKind {
    static let tooManyColumns = ProblemKind(
        "too_many_columns", 422, "The contacts have too many different attributes for one file")
}
