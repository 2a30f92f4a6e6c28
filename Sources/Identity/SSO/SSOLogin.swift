import Crypto
import HTTP
import OpenID
import Persistence
import Tenancy
import Values

/// A login on its way through a provider: begun by this browser, and finished by no other (row 66).
struct SSOLogin: Sendable {
    static let lifetime: Duration = .seconds(600)

    let connectionID: ID
    let trustVersion: Int64
    /// The session that tests the connection; nil for a login.
    let testedBy: ID?
    let returnTo: String?
    let startedAt: Instant
    /// What the browser's cookie holds; nonce and code verifier come of it and stand nowhere.
    let browser: SessionSecret

    var nonce: String { browser.derived("courtyard sso nonce v1") }
    var codeVerifier: String { browser.derived("courtyard sso pkce v1") }

    /// Begins a login.
    ///
    /// - Returns: The address to which the browser goes, and the cookie that binds it.
    /// - Throws: ``Problem`` `provider_error`, `provider_timeout`, `provider_not_configured`.
    static func begin(
        at connection: SSOConnection, testedBy: ID? = nil, returnTo: String? = nil,
        loginHint: String? = nil, in context: PlatformContext
    ) async throws -> (address: String, secret: SessionSecret) {
        let origin = try MailLink.origin(context)
        let provider: ProviderMetadata
        do {
            provider = try await context.services.providers.client.metadata(of: connection.issuer)
        } catch {
            throw Problem(error)
        }
        let login = SSOLogin(
            connectionID: connection.id, trustVersion: connection.trustVersion,
            testedBy: testedBy, returnTo: returnTo, startedAt: context.now,
            browser: SessionSecret.generate())
        let state = SessionSecret.generate()
        _ = try await context.write([
            """
            INSERT INTO platform.sso_logins (state_hash, browser_hash, connection_id,
                trust_version, tested_by, return_to, started_at, expires_at)
            VALUES (\(bytes: state.digest.bytes), \(bytes: login.browser.digest.bytes),
                \(connection.id), \(connection.trustVersion), \(testedBy), \(returnTo),
                \(context.now), \(context.now + lifetime))
            """
        ])
        var request = login.request(at: connection, origin: origin, state: state.text)
        request.loginHint = loginHint
        return (request.address(at: provider.authorizationEndpoint), login.browser)
    }

    /// What is asked of the provider, at both ends of the way.
    func request(
        at connection: SSOConnection, origin: String, state: String
    ) -> AuthorizationRequest {
        var request = AuthorizationRequest(
            clientID: connection.clientID, redirectURI: connection.redirectURI(origin),
            state: state, nonce: nonce, codeVerifier: codeVerifier)
        request.acceptedContexts = connection.contexts
        request.maximumAgeSeconds = connection.maximumAgeSeconds
        return request
    }

    /// Uses the state up: once, by this browser, at this connection (checklist rule 13, row 77).
    ///
    /// - Throws: ``Problem`` `sso_rejected` for a state that is unknown, used, too old, of another
    ///   browser, or of another connection.
    static func consume(
        _ state: String, of connection: ID, in context: PlatformContext
    ) async throws -> SSOLogin {
        guard let state = SessionSecret(state),
            let browser = AuthCookie.sso.secret(in: context.call.head)
        else { throw Problem(.ssoRejected) }
        let results = try await context.write([
            """
            DELETE FROM platform.sso_logins
            WHERE state_hash = \(bytes: state.digest.bytes)
                AND browser_hash = \(bytes: browser.digest.bytes)
                AND connection_id = \(connection) AND expires_at > \(context.now)
            RETURNING trust_version::bigint, tested_by, return_to, started_at
            """
        ])
        guard let row = results[0].first else { throw Problem(.ssoRejected) }
        return SSOLogin(
            connectionID: connection, trustVersion: row.integer(0), testedBy: row.optionalID(1),
            returnTo: row.optionalText(2), startedAt: row.instant(3), browser: browser)
    }
}

/// `POST /v1/auth/sso/start` (ID-84).
enum SSOStart {
    struct Target: Input {
        let email, slug, returnTo: String?

        init(_ fields: FieldReader) {
            email = fields.optional("email", .email)
            slug = fields.optional("workspace_slug", .text(1...64))
            returnTo = fields.optional("return_to", ReturnPath.field)
            if (email == nil) == (slug == nil), !fields.has("email") || slug != nil {
                fields.report("email", "required", "Give an address or a workspace, not both.")
            }
        }
    }

    /// Tells what a workspace or a domain has set up, and nothing of any person (checklist rule
    /// 16).
    static func start(_ context: PlatformContext) async throws -> Response {
        let input = try context.call.input(Target.self)
        let connection = try await find(input, in: context)
        let begun = try await SSOLogin.begin(
            at: connection, returnTo: input.returnTo, loginHint: input.email, in: context)
        return Response.json(
            .ok,
            JSON.object([.init(name: "authorization_url", value: .string(begun.address))])
                .serialized
        ).adding(AuthCookie.sso.set(begun.secret))
    }

    private static func find(
        _ target: Target, in context: PlatformContext
    ) async throws -> SSOConnection {
        let condition: SQL
        if let slug = target.slug {
            condition = "w.slug = \(slug)"
        } else {
            guard let domain = target.email.flatMap({ SSODomain.of(email: $0) }) else {
                throw Problem.notFound
            }
            condition = """
                EXISTS (
                    SELECT FROM platform.sso_domains d
                    WHERE d.connection_id = c.id AND d.domain = \(domain)
                        AND d.verified_at IS NOT NULL)
                """
        }
        let found = try await context.read(
            """
            SELECT \(SSOConnection.columns) FROM platform.sso_connections c
            JOIN cell.tenants t ON t.number = c.tenant_number
            JOIN platform.tenants w ON w.number = c.tenant_number
            WHERE \(condition) AND c.status = 'active' AND t.state = 'active'
                AND 'sso' = ANY (t.features)
            ORDER BY c.id LIMIT 2
            """
        ).map(SSOConnection.init)
        guard let connection = found.first else { throw Problem.notFound }
        guard found.count == 1 else { throw Problem(.workspaceNeeded) }
        return connection
    }
}

/// `POST /v1/workspace/sso/test`: the Owner or Admin who asks logs in at the provider (ID-83).
enum SSOTest {
    static func begin(_ context: TenantContext) async throws -> Response {
        try await context.proveAdmission()
        guard let connection = try await SSOConnection.own(context) else { throw Problem.notFound }
        let platform = context.platform
        let begun = try await SSOLogin.begin(
            at: connection, testedBy: context.grant.credentialID, in: platform)
        _ = try await platform.write([
            PersonAudit(context).entry("sso.test", "sso_connection", connection.id, platform)
        ])
        return Response.json(
            .ok,
            JSON.object([.init(name: "authorization_url", value: .string(begun.address))])
                .serialized
        ).adding(AuthCookie.sso.set(begun.secret))
    }
}
