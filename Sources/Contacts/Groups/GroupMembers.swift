import HTTP
import Persistence
import Tenancy
import Values

/// The contacts of one group: list, file, joining and leaving (MS-41, MS-244).
enum GroupMembers {
    private static let source: StaticString =
        "FROM tenant.group_members gm JOIN tenant.contacts c ON c.id = gm.contact_id"
    private static let filters: [Parameter] = ContactFilter.parameters.filter {
        $0.name == "q" || $0.name == "opted_out"
    }
    private static let sorts = Array(Contact.sorts.prefix(1))

    static let listing = Listing(
        Contact.resource, from: source, identity: "c.id", sorts: sorts, defaultSort: "name",
        filters: filters)

    static let export = ContactExport(
        source: source, sorts: sorts, defaultSort: "name", filters: filters)

    static func list(_ context: TenantContext) async throws -> Response {
        try await Group.subject.require(in: context)
        return try await listing.page(context, where: conditions(context))
    }

    static func exportFile(_ context: TenantContext) async throws -> Response {
        try await Group.subject.require(in: context)
        return try await export.response(
            context, where: conditions(context),
            note: AuditNote(
                "group", context.call.id, ["parameters": context.call.query.json]))
    }

    private static func conditions(_ context: TenantContext) -> [SQL] {
        ["gm.group_id = \(context.call.id)"] + ContactFilter(context.call.query).conditions
    }
}

/// The body of `POST` and `DELETE /v1/groups/{id}/members`: ids, or a filter with the members that
/// the list of contacts has as parameters.
///
/// An empty filter means every contact.
struct GroupMembersChange: Input {
    let ids: BulkIDs?
    let filter: ContactFilter?

    init(_ fields: FieldReader) {
        ids = fields.optional("ids", BulkIDs.type).map { BulkIDs($0) }
        filter = fields.optional("filter", .object(placeholder: .everybody))
        if fields.has("ids") == fields.has("filter") {
            fields.report("ids", "required", "Either ids or a filter is needed.")
        }
    }

    static let answer = AnswerShape.json(
        .ok,
        Schema(json: [
            "anyOf": [
                BulkOutcome.schema.json,
                Schema.object([
                    ("matched", .integer(), true), ("changed", .integer(), true),
                ]).json,
            ]
        ]))

    static func add(_ context: TenantContext) async throws -> Response {
        try await perform(context, adds: true)
    }

    static func remove(_ context: TenantContext) async throws -> Response {
        try await perform(context, adds: false)
    }

    private static func perform(
        _ context: TenantContext, adds: Bool
    ) async throws -> Response {
        let change = try context.call.input(GroupMembersChange.self)
        let groupID = context.call.id
        return try await context.transaction { transaction in
            guard try await GroupMembership.lock(groupID, transaction) else {
                throw Problem.notFound
            }
            if let ids = change.ids {
                let outcome =
                    adds
                    ? try await GroupMembership.add(ids, to: groupID, transaction)
                    : try await GroupMembership.remove(ids, from: groupID, transaction)
                let names = outcome.succeeded.map { JSON.string($0.description) }
                transaction.audit(AuditNote("group", groupID, ["contact_ids": .array(names)]))
                return outcome.response
            }
            let filter = change.filter ?? .everybody
            let rows = try await transaction.run(
                adds
                    ? GroupMembership.add(filter, to: groupID)
                    : GroupMembership.remove(filter, from: groupID))
            let (matched, changed) = (rows[0].integer(0), rows[0].integer(1))
            transaction.audit(
                AuditNote(
                    "group", groupID,
                    ["matched": .integer(matched), "changed": .integer(changed)]))
            return .json(.ok, Array("{\"matched\":\(matched),\"changed\":\(changed)}".utf8))
        }
    }
}
