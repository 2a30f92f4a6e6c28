import HTTP
import Persistence
import Tenancy
import Values

/// The body of `PATCH /v1/contacts/{id}`: what is absent stays, null clears.
///
/// Tags, groups and identities are replaced as a whole. Attributes are merged: a key with null
/// goes, other keys stay unless they are named; `"attributes": null` takes them all.
struct ContactChange: Input {
    let name: String?
    let phone: String??
    let email: String??
    let countryCode: String??
    let isoCode: String??
    let language: String??
    let tags: [String]?
    let attributes: [JSON.Member]??
    let isOptedOut: Bool?
    let groupIDs: [ID]?
    let identities: [ContactIdentity]?

    init(_ fields: FieldReader) {
        name = fields.change("name", .contactName)
        phone = fields.clearable("phone", .phone)
        email = fields.clearable("email", .contactEmail)
        countryCode = fields.clearable("country_code", .countryCode)
        isoCode = fields.clearable("iso_code", .isoCode)
        language = fields.clearable("language", .language)
        tags = fields.change("tags", .tags)
        attributes = fields.clearable("attributes", .attributeChanges)
        isOptedOut = fields.change("opted_out", .bool)
        groupIDs = fields.change("group_ids", .groupIDs)
        identities = fields.change("identities", .identities).map(ContactIdentity.distinct)
        fields.readOnly("id", "created_at", "updated_at", "last_message_at")
    }

    static func perform(_ context: TenantContext) async throws -> Response {
        let change = try context.call.input(ContactChange.self)
        if change.groupIDs != nil { try context.demand(.groupWrite) }
        let id = context.call.id
        return try await ContactConflict.translated(
            context, phone: change.phone ?? nil, identities: change.identities ?? []
        ) {
            try await context.transaction { transaction in
                let rows = try await transaction.run("\(Contact.select(id)) FOR UPDATE OF c")
                guard let row = rows.first else { throw Problem.notFound }
                let old = ContactState(row)
                let new = try change.applied(to: old)
                let changed = try await change.write(old, new, id, context.now, transaction)
                transaction.audit(AuditNote("contact", id, ["changes": old.differences(to: new)]))
                return Contact.resource.response(changed)
            }
        }
    }

    private func applied(to old: ContactState) throws -> ContactState {
        var new = old
        if let name { new.name = name }
        if let phone { new.phone = phone }
        if let email { new.email = email }
        if let countryCode { new.countryCode = countryCode }
        if let isoCode { new.isoCode = isoCode }
        if let language { new.language = language }
        if let tags { new.tags = tags }
        if let attributes {
            new.attributes = attributes.map { ContactAttributes.merged(old.attributes, $0) } ?? []
        }
        if let isOptedOut { new.isOptedOut = isOptedOut }
        if let groupIDs { new.groupIDs = Array(Set(groupIDs)).sorted() }
        if let identities { new.identities = identities }
        if new.attributes.count > ContactRules.attributeCount {
            throw Problem.field("attributes", "too_many", "At most 100 attributes.")
        }
        if new.phone == nil, new.identities.isEmpty {
            throw Problem.field("phone", "required", "A phone or a channel identity is needed.")
        }
        return new
    }

    private func write(
        _ old: ContactState, _ new: ContactState, _ id: ID, _ now: Instant,
        _ transaction: TenantTransaction
    ) async throws -> Row {
        let joined = new.groupIDs.filter { !old.groupIDs.contains($0) }
        let left = old.groupIDs.filter { !new.groupIDs.contains($0) }
        let added = new.identities.filter { !old.identities.contains($0) }
        let removed = old.identities.filter { !new.identities.contains($0) }
        var statements = [ContactState.joinGroups(joined, id), new.update(of: id, now: now)]
        if !left.isEmpty { statements.append(ContactState.leaveGroups(left, id)) }
        if !removed.isEmpty { statements.append(ContactState.deleteIdentities(removed, of: id)) }
        if !added.isEmpty { statements.append(ContactState.insertIdentities(added, of: id)) }
        let results = try await transaction.run(statements + [Contact.select(id)])
        try ContactConflict.checkGroups(
            joined, joined: results[0].map { $0.id(0) }, of: groupIDs ?? [])
        return results[results.count - 1][0]
    }
}
