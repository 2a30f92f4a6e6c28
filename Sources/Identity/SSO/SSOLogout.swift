import Crypto
import HTTP
import OpenID
import Persistence
import Tenancy
import Values

/// The ends of sessions that began at a provider.
enum SSOLogout {
    // MARK: Started here

    /// `POST /v1/auth/sso/logout`: ends the session, and says where to end the provider's
    /// (OpenID Connect RP-Initiated Logout).
    ///
    /// The address names the client and no token: an ID token must not reach the browser
    /// (checklist row 77).
    static func leave(_ tenant: TenantContext) async throws -> Response {
        guard let person = tenant.principal.personID else { throw Problem(.unauthenticated) }
        try await tenant.proveAdmission()
        let context = tenant.platform
        let address = try await address(of: tenant.grant.credentialID, context)
        _ = try await context.write([
            Session.ending(tenant.grant.credentialID, of: person),
            PersonAudit(tenant).entry(
                "session.end", "session", tenant.grant.credentialID, context),
        ])
        tenant.services.grants.forget(tenant.grant.digest)
        let answer: JSON = ["logout_url": address.map { .string($0) } ?? .null]
        return Response.json(.ok, answer.serialized).goodbye()
    }

    /// Nil for a session that began otherwise, and for a provider that offers no logout or cannot
    /// be asked now: leaving must work all the same.
    private static func address(
        of session: ID, _ context: PlatformContext
    ) async throws -> String? {
        let rows = try await context.read(
            """
            SELECT c.issuer, c.client_id FROM platform.sessions s
            JOIN platform.sso_connections c ON c.id = s.sso_connection_id
            WHERE s.id = \(session)
            """)
        guard let row = rows.first, let origin = context.services.settings.origin,
            let provider = try? await context.services.providers.client.metadata(of: row.text(0)),
            let endpoint = provider.endSessionEndpoint
        else { return nil }
        return endpoint + (endpoint.utf8.contains(UInt8(ascii: "?")) ? "&" : "?")
            + "client_id=\(PercentEncoding.encode(row.text(1)))"
            + "&post_logout_redirect_uri=\(PercentEncoding.encode(origin + "/"))"
    }

    // MARK: Started at the provider

    /// `POST /v1/auth/sso/backchannel-logout/{id}` (OpenID Connect Back-Channel Logout 1.0).
    ///
    /// Ends only that user's sessions of that connection, and each token counts once (row 82).
    static func obey(_ context: PlatformContext) async throws -> Response {
        let fields = context.call.body.withUnsafeBytes { Query.parse($0) } ?? []
        let tokens = fields.filter { $0.name == "logout_token" }
        guard tokens.count == 1,
            let connection = try await SSOConnection.usable(context.call.id, in: context)
        else { throw Problem(.malformedRequest, "The logout token was not accepted.") }
        let token: LogoutToken
        do {
            token = try await verify(tokens[0].value, connection, context)
        } catch is TokenFlaw {
            throw Problem(.malformedRequest, "The logout token was not accepted.")
        } catch let failure as ProviderFailure {
            throw Problem(failure)
        }
        try await context.transaction { transaction in
            let digest = SHA256.digest(of: token.id)
            let added = try await transaction.run(
                """
                INSERT INTO platform.sso_logout_tokens (connection_id, token_hash, expires_at)
                VALUES (\(connection.id), \(bytes: digest.bytes),
                    \(context.now + .seconds(600)))
                ON CONFLICT DO NOTHING
                """)
            guard added.affected == 1 else {
                throw Problem(.malformedRequest, "The logout token was not accepted.")
            }
            transaction.atCommit(
                """
                WITH ended AS (
                    DELETE FROM platform.sessions
                    WHERE sso_connection_id = \(connection.id)
                        AND (\(token.subject) IS NULL OR sso_subject = \(token.subject))
                        AND (\(token.sessionID) IS NULL OR sso_session = \(token.sessionID))
                    RETURNING id
                )
                DELETE FROM cell.admissions WHERE credential_id IN (SELECT id FROM ended)
                """)
        }
        return .json(.ok, Array("{}".utf8))
    }

    private static func verify(
        _ token: String, _ connection: SSOConnection, _ context: PlatformContext
    ) async throws -> LogoutToken {
        let client = context.services.providers.client
        let provider = try await client.metadata(of: connection.issuer)
        var expected = LogoutToken.Expectation(
            issuer: connection.issuer, clientID: connection.clientID, now: context.now)
        expected.algorithms = provider.algorithms
        expected.acceptsUntyped = connection.takesUntypedLogout
        return try await client.verify(with: provider) { keys throws(TokenFlaw) in
            try LogoutToken.verify(token, keys: keys, expected)
        }
    }
}
