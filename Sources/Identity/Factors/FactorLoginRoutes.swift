import HTTP
import Persistence
import Tenancy
import Values

/// The second step of a login, and enrolment where it is enforced (ID-61…ID-63, ID-67, ID-71).
enum FactorLoginRoutes {
    static let all: [Route] = [
        .open(
            .post, "/v1/auth/two-factor/send", id: "loginFactorSend",
            "Have a code sent for this login", audit: "session.send_code",
            accepts: .json(FieldReader.describe(Sending.self)), returns: .empty(.accepted),
            fails: [
                .challengeVoid, .codeRecentlySent, .phoneNotVerified, .providerNotConfigured,
            ], handler: send),
        .open(
            .post, "/v1/auth/two-factor", id: "loginFactorProve",
            "Prove the second factor of this login", audit: "session.start",
            accepts: .json(FieldReader.describe(Proof.self)),
            returns: .json(.ok, LoginStage.schema),
            fails: [.challengeVoid, .invalidCode, .tooManyAttempts, .noWorkspace], handler: prove),
        .open(
            .post, "/v1/auth/enrolment/verification", id: "loginEnrolmentVerificationSend",
            "Have a code sent for the enforced enrolment", audit: "person.send_code",
            accepts: .json(FieldReader.describe(FactorRoutes.Delivery.self)),
            returns: .empty(.accepted),
            fails: [.codeRecentlySent, .phoneNotVerified, .providerNotConfigured],
            handler: sendVerification),
        .open(
            .post, "/v1/auth/enrolment/totp", id: "loginEnrolmentAppBegin",
            "Begin with an authenticator app", audit: "person.begin_app",
            returns: .json(.ok, FactorChange.appSchema), handler: beginApp),
        .open(
            .post, "/v1/auth/enrolment", id: "loginEnrolmentFinish",
            "Turn the first second factor on and log in", audit: "person.enable_factor",
            accepts: .json(FieldReader.describe(FactorRoutes.Enabling.self)),
            returns: .json(.ok, LoginStage.schema),
            fails: [
                .verificationRequired, .invalidCode, .tooManyAttempts, .phoneNotVerified,
                .noWorkspace,
            ], handler: enrol),
        .open(
            .delete, "/v1/auth/enrolment", id: "loginEnrolmentCancel",
            "Log out instead of enrolling", audit: "session.end", returns: .empty(.noContent),
            handler: cancel),
    ]

    struct Sending: Input {
        let challengeID: ID
        let method: String

        init(_ fields: FieldReader) {
            challengeID = fields.required("challenge_id", .id())
            method = fields.required("method", FactorMethod.sent)
        }
    }

    struct Proof: Input {
        let challengeID: ID
        let method, code: String

        init(_ fields: FieldReader) {
            challengeID = fields.required("challenge_id", .id())
            method = fields.required("method", FactorMethod.choice)
            code = fields.required("code", .text(1...64))
        }
    }

    private static func challenge(
        _ id: ID, _ context: PlatformContext
    ) async throws -> (LoginStep, Person) {
        let step: LoginStep
        do {
            step = try await LoginStep.current(.secondFactor, in: context)
        } catch let problem as Problem where problem.kind == .unauthenticated {
            throw Problem(.challengeVoid)
        }
        guard step.challengeID == id,
            let person = try await Person.find(step.personID, in: context)
        else { throw Problem(.challengeVoid) }
        return (step, person)
    }

    private static func send(_ context: PlatformContext) async throws -> Response {
        let input = try context.call.input(Sending.self)
        let (step, person) = try await challenge(input.challengeID, context)
        let factors = try await Factors.read(person.id, in: context)
        guard let method = factors.methods.first(where: { $0.rawValue == input.method }) else {
            throw Problem.field("method", "invalid_option", "This method is not turned on.")
        }
        try await OneTimeCode.send(
            by: method, of: person, for: CodeUse(purpose: .login, scope: step.challengeID),
            in: context)
        return Response(.accepted)
    }

    private static func prove(_ context: PlatformContext) async throws -> Response {
        let input = try context.call.input(Proof.self)
        let (step, person) = try await challenge(input.challengeID, context)
        let method = try await FactorProof(personID: person.id, context: context).demand(
            input.code, by: input.method, for: CodeUse(purpose: .login, scope: step.challengeID),
            step: step)
        var progress = LoginProgress(context: context, person: person, step: step)
        progress.proof = LoginProof(method: method, secondFactorAt: context.now)
        return try await progress.next().response(step: step)
    }

    // MARK: Enrolment

    private static func enrolment(
        _ context: PlatformContext
    ) async throws -> (LoginStep, FactorChange) {
        let step = try await LoginStep.current(.enrolFactor, in: context)
        guard let person = try await Person.find(step.personID, in: context) else {
            throw Problem(.unauthenticated)
        }
        return (step, FactorChange(person: person, context: context))
    }

    private static func sendVerification(_ context: PlatformContext) async throws -> Response {
        let (step, change) = try await enrolment(context)
        let input = try context.call.input(FactorRoutes.Delivery.self)
        try await change.sendVerification(by: input.via, scope: step.challengeID)
        return Response(.accepted)
    }

    private static func beginApp(_ context: PlatformContext) async throws -> Response {
        try await enrolment(context).1.beginApp()
    }

    private static func enrol(_ context: PlatformContext) async throws -> Response {
        let (step, change) = try await enrolment(context)
        let input = try context.call.input(FactorRoutes.Enabling.self)
        let ready = try await change.prepare(input.method, appCode: input.code)
        try await change.verify(input.verificationCode, scope: step.challengeID)
        let person = change.person
        // Turning on ends every unfinished login, this one too: a new step takes its place.
        let next = LoginStep(
            .selectWorkspace, personID: person.id, challengeID: context.newID(),
            tenantNumber: step.tenantNumber,
            proof: LoginProof(
                method: ready.method.inHistory, secondFactorAt: context.now))
        let codes = try await context.transaction { transaction in
            guard let locked = try await Person.lock(person.id, in: transaction),
                locked.passwordHash == person.passwordHash,
                try await transaction.run(step.consumption(at: context.now)).affected == 1
            else { throw Problem(.unauthenticated) }
            let codes = try await change.turnOn(ready, transaction)
            transaction.atCommit(next.creation(in: context))
            return codes
        }
        return try await LoginProgress(context: context, person: person, step: next).next()
            .response(step: next, recoveryCodes: codes)
    }

    private static func cancel(_ context: PlatformContext) async throws -> Response {
        let step = try await LoginStep.current(.enrolFactor, in: context)
        _ = try await context.write([step.removal()])
        return Response(.noContent).goodbye()
    }
}
