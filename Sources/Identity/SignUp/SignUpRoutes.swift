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
            returns: .json(.created, answer), fails: [.signUpDisabled, .tokenExpired],
            handler: confirm),
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

        init(_ fields: FieldReader) {
            token = fields.required("token", .verbatim(maximumLength: 256))
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
    /// Opens no session: whoever holds the link logs in next, and a person with
    /// a second factor cannot get around it this way.
    private static func confirm(_ context: PlatformContext) async throws -> Response {
        try checkAllowed(context)
        let input = try context.call.input(Confirmation.self)
        var attempt = 1
        while true {
            do {
                return try await create(input.token, context)
            } catch let error as DatabaseError
                where error.violates("tenants_slug_key") && attempt < 20
            {
                // Somebody else took the slug between our look and our insert: take the next one.
                attempt += 1
            }
        }
    }

    private static func create(_ token: String, _ context: PlatformContext) async throws -> Response
    {
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
                VALUES (\(context.newID()), \(email), \(link.emailKey), \(name),
                    \(language.rawValue), \(hash), \(context.now))
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
