import HTTP
import Persistence
import Tenancy
import Values

/// Turns what the database refused into what the caller may know (MS-04).
enum ContactConflict {
    /// Runs `body` and translates a uniqueness it broke into a 409 that names the other contact.
    ///
    /// If that contact has gone in the meantime, nothing stands in the way and `body` runs again.
    static func translated<Value>(
        _ context: TenantContext, phone: String?, identities: [ContactIdentity],
        _ body: () async throws -> Value
    ) async throws -> Value {
        var attempt = 1
        while true {
            do {
                return try await body()
            } catch let error as DatabaseError {
                if error.violates("contacts_phone_key") {
                    let owner = try await self.owner(of: phone, context)
                    if let owner { throw taken(.phoneTaken, by: owner) }
                } else if error.violates("contact_identities_pkey") {
                    let owner = try await self.owner(of: identities, context)
                    if let owner { throw taken(.identityTaken, by: owner) }
                } else if !error.violates("group_members_group_id_fkey") {
                    throw error
                }
                // The other contact, or a group between look-up and insert, has gone.
                guard attempt < 3 else { throw error }
                attempt += 1
            }
        }
    }

    static func taken(_ kind: ProblemKind, by owner: ID) -> Problem {
        Problem(kind, extra: [.init(name: "contact_id", value: .string(owner.description))])
    }

    /// - Throws: ``Problem`` `validation_failed` for every id that names no group.
    static func checkGroups(_ wanted: [ID], joined: [ID], of all: [ID]) throws {
        guard joined.count < wanted.count else { return }
        let missing = Set(wanted).subtracting(joined)
        throw Problem(
            .validationFailed,
            fields: all.enumerated().filter { missing.contains($0.element) }.map {
                FieldError(pointer: "/group_ids/\($0.offset)", code: "unknown_id")
            })
    }

    private static func owner(of phone: String?, _ context: TenantContext) async throws -> ID? {
        let rows = try await context.read("SELECT id FROM tenant.contacts WHERE phone = \(phone)")
        return rows.first?.id(0)
    }

    private static func owner(
        of identities: [ContactIdentity], _ context: TenantContext
    ) async throws -> ID? {
        let rows = try await context.read(
            """
            SELECT contact_id FROM tenant.contact_identities
            WHERE (channel_kind, provider_user_id) IN (SELECT * FROM
                unnest(\(identities.map(\.channelKind)), \(identities.map(\.providerUserID))))
            LIMIT 1
            """)
        return rows.first?.id(0)
    }
}
