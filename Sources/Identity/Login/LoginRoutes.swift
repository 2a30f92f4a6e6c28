import Crypto
import HTTP
import Persistence
import Tenancy
import Values

/// `POST /v1/auth/login` and the steps that may follow it (ID-01…ID-05, ID-28).
enum LoginRoutes {
    static let all: [Route] = [
        .open(
            .post, "/v1/auth/login", id: "login", "Log in with e-mail and password",
            audit: "session.start", accepts: .json(FieldReader.describe(Credentials.self)),
            returns: .json(.ok, LoginStage.schema),
            fails: [.invalidCredentials, .tooManyAttempts, .noWorkspace, .ssoRequired],
            handler: logIn),
        .open(
            .post, "/v1/auth/change-initial-password", id: "loginPasswordChange",
            "Replace a password that somebody else chose",
            audit: "person.change_initial_password",
            accepts: .json(FieldReader.describe(NewPassword.self)),
            returns: .json(.ok, LoginStage.schema), fails: [.noWorkspace, .ssoRequired],
            handler: changeInitialPassword),
        .open(
            .post, "/v1/auth/select-workspace", id: "loginWorkspaceSelect",
            "Choose the workspace to log in to", audit: "session.start",
            accepts: .json(FieldReader.describe(WorkspaceSelection.self)),
            returns: .json(.ok, LoginStage.schema), fails: [.noWorkspace, .ssoRequired],
            handler: selectWorkspace),
    ]

    struct Credentials: Input {
        let email, password: String

        init(_ fields: FieldReader) {
            email = fields.required("email", .text(1...254))
            password = fields.required("password", .verbatim(maximumLength: 1_024))
        }
    }

    struct NewPassword: Input {
        let newPassword: String

        init(_ fields: FieldReader) {
            newPassword = fields.required("new_password", .verbatim(maximumLength: 1_024))
        }
    }

    struct WorkspaceSelection: Input {
        let workspaceID: ID

        init(_ fields: FieldReader) {
            workspaceID = fields.required("workspace_id", .id())
        }
    }

    /// The order is the point: limits before hashing, the same work for persons who do not exist,
    /// and one answer for every way to be wrong (ID-08, checklist rules 12 and 16).
    private static func logIn(_ context: PlatformContext) async throws -> Response {
        let input = try context.call.input(Credentials.self)
        let key = Person.key(of: input.email)
        let device = try await KnownDevice.read(context)
        let person = try await Person.find(emailKey: key, in: context)
        let attempt = try await begin(key, device, person, context)
        let verdict: PasswordWork.Verdict
        do {
            verdict = try await PasswordWork(services: context.services)
                .verify(input.password, against: person?.passwordHash)
        } catch {
            await attempt.withdraw(in: context)
            throw error
        }
        guard case .right(let renewedHash) = verdict, var person else {
            try await attempt.fail(
                in: context,
                LoginHistory.entry(.wrongPassword, by: .password, person: person?.id, in: context))
            throw Problem(.invalidCredentials)
        }
        let memory = device.remembering(person.id, at: context.now)
        var effects = [attempt.success(), memory.sql]
        if let renewedHash {
            effects.append(person.renewal(of: renewedHash))
            person.passwordHash = renewedHash
        }
        _ = try await context.write(effects)
        let stage = try await LoginProgress(context: context, person: person).next()
        return stage.response(step: nil).adding(AuthCookie.device.set(memory.secret))
    }

    /// Admits the attempt, or writes down that it was blocked (ID-110).
    private static func begin(
        _ key: String, _ device: KnownDevice, _ person: Person?, _ context: PlatformContext
    ) async throws -> LoginAttempt {
        do {
            return try await LoginAttempt.begin(
                emailKey: key, isKnownDevice: device.knows(person?.id), in: context)
        } catch let refusal as Problem where refusal.kind == .tooManyAttempts {
            _ = try await context.write([
                LoginHistory.entry(.blocked, by: .password, person: person?.id, in: context)
            ])
            throw refusal
        }
    }

    private static func changeInitialPassword(_ context: PlatformContext) async throws -> Response {
        let step = try await LoginStep.current(.changePassword, in: context)
        let input = try context.call.input(NewPassword.self)
        guard let person = try await Person.find(step.personID, in: context) else {
            throw Problem(.unauthenticated)
        }
        let hash = try await PasswordChange(person: person, context: context)
            .hash(of: input.newPassword)
        var changed = person
        try await context.transaction { transaction in
            guard let locked = try await Person.lock(person.id, in: transaction),
                locked.mustChangePassword, locked.passwordHash == person.passwordHash
            else { throw Problem(.unauthenticated) }
            // This step stays for what comes next, which uses it up; any other was opened by
            // whoever knows the password that ends here.
            try await transaction.run([locked.storing(hash), step.voidingOthers()])
            transaction.atCommit(
                IdentityMail.passwordChanged.enqueue(to: person, in: context))
        }
        changed.passwordHash = hash
        changed.mustChangePassword = false
        let stage = try await LoginProgress(context: context, person: changed, step: step).next()
        return stage.response(step: step)
    }

    private static func selectWorkspace(_ context: PlatformContext) async throws -> Response {
        let step = try await LoginStep.current(.selectWorkspace, in: context)
        let input = try context.call.input(WorkspaceSelection.self)
        let seats = try await Seat.all(of: step.personID, in: context)
        guard let seat = seats.first(where: { $0.tenant.id == input.workspaceID }),
            let person = try await Person.find(step.personID, in: context)
        else { throw Problem.notFound }
        let stage = try await LoginProgress(context: context, person: person, step: step)
            .enter(seat)
        return stage.response(step: step)
    }
}
