import Crypto
import Persistence
import Tenancy
import Values

/// The demo workspace: an owner, some hundred contacts in groups, a service account.
struct DemoWorkspace {
    private let directory: TenantDirectory
    private let connection: SessionConnection
    private let now = Instant.system

    init(_ directory: TenantDirectory, _ connection: SessionConnection) {
        self.directory = directory
        self.connection = connection
    }

    /// Runs in the caller's transaction.
    func create(slug: String, owner: String, passwordHash: String, token: SecretToken) throws {
        var ids = IDGenerator()
        func newID() -> String { ids.next(at: now).description }
        let number = try directory.create(
            slug: slug, name: "Demo workspace", plan: "GROWTH", id: ids.next(at: now), now: now)
        let schema = "t_\(number)"
        let person = newID()
        try connection.rows(
            """
            INSERT INTO platform.persons (id, email, email_key, name, password_hash, created_at)
            VALUES ($1, $2, $2, 'Demo Owner', $3, $4)
            """, [person, owner, passwordHash, now.description])
        try connection.rows(
            "SELECT platform.seat_first_owner($1, $2, $3, 'Demo Owner', $4)",
            [String(number), newID(), person, now.description])
        try addContacts(schema, &ids)
        try addServiceAccount(schema, number, token, account: newID(), id: newID())
    }

    private func addServiceAccount(
        _ schema: String, _ number: Int64, _ token: SecretToken, account: String, id: String
    ) throws {
        let end = (now + .seconds(365 * 86_400)).description
        try connection.rows(
            """
            INSERT INTO \(schema).service_accounts (id, name, scopes, created_at)
            VALUES ($1, 'Demo script', '{contact.read,group.read}', $2)
            """, [account, now.description])
        try connection.rows(
            """
            INSERT INTO \(schema).service_account_tokens
                (id, service_account_id, name, first8, last4, created_at, expires_at)
            VALUES ($1, $2, 'First token', $3, $4, $5, $6)
            """, [id, account, token.first8, token.last4, now.description, end])
        try connection.rows(
            """
            INSERT INTO cell.admissions (token_hash, tenant_number, kind, principal_id,
                credential_id, expires_at, ends_at)
            VALUES (decode($1, 'hex'), $2, 'service_account', $3, $4, $5, $5)
            """,
            [Hex.encode(token.digest.bytes), String(number), account, id, end])
    }

    // MARK: Contacts

    private func addContacts(_ schema: String, _ ids: inout IDGenerator) throws {
        var contacts: [JSON] = []
        var members: [JSON] = []
        let groups = Self.groups.map { (id: ids.next(at: now).description, group: $0) }
        for index in 0..<Self.contactCount {
            let created = now - .seconds(Int64(Self.contactCount - index) * 7_200)
            let id = ids.next(at: created).description
            contacts.append(Self.contact(index, id: id, created: created.description))
            for (position, entry) in groups.enumerated() where index % (position + 2) == 0 {
                members.append(["group_id": .string(entry.id), "contact_id": .string(id)])
            }
        }
        try insert(
            contacts,
            """
            INSERT INTO \(schema).contacts (id, name, phone, email, language, tags, attributes,
                created_at, updated_at)
            SELECT id, name, phone, email, language, tags, attributes, created_at, created_at
            FROM jsonb_to_recordset($1::jsonb) AS r (id uuid, name text, phone text, email text,
                language text, tags text[], attributes jsonb, created_at timestamptz)
            """)
        for entry in groups {
            try connection.rows(
                """
                INSERT INTO \(schema).groups (id, name, description, created_at)
                VALUES ($1, $2, $3, $4)
                """, [entry.id, entry.group.name, entry.group.description, now.description])
        }
        try insert(
            members,
            """
            INSERT INTO \(schema).group_members (group_id, contact_id)
            SELECT group_id, contact_id
            FROM jsonb_to_recordset($1::jsonb) AS r (group_id uuid, contact_id uuid)
            """)
    }

    private func insert(_ rows: [JSON], _ statement: String) throws {
        try connection.rows(
            statement, [String(decoding: JSON.array(rows).serialized, as: UTF8.self)])
    }

    private static let contactCount = 320
    private static let groups = [
        (name: "Newsletter", description: "Agreed to hear from us once a month"),
        (name: "Returning customers", description: "Bought more than once"),
        (name: "Wholesale", description: "Shops that buy by the crate"),
    ]
    private static let firstNames = [
        "Amina", "Ben", "Carla", "Dewi", "Élodie", "Farid", "Grace", "Hiro", "Inés", "Jonas",
        "Khadija", "Lars", "Mariam", "Nuno", "Olga", "Priya", "Quentin", "Rosa", "Samir", "Tuğba",
    ]
    private static let lastNames = [
        "Andersen", "Bianchi", "Costa", "Dlamini", "Eriksson", "Fernández", "Ghosh", "Haddad",
        "Ivanova", "Jansen", "Kowalski", "López", "Müller", "Novák", "Okafor", "Pérez",
    ]
    private static let languages = ["en", "es", "ar", "id"]

    /// Numbers are from the range that Ofcom keeps free for fiction.
    private static func contact(_ index: Int, id: String, created: String) -> JSON {
        let first = firstNames[index % firstNames.count]
        let last = lastNames[index / firstNames.count % lastNames.count]
        let digits = String(900_000 + index)
        let address = "\(Text.folded(first)).\(Text.folded(last))@people.example"
        return [
            "id": .string(id), "name": .string("\(first) \(last)"),
            "phone": .string("+447700\(digits)"),
            "email": index % 3 == 2 ? .null : .string(address),
            "language": .string(languages[index % languages.count]),
            "tags": .array(index % 4 == 0 ? ["vip"] : []),
            "attributes": ["city": .string(["London", "Leeds", "Cardiff", "Glasgow"][index % 4])],
            "created_at": .string(created),
        ]
    }
}
