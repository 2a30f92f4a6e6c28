import HTTP
import Persistence
import Tenancy
import Values

/// `POST /v1/auth/step-up`: a new proof of password and second factor, good for ten minutes of
/// sensitive actions (ID-72).
enum StepUpRoutes {
    static let all: [Route] = [
        .change(
            .post, "/v1/auth/step-up", id: "sessionStepUp",
            "Prove password and second factor anew", access: .member, audit: "session.step_up",
            accepts: .json(FieldReader.describe(Proof.self)),
            returns: .json(.ok, .object([("csrf_token", .string(), true)])),
            fails: [.currentPasswordWrong, .invalidCode, .tooManyAttempts, .stepUpRequired],
            handler: stepUp),
        .change(
            .post, "/v1/auth/step-up/send", id: "sessionStepUpSend",
            "Have a code sent for the new proof", access: .member, audit: "session.send_code",
            accepts: .json(FieldReader.describe(Sending.self)), returns: .empty(.accepted),
            fails: [.codeRecentlySent, .phoneNotVerified, .providerNotConfigured], handler: send),
    ]

    struct Proof: Input {
        let password: String
        let method, code: String?

        init(_ fields: FieldReader) {
            password = fields.required("password", .verbatim(maximumLength: 1_024))
            method = fields.optional("method", FactorMethod.choice)
            code = fields.optional("code", .text(1...64))
        }
    }

    struct Sending: Input {
        let method: String

        init(_ fields: FieldReader) { method = fields.required("method", FactorMethod.sent) }
    }

    static func use(_ tenant: TenantContext) -> CodeUse {
        CodeUse(purpose: .stepUp, scope: tenant.grant.credentialID)
    }

    private static func send(_ tenant: TenantContext) async throws -> Response {
        let input = try tenant.call.input(Sending.self)
        try await tenant.proveAdmission()
        let person = try await tenant.person()
        let factors = try await Factors.read(person.id, in: tenant.platform)
        guard let method = factors.methods.first(where: { $0.rawValue == input.method }) else {
            throw Problem.field("method", "invalid_option", "This method is not turned on.")
        }
        try await OneTimeCode.send(by: method, of: person, for: use(tenant), in: tenant.platform)
        return Response(.accepted)
    }

    private static func stepUp(_ tenant: TenantContext) async throws -> Response {
        let input = try tenant.call.input(Proof.self)
        try await tenant.proveAdmission()
        let person = try await tenant.person()
        guard person.passwordHash != nil else {
            throw Problem(
                .stepUpRequired, "There is no password to prove; sign in again at your provider.")
        }
        try await PasswordChangeLimit.take(person.id, in: tenant.platform)
        let factors = try await Factors.read(person.id, in: tenant.platform)
        try checkComplete(input, factors)
        try await PasswordRoutes.prove(input.password, of: person, tenant.platform)
        if !factors.isEmpty, let method = input.method, let code = input.code {
            try await FactorProof(personID: person.id, context: tenant.platform)
                .demand(code, by: method, for: use(tenant))
        }
        return try await tenant.renewSession(
            "session.step_up", provesFactor: !factors.isEmpty, provesPerson: true
        ) { transaction in
            // A factor that was turned on meanwhile has not been proved.
            guard try await Factors.exist(person.id, in: transaction) == !factors.isEmpty else {
                throw Problem(.unauthenticated)
            }
            return nil
        }
    }

    private static func checkComplete(_ input: Proof, _ factors: Factors) throws {
        guard !factors.isEmpty else { return }
        var missing: [FieldError] = []
        for (name, value) in [("method", input.method), ("code", input.code)] where value == nil {
            missing.append(
                FieldError(pointer: "/\(name)", code: "required", detail: "This field is needed."))
        }
        if !missing.isEmpty { throw Problem(.validationFailed, fields: missing) }
    }
}
