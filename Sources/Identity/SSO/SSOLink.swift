import Crypto
import HTTP
import Persistence
import Tenancy
import Values

/// A login that the provider has vouched for, of somebody whose address is a person's already.
///
/// They are linked only by the person's own proof: the password, or a link mailed to the person's
/// address and opened in the browser that logged in (ID-92). That browser's cookie is needed in
/// both cases, so that nobody can be talked into linking another's subject.
struct SSOLink: Sendable {
    static let lifetime: Duration = .seconds(600)
    static let mostMails: Int64 = 3

    let secret: SessionSecret
    let connection: SSOConnection
    let person: Person
    let subject: String
    let providerSession: String?
    let returnTo: String?

    /// Keeps the login for its proof.
    static func ask(_ person: Person, for arrival: SSOArrival) async throws -> Response {
        let context = arrival.context
        let secret = SessionSecret.generate()
        _ = try await context.write([
            """
            INSERT INTO platform.sso_links (secret_hash, connection_id, person_id, trust_version,
                subject, provider_session, return_to, expires_at)
            VALUES (\(bytes: secret.digest.bytes), \(arrival.connection.id), \(person.id),
                \(arrival.connection.trustVersion), \(arrival.subject),
                \(arrival.providerSession), \(arrival.returnTo), \(context.now + lifetime))
            """
        ])
        let answer: JSON = [
            "state": "link_required", "csrf_token": .string(secret.csrfToken),
            "return_to": arrival.returnTo.map { .string($0) } ?? .null,
        ]
        return Response.json(.ok, answer.serialized).adding(AuthCookie.sso.set(secret))
    }

    /// The login that a request may prove; the same checks as for other unfinished logins.
    ///
    /// - Throws: ``Problem`` `unauthenticated`, `csrf_failed`.
    private static func current(_ context: PlatformContext) async throws -> SSOLink {
        let head = context.call.head
        guard let secret = AuthCookie.sso.secret(in: head) else { throw Problem(.unauthenticated) }
        guard head.string(.origin) != nil || head.string(.secFetchSite) != nil,
            let token = head.string(.csrfToken), constantTimeEquals(token, secret.csrfToken)
        else { throw Problem(.csrfFailed) }
        let rows = try await context.read(
            """
            SELECT connection_id, person_id, trust_version::bigint, subject, provider_session,
                return_to
            FROM platform.sso_links
            WHERE secret_hash = \(bytes: secret.digest.bytes) AND expires_at > \(context.now)
            """)
        guard let row = rows.first,
            let connection = try await SSOConnection.usable(row.id(0), in: context),
            connection.trustVersion == row.integer(2),
            let person = try await Person.find(row.id(1), in: context)
        else { throw Problem(.unauthenticated) }
        return SSOLink(
            secret: secret, connection: connection, person: person, subject: row.text(3),
            providerSession: row.optionalText(4), returnTo: row.optionalText(5))
    }

    // MARK: Routes

    struct Password: Input {
        let password: String
        init(_ fields: FieldReader) {
            password = fields.required("password", .verbatim(maximumLength: 1_024))
        }
    }

    struct Token: Input {
        let token: String
        init(_ fields: FieldReader) {
            token = fields.required("token", .verbatim(maximumLength: 256))
        }
    }

    /// `POST /v1/auth/sso/link`, under the limits for passwords (ID-09).
    static func proveByPassword(_ context: PlatformContext) async throws -> Response {
        let link = try await current(context)
        let input = try context.call.input(Password.self)
        let device = try await KnownDevice.read(context)
        let attempt = try await LoginAttempt.begin(
            emailKey: link.person.emailKey, isKnownDevice: device.knows(link.person.id),
            in: context)
        let verdict: PasswordWork.Verdict
        do {
            verdict = try await PasswordWork(services: context.services)
                .verify(input.password, against: link.person.passwordHash)
        } catch {
            await attempt.withdraw(in: context)
            throw error
        }
        guard case .right = verdict else {
            try await attempt.fail(in: context)
            throw Problem(.invalidCredentials)
        }
        _ = try await context.write([attempt.success()])
        return try await link.finish("", context)
    }

    /// `POST /v1/auth/sso/link/mail`.
    static func mail(_ context: PlatformContext) async throws -> Response {
        let link = try await current(context)
        let origin = try MailLink.origin(context)
        let token = SessionSecret.generate()
        try await context.transaction { transaction in
            let counted = try await transaction.run(
                """
                UPDATE platform.sso_links
                SET mails = mails + 1, mail_hash = \(bytes: token.digest.bytes)
                WHERE secret_hash = \(bytes: link.secret.digest.bytes) AND mails < \(mostMails)
                """)
            guard counted.affected == 1 else {
                throw Problem(.tooManyAttempts, retryAfterSeconds: 600)
            }
            transaction.atCommit(
                SSOMail.link(link: "\(origin)/auth/sso/link#token=\(token.text)")
                    .enqueue(to: .init(link.person), in: context))
        }
        return Response(.accepted)
    }

    /// `POST /v1/auth/sso/link/confirm`.
    static func proveByMail(_ context: PlatformContext) async throws -> Response {
        let link = try await current(context)
        let input = try context.call.input(Token.self)
        return try await link.finish(input.token, context)
    }

    /// Uses the link up, and starts the session.
    ///
    /// `token` is the secret of the mail, and empty after a right password.
    private func finish(_ token: String, _ context: PlatformContext) async throws -> Response {
        var condition: SQL = "true"
        if !token.isEmpty {
            guard let token = SessionSecret(token) else { throw Problem(.tokenExpired) }
            condition = "mail_hash = \(bytes: token.digest.bytes)"
        }
        let arrival = try await SSOArrival(self, in: context)
        try await context.transaction { transaction in
            guard let locked = try await Person.lock(person.id, in: transaction),
                locked.passwordHash == person.passwordHash
            else { throw Problem(.unauthenticated) }
            let used = try await transaction.run(
                """
                DELETE FROM platform.sso_links
                WHERE secret_hash = \(bytes: secret.digest.bytes) AND \(condition)
                    AND expires_at > \(context.now)
                """)
            guard used.affected == 1 else { throw Problem(.tokenExpired) }
            try await arrival.link(person.id, transaction)
        }
        return try await arrival.enter(person)
    }
}
