import HTTP
import Persistence
import Tenancy
import Values

/// An end customer known to the workspace (MS-01, MS-02), as the API shows it.
enum Contact {
    static let identitySchema = Schema.object([
        ("channel_kind", .choice(ContactIdentity.channelKinds), true),
        ("provider_user_id", .text(1...128), true),
    ])

    /// Columns are those of `tenant.contacts c`.
    static let resource = Resource(
        "Contact",
        [
            .field("id", "c.id", .id),
            .field("name", "c.name", .text),
            .field("phone", "c.phone", .text, nullable: true),
            .field("email", "c.email", .text, nullable: true),
            .field("country_code", "c.country_code", .text, nullable: true),
            .field("iso_code", "c.iso_code", .text, nullable: true),
            .field("language", "c.language", .text, nullable: true),
            .field("tags", "c.tags", .texts),
            .field("attributes", "c.attributes", .json(ContactAttributes.schema)),
            .field("opted_out", "c.opted_out", .bool),
            // Lists that follow tenant.group_members and tenant.contact_identities.
            .field("group_ids", "c.group_ids", .ids),
            .field("identities", "c.identities", .json(.array(identitySchema))),
            .field("created_at", "c.created_at", .instant),
            .field("updated_at", "c.updated_at", .instant),
            .field("last_message_at", "c.last_message_at", .instant, nullable: true),
        ])

    static let sorts: [Listing.Sort] = [
        Listing.Sort("name", "c.name_key", .text),
        Listing.Sort("created_at", "c.created_at", .instant),
        // Contacts without a message stand where the oldest message would.
        Listing.Sort(
            "last_message_at",
            "coalesce(c.last_message_at, timestamptz '1970-01-01 00:00:00+00')", .instant),
    ]

    /// MS-240.
    static let listing = Listing(
        resource, from: "FROM tenant.contacts c", identity: "c.id", sorts: sorts,
        defaultSort: "-created_at", filters: ContactFilter.parameters)

    static func list(_ context: TenantContext) async throws -> Response {
        try await listing.page(context, where: ContactFilter(context.call.query).conditions)
    }

    static let subject = Subject<TenantContext>.row {
        "SELECT FROM tenant.contacts WHERE id = \($0.id)"
    }

    static func read(_ context: TenantContext) async throws -> Response {
        let rows = try await context.read(select(context.call.id))
        guard let row = rows.first else { throw Problem.notFound }
        return resource.response(row)
    }

    static func select(_ id: ID) -> SQL {
        "SELECT \(resource.columns) FROM tenant.contacts c WHERE c.id = \(id)"
    }

    /// MS-07: conversations and messages will go the same way, by their foreign keys.
    static func delete(_ context: TenantContext) async throws -> Response {
        let id = context.call.id
        try await context.transaction { transaction in
            let rows = try await transaction.run(
                "DELETE FROM tenant.contacts WHERE id = \(id) RETURNING name, phone")
            guard let row = rows.first else { throw Problem.notFound }
            transaction.audit(
                AuditNote(
                    "contact", id,
                    ["name": .string(row.text(0)), "phone": JSON(row.optionalText(1))]))
        }
        return Response(.noContent)
    }
}

extension JSON {
    init(_ text: String?) { self = text.map { .string($0) } ?? .null }
}

// The refusals of contacts, beside the common ones.
extension ProblemKind {
    static let phoneTaken = ProblemKind("phone_taken", 409, "Another contact has this phone")
    static let identityTaken = ProblemKind(
        "identity_taken", 409, "Another contact has this channel identity")
    static let mergeTooLarge = ProblemKind(
        "merge_too_large", 409, "Together the contacts have too many tags or attributes")
}
