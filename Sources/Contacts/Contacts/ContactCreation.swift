import HTTP
import Persistence
import Tenancy
import Values

/// The body of `POST /v1/contacts` (MS-03).
struct ContactCreation: Input {
    var state = ContactState()

    init(_ fields: FieldReader) {
        state.name = fields.required("name", .contactName)
        let phone = fields.clearable("phone", .phone)
        state.phone = phone ?? nil
        state.email = fields.optional("email", .contactEmail)
        state.countryCode = fields.optional("country_code", .countryCode)
        state.isoCode = fields.optional("iso_code", .isoCode)
        state.language = fields.optional("language", .language)
        state.tags = fields.optional("tags", .tags) ?? []
        state.attributes = fields.optional("attributes", .attributes) ?? []
        state.isOptedOut = fields.optional("opted_out", .bool) ?? false
        state.groupIDs = fields.optional("group_ids", .groupIDs) ?? []
        let identities = fields.optional("identities", .identities)
        state.identities = ContactIdentity.distinct(identities ?? [])
        fields.readOnly("id", "created_at", "updated_at", "last_message_at")

        // A phone that was given and is broken has its own finding; so have identities.
        let lacksPhone = !fields.has("phone") || phone == .some(nil)
        let lacksIdentity = !fields.has("identities") || identities?.isEmpty == true
        if lacksPhone, lacksIdentity {
            fields.report("phone", "required", "A phone or a channel identity is needed.")
        }
    }

    /// One round trip, unless there are groups or identities.
    static func perform(_ context: TenantContext) async throws -> Response {
        let state = try context.call.input(ContactCreation.self).state
        if !state.groupIDs.isEmpty { try context.demand(.groupWrite) }
        let id = context.newID()
        let note = AuditNote("contact", id, state.details)
        let insertion = state.insertion(id: id, now: context.now)
        return try await ContactConflict.translated(
            context, phone: state.phone, identities: state.identities
        ) {
            if state.groupIDs.isEmpty, state.identities.isEmpty {
                let rows = try await context.write([insertion], audit: note)
                return Contact.resource.response(rows[0][0], status: .created)
            }
            return try await context.transaction { transaction in
                let wanted = Array(Set(state.groupIDs))
                let rows = try await transaction.run([
                    insertion, ContactState.insertIdentities(state.identities, of: id),
                    ContactState.joinGroups(wanted, id), Contact.select(id),
                ])
                try ContactConflict.checkGroups(
                    wanted, joined: rows[2].map { $0.id(0) }, of: state.groupIDs)
                transaction.audit(note)
                return Contact.resource.response(rows[3][0], status: .created)
            }
        }
    }
}

extension ContactIdentity {
    static func distinct(_ identities: [ContactIdentity]) -> [ContactIdentity] {
        var seen: Set<ContactIdentity> = []
        return identities.filter { seen.insert($0).inserted }
    }
}
