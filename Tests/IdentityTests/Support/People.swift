import Crypto
import Identity
import Persistence
import Tenancy
import TestSupport
import Values

@testable import Identity

let goodPassword = "seventeen green hedgehogs"
let otherPassword = "nineteen quiet lighthouses"

/// What the tests of persons and sessions share: an app, and people with passwords.
struct World: Sendable {
    let app: TestApp

    init(_ adjust: (inout ServiceSettings) -> Void = { _ in }) throws {
        app = try TestApp(IdentityRoutes.all, adjust)
    }

    func id() async throws -> ID { try await app.run { $0.newID() } }

    /// Runs one statement as the identity role.
    @discardableResult
    func run(_ sql: SQL) async throws -> Rows {
        try await app.run { services in
            try await services.database.write([sql], in: .identity)[0]
        }
    }

    /// A member whose password is ``goodPassword``; not signed in anywhere.
    func member(
        _ role: BuiltinRole, of tenant: TestTenant, name: String = "Test Person"
    ) async throws -> TestMember {
        let member = try await tenant.member(role, name: name)
        try await setPassword(goodPassword, of: member.personID)
        try await run("DELETE FROM platform.sessions WHERE person_id = \(member.personID)")
        try await tenant.run("DELETE FROM cell.own_admissions WHERE principal_id = \(member.id)")
        if role == .owner || role == .admin { try await addFactor(to: member.personID) }
        return member
    }

    /// Turns mailed codes on, which Owners and Admins must have (ID-71).
    func addFactor(to person: ID) async throws {
        let now = app.clock.now
        try await run(
            """
            INSERT INTO platform.factors (person_id, method, created_at)
            VALUES (\(person), 'email', \(now)) ON CONFLICT DO NOTHING
            """)
    }

    /// Sets mailed codes up where a login demands it, which completes the login.
    func enrol(_ browser: Browser, _ email: String) async throws -> Answer {
        _ = await browser.post("/v1/auth/enrolment/verification", ["via": "email"])
        let code = try await lastCode(to: email)
        return await browser.post(
            "/v1/auth/enrolment", ["method": "email", "verification_code": .string(code)])
    }

    /// The newest code that was sent to an address or phone.
    func lastCode(to address: String) async throws -> String {
        let rows = try await run(
            """
            SELECT payload FROM cell.jobs
            WHERE kind = 'identity.code' AND payload->>'to' = \(address) ORDER BY id DESC LIMIT 1
            """)
        guard let row = rows.first, let message = CodeMessage(row.json(0)) else { return "" }
        return try await app.run { try await message.code($0) }
    }

    func setPassword(_ password: String, of person: ID, mustChange: Bool = false) async throws {
        let hash = try PasswordHash.hash(password, cost: .test)
        try await run(
            """
            UPDATE platform.persons
            SET password_hash = \(hash), must_change_password = \(mustChange)
            WHERE id = \(person)
            """)
    }

    /// Seats a known person in another workspace.
    @discardableResult
    func seat(
        _ person: ID, in tenant: TestTenant, as role: BuiltinRole, status: String = "active"
    ) async throws -> ID {
        let member = try await id()
        let number = tenant.number
        if role == .owner || role == .admin { try await addFactor(to: person) }
        try await run(
            """
            INSERT INTO platform.memberships (person_id, tenant_number, member_id, status)
            VALUES (\(person), \(number), \(member), \(status))
            """)
        try await tenant.run(
            """
            INSERT INTO tenant.members (id, person_id, name, role_id, status, created_at)
            SELECT \(member), \(person), 'Test Person', id, \(status), \(app.clock.now)
            FROM tenant.roles WHERE builtin = \(role.rawValue)
            """)
        return member
    }

    /// The texts of the mails to an address, oldest first.
    func mails(to address: String) async throws -> [String] {
        try await run(
            """
            SELECT payload->>'text' FROM cell.jobs
            WHERE kind = 'mail.send' AND payload->>'to' = \(address) ORDER BY id
            """
        ).map { $0.text(0) }
    }

    /// The secret of the link in a mail.
    func token(in mail: String) -> String? {
        mail.split(separator: "#token=").dropFirst().first.map {
            String($0.prefix { !$0.isWhitespace })
        }
    }

    func lastToken(to address: String) async throws -> String {
        token(in: try await mails(to: address).last ?? "") ?? ""
    }

    func liveSessions(of person: ID) async throws -> Int {
        let now = app.clock.now
        return try await run(
            """
            SELECT s.id FROM platform.sessions s JOIN cell.admissions a ON a.credential_id = s.id
            WHERE s.person_id = \(person) AND a.expires_at > \(now)
            """
        ).count
    }
}
