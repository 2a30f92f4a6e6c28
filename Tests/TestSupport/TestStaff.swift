import Crypto
import Persistence
import Tenancy
import Values

/// Somebody of the platform's staff, signed in with a second factor.
package struct TestStaff: Sendable {
    package let id: ID
    package let email: String
    package let client: Client

    package static func signedIn(
        _ role: StaffRole, on app: TestApp, name: String = "Test Staff"
    ) async throws -> TestStaff {
        let (id, sessionID) = try await app.run { ($0.newID(), $0.newID()) }
        let email = "\(id)@staff.test"
        let secret = SessionSecret.generate()
        let now = app.clock.now
        let owner = try SessionConnection(address: try TestInstallation.shared.get().ownerURL)
        try owner.rows(
            """
            INSERT INTO platform.staff
                (id, email_key, name, role, password_hash, totp_secret, created_at)
            VALUES ($1, $2, $3, $4, '', 'not used here', $5)
            """, [id.description, email, name, role.rawValue, now.description])
        _ = try await app.run { services in
            try await services.database.write(
                [
                    """
                    INSERT INTO platform.staff_sessions (secret_hash, id, staff_id, device, address,
                        created_at, last_used_at, ends_at)
                    VALUES (\(bytes: secret.digest.bytes), \(sessionID), \(id), 'test',
                        '192.0.2.1', \(now), \(now), \(now + StaffGate.absolute))
                    """
                ], in: .staff)
        }
        return TestStaff(
            id: id, email: email,
            client: Client(
                app: app, session: secret, cookie: StaffGate.cookieName))
    }
}
