import Crypto
import Persistence
import Tenancy
import Values

/// The browser of a request, as far as it has logged in here before (ID-09).
struct KnownDevice: Sendable {
    /// The secret the browser presented, if the server gave it out.
    private let secret: SessionSecret?
    private let people: Set<ID>

    static func read(_ context: PlatformContext) async throws -> KnownDevice {
        let presented = AuthCookie.device.secret(in: context.call.head)
        // The same statement runs without a cookie, so that both cases cost alike.
        let digest = presented?.digest.bytes ?? [UInt8](repeating: 0, count: 32)
        let rows = try await context.read(
            """
            SELECT person_id FROM platform.known_devices
            WHERE secret_hash = \(bytes: digest)
                AND last_used_at > \(context.now - .seconds(400 * 86_400))
            """)
        return KnownDevice(
            secret: rows.isEmpty ? nil : presented, people: Set(rows.map { $0.id(0) }))
    }

    func knows(_ person: ID?) -> Bool { person.map(people.contains) ?? false }

    /// Makes the browser known to a person who has just proved the password.
    ///
    /// - Returns: The statement, and the secret for the cookie. A secret that the server did not
    ///   give out is never taken over.
    func remembering(_ person: ID, at now: Instant) -> (sql: SQL, secret: SessionSecret) {
        let secret = secret ?? SessionSecret.generate()
        return (
            """
            INSERT INTO platform.known_devices (secret_hash, person_id, last_used_at)
            VALUES (\(bytes: secret.digest.bytes), \(person), \(now))
            ON CONFLICT (secret_hash, person_id) DO UPDATE SET last_used_at = excluded.last_used_at
            """, secret
        )
    }
}
