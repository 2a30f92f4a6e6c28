import HTTP
import Persistence
import Tenancy
import Values

/// All that callers can set of a contact, as it stands in the database.
struct ContactState: Equatable {
    var name = ""
    var phone: String?
    var email: String?
    var countryCode: String?
    var isoCode: String?
    var language: String?
    var tags: [String] = []
    var attributes: [JSON.Member] = []
    var isOptedOut = false
    var groupIDs: [ID] = []
    var identities: [ContactIdentity] = []

    init() {}

    /// Reads a row of ``Contact/resource``.
    init(_ row: Row) {
        name = row.text(1)
        phone = row.optionalText(2)
        email = row.optionalText(3)
        countryCode = row.optionalText(4)
        isoCode = row.optionalText(5)
        language = row.optionalText(6)
        tags = row.texts(7)
        attributes = row.json(8).objectValue ?? []
        isOptedOut = row.bool(9)
        groupIDs = row.ids(10)
        identities = (row.json(11).arrayValue ?? []).compactMap { ContactIdentity($0) }
    }

    /// What a change made different, as `{"field": {"from": …, "to": …}}` for the audit log.
    func differences(to new: ContactState) -> JSON {
        let pairs = zip(members, new.members).filter { $0.value != $1.value }
        return .object(
            pairs.map { old, new in
                JSON.Member(name: old.name, value: ["from": old.value, "to": new.value])
            })
    }

    /// Every field that is not empty, for the audit entry of a new contact.
    var details: JSON {
        let empty = ContactState().members
        return .object(zip(members, empty).filter { $0.value != $1.value }.map(\.0))
    }

    private var members: [JSON.Member] {
        [
            .init(name: "name", value: .string(name)),
            .init(name: "phone", value: JSON(phone)),
            .init(name: "email", value: JSON(email)),
            .init(name: "country_code", value: JSON(countryCode)),
            .init(name: "iso_code", value: JSON(isoCode)),
            .init(name: "language", value: JSON(language)),
            .init(name: "tags", value: .array(tags.map { .string($0) })),
            .init(name: "attributes", value: .object(attributes)),
            .init(name: "opted_out", value: .bool(isOptedOut)),
            .init(name: "group_ids", value: .array(groupIDs.map { .string($0.description) })),
            .init(name: "identities", value: .array(identities.map(\.json))),
        ]
    }

    // MARK: Statements

    /// Inserts the contact without groups and identities; returns the row of ``Contact/resource``.
    func insertion(id: ID, now: Instant) -> SQL {
        """
        INSERT INTO tenant.contacts AS c (id, name, phone, email, country_code, iso_code, language,
            tags, attributes, opted_out, created_at, updated_at)
        VALUES (\(id), \(name), \(phone), \(email), \(countryCode), \(isoCode), \(language),
            \(tags), \(JSON.object(attributes)), \(isOptedOut), \(now), \(now))
        RETURNING \(Contact.resource.columns)
        """
    }

    /// Writes the fields that stand in the contact's own row.
    func update(of id: ID, now: Instant) -> SQL {
        """
        UPDATE tenant.contacts SET name = \(name), phone = \(phone), email = \(email),
            country_code = \(countryCode), iso_code = \(isoCode), language = \(language),
            tags = \(tags), attributes = \(JSON.object(attributes)), opted_out = \(isOptedOut),
            updated_at = \(now)
        WHERE id = \(id)
        """
    }

    static func insertIdentities(_ identities: [ContactIdentity], of id: ID) -> SQL {
        """
        INSERT INTO tenant.contact_identities (channel_kind, provider_user_id, contact_id)
        SELECT kind, user_id, \(id)
        FROM unnest(\(identities.map(\.channelKind)), \(identities.map(\.providerUserID)))
            AS new (kind, user_id)
        """
    }

    static func deleteIdentities(_ identities: [ContactIdentity], of id: ID) -> SQL {
        """
        DELETE FROM tenant.contact_identities WHERE contact_id = \(id)
            AND (channel_kind, provider_user_id) IN (SELECT * FROM
            unnest(\(identities.map(\.channelKind)), \(identities.map(\.providerUserID))))
        """
    }

    /// Returns the ids of the groups that exist.
    static func joinGroups(_ groupIDs: [ID], _ id: ID) -> SQL {
        """
        INSERT INTO tenant.group_members (group_id, contact_id)
        SELECT g.id, \(id) FROM tenant.groups g WHERE g.id = ANY(\(groupIDs)) ORDER BY g.id
        RETURNING group_id
        """
    }

    static func leaveGroups(_ groupIDs: [ID], _ id: ID) -> SQL {
        """
        DELETE FROM tenant.group_members
        WHERE contact_id = \(id) AND group_id = ANY(\(groupIDs))
        """
    }
}
