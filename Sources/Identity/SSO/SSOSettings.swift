import HTTP
import OpenID
import Persistence
import Tenancy
import Values

/// `PUT /v1/workspace/sso` (ID-82).
struct SSOSettings: Input {
    let provider, issuer, clientID: String
    /// Needed unless issuer and client stay as they are.
    let clientSecret: String?
    let domains: [String]
    let autoProvision: Bool
    let defaultRoleID: ID?
    let enforced, ownsDomains, takesUntypedLogout: Bool
    let contexts, methods: [String]
    let maximumAgeSeconds: Int64?

    static let providers = ["google", "okta", "azure_ad", "custom"]

    init(_ fields: FieldReader) {
        provider = fields.required("provider", .choice(Self.providers))
        issuer = fields.required("issuer", .text(1...512))
        clientID = fields.required("client_id", .text(1...255))
        clientSecret = fields.optional("client_secret", .verbatim(maximumLength: 1_024))
        domains = fields.required("email_domains", .list(of: Self.domain, 1...20))
        autoProvision = fields.optional("auto_provision", .bool) ?? false
        defaultRoleID = fields.optional("default_role_id", .id(unknown: "unknown_role"))
        enforced = fields.optional("enforced", .bool) ?? false
        ownsDomains = fields.optional("provider_owns_domains", .bool) ?? false
        takesUntypedLogout = fields.optional("untyped_logout_tokens", .bool) ?? false
        contexts = fields.optional("required_acr", .list(of: .text(1...255), 0...20)) ?? []
        methods = fields.optional("required_amr", .list(of: .text(1...64), 0...20)) ?? []
        maximumAgeSeconds = fields.optional("max_age", .integer(0...31_536_000))
        if Set(domains).count != domains.count {
            fields.report("email_domains", "repeated_value", "Name each domain once.")
        }
        if autoProvision, defaultRoleID == nil {
            fields.report("default_role_id", "required", "New members need a role.")
        }
    }

    /// The public ones are told apart, as ID-136 wants it.
    private static let domain = FieldType<String>.checked(
        schema: .string(format: "hostname"), placeholder: ""
    ) { json, report in
        guard let text = json.stringValue else { return nil }
        guard let name = SSODomain.normalized(Text.normalized(text)) else {
            report(nil, "invalid_domain", "This is not a domain name.")
            return ""
        }
        if PublicMailDomains.contains(name) {
            report(nil, "public_domain", "Anybody can have an address there.")
        }
        return name
    }

    /// Creates or changes the connection; whatever concerns trust takes it out of use (ID-83).
    static func save(_ context: TenantContext) async throws -> Response {
        let input = try context.call.input(SSOSettings.self)
        guard IssuerURL.isValid(input.issuer, allowsPlainHTTP: context.services.providers.isLocal)
        else {
            throw Problem.field("issuer", "invalid_issuer", "Write the issuer's https address.")
        }
        try await context.changeRights { transaction in
            let old = try await SSOConnection.own(transaction)
            if let old { try context.call.checkVersion(old.version) }
            try await input.checkRole(context, transaction)
            if input.enforced { try await SSORules.checkBreakGlass(transaction) }
            let id = old?.id ?? context.newID()
            let isNewTrust = try await input.store(id, over: old, context, transaction)
            let note: JSON = [
                "issuer": .string(input.issuer), "client_id": .string(input.clientID),
                "email_domains": .array(input.domains.map { .string($0) }),
                "auto_provision": .bool(input.autoProvision), "enforced": .bool(input.enforced),
                "provider_owns_domains": .bool(input.ownsDomains),
                "secret_changed": .bool(input.clientSecret != nil),
                "deactivated": .bool(isNewTrust && old?.isActive == true),
            ]
            transaction.audit(AuditNote("sso_connection", id, note))
        }
        return try await SSOSettingsRoutes.show(context)
    }

    private func checkRole(
        _ context: TenantContext, _ transaction: TenantTransaction
    ) async throws {
        guard let defaultRoleID else { return }
        let rows = try await transaction.run(
            """
            SELECT builtin, permissions FROM tenant.roles WHERE id = \(defaultRoleID)
            FOR KEY SHARE
            """)
        guard let row = rows.first else {
            throw Problem.field("default_role_id", "unknown_role", "No such role.")
        }
        let builtin = row.optionalText(0).flatMap(BuiltinRole.init(rawValue:))
        guard builtin != .owner else {
            throw Problem.field("default_role_id", "invalid_option", "Nobody is made Owner so.")
        }
        try context.checkHolding(
            builtin?.permissions
                ?? PermissionSet(row.texts(1).compactMap(Permission.init(rawValue:))))
    }

    /// - Returns: Whether who is trusted has changed.
    private func store(
        _ id: ID, over old: SSOConnection?, _ context: TenantContext,
        _ transaction: TenantTransaction
    ) async throws -> Bool {
        let isSameClient = old?.issuer == issuer && old?.clientID == clientID
        // A secret is never sent to another place than the one it was given for.
        guard clientSecret != nil || isSameClient else {
            throw Problem.field("client_secret", "required", "A new client needs its secret.")
        }
        var sealed = old?.sealedSecret ?? []
        var last4 = old?.secretLast4 ?? ""
        if let clientSecret {
            sealed = try await SSOSecret.seal(clientSecret, row: id, in: context)
            last4 = clientSecret.unicodeScalars.count >= 12 ? String(clientSecret.suffix(4)) : ""
        }
        let known = try await transaction.run("SELECT domain FROM platform.own_sso_domains")
        let areNewDomains = Set(known.map { $0.text(0) }) != Set(domains)
        let isNewLogin =
            !isSameClient || clientSecret != nil || old?.provider != provider
            || old?.contexts != contexts || old?.methods != methods
            || old?.maximumAgeSeconds != maximumAgeSeconds || old?.ownsDomains != ownsDomains
        let isNewTrust = isNewLogin || areNewDomains
        try await transaction.run(
            """
            INSERT INTO platform.own_sso_connections (id, tenant_number, provider, issuer,
                client_id, client_secret, secret_last4, auto_provision, default_role_id, enforced,
                owns_domains, takes_untyped_logout, contexts, methods, maximum_age_seconds, status,
                trust_version, version, plan_ended, created_at, updated_at)
            VALUES (\(id), \(context.tenant.number), \(provider), \(issuer), \(clientID),
                \(bytes: sealed), \(last4), \(autoProvision), \(defaultRoleID), \(enforced),
                \(ownsDomains), \(takesUntypedLogout), \(contexts), \(methods),
                \(maximumAgeSeconds), 'inactive', 1, 1, false, \(context.now), \(context.now))
            ON CONFLICT (id) DO UPDATE
            SET provider = excluded.provider, issuer = excluded.issuer,
                client_id = excluded.client_id, client_secret = excluded.client_secret,
                secret_last4 = excluded.secret_last4, auto_provision = excluded.auto_provision,
                default_role_id = excluded.default_role_id, enforced = excluded.enforced,
                owns_domains = excluded.owns_domains,
                takes_untyped_logout = excluded.takes_untyped_logout,
                contexts = excluded.contexts, methods = excluded.methods,
                maximum_age_seconds = excluded.maximum_age_seconds,
                status = CASE WHEN \(isNewTrust) THEN 'inactive'
                    ELSE own_sso_connections.status END,
                trust_version = own_sso_connections.trust_version
                    + CASE WHEN \(isNewLogin) THEN 1 ELSE 0 END,
                version = own_sso_connections.version + 1, updated_at = excluded.updated_at
            """)
        if let old, old.issuer != issuer {
            // Another provider's subjects are other people (ID-92).
            transaction.atCommit(
                "DELETE FROM platform.own_sso_identities WHERE connection_id = \(id)")
        }
        try await storeDomains(id, context, transaction)
        return isNewTrust
    }

    /// Keeps what is proved; a proof is for a domain and a workspace, whoever the provider is.
    private func storeDomains(
        _ id: ID, _ context: TenantContext, _ transaction: TenantTransaction
    ) async throws {
        var statements: [SQL] = [
            "DELETE FROM platform.own_sso_domains WHERE NOT domain = ANY (\(domains))"
        ]
        for domain in domains {
            statements.append(
                """
                INSERT INTO platform.own_sso_domains
                    (connection_id, domain, tenant_number, challenge)
                VALUES (\(id), \(domain), \(context.tenant.number), \(SSODomain.newChallenge()))
                ON CONFLICT (connection_id, domain) DO NOTHING
                """)
        }
        try await transaction.run(statements)
    }
}
