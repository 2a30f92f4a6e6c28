import OpenID
import Tenancy
import Values

/// What a provider has vouched for at the end of a login.
struct SSOVerdict: Sendable {
    let connection: SSOConnection
    let subject: String
    /// In one of the connection's domains; verified, or the provider owns the domain (ID-85).
    let email: String
    let name: String?
    let sessionID: String?

    /// Why a login was refused; for the log alone.
    struct Refusal: Error {
        let reason: String
    }

    /// Trades the code for tokens and verifies all of ID-85.
    ///
    /// `domains` are those for which the connection may speak.
    ///
    /// - Throws: ``Refusal``, or ``ProviderFailure`` when the provider is at fault.
    static func reach(
        _ login: SSOLogin, code: String, issuer: String?, at connection: SSOConnection,
        domains: Set<String>, origin: String, in context: PlatformContext
    ) async throws -> SSOVerdict {
        let client = context.services.providers.client
        let provider = try await client.metadata(of: connection.issuer)
        // Before any call with the code (checklist row 79).
        guard issuer != nil || !provider.namesIssuer,
            issuer?.utf8.elementsEqual(connection.issuer.utf8) ?? true
        else { throw Refusal(reason: "callback_issuer") }
        let request = login.request(at: connection, origin: origin, state: "")
        let secret = try await connection.secret(context.services)
        let tokens: ProviderClient.Tokens
        do {
            tokens = try await client.redeem(code, request, secret: secret, at: provider)
        } catch {
            guard case .refused(let code) = error else { throw error }
            throw Refusal(reason: "code_\(code)")
        }
        var expected = IDToken.Expectation(
            issuer: connection.issuer, clientID: connection.clientID, nonce: login.nonce,
            now: context.now, startedAt: login.startedAt)
        expected.algorithms = provider.algorithms
        expected.accessToken = tokens.accessToken
        expected.acceptedContexts = connection.contexts
        expected.neededMethods = connection.methods
        expected.maximumAgeSeconds = connection.maximumAgeSeconds
        let token: IDToken
        do {
            token = try await client.verify(with: provider) { keys throws(TokenFlaw) in
                try IDToken.verify(tokens.idToken, keys: keys, expected)
            }
        } catch let flaw as TokenFlaw {
            throw Refusal(reason: "id_token_\(flaw.rawValue)")
        }
        var contact = token.contact
        if contact.email == nil, let accessToken = tokens.accessToken {
            let more = try await client.contact(
                of: token.subject, accessToken: accessToken, at: provider)
            contact = more ?? contact
        }
        return try SSOVerdict(connection, token, contact, domains)
    }

    private init(
        _ connection: SSOConnection, _ token: IDToken, _ contact: ContactClaims,
        _ domains: Set<String>
    ) throws(Refusal) {
        guard let given = contact.email else { throw Refusal(reason: "email_missing") }
        let email = Text.normalized(given)
        guard let domain = SSODomain.of(email: email), domains.contains(domain) else {
            throw Refusal(reason: "email_domain")
        }
        guard contact.isEmailVerified || connection.ownsDomains else {
            throw Refusal(reason: "email_not_verified")
        }
        self.connection = connection
        self.email = email
        subject = token.subject
        sessionID = token.sessionID
        let name = contact.name.map { String(Text.normalized($0).unicodeScalars.prefix(80)) }
        let isUsable = name.map { !$0.isEmpty && Text.isSingleLine($0) } ?? false
        self.name = isUsable ? name : nil
    }
}
