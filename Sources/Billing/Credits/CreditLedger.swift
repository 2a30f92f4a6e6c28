import HTTP
import Persistence
import Tabular
import Tenancy
import Values

/// Every movement of a workspace's credits, newest first (BL-32, BL-103).
///
/// Sorted by number: entries never change their order, even if the clock was set back meanwhile.
enum CreditLedger {
    static let kinds = [
        "grant_included", "purchase", "reserve", "settle", "release", "expire", "refund", "adjust",
    ]

    static let resource = Resource(
        "AICreditEntry",
        [
            .field("id", "e.id", .id),
            .field("seq", "e.seq", .integer),
            .field("created_at", "e.created_at", .instant),
            .field("kind", "e.kind", .text),
            .field("amount", "e.amount", .integer),
            .field("held_change", "e.held_change", .integer),
            .field("balance_after", "e.balance_after", .integer),
            .field("held_after", "e.held_after", .integer),
            .field("purpose", "e.purpose", .text, nullable: true),
            .field("reference", "e.reference", .text),
        ])

    static let listing = listing(from: "FROM platform.own_credit_entries e")
    /// The same of any workspace.
    static let platformListing = listing(from: "FROM platform.credit_entries e")

    private static func listing(from source: StaticString) -> Listing {
        Listing(
            resource, from: source, identity: "e.id",
            sorts: [Listing.Sort("created_at", "e.seq", .integer)], defaultSort: "-created_at",
            filters: [
                Parameter("kind", .choice(kinds), "Only movements of this kind."),
                Parameter(
                    "purpose", .choice(CreditPurpose.allCases.map(\.rawValue)),
                    "Only movements for this purpose."),
                Parameter("from", .instant, "Only movements at or after this instant."),
                Parameter("to", .instant, "Only movements before this instant."),
            ])
    }

    static func conditions(_ query: QueryParameters) -> [SQL] {
        var conditions: [SQL] = []
        if let kind = query.text("kind") { conditions.append("e.kind = \(kind)") }
        if let purpose = query.text("purpose") { conditions.append("e.purpose = \(purpose)") }
        if let from = query.instant("from") { conditions.append("e.created_at >= \(from)") }
        if let to = query.instant("to") { conditions.append("e.created_at < \(to)") }
        return conditions
    }

    /// `GET /v1/billing/credits/ledger/export.csv` (OV-40).
    static func stream(_ context: TenantContext) async throws -> Response {
        let query = context.call.query
        let zone = try await context.timezone()
        return try await listing.csv(
            named: "ai-credits", context, where: conditions(query)
        ) {
            _ = try await context.write([], audit: AuditNote("ai_credits", nil, query.json))
        } cells: { row, writer in
            writer.cell(row.id(0).description)
            writer.cell("\(row.integer(1))")
            writer.cell(zone.text(row.instant(2)))
            writer.cell(row.text(3))
            for column in 4...7 { writer.cell("\(row.integer(column))") }
            writer.cell(row.optionalText(8) ?? "")
            writer.cell(row.text(9))
        }
    }
}
