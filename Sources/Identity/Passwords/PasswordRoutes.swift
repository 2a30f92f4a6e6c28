import Crypto
import HTTP
import Persistence
import Tenancy
import Values

/// Forgotten, reset and changed passwords (ID-20…ID-27).
enum PasswordRoutes {
    static let all: [Route] = [
        .open(
            .post, "/v1/auth/forgot-password", id: "passwordForget",
            "Ask for a link that resets the password", audit: "person.forget_password",
            accepts: .json(FieldReader.describe(Address.self)), returns: .empty(.accepted),
            fails: [.providerNotConfigured], handler: forget),
        .open(
            .post, "/v1/auth/reset-password", id: "passwordReset",
            "Set a new password with a mailed link", audit: "person.reset_password",
            accepts: .json(FieldReader.describe(Reset.self)), returns: .empty(.noContent),
            fails: [.tokenExpired], handler: reset),
        .change(
            .post, "/v1/me/password", id: "ownPasswordChange", "Change one's password",
            access: .member.steppedUp, audit: "person.change_password",
            accepts: .json(FieldReader.describe(Change.self)),
            returns: .json(.ok, .object([("csrf_token", .string(), true)])),
            fails: [.currentPasswordWrong, .tooManyAttempts], handler: change),
    ]

    struct Address: Input {
        let email: String

        init(_ fields: FieldReader) {
            email = fields.required("email", .email)
        }
    }

    struct Reset: Input {
        let token, newPassword: String

        init(_ fields: FieldReader) {
            token = fields.required("token", .verbatim(maximumLength: 256))
            newPassword = fields.required("new_password", .verbatim(maximumLength: 1_024))
        }
    }

    struct Change: Input {
        let currentPassword, newPassword: String

        init(_ fields: FieldReader) {
            currentPassword = fields.required("current_password", .verbatim(maximumLength: 1_024))
            newPassword = fields.required("new_password", .verbatim(maximumLength: 1_024))
        }
    }

    /// Answers the same, after the same work, whether or not the person exists (ID-20, ID-140).
    ///
    /// A person whose every workspace enforces single sign-on gets another mail (ID-23).
    private static func forget(_ context: PlatformContext) async throws -> Response {
        let input = try context.call.input(Address.self)
        let origin = try MailLink.origin(context)
        let key = Person.key(of: input.email)
        let person = try await Person.find(emailKey: key, in: context)
        let isElsewhere = try await SSORules.areAllEnforced(of: person?.id, in: context)
        try await context.transaction { transaction in
            guard
                try await MailLink.mayMail(.resetPassword, emailKey: key, transaction, context)
            else { return }
            let link = MailLink(purpose: .resetPassword)
            try await transaction.run(
                link.creation(
                    emailKey: key, personID: isElsewhere ? nil : person?.id, in: context))
            if let person, isElsewhere {
                transaction.atCommit(
                    SSOMail.useProvider.enqueue(to: .init(person), in: context))
            } else if let person {
                transaction.atCommit(
                    IdentityMail.resetPassword(link: link.address(origin))
                        .enqueue(to: person, in: context))
            }
        }
        return Response(.accepted)
    }

    /// Ends every session, unfinished login and block of the person; opens no session, so that a
    /// second factor cannot be passed by (ID-22).
    private static func reset(_ context: PlatformContext) async throws -> Response {
        let input = try context.call.input(Reset.self)
        let link = try await MailLink.read(input.token, .resetPassword, in: context)
        guard let id = link.personID, let person = try await Person.find(id, in: context) else {
            throw Problem(.tokenExpired)
        }
        let hash = try await PasswordChange(person: person, context: context)
            .hash(of: input.newPassword)
        try await context.transaction { transaction in
            guard let person = try await Person.lock(id, in: transaction) else {
                throw Problem(.tokenExpired)
            }
            _ = try await MailLink.consume(
                input.token, .resetPassword, transaction, at: context.now)
            try await transaction.run([
                person.storing(hash), Session.endings(of: id, except: nil),
                LoginAttempt.pardon(emailKey: person.emailKey),
                "DELETE FROM platform.known_devices WHERE person_id = \(id)",
            ])
            for statement in person.voidings(at: context.now) { transaction.atCommit(statement) }
            transaction.atCommit(
                IdentityMail.passwordChanged.enqueue(to: person, in: context))
        }
        return Response(.noContent)
    }

    /// Keeps the current session, under a new secret, and ends all others (ID-12, ID-26).
    private static func change(_ tenant: TenantContext) async throws -> Response {
        let context = tenant.platform
        let input = try tenant.call.input(Change.self)
        try await tenant.proveAdmission()
        let person = try await tenant.person()
        try await PasswordChangeLimit.take(person.id, in: context)
        try await prove(input.currentPassword, of: person, context)
        let hash = try await PasswordChange(person: person, context: context)
            .hash(of: input.newPassword)
        let seats = try await Seat.all(of: person.id, in: context)
        guard let seat = seats.first(where: { $0.tenant.number == tenant.tenant.number }) else {
            throw Problem(.unauthenticated)
        }
        let role = try await seat.take(by: person, in: context)
        let session = try await context.transaction { transaction in
            guard let locked = try await Person.lock(person.id, in: transaction),
                locked.passwordHash == person.passwordHash
            else { throw Problem(.currentPasswordWrong) }
            let session = try await Session.replace(
                tenant.grant, with: seat, as: role, of: locked, transaction, context)
            try await transaction.run([
                locked.storing(hash), Session.endings(of: person.id, except: session.id),
            ])
            for statement in locked.voidings(at: context.now) { transaction.atCommit(statement) }
            transaction.atCommit(
                IdentityMail.passwordChanged.enqueue(to: person, in: context))
            transaction.atCommit(
                PersonAudit(tenant).entry("person.change_password", "person", person.id, context))
            return session
        }
        tenant.services.grants.forget(tenant.grant.digest)
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("csrf_token")
        writer.string(session.secret.csrfToken)
        writer.endObject()
        return Response.json(.ok, writer.bytes).adding(AuthCookie.session.set(session.secret))
    }

    /// Guesses at the current password are limited like those at login: a stolen session must not
    /// be a way to find the password out.
    ///
    /// - Throws: ``Problem`` `current_password_wrong`, `too_many_attempts`.
    static func prove(
        _ password: String, of person: Person, _ context: PlatformContext
    ) async throws {
        let attempt = try await LoginAttempt.begin(
            emailKey: person.emailKey, isKnownDevice: true, in: context)
        let verdict: PasswordWork.Verdict
        do {
            verdict = try await PasswordWork(services: context.services)
                .verify(password, against: person.passwordHash)
        } catch {
            await attempt.withdraw(in: context)
            throw error
        }
        guard verdict != .wrong else {
            try await attempt.fail(in: context)
            throw Problem(.currentPasswordWrong)
        }
        _ = try await context.write([attempt.success()])
    }
}
