import Crypto
import HTTP
import Persistence
import Tenancy
import Values

/// The current session: whether it lives, where it goes, how it ends (ID-06, ID-07, ID-10).
enum SessionRoutes {
    static let all: [Route] = [
        .open(
            .get, "/v1/auth/session", id: "sessionGet", "Tell whether the session is live",
            returns: .json(
                .ok,
                .object(
                    [("authenticated", .boolean, true), ("csrf_token", .string(), false)]
                        + SessionAnswer.schemaFields(isRequired: false), name: "SessionState")),
            isRateLimited: false, handler: show),
        .change(
            .post, "/v1/auth/switch-workspace", id: "sessionSwitch",
            "Move the session to another workspace", access: .memberEvenSuspended,
            audit: "session.switch",
            accepts: .json(FieldReader.describe(LoginRoutes.WorkspaceSelection.self)),
            returns: .json(.ok, LoginStage.schema),
            fails: [.noWorkspace, .ssoRequired, .loginRequired], handler: switchWorkspace),
        .change(
            .post, "/v1/auth/logout", id: "sessionEnd", "Log out",
            access: .memberEvenSuspended, audit: "session.end", returns: .empty(.noContent),
            handler: logOut),
    ]

    /// Asking does not prolong the session: a sign-in page that looks from time to time is no use
    /// of it (ID-10).
    private static func show(_ context: PlatformContext) async throws -> Response {
        guard let secret = AuthCookie.session.secret(in: context.call.head),
            let grant = try await live(secret, context),
            let answer = try await read(grant, secret, context)
        else { return .json(.ok, Array(#"{"authenticated":false}"#.utf8)) }
        return answer.liveness()
    }

    private static func live(
        _ secret: SessionSecret, _ context: PlatformContext
    ) async throws -> Grant? {
        do {
            let grant = try await context.services.grants.resolve(secret.digest)
            return grant.flatMap { $0.principal.isMember ? $0 : nil }
        } catch is NotAdmitted {
            return nil
        }
    }

    private static func read(
        _ grant: Grant, _ secret: SessionSecret, _ context: PlatformContext
    ) async throws -> SessionAnswer? {
        do {
            return try await SessionAnswer.read(
                grant, csrfToken: secret.csrfToken, context.services)
        } catch is NotAdmitted {
            return nil
        }
    }

    private static func switchWorkspace(_ tenant: TenantContext) async throws -> Response {
        let context = tenant.platform
        let input = try tenant.call.input(LoginRoutes.WorkspaceSelection.self)
        try await tenant.proveAdmission()
        let person = try await tenant.person()
        let seats = try await Seat.all(of: person.id, in: context)
        guard let seat = seats.first(where: { $0.tenant.id == input.workspaceID }) else {
            throw Problem.notFound
        }
        let passage = try await SSORules.passage(
            of: tenant.grant.credentialID, into: seat, from: tenant.tenant.number, in: context)
        if let role = try await seat.role(in: context), role.requiresSecondFactor,
            try await !hasProvenFactor(tenant)
        {
            return try await LoginProgress(context: context, person: person)
                .demandFactor(for: seat).response(step: nil)
        }
        let role = try await seat.take(by: person, in: context)
        let session = try await context.transaction { transaction in
            guard try await Person.lock(person.id, in: transaction) != nil else {
                throw Problem(.unauthenticated)
            }
            let session = try await Session.replace(
                tenant.grant, with: seat, as: role, of: person, transaction, context)
            transaction.atCommit(session.audit("session.switch", of: person, context))
            try await passage.record(session, of: person, transaction, context)
            return session
        }
        tenant.services.grants.forget(tenant.grant.digest)
        return LoginStage.authenticated(session, person).response(step: nil)
    }

    /// Whether the login that began the session has proved a second factor.
    private static func hasProvenFactor(_ tenant: TenantContext) async throws -> Bool {
        try await tenant.platform.read(
            """
            SELECT 1 FROM platform.sessions
            WHERE id = \(tenant.grant.credentialID) AND second_factor_at IS NOT NULL
            """
        ).first != nil
    }

    private static func logOut(_ tenant: TenantContext) async throws -> Response {
        guard let person = tenant.principal.personID else { throw Problem(.unauthenticated) }
        try await tenant.proveAdmission()
        _ = try await tenant.platform.write([
            Session.ending(tenant.grant.credentialID, of: person),
            PersonAudit(tenant).entry(
                "session.end", "session", tenant.grant.credentialID, tenant.platform),
        ])
        tenant.services.grants.forget(tenant.grant.digest)
        return Response(.noContent).goodbye()
    }
}

extension Response {
    /// Leaves nothing of a session in the browser but the word that it has logged in before, which
    /// `Clear-Site-Data: "cookies"` would take away too.
    func goodbye() -> Response {
        adding(
            AuthCookie.session.remove(), AuthCookie.step.remove(),
            ("Clear-Site-Data", "\"cache\", \"storage\""))
    }
}
