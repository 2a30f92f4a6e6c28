import Persistence
import Tenancy
import Values

/// A human login, as `platform.persons` has it.
struct Person: Sendable {
    let id: ID
    let email: String
    let emailKey: String
    let name: String
    let language: String
    /// Nil for a person who has never had a password.
    var passwordHash: String?
    var mustChangePassword: Bool
    /// Verified; E.164.
    let phone: String?

    static let columns: SQL =
        "id, email, email_key, name, language, password_hash, must_change_password, phone"

    init(_ row: Row) {
        id = row.id(0)
        email = row.text(1)
        emailKey = row.text(2)
        name = row.text(3)
        language = row.text(4)
        passwordHash = row.optionalText(5)
        mustChangePassword = row.bool(6)
        phone = row.optionalText(7)
    }

    /// What e-mail addresses are compared by (ID-01).
    static func key(of email: String) -> String { Text.normalized(email).lowercased() }

    static func find(emailKey: String, in context: PlatformContext) async throws -> Person? {
        try await context.read(
            "SELECT \(columns) FROM platform.persons WHERE email_key = \(emailKey)"
        ).first.map(Person.init)
    }

    static func find(_ id: ID, in context: PlatformContext) async throws -> Person? {
        try await context.read("SELECT \(columns) FROM platform.persons WHERE id = \(id)")
            .first.map(Person.init)
    }

    /// Locks a person against any other change of password or sessions, until the transaction ends.
    static func lock(_ id: ID, in transaction: Transaction) async throws -> Person? {
        try await transaction.run(
            "SELECT \(columns) FROM platform.persons WHERE id = \(id) FOR NO KEY UPDATE"
        ).first.map(Person.init)
    }

    /// What no password of theirs may consist of (ID-25).
    func policy(in context: PlatformContext) async throws -> PasswordPolicy {
        let rows = try await context.read(
            """
            SELECT t.name FROM platform.memberships m
            JOIN platform.tenants t ON t.number = m.tenant_number
            WHERE m.person_id = \(id) LIMIT 100
            """)
        let factors = try await Factors.read(id, in: context)
        return PasswordPolicy(
            identity: [name, email] + rows.map { $0.text(0) }, hasSecondFactor: !factors.isEmpty)
    }
}
