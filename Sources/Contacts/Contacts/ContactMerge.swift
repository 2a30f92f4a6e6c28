import HTTP
import Persistence
import Tenancy
import Values

/// `POST /v1/contacts/{id}/merge`: gives all of one contact to another and removes it (MS-08).
struct ContactMerge: Input {
    let into: ID

    init(_ fields: FieldReader) {
        into = fields.required("into", .id())
    }

    static func perform(_ context: TenantContext) async throws -> Response {
        let source = context.call.id
        let target = try context.call.input(ContactMerge.self).into
        return try await context.transaction { transaction in
            // Both rows are locked in the order of their ids, so that merges cannot block each
            // other.
            let rows = try await transaction.run(
                """
                SELECT \(Contact.resource.columns) FROM tenant.contacts c
                WHERE c.id = ANY(\([source, target])) ORDER BY c.id FOR UPDATE OF c
                """)
            var states: [ID: ContactState] = [:]
            for index in 0..<rows.count { states[rows[index].id(0)] = ContactState(rows[index]) }
            guard let first = states[source] else { throw Problem.notFound }
            guard source != target else { throw Problem.field("into", "invalid_target") }
            guard let second = states[target] else { throw Problem.field("into", "unknown_id") }
            let merged = try second.absorbing(first)
            let results = try await transaction.run(
                move(from: source, to: target)
                    + [
                        "DELETE FROM tenant.contacts WHERE id = \(source)",
                        merged.update(of: target, now: context.now), Contact.select(target),
                    ])
            transaction.audit(
                AuditNote(
                    "contact", target,
                    [
                        "merged": .string(source.description), "removed": first.details,
                        "changes": second.differences(to: merged),
                    ]))
            return Contact.resource.response(results[results.count - 1][0])
        }
    }

    private static func move(from source: ID, to target: ID) -> [SQL] {
        [
            """
            UPDATE tenant.contact_identities SET contact_id = \(target)
            WHERE contact_id = \(source)
            """,
            """
            INSERT INTO tenant.group_members (group_id, contact_id)
            SELECT group_id, \(target) FROM tenant.group_members WHERE contact_id = \(source)
            ON CONFLICT DO NOTHING
            """,
            """
            UPDATE tenant.contacts t SET last_message_at = greatest(t.last_message_at,
                (SELECT s.last_message_at FROM tenant.contacts s WHERE s.id = \(source)))
            WHERE t.id = \(target)
            """,
        ]
    }
}

extension ContactState {
    /// The contact with what it lacks taken from another.
    ///
    /// Its own values win. Tags are united; whoever has opted out once stays so (MS-09).
    ///
    /// - Throws: ``Problem`` `merge_too_large` rather than losing tags or attributes.
    func absorbing(_ other: ContactState) throws -> ContactState {
        var merged = self
        merged.phone = phone ?? other.phone
        merged.email = email ?? other.email
        merged.countryCode = countryCode ?? other.countryCode
        merged.isoCode = isoCode ?? other.isoCode
        merged.language = language ?? other.language
        merged.tags = ContactRules.distinct(tags + other.tags)
        merged.attributes = ContactAttributes.merged(other.attributes, attributes)
        merged.isOptedOut = isOptedOut || other.isOptedOut
        merged.groupIDs = Array(Set(groupIDs + other.groupIDs)).sorted()
        merged.identities = identities + other.identities
        guard merged.tags.count <= ContactRules.tagCount,
            merged.attributes.count <= ContactRules.attributeCount
        else { throw Problem(.mergeTooLarge) }
        return merged
    }
}
