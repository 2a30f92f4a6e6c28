import Crypto
import HTTP
import Persistence
import Tenancy
import Values

/// A single-use link in a mail: the secret in its fragment, which browsers send to no server; the
/// page behind it hands the secret over by POST (checklist rule 15).
struct MailLink: Sendable {
    enum Purpose: String, Sendable {
        case signUp = "sign_up"
        case resetPassword = "reset_password"
        case changeEmail = "change_email"
        case cancelEmailChange = "cancel_email_change"

        var lifetime: Duration {
            switch self {
            case .signUp: .seconds(86_400)
            case .resetPassword: .seconds(1_800)
            case .changeEmail: .seconds(86_400)
            case .cancelEmailChange: .seconds(72 * 3_600)
            }
        }

        fileprivate var page: String {
            switch self {
            case .signUp: "/auth/confirm-signup"
            case .resetPassword: "/auth/reset-password"
            case .changeEmail: "/auth/confirm-email"
            case .cancelEmailChange: "/auth/cancel-email-change"
            }
        }
    }

    /// Mails of one purpose to one address within an hour (ID-21).
    static let mailsPerHour = 5

    let secret = SessionSecret.generate()
    let purpose: Purpose

    /// Checks that links can be made at all: their host must not come from the request, which
    /// anybody can forge (checklist row 30).
    ///
    /// - Throws: ``Problem`` `provider_not_configured` without a configured origin.
    static func origin(_ context: PlatformContext) throws -> String {
        guard let origin = context.services.settings.origin else {
            throw Problem(.providerNotConfigured, "The address of this installation is not set.")
        }
        return origin
    }

    func address(_ origin: String) -> String {
        "\(origin)\(purpose.page)#token=\(secret.text)"
    }

    /// Makes earlier links of the same person void and adds this one.
    func creation(
        emailKey: String, personID: ID?, payload: JSON = [:], in context: PlatformContext
    ) -> [SQL] {
        [
            """
            UPDATE platform.mail_links SET expires_at = \(context.now), payload = '{}'
            WHERE email_key = \(emailKey) AND purpose = \(purpose.rawValue)
                AND person_id IS NOT DISTINCT FROM \(personID) AND expires_at > \(context.now)
            """,
            """
            INSERT INTO platform.mail_links
                (secret_hash, purpose, email_key, person_id, payload, created_at, expires_at)
            VALUES (\(bytes: secret.digest.bytes), \(purpose.rawValue), \(emailKey), \(personID),
                \(payload), \(context.now), \(context.now + purpose.lifetime))
            """,
        ]
    }

    /// Locks an address and tells whether it may get one more mail of this purpose.
    ///
    /// Links that belong to nobody are written too, so that strangers are counted like persons and
    /// every answer takes the same work (ID-140).
    static func mayMail(
        _ purpose: Purpose, emailKey: String, _ transaction: Transaction, _ context: PlatformContext
    ) async throws -> Bool {
        let results = try await transaction.run([
            "SELECT pg_advisory_xact_lock(hashtextextended('mail ' || \(emailKey), 0))",
            count(purpose, emailKey, context.now),
        ])
        return results[1][0].integer(0) < Int64(mailsPerHour)
    }

    /// The same without a lock, for a look before costly work.
    static func mayMail(
        _ purpose: Purpose, emailKey: String, in context: PlatformContext
    ) async throws -> Bool {
        let rows = try await context.read(count(purpose, emailKey, context.now))
        return rows[0].integer(0) < Int64(mailsPerHour)
    }

    private static func count(_ purpose: Purpose, _ emailKey: String, _ now: Instant) -> SQL {
        """
        SELECT count(*) FROM platform.mail_links
        WHERE email_key = \(emailKey) AND purpose = \(purpose.rawValue)
            AND created_at > \(now - .seconds(3_600))
        """
    }

    /// What a live link says.
    struct Content: Sendable {
        let emailKey: String
        let personID: ID?
        let payload: JSON

        fileprivate init(_ row: Row) {
            emailKey = row.text(0)
            personID = row.optionalID(1)
            payload = row.json(2)
        }
    }

    /// Reads a link without using it up.
    ///
    /// - Throws: ``Problem`` `token_expired` for a link that is unknown, used or too old (ID-125).
    static func read(
        _ token: String, _ purpose: Purpose, in context: PlatformContext
    ) async throws -> Content {
        let secret = try secret(token)
        let rows = try await context.read(
            """
            SELECT email_key, person_id, payload FROM platform.mail_links
            WHERE secret_hash = \(bytes: secret.digest.bytes) AND purpose = \(purpose.rawValue)
                AND expires_at > \(context.now)
            """)
        guard let row = rows.first else { throw Problem(.tokenExpired) }
        return Content(row)
    }

    /// Uses a link up; of two requests with one link only one gets through (checklist rule 13).
    ///
    /// - Throws: ``Problem`` `token_expired`.
    static func consume(
        _ token: String, _ purpose: Purpose, _ transaction: Transaction, at now: Instant
    ) async throws -> Content {
        let secret = try secret(token)
        let rows = try await transaction.run(
            """
            DELETE FROM platform.mail_links
            WHERE secret_hash = \(bytes: secret.digest.bytes) AND purpose = \(purpose.rawValue)
                AND expires_at > \(now)
            RETURNING email_key, person_id, payload
            """)
        guard let row = rows.first else { throw Problem(.tokenExpired) }
        return Content(row)
    }

    private static func secret(_ token: String) throws -> SessionSecret {
        guard let secret = SessionSecret(token) else { throw Problem(.tokenExpired) }
        return secret
    }
}
