import HTTP
import Persistence
import Tenancy
import Values

/// A new address for one's login: asked for with the password, confirmed from the new mailbox, and
/// taken back from the old one (ID-41…ID-44).
enum EmailChangeRoutes {
    static let all: [Route] = [
        .change(
            .post, "/v1/me/email-change", id: "ownEmailChange", "Ask for another e-mail address",
            access: .member.steppedUp, audit: "person.request_email_change",
            accepts: .json(FieldReader.describe(Wish.self)), returns: .empty(.accepted),
            fails: [
                .currentPasswordWrong, .tooManyAttempts, .emailChangeDisabled, .emailManagedByIDP,
                .invalidCode, .providerNotConfigured,
            ], handler: ask),
        .open(
            .post, "/v1/auth/confirm-email", id: "emailConfirm", "Confirm a new e-mail address",
            audit: "person.change_email", accepts: .json(FieldReader.describe(Token.self)),
            returns: .empty(.noContent), fails: [.tokenExpired], handler: confirm),
        .open(
            .post, "/v1/auth/cancel-email-change", id: "emailChangeCancel",
            "Keep or bring back the old e-mail address and end all sessions",
            audit: "person.cancel_email_change", accepts: .json(FieldReader.describe(Token.self)),
            returns: .empty(.noContent), fails: [.tokenExpired], handler: cancel),
    ]

    struct Wish: Input {
        let newEmail, currentPassword: String
        /// Not needed, since the proof for sensitive actions has asked for one (ID-72); judged if
        /// it is given.
        let offered: OfferedCode

        init(_ fields: FieldReader) {
            newEmail = fields.required("new_email", .email)
            currentPassword = fields.required("current_password", .verbatim(maximumLength: 1_024))
            offered = OfferedCode(fields)
        }
    }

    struct Token: Input {
        let token: String

        init(_ fields: FieldReader) {
            token = fields.required("token", .verbatim(maximumLength: 200))
        }
    }

    // MARK: Asking

    /// Answers the same whether or not the new address has a login (ID-43).
    private static func ask(_ tenant: TenantContext) async throws -> Response {
        let context = tenant.platform
        try await tenant.proveAdmission()
        let person = try await tenant.person()
        try await checkAllowed(person, context)
        let wish = try tenant.call.input(Wish.self)
        let origin = try MailLink.origin(context)
        try await PasswordChangeLimit.take(person.id, in: context)
        try await PasswordRoutes.prove(wish.currentPassword, of: person, context)
        if let (method, code) = wish.offered.pair {
            try await FactorProof(personID: person.id, context: context)
                .demand(code, by: method, for: StepUpRoutes.use(tenant))
        }
        guard Person.key(of: wish.newEmail) != person.emailKey else {
            throw Problem.field("new_email", "email_unchanged", "This is the present address.")
        }
        try await context.transaction { transaction in
            guard let locked = try await Person.lock(person.id, in: transaction),
                locked.passwordHash == person.passwordHash, locked.emailKey == person.emailKey
            else { throw Problem(.currentPasswordWrong) }
            try await send(wish.newEmail, of: locked, origin, transaction, context)
            transaction.atCommit(
                PersonAudit(tenant).entry(
                    "person.request_email_change", "person", person.id, context,
                    details: ["new_email": .string(wish.newEmail)]))
        }
        return Response(.accepted)
    }

    /// ID-44: any of the person's workspaces may forbid it, and the provider of one that asks for
    /// it decides the address.
    private static func checkAllowed(_ person: Person, _ context: PlatformContext) async throws {
        for seat in try await Seat.all(of: person.id, in: context) {
            guard try await !SSORules.binds(seat, in: context) else {
                throw Problem(.emailManagedByIDP)
            }
            guard try await seat.allowsEmailChange(in: context) else {
                throw Problem(.emailChangeDisabled)
            }
        }
    }

    /// Mails both addresses, unless one of them has had enough mails for now.
    private static func send(
        _ address: String, of person: Person, _ origin: String, _ transaction: Transaction,
        _ context: PlatformContext
    ) async throws {
        let key = Person.key(of: address)
        guard
            try await MailLink.mayMail(
                .cancelEmailChange, emailKey: person.emailKey, transaction, context),
            try await MailLink.mayMail(.changeEmail, emailKey: key, transaction, context)
        else { return }
        let owner = try await Person.find(emailKey: key, in: transaction)
        let (change, cancel) = (
            MailLink(purpose: .changeEmail), MailLink(purpose: .cancelEmailChange)
        )
        try await transaction.run(person.voidingEmailChange(at: context.now))
        // A link that belongs to nobody is written too, so that the mails to the address are
        // counted.
        try await transaction.run(
            change.creation(
                emailKey: key, personID: owner == nil ? person.id : nil,
                payload: ["email": .string(address)], in: context)
                + cancel.creation(
                    emailKey: person.emailKey, personID: person.id,
                    payload: ["email": .string(person.email)], in: context))
        if let owner {
            transaction.atCommit(IdentityMail.emailTaken.enqueue(to: owner, in: context))
        } else {
            transaction.atCommit(
                IdentityMail.confirmEmail(link: change.address(origin)).enqueue(
                    to: address, language: Language(code: person.language), in: context))
        }
        let warning = IdentityMail.emailChangeAsked(
            address: address, link: cancel.address(origin),
            until: context.now + MailLink.Purpose.cancelEmailChange.lifetime)
        transaction.atCommit(warning.enqueue(to: person, in: context))
    }

    // MARK: Deciding

    /// Of two confirmations only one finds the link; an address that somebody else took meanwhile
    /// is refused by the database (ID-141).
    private static func confirm(_ context: PlatformContext) async throws -> Response {
        let token = try context.call.input(Token.self).token
        let link = try await MailLink.read(token, .changeEmail, in: context)
        try await decide(link, context) { person, address, transaction in
            _ = try await MailLink.consume(token, .changeEmail, transaction, at: context.now)
            try await transaction.run(person.moving(to: address))
            for statement in person.voidings(at: context.now) { transaction.atCommit(statement) }
            transaction.atCommit(
                IdentityMail.emailChanged(address: address).enqueue(to: person, in: context))
            return "person.change_email"
        }
        return Response(.noContent)
    }

    /// Whoever asked knew the password, and may have sessions and links of the new mailbox: all of
    /// them end.
    private static func cancel(_ context: PlatformContext) async throws -> Response {
        let token = try context.call.input(Token.self).token
        let link = try await MailLink.read(token, .cancelEmailChange, in: context)
        try await decide(link, context) { person, address, transaction in
            _ = try await MailLink.consume(token, .cancelEmailChange, transaction, at: context.now)
            try await transaction.run([
                person.moving(to: address), Session.endings(of: person.id, except: nil),
                person.voidingEmailChange(at: context.now),
                """
                UPDATE platform.mail_links SET expires_at = \(context.now)
                WHERE person_id = \(person.id) AND purpose = 'cancel_email_change'
                    AND expires_at > \(context.now)
                """,
                "DELETE FROM platform.known_devices WHERE person_id = \(person.id)",
            ])
            for statement in person.voidings(at: context.now) { transaction.atCommit(statement) }
            transaction.atCommit(
                IdentityMail.emailChangeCancelled.enqueue(
                    to: address, language: Language(code: person.language), in: context))
            return "person.cancel_email_change"
        }
        return Response(.noContent)
    }

    /// Runs `body` with the person locked and the address that the link holds, and writes down in
    /// every workspace of the person what it did.
    private static func decide(
        _ link: MailLink.Content, _ context: PlatformContext,
        _ body: (Person, _ address: String, Transaction) async throws -> StaticString
    ) async throws {
        guard let id = link.personID, let address = link.payload["email"]?.stringValue else {
            throw Problem(.tokenExpired)
        }
        let seats = try await Seat.all(of: id, in: context)
        do {
            try await context.transaction { transaction in
                guard let person = try await Person.lock(id, in: transaction) else {
                    throw Problem(.tokenExpired)
                }
                let action = try await body(person, address, transaction)
                for seat in seats {
                    transaction.atCommit(
                        PersonAudit(
                            tenantNumber: seat.tenant.number, memberID: seat.memberID,
                            name: person.name
                        ).entry(action, "person", id, context))
                }
            }
        } catch let error as DatabaseError where error.violates("persons_email_key") {
            // Says no more than an old link: the address belongs to somebody (ID-140).
            throw Problem(.tokenExpired)
        }
    }
}

extension ProblemKind {
    /// ID-44.
    static let emailManagedByIDP = ProblemKind(
        "email_managed_by_idp", 409, "The e-mail address is managed by the identity provider")
    static let emailChangeDisabled = ProblemKind(
        "email_change_disabled", 403, "A workspace of this person forbids changing the address")
}

extension Person {
    static func find(
        emailKey: String, in transaction: Transaction
    ) async throws -> Person? {
        try await transaction.run(
            "SELECT \(columns) FROM platform.persons WHERE email_key = \(emailKey)"
        ).first.map(Person.init)
    }

    /// Stores another address.
    ///
    /// - Throws when run: ``DatabaseError`` of `persons_email_key` if somebody has it.
    fileprivate func moving(to address: String) -> SQL {
        """
        UPDATE platform.persons SET email = \(address), email_key = \(Person.key(of: address))
        WHERE id = \(id)
        """
    }

    /// The statement that voids links which would still change the address.
    fileprivate func voidingEmailChange(at now: Instant) -> SQL {
        """
        UPDATE platform.mail_links SET expires_at = \(now)
        WHERE person_id = \(id) AND purpose = 'change_email' AND expires_at > \(now)
        """
    }
}

extension Seat {
    /// The workspace's `allow_email_change` (WS-64); true while the workspace is being migrated.
    fileprivate func allowsEmailChange(in context: PlatformContext) async throws -> Bool {
        do {
            let rows: Rows = try await context.services.database.read(
                "SELECT allow_email_change FROM tenant.settings",
                in: tenant.scope(schemaVersion: context.services.settings.schemaVersion))
            return rows.first?.bool(0) ?? true
        } catch is NotAdmitted {
            return true
        }
    }
}
