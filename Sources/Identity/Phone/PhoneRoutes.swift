import HTTP
import Persistence
import Tenancy
import Values

/// `/v1/me/phone`: the number that SMS codes go to (ID-50, ID-51).
enum PhoneRoutes {
    static let all: [Route] = [
        .change(
            .post, "/v1/me/phone", id: "ownPhoneSet", "Have a code sent to a new phone number",
            access: .member.steppedUp, audit: "person.begin_phone",
            accepts: .json(FieldReader.describe(Number.self)), returns: .empty(.accepted),
            fails: [
                .codeRecentlySent, .providerNotConfigured, .invalidCode, .tooManyAttempts,
            ], handler: begin),
        .change(
            .post, "/v1/me/phone/verify", id: "ownPhoneVerify",
            "Prove the new phone number with its code", access: .member.steppedUp,
            audit: "person.change_phone", accepts: .json(FieldReader.describe(Code.self)),
            returns: .json(.ok, .object([("csrf_token", .string(), true)])),
            fails: [.invalidCode, .tooManyAttempts], handler: verify),
        .change(
            .delete, "/v1/me/phone", id: "ownPhoneDelete", "Remove one's phone number",
            access: .member.steppedUp, audit: "person.remove_phone",
            accepts: .optionalJSON(FieldReader.describe(Removal.self)),
            returns: .json(.ok, .object([("csrf_token", .string(), true)])),
            fails: [
                .invalidCode, .tooManyAttempts, .verificationRequired,
                .twoFactorRequiredByWorkspace,
            ], handler: remove),
    ]

    struct Number: Input {
        let phone: String
        let offered: OfferedCode

        init(_ fields: FieldReader) {
            phone = fields.required("phone", .phone)
            offered = OfferedCode(fields)
        }
    }

    struct Code: Input {
        let code: String

        init(_ fields: FieldReader) { code = fields.required("code", .text(1...64)) }
    }

    struct Removal: Input {
        let offered: OfferedCode
        let verificationCode: String?

        init(_ fields: FieldReader) {
            offered = OfferedCode(fields)
            verificationCode = fields.optional("verification_code", .text(1...64))
        }
    }

    /// Asks for the code of a factor that is on while SMS is one (ID-51).
    private static func demand(
        _ offered: OfferedCode, of person: Person, _ factors: Factors, _ tenant: TenantContext
    ) async throws {
        guard factors.methods.contains(.sms) else { return }
        guard let (method, code) = offered.pair else {
            throw Problem.field("code", "required", "This field is needed.")
        }
        try await FactorProof(personID: person.id, context: tenant.platform)
            .demand(code, by: method, for: StepUpRoutes.use(tenant))
    }

    private static func use(_ tenant: TenantContext) -> CodeUse {
        CodeUse(purpose: .phone, scope: tenant.grant.credentialID)
    }

    private static func begin(_ tenant: TenantContext) async throws -> Response {
        let input = try tenant.call.input(Number.self)
        try await tenant.proveAdmission()
        let person = try await tenant.person()
        let factors = try await Factors.read(person.id, in: tenant.platform)
        try await demand(input.offered, of: person, factors, tenant)
        try await OneTimeCode.send(
            by: .sms, to: input.phone, of: person, for: use(tenant), in: tenant.platform)
        return Response(.accepted)
    }

    private static func verify(_ tenant: TenantContext) async throws -> Response {
        let input = try tenant.call.input(Code.self)
        try await tenant.proveAdmission()
        let person = try await tenant.person()
        let context = tenant.platform
        let attempt = try await CodeAttempt.begin(of: person.id, in: context)
        let code = FactorProof.normalized(input.code)
        guard
            let phone = try await OneTimeCode.consume(
                code, of: person.id, for: use(tenant), in: context)?.target
        else { throw attempt.refusal }
        return try await tenant.renewSession("person.change_phone") { transaction in
            try await transaction.run([
                "UPDATE platform.persons SET phone = \(phone) WHERE id = \(person.id)",
                attempt.success(),
            ])
            transaction.atCommit(IdentityMail.phoneChanged.enqueue(to: person, in: context))
            return nil
        }
    }

    /// While SMS is a factor, removing the phone turns that factor off, which needs what turning
    /// off needs.
    private static func remove(_ tenant: TenantContext) async throws -> Response {
        let input = try tenant.call.body.isEmpty ? nil : tenant.call.input(Removal.self)
        try await tenant.proveAdmission()
        let person = try await tenant.person()
        let context = tenant.platform
        let factors = try await Factors.read(person.id, in: context)
        let change = FactorChange(person: person, context: context)
        let usesSMS = factors.methods.contains(.sms)
        let isRequired = try await usesSMS ? change.isRequiredAnywhere() : false
        if usesSMS {
            guard let input else { throw Problem(.verificationRequired) }
            try await demand(input.offered, of: person, factors, tenant)
            try await change.verify(input.verificationCode, scope: tenant.grant.credentialID)
        }
        return try await tenant.renewSession("person.remove_phone") { transaction in
            if usesSMS {
                try await change.turnOff(.sms, isRequired: isRequired, transaction)
            }
            try await transaction.run(
                "UPDATE platform.persons SET phone = NULL WHERE id = \(person.id)")
            transaction.atCommit(IdentityMail.phoneChanged.enqueue(to: person, in: context))
            return nil
        }
    }
}
