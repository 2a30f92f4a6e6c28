import HTTP
import Persistence
import Tabular
import Tenancy
import Values

/// A list about one member in its four forms: one's own and another's, as JSON and as CSV.
///
/// One's own needs no permission; others' and every export need `audit.read`.
struct MemberHistory: Sendable {
    /// The middle of the routes' ids, such as `Activity`.
    let name: String
    /// The last part of the lists' paths.
    let path: String
    /// What summaries call the rows.
    let what: String
    let listing: Listing
    let conditions: @Sendable (_ member: ID, _ context: TenantContext) -> [SQL]
    /// Writes the cells of one row in the order of the resource's fields.
    let cells: @Sendable (_ row: Row, _ zone: TimeZoneInfo?, _ writer: inout CSVWriter) -> Void

    var routes: [Route] {
        let (listing, conditions) = (listing, conditions)
        let filters = listing.fileParameters
        let export = { @Sendable [self] (context: TenantContext, member: ID) in
            try await stream(member, context)
        }
        return [
            .read(
                "/v1/me/\(path)", id: "own\(name)List", "List one's own \(what)", access: .member,
                parameters: listing.parameters, returns: listing.answer
            ) { context in
                try await listing.page(context, where: conditions(context.principal.id, context))
            },
            .read(
                "/v1/me/\(path)/export.csv", id: "own\(name)Export", "Export one's own \(what)",
                access: .holding(.auditRead).steppedUp, parameters: filters,
                returns: .media(.ok, "text/csv"), audit: "\(path).export"
            ) { context in try await export(context, context.principal.id) },
            .read(
                "/v1/members/{id}/\(path)", of: Member.subject, id: "member\(name)List",
                "List a member's \(what)",
                access: .holding(.auditRead), parameters: listing.parameters,
                returns: listing.answer
            ) { context in
                try await Member.subject.require(in: context)
                return try await listing.page(context, where: conditions(context.call.id, context))
            },
            .read(
                "/v1/members/{id}/\(path)/export.csv", of: Member.subject,
                id: "member\(name)Export",
                "Export a member's \(what)", access: .holding(.auditRead).steppedUp,
                parameters: filters, returns: .media(.ok, "text/csv"), audit: "\(path).export"
            ) { context in
                try await Member.subject.require(in: context)
                return try await export(context, context.call.id)
            },
        ]
    }

    /// The rows as they are filtered, in the workspace's timezone (OV-40); an entry of the log
    /// itself.
    private func stream(_ member: ID, _ context: TenantContext) async throws -> Response {
        let zone = try await context.timezone()
        return try await listing.csv(named: path, context, where: conditions(member, context)) {
            _ = try await context.write(
                [], audit: AuditNote("member", member, context.call.query.json))
        } cells: { row, writer in
            cells(row, zone, &writer)
        }
    }
}
