import Crypto
import HTTP
import OpenID
import Persistence
import Tenancy
import Values

/// `POST /v1/auth/sso/callback/{id}`: the end of a login at a provider (ID-84, ID-85).
///
/// The provider leads the browser to a page of ours, which hands the code over by POST: so no GET
/// changes anything, and the code leaves the address bar (checklist rule 15).
enum SSOCallback {
    struct Answer: Input {
        let state: String
        let code, issuer, error: String?

        init(_ fields: FieldReader) {
            state = fields.required("state", .verbatim(maximumLength: 256))
            code = fields.optional("code", .verbatim(maximumLength: 4_096))
            issuer = fields.optional("iss", .verbatim(maximumLength: 512))
            error = fields.optional("error", .verbatim(maximumLength: 256))
        }
    }

    static let schema = Schema.object(
        [
            ("state", .choice(["authenticated", "link_required", "tested"]), true),
            ("csrf_token", .string(), false), ("return_to", .nullable(.string()), false),
        ] + SessionAnswer.schemaFields(isRequired: false), name: "SSOResult")

    static func finish(_ context: PlatformContext) async throws -> Response {
        let origin = try MailLink.origin(context)
        let input = try context.call.input(Answer.self)
        let login = try await SSOLogin.consume(input.state, of: context.call.id, in: context)
        let found =
            login.testedBy == nil
            ? try await SSOConnection.usable(context.call.id, in: context)
            : try await SSOConnection.find(context.call.id, in: context)
        guard let connection = found, connection.trustVersion == login.trustVersion,
            input.error == nil, let code = input.code
        else { throw Problem(.ssoRejected) }
        let domains = try await connection.domains(
            provedOnly: login.testedBy == nil, in: context)
        do {
            let verdict = try await SSOVerdict.reach(
                login, code: code, issuer: input.issuer, at: connection, domains: domains,
                origin: origin, in: context)
            if let session = login.testedBy {
                return try await passTest(verdict, session, context)
            }
            return try await SSOArrival(verdict, returnTo: login.returnTo, in: context)
                .finish(as: verdict)
        } catch let refusal as SSOVerdict.Refusal {
            // Only who sets the connection up learns what is wrong with it.
            throw Problem(
                .ssoRejected,
                extra: login.testedBy == nil
                    ? [] : [.init(name: "reason", value: .string(refusal.reason))])
        } catch let failure as ProviderFailure {
            throw Problem(failure)
        }
    }

    /// Notes that the connection works, if the session that began the test still lives here.
    private static func passTest(
        _ verdict: SSOVerdict, _ session: ID, _ context: PlatformContext
    ) async throws -> Response {
        let connection = verdict.connection
        guard let secret = AuthCookie.session.secret(in: context.call.head),
            let grant = try? await context.services.grants.resolve(secret.digest),
            grant.credentialID == session, grant.tenant.number == connection.tenantNumber,
            grant.permissions.contains(.securityManage), let personID = grant.principal.personID,
            let person = try await Person.find(personID, in: context)
        else { throw Problem(.ssoRejected) }
        // Both ends are proved to be one person's when the addresses agree (ID-92).
        let isOwn = Person.key(of: verdict.email) == person.emailKey
        try await context.transaction { transaction in
            let passed = try await transaction.run(
                """
                UPDATE platform.sso_connections SET tested_version = trust_version
                WHERE id = \(connection.id) AND trust_version = \(connection.trustVersion)
                """)
            guard passed.affected == 1 else { throw Problem(.ssoRejected) }
            if isOwn {
                transaction.atCommit(
                    """
                    INSERT INTO platform.sso_identities
                        (connection_id, subject, person_id, linked_at)
                    VALUES (\(connection.id), \(verdict.subject), \(person.id), \(context.now))
                    ON CONFLICT (connection_id, subject) DO NOTHING
                    """)
            }
            transaction.atCommit(
                PersonAudit(
                    tenantNumber: connection.tenantNumber, memberID: grant.principal.id,
                    name: grant.principal.name
                ).entry("sso.test_passed", "sso_connection", connection.id, context))
        }
        return Response.json(.ok, Array(#"{"state":"tested"}"#.utf8))
            .adding(AuthCookie.sso.remove())
    }
}

extension SSOConnection {
    /// The domains of a connection, all or those that are proved.
    func domains(provedOnly: Bool, in context: PlatformContext) async throws -> Set<String> {
        let rows = try await context.read(
            """
            SELECT domain FROM platform.sso_domains
            WHERE connection_id = \(id) AND (verified_at IS NOT NULL OR NOT \(provedOnly))
            """)
        return Set(rows.map { $0.text(0) })
    }
}
