import HTTP
import Persistence
import Tenancy
import Values

/// A workspace and its first Owner by mailed link (WS-80).
enum SignUpRoutes {
    static let all: [Route] = [
        .open(
            .post, "/v1/auth/signup", id: "signUp", "Ask for a new workspace",
            audit: "workspace.sign_up", accepts: .json(FieldReader.describe(SignUp.self)),
            returns: .empty(.accepted), fails: [.signUpDisabled, .providerNotConfigured],
            handler: signUp),
        .open(
            .post, "/v1/auth/confirm-signup", id: "signUpConfirm",
            "Create the workspace with a mailed link", audit: "workspace.create",
            accepts: .json(FieldReader.describe(Confirmation.self)),
            returns: .json(.created, answer),
            fails: [.signUpDisabled, .tokenExpired, .invalidCredentials], handler: confirm),
    ]

    struct SignUp: Input {
        let companyName, name, email, password: String

        init(_ fields: FieldReader) {
            companyName = fields.required("company_name", .text(1...80))
            name = fields.required("name", .text(1...80))
            email = fields.required("email", .email)
            password = fields.required("password", .verbatim(maximumLength: 1_024))
            let policy = PasswordPolicy(identity: [companyName, name, email])
            if !password.isEmpty, let (code, detail) = policy.finding(password) {
                fields.report("password", code, detail)
            }
        }
    }

    struct Confirmation: Input {
        let token: String
        /// The one given in the sign-up; needed unless the address has a login by now.
        let password: String?

        init(_ fields: FieldReader) {
            token = fields.required("token", .verbatim(maximumLength: 256))
            password = fields.optional("password", .verbatim(maximumLength: 1_024))
        }
    }

    private static let answer = Schema.object([
        (
            "workspace",
            .object([
                ("id", .string(format: "uuid"), true), ("name", .string(), true),
                ("slug", .string(), true),
            ]), true
        )
    ])

    private static func checkAllowed(_ context: PlatformContext) throws {
        guard context.services.settings.allowsSignUp else { throw Problem(.signUpDisabled) }
    }

    /// Answers the same, after the same work, whether or not the address has a login (ID-140).
    private static func signUp(_ context: PlatformContext) async throws -> Response {
        try checkAllowed(context)
        let input = try context.call.input(SignUp.self)
        let origin = try MailLink.origin(context)
        let key = Person.key(of: input.email)
        guard try await MailLink.mayMail(.signUp, emailKey: key, in: context) else {
            return Response(.accepted)
        }
        let person = try await Person.find(emailKey: key, in: context)
        let language = person.map { Language(code: $0.language) } ?? context.acceptedLanguage
        let hash = try await PasswordWork(services: context.services).hash(input.password)
        try await context.transaction { transaction in
            guard try await MailLink.mayMail(.signUp, emailKey: key, transaction, context) else {
                return
            }
            let link = MailLink(purpose: .signUp)
            let payload: JSON = [
                "company_name": .string(input.companyName), "name": .string(input.name),
                "email": .string(input.email), "password_hash": .string(hash),
                "language": .string(language.rawValue),
            ]
            try await transaction.run(
                link.creation(emailKey: key, personID: nil, payload: payload, in: context))
            let address = link.address(origin)
            let mail: IdentityMail =
                person == nil ? .signUp(link: address) : .signUpOfKnownPerson(link: address)
            transaction.atCommit(
                mail.enqueue(to: person?.email ?? input.email, language: language, in: context))
        }
        return Response(.accepted)
    }

    /// Creates the workspace.
    ///
    /// Opens no session: whoever holds the link logs in next, and a person with a second factor
    /// cannot get around it this way.
    ///
    /// A new login needs the link and the password together: the link shows whose address it is,
    /// the password that the same person asked. So nobody can have a stranger confirm a login
    /// whose password they chose themselves (docs/sessions-and-login.md).
    private static func confirm(_ context: PlatformContext) async throws -> Response {
        try checkAllowed(context)
        let input = try context.call.input(Confirmation.self)
        let mayCreateLogin = try await prove(input, context)
        var attempt = 1
        while true {
            do {
                return try await create(input.token, mayCreateLogin: mayCreateLogin, context)
            } catch let error as DatabaseError
                where error.violates("tenants_slug_key") && attempt < 20
            {
                // Somebody else took the slug between our look and our insert: take the next one.
                attempt += 1
            }
        }
    }

    /// Whether a login may come of the link: false where the address has one, which stays as it
    /// is.
    ///
    /// Tells the two cases apart to the holder of the link alone, whose address it is (ID-140).
    ///
    /// - Throws: ``Problem`` `invalid_credentials` for another password than that of the sign-up;
    ///   the link stays good.
    private static func prove(
        _ input: Confirmation, _ context: PlatformContext
    ) async throws -> Bool {
        let link = try await MailLink.read(input.token, .signUp, in: context)
        guard try await Person.find(emailKey: link.emailKey, in: context) == nil else {
            return false
        }
        guard let password = input.password, !password.isEmpty else {
            throw Problem.field(
                "password", "required", "The password that was given in the sign-up is needed.")
        }
        let verdict = try await PasswordWork(services: context.services)
            .verify(password, against: link.payload["password_hash"]?.stringValue)
        guard verdict != .wrong else { throw Problem(.invalidCredentials) }
        return true
    }

    private static func create(
        _ token: String, mayCreateLogin: Bool, _ context: PlatformContext
    ) async throws -> Response {
        let id = context.newID()
        return try await context.transaction { transaction in
            let link = try await MailLink.consume(token, .signUp, transaction, at: context.now)
            guard let company = link.payload["company_name"]?.stringValue,
                let name = link.payload["name"]?.stringValue,
                let email = link.payload["email"]?.stringValue,
                let hash = link.payload["password_hash"]?.stringValue
            else { throw Problem(.tokenExpired) }
            let language = Language(code: link.payload["language"]?.stringValue ?? "")
            let base = WorkspaceSlug.base(of: company)
            let first = try await transaction.run([
                """
                INSERT INTO platform.persons
                    (id, email, email_key, name, language, password_hash, created_at)
                SELECT \(context.newID()), \(email), \(link.emailKey), \(name),
                    \(language.rawValue), \(hash), \(context.now)
                WHERE \(mayCreateLogin)
                ON CONFLICT ON CONSTRAINT persons_email_key DO NOTHING
                """,
                "SELECT id, name FROM platform.persons WHERE email_key = \(link.emailKey)",
                """
                SELECT slug FROM platform.tenants
                WHERE slug = \(base) OR slug LIKE \(base) || '-%'
                """,
            ])
            guard let person = first[1].first else { throw Problem(.tokenExpired) }
            let slug = WorkspaceSlug.firstFree(base, taken: Set(first[2].map { $0.text(0) }))
            let created = try await transaction.run(
                """
                SELECT platform.create_tenant(\(id), \(slug), \(company), 'FREE', \(context.now))
                """)
            let number = created[0].integer(0)
            transaction.atCommit(context.services.vault.creation(ofTenant: number, id: id))
            let member = context.newID()
            transaction.atCommit(
                """
                SELECT platform.seat_first_owner(\(number), \(member), \(person.id(0)),
                    \(person.text(1)), \(context.now))
                """)
            transaction.atCommit(
                PersonAudit(tenantNumber: number, memberID: member, name: person.text(1))
                    .entry("workspace.create", "workspace", id, context))
            let workspace: JSON = [
                "id": .string(id.description), "name": .string(company), "slug": .string(slug),
            ]
            return .json(.created, (["workspace": workspace] as JSON).serialized)
        }
    }
}
