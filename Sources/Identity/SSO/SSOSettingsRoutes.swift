import HTTP
import Persistence
import Tenancy
import Values

/// `/v1/workspace/sso`: the connection of a workspace to its provider (ID-81…ID-83, WS-62).
enum SSOSettingsRoutes {
    static let all: [Route] = [
        .read(
            "/v1/workspace/sso", id: "ssoConnectionGet", "Read the single sign-on settings",
            access: .holding(.securityManage), returns: .json(.ok, schema), handler: show),
        .change(
            .put, "/v1/workspace/sso", id: "ssoConnectionPut", "Set single sign-on up",
            access: .holding(.securityManage, plan: .sso).steppedUp, audit: "sso.update",
            accepts: .json(FieldReader.describe(SSOSettings.self)), returns: .json(.ok, schema),
            fails: [.versionMismatch, .breakGlassMissing, .privilegeEscalation],
            handler: SSOSettings.save),
        .change(
            .post, "/v1/workspace/sso/check-domains", id: "ssoDomainsCheck",
            "Look for the DNS records that prove the domains",
            access: .holding(.securityManage, plan: .sso), audit: "sso.check_domains",
            returns: .json(.ok, schema), handler: checkDomains),
        .change(
            .post, "/v1/workspace/sso/test", id: "ssoConnectionTest",
            "Begin a test login at the provider",
            access: .holding(.securityManage, plan: .sso), audit: "sso.test",
            returns: .json(.ok, .object([("authorization_url", .string(format: "uri"), true)])),
            fails: [.identityProviderError, .identityProviderTimeout, .providerNotConfigured],
            handler: SSOTest.begin),
        .change(
            .post, "/v1/workspace/sso/activate", id: "ssoConnectionActivate",
            "Put single sign-on into use",
            access: .holding(.securityManage, plan: .sso).steppedUp,
            audit: "sso.activate", returns: .json(.ok, schema),
            fails: [.ssoNotTested, .domainNotVerified, .breakGlassMissing], handler: activate),
        .change(
            .post, "/v1/workspace/sso/deactivate", id: "ssoConnectionDeactivate",
            "Take single sign-on out of use",
            access: .holding(.securityManage, plan: .sso).steppedUp,
            audit: "sso.deactivate", returns: .json(.ok, schema), handler: deactivate),
    ]

    private static let schema: Schema = {
        let domain = Schema.object([
            ("domain", .string(), true), ("record_name", .string(), true),
            ("record_type", .choice(["TXT"]), true), ("record_value", .string(), true),
            ("verified", .boolean, true),
            ("verified_at", .nullable(.string(format: "date-time")), true),
            ("checked_at", .nullable(.string(format: "date-time")), true),
        ])
        let secret = Schema.object([("set", .boolean, true), ("last4", .string(), true)])
        return .object(
            [
                ("available", .boolean, true),
                ("status", .choice(["not_configured", "inactive", "active"]), false),
                ("provider", .choice(SSOSettings.providers), false), ("issuer", .string(), false),
                ("client_id", .string(), false), ("client_secret", secret, false),
                ("email_domains", .array(domain), false), ("auto_provision", .boolean, false),
                ("default_role_id", .nullable(.string(format: "uuid")), false),
                ("enforced", .boolean, false), ("provider_owns_domains", .boolean, false),
                ("untyped_logout_tokens", .boolean, false),
                ("required_acr", .array(.string()), false),
                ("required_amr", .array(.string()), false),
                ("max_age", .nullable(.integer()), false), ("tested", .boolean, false),
                ("redirect_uri", .nullable(.string(format: "uri")), false),
                ("backchannel_logout_uri", .nullable(.string(format: "uri")), false),
                ("version", .integer(), false),
            ], name: "SSOConnection")
    }()

    static func show(_ context: TenantContext) async throws -> Response {
        guard context.tenant.features.contains(PlanFeature.sso.rawValue) else {
            try await context.proveAdmission()
            return .json(.ok, Array(#"{"available":false}"#.utf8))
        }
        guard let connection = try await SSOConnection.own(context) else {
            return .json(.ok, Array(#"{"available":true,"status":"not_configured"}"#.utf8))
        }
        var response = Response.json(
            .ok, json(connection, try await SSODomain.own(context), context).serialized)
        response.fields.append((name: "ETag", value: "\"\(connection.version)\""))
        return response
    }

    private static func json(
        _ connection: SSOConnection, _ domains: [SSODomain], _ context: TenantContext
    ) -> JSON {
        let origin = context.services.settings.origin
        func texts(_ values: [String]) -> JSON { .array(values.map { .string($0) }) }
        func instant(_ value: Instant?) -> JSON { value.map { .string($0.description) } ?? .null }
        let domains = domains.map { domain -> JSON in
            [
                "domain": .string(domain.name), "record_name": .string(domain.recordName),
                "record_type": "TXT", "record_value": .string(domain.recordValue),
                "verified": .bool(domain.verifiedAt != nil),
                "verified_at": instant(domain.verifiedAt),
                "checked_at": instant(domain.checkedAt),
            ]
        }
        return [
            "available": true, "status": connection.isActive ? "active" : "inactive",
            "provider": .string(connection.provider), "issuer": .string(connection.issuer),
            "client_id": .string(connection.clientID),
            "client_secret": ["set": true, "last4": .string(connection.secretLast4)],
            "email_domains": .array(domains), "auto_provision": .bool(connection.autoProvision),
            "default_role_id": connection.defaultRoleID.map { .string($0.description) } ?? .null,
            "enforced": .bool(connection.enforced),
            "provider_owns_domains": .bool(connection.ownsDomains),
            "untyped_logout_tokens": .bool(connection.takesUntypedLogout),
            "required_acr": texts(connection.contexts), "required_amr": texts(connection.methods),
            "max_age": connection.maximumAgeSeconds.map { .integer($0) } ?? .null,
            "tested": .bool(connection.isTested),
            "redirect_uri": origin.map { .string(connection.redirectURI($0)) } ?? .null,
            "backchannel_logout_uri": origin.map { .string(connection.logoutURI($0)) } ?? .null,
            "version": .integer(connection.version),
        ]
    }

    private static func checkDomains(_ context: TenantContext) async throws -> Response {
        try await look(at: try await SSODomain.own(context), context)
        return try await show(context)
    }

    /// Looks the records up and writes the findings down.
    private static func look(
        at domains: [SSODomain], _ context: TenantContext
    ) async throws {
        guard !domains.isEmpty else { throw Problem.notFound }
        try await context.proveAdmission()
        var updates: [SQL] = []
        var details: [JSON.Member] = []
        for domain in domains {
            let finding = await domain.look(context.services)
            updates.append(domain.update(finding, at: context.now))
            details.append(.init(name: domain.name, value: .bool(finding == .proved)))
        }
        _ = try await context.write(
            updates,
            audit: AuditNote(
                "sso_connection", domains[0].connectionID, .object(details),
                action: "sso.check_domains"))
    }

    private static func activate(_ context: TenantContext) async throws -> Response {
        guard try await SSOConnection.own(context) != nil else { throw Problem.notFound }
        let open = try await SSODomain.own(context).filter { $0.verifiedAt == nil }
        if !open.isEmpty { try await look(at: open, context) }
        try await context.changeRights { transaction in
            guard let connection = try await SSOConnection.own(transaction) else {
                throw Problem.notFound
            }
            let unproved = try await transaction.run(
                """
                SELECT domain FROM platform.own_sso_domains WHERE verified_at IS NULL
                ORDER BY domain
                """)
            guard unproved.isEmpty else {
                throw Problem(
                    .domainNotVerified,
                    extra: [
                        .init(
                            name: "domains", value: .array(unproved.map { .string($0.text(0)) }))
                    ])
            }
            guard connection.isTested else { throw Problem(.ssoNotTested) }
            if connection.enforced { try await SSORules.checkBreakGlass(transaction) }
            transaction.atCommit(
                """
                UPDATE platform.own_sso_connections
                SET status = 'active', version = version + 1, plan_ended = false,
                    updated_at = \(context.now)
                """)
            transaction.audit(AuditNote("sso_connection", connection.id))
        }
        return try await show(context)
    }

    private static func deactivate(_ context: TenantContext) async throws -> Response {
        try await context.changeRights { transaction in
            guard let connection = try await SSOConnection.own(transaction) else {
                throw Problem.notFound
            }
            transaction.atCommit(
                """
                UPDATE platform.own_sso_connections
                SET status = 'inactive', version = version + 1, updated_at = \(context.now)
                """)
            transaction.audit(AuditNote("sso_connection", connection.id))
        }
        return try await show(context)
    }
}
