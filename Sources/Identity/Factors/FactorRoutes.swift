import Crypto
import HTTP
import Persistence
import Tenancy
import Values

/// `/v1/me/two-factor`: a person's own second factors (ID-64…ID-69).
enum FactorRoutes {
    static let all: [Route] = [
        .read(
            "/v1/me/two-factor", id: "ownFactorList", "See one's second factors", access: .member,
            returns: .json(.ok, state), handler: show),
        .change(
            .post, "/v1/me/two-factor/verification", id: "ownFactorVerificationSend",
            "Have a code sent for a change of second factors", access: .member,
            audit: "person.send_code", accepts: .json(FieldReader.describe(Delivery.self)),
            returns: .empty(.accepted),
            fails: [.codeRecentlySent, .phoneNotVerified, .providerNotConfigured],
            handler: sendVerification),
        .change(
            .post, "/v1/me/two-factor/totp", id: "ownFactorAppBegin",
            "Begin with an authenticator app", access: .member.steppedUp,
            audit: "person.begin_app", returns: .json(.ok, FactorChange.appSchema),
            handler: beginApp),
        .change(
            .post, "/v1/me/two-factor", id: "ownFactorEnable", "Turn a second factor on",
            access: .member.steppedUp, audit: "person.enable_factor",
            accepts: .json(FieldReader.describe(Enabling.self)),
            returns: .json(
                .ok,
                .object([
                    ("csrf_token", .string(), true), ("recovery_codes", .array(.string()), false),
                ])),
            fails: [.verificationRequired, .invalidCode, .tooManyAttempts, .phoneNotVerified],
            handler: enable),
        .change(
            .post, "/v1/me/two-factor/disable", id: "ownFactorDisable",
            "Turn a second factor off", access: .member.steppedUp,
            audit: "person.disable_factor", accepts: .json(FieldReader.describe(Disabling.self)),
            returns: .json(.ok, .object([("csrf_token", .string(), true)])),
            fails: [.verificationRequired, .tooManyAttempts, .twoFactorRequiredByWorkspace],
            handler: disable),
        .change(
            .post, "/v1/me/two-factor/recovery-codes", id: "ownRecoveryCodesRenew",
            "Replace one's recovery codes", access: .member.steppedUp,
            audit: "person.renew_recovery_codes",
            returns: .json(
                .ok,
                .object([
                    ("csrf_token", .string(), true), ("recovery_codes", .array(.string()), true),
                ])),
            fails: [.invalidState], handler: renewRecoveryCodes),
    ]

    struct Delivery: Input {
        let via: String

        init(_ fields: FieldReader) { via = fields.required("via", FactorMethod.sent) }
    }

    struct Enabling: Input {
        let method: FactorMethod
        let verificationCode: String?
        let code: String?

        init(_ fields: FieldReader) {
            let name = fields.required("method", .choice(FactorMethod.allCases.map(\.rawValue)))
            method = FactorMethod(rawValue: name) ?? .email
            verificationCode = fields.optional("verification_code", .text(1...64))
            code = fields.optional("code", .text(1...64))
        }
    }

    struct Disabling: Input {
        let method: FactorMethod
        let verificationCode: String?

        init(_ fields: FieldReader) {
            let name = fields.required("method", .choice(FactorMethod.allCases.map(\.rawValue)))
            method = FactorMethod(rawValue: name) ?? .email
            verificationCode = fields.optional("verification_code", .text(1...64))
        }
    }

    private static let state = Schema.object(
        [
            ("enabled", .boolean, true),
            ("methods", .array(.choice(FactorMethod.allCases.map(\.rawValue))), true),
            ("recovery_codes_left", .integer(), true), ("phone", .nullable(.string()), true),
        ], name: "SecondFactors")

    private static func show(_ tenant: TenantContext) async throws -> Response {
        try await tenant.proveAdmission()
        let person = try await tenant.person()
        let factors = try await Factors.read(person.id, in: tenant.platform)
        let answer: JSON = [
            "enabled": .bool(!factors.isEmpty),
            "methods": .array(factors.methods.map { .string($0.rawValue) }),
            "recovery_codes_left": .integer(factors.recoveryCodes),
            "phone": person.phone.map { .string($0) } ?? .null,
        ]
        return .json(.ok, answer.serialized)
    }

    private static func change(_ tenant: TenantContext) async throws -> FactorChange {
        try await tenant.proveAdmission()
        return FactorChange(person: try await tenant.person(), context: tenant.platform)
    }

    private static func sendVerification(_ tenant: TenantContext) async throws -> Response {
        let input = try tenant.call.input(Delivery.self)
        try await change(tenant).sendVerification(by: input.via, scope: tenant.grant.credentialID)
        return Response(.accepted)
    }

    private static func beginApp(_ tenant: TenantContext) async throws -> Response {
        try await change(tenant).beginApp()
    }

    private static func enable(_ tenant: TenantContext) async throws -> Response {
        let input = try tenant.call.input(Enabling.self)
        let change = try await change(tenant)
        let ready = try await change.prepare(input.method, appCode: input.code)
        try await change.verify(input.verificationCode, scope: tenant.grant.credentialID)
        return try await tenant.renewSession(
            "person.enable_factor", details: ["method": .string(input.method.rawValue)],
            provesFactor: true
        ) { transaction in try await change.turnOn(ready, transaction) }
    }

    private static func disable(_ tenant: TenantContext) async throws -> Response {
        let input = try tenant.call.input(Disabling.self)
        let change = try await change(tenant)
        let isRequired = try await change.isRequiredAnywhere()
        try await change.verify(input.verificationCode, scope: tenant.grant.credentialID)
        return try await tenant.renewSession(
            "person.disable_factor", details: ["method": .string(input.method.rawValue)]
        ) { transaction in
            try await change.turnOff(input.method, isRequired: isRequired, transaction)
            return nil
        }
    }

    private static func renewRecoveryCodes(_ tenant: TenantContext) async throws -> Response {
        let change = try await change(tenant)
        return try await tenant.renewSession("person.renew_recovery_codes") { transaction in
            guard try await Factors.exist(change.person.id, in: transaction) else {
                throw Problem(.invalidState)
            }
            let (codes, statements) = RecoveryCode.renew(of: change.person.id)
            try await transaction.run(statements)
            transaction.atCommit(
                IdentityMail.recoveryCodesRenewed.enqueue(to: change.person, in: tenant.platform))
            return codes
        }
    }
}

extension TenantContext {
    /// Runs a change of the person's own credentials and gives the session a new secret with it
    /// (ID-12).
    ///
    /// - Parameters:
    ///   - action: What the audit log calls it.
    ///   - details: Free of secrets.
    ///   - provesFactor: Whether the change has proved a second factor.
    ///   - provesPerson: Whether it has proved all that step-up asks for.
    ///   - change: Runs with the person locked; returns recovery codes to show.
    /// - Returns: The new token for changing requests, with the cookie.
    /// - Throws: What `change` throws; ``Problem`` `unauthenticated` when the session has ended.
    func renewSession(
        _ action: StaticString, details: JSON = [:], provesFactor: Bool = false,
        provesPerson: Bool = false, _ change: (Transaction) async throws -> [String]?
    ) async throws -> Response {
        let context = platform
        let person = try await person()
        let seats = try await Seat.all(of: person.id, in: context)
        guard let seat = seats.first(where: { $0.tenant.number == tenant.number }) else {
            throw Problem(.unauthenticated)
        }
        let role = try await seat.take(by: person, in: context)
        var codes: [String]?
        let session = try await context.transaction { transaction in
            guard let locked = try await Person.lock(person.id, in: transaction),
                locked.passwordHash == person.passwordHash
            else { throw Problem(.unauthenticated) }
            codes = try await change(transaction)
            let session = try await Session.replace(
                grant, with: seat, as: role, of: locked, transaction, context,
                provesFactor: provesFactor, provesPerson: provesPerson)
            transaction.atCommit(
                PersonAudit(self).entry(action, "person", person.id, context, details: details))
            return session
        }
        services.grants.forget(grant.digest)
        var members = [JSON.Member(name: "csrf_token", value: .string(session.secret.csrfToken))]
        if let codes {
            members.append(
                JSON.Member(name: "recovery_codes", value: .array(codes.map { .string($0) })))
        }
        return Response.json(.ok, JSON.object(members).serialized)
            .adding(AuthCookie.session.set(session.secret))
    }
}
