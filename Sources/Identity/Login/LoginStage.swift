import Crypto
import HTTP
import Persistence
import Tenancy
import Values

/// Where a login stands after a request: one value per stage, in the order of ID-02.
enum LoginStage: Sendable {
    /// With what the person can choose from (ID-61).
    case secondFactor(LoginStep, [String])
    /// Somebody else chose the password (ID-28).
    case changePassword(LoginStep)
    case selectWorkspace(LoginStep, [WorkspaceChoice])
    /// A workspace asks for a second factor and the person has none (ID-67, ID-71).
    case enrolment(LoginStep, [String])
    case authenticated(Session, Person)
}

/// One entry of the list to choose from (ID-03).
struct WorkspaceChoice: Sendable {
    let seat: Seat
    /// The role; nil while the workspace is being migrated.
    let role: Seat.Role?
}

/// A person who has proved the password, on the way to a session.
struct LoginProgress: Sendable {
    let context: PlatformContext
    /// As read when the password was proved; if the password changes before the session starts, the
    /// proof is void.
    let person: Person
    /// The step that brought the person here; used up by whatever comes next.
    var step: LoginStep?
    /// What this login has shown so far.
    var proof: LoginProof

    init(context: PlatformContext, person: Person, step: LoginStep? = nil) {
        self.context = context
        self.person = person
        self.step = step
        proof = step?.proof ?? LoginProof(method: .password)
    }

    /// Goes as far as it can without asking the person.
    func next() async throws -> LoginStage {
        if proof.secondFactorAt == nil {
            let factors = try await Factors.read(person.id, in: context)
            if !factors.isEmpty { return try await demand(factors, for: step?.tenantNumber) }
        }
        if person.mustChangePassword {
            return .changePassword(try await wait(for: .changePassword))
        }
        let seats = try await Seat.all(of: person.id, in: context)
        guard let first = seats.first else { throw Problem(.noWorkspace) }
        if let chosen = seats.first(where: { $0.tenant.number == step?.tenantNumber }) {
            return try await enter(chosen)
        }
        if seats.count == 1 { return try await enter(first) }
        var choices: [WorkspaceChoice] = []
        for seat in seats {
            choices.append(
                WorkspaceChoice(seat: seat, role: try await seat.role(in: context)))
        }
        return .selectWorkspace(try await wait(for: .selectWorkspace), choices)
    }

    /// Starts the session, or asks for what the workspace wants first.
    func enter(_ seat: Seat) async throws -> LoginStage {
        let passage = try await SSORules.passage(into: seat, in: context)
        if proof.secondFactorAt == nil, let role = try await seat.role(in: context),
            role.requiresSecondFactor
        {
            return try await demandFactor(for: seat)
        }
        let role = try await seat.take(by: person, in: context)
        // Somebody has just changed the role or the rule.
        if proof.secondFactorAt == nil, role.requiresSecondFactor {
            return try await demandFactor(for: seat)
        }
        let session = try await context.transaction { transaction in
            try await useUpProof(transaction)
            let session = try await Session.start(
                of: person, in: seat, as: role, by: proof, transaction, context)
            try await passage.record(session, of: person, transaction, context)
            return session
        }
        return .authenticated(session, person)
    }

    /// Asks for a second factor before the workspace is entered, or for one to be set up.
    func demandFactor(for seat: Seat) async throws -> LoginStage {
        let factors = try await Factors.read(person.id, in: context)
        guard factors.isEmpty else { return try await demand(factors, for: seat.tenant.number) }
        let methods = FactorMethod.allCases.filter { $0 != .sms || person.phone != nil }
        return .enrolment(
            try await wait(for: .enrolFactor, tenantNumber: seat.tenant.number),
            methods.map(\.rawValue))
    }

    private func demand(_ factors: Factors, for tenant: Int64?) async throws -> LoginStage {
        .secondFactor(
            try await wait(for: .secondFactor, tenantNumber: tenant), factors.choices)
    }

    private func wait(
        for kind: LoginStep.Kind, tenantNumber: Int64? = nil
    ) async throws -> LoginStep {
        let next = LoginStep(
            kind, personID: person.id, challengeID: context.newID(),
            tenantNumber: tenantNumber ?? step?.tenantNumber, proof: proof)
        try await context.transaction { transaction in
            try await useUpProof(transaction, mayLackFactor: kind == .secondFactor)
            transaction.atCommit(next.creation(in: context))
        }
        return next
    }

    /// Locks the person, checks that the proof still holds and that nobody else uses it.
    ///
    /// A factor that was turned on while the login was under way has to be proved (ID-142).
    private func useUpProof(
        _ transaction: Transaction, mayLackFactor: Bool = false
    ) async throws {
        let refusal = Problem(step == nil ? .invalidCredentials : .unauthenticated)
        guard let locked = try await Person.lock(person.id, in: transaction),
            locked.passwordHash == person.passwordHash
        else { throw refusal }
        if proof.secondFactorAt == nil, !mayLackFactor {
            guard try await !Factors.exist(person.id, in: transaction) else { throw refusal }
        }
        guard let step else { return }
        let used = try await transaction.run(step.consumption(at: context.now))
        guard used.affected == 1 else { throw Problem(.unauthenticated) }
    }
}

extension LoginStage {
    /// What the client is told, with the cookies that carry it on.
    ///
    /// Recovery codes that were just made are shown with it, once (ID-66).
    func response(step previous: LoginStep?, recoveryCodes: [String]? = nil) -> Response {
        switch self {
        case .secondFactor(let step, let methods):
            return Self.waiting("two_factor_required", step) { writer in
                writer.key("challenge_id")
                writer.id(step.challengeID)
                Self.write(methods, as: "methods", to: &writer)
            }
        case .enrolment(let step, let methods):
            return Self.waiting("two_factor_enrolment_required", step) { writer in
                Self.write(methods, as: "methods", to: &writer)
            }
        case .changePassword(let step):
            return Self.waiting("password_change_required", step) { _ in }
        case .selectWorkspace(let step, let choices):
            return Self.waiting("workspace_selection_required", step) { writer in
                writer.key("workspaces")
                writer.beginArray()
                for choice in choices { choice.write(to: &writer) }
                writer.endArray()
            }
        case .authenticated(let session, let person):
            var response = SessionAnswer(session, of: person)
                .response(recoveryCodes: recoveryCodes)
            response.fields.append(AuthCookie.session.set(session.secret))
            if previous != nil { response.fields.append(AuthCookie.step.remove()) }
            return response
        }
    }

    private static func write(
        _ names: [String], as key: String, to writer: inout JSONWriter
    ) {
        writer.key(key)
        writer.beginArray()
        for name in names { writer.string(name) }
        writer.endArray()
    }

    private static func waiting(
        _ state: String, _ step: LoginStep, _ more: (inout JSONWriter) -> Void
    ) -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("state")
        writer.string(state)
        writer.key("csrf_token")
        writer.string(step.secret.csrfToken)
        more(&writer)
        writer.endObject()
        return Response.json(.ok, writer.bytes).adding(AuthCookie.step.set(step.secret))
    }

    /// The schema of every answer of the login.
    static let schema = Schema.object(
        [
            (
                "state",
                .choice([
                    "authenticated", "two_factor_required", "password_change_required",
                    "workspace_selection_required", "two_factor_enrolment_required",
                ]), true
            ),
            ("csrf_token", .string(), true), ("challenge_id", .string(format: "uuid"), false),
            ("methods", .array(.string()), false), ("recovery_codes", .array(.string()), false),
            ("workspaces", .array(WorkspaceChoice.schema), false),
        ] + SessionAnswer.schemaFields(isRequired: false),
        name: "LoginState")
}

extension WorkspaceChoice {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("id")
        writer.id(seat.tenant.id)
        writer.key("name")
        writer.string(seat.name)
        writer.key("logo_url")
        if let logo = role?.logoID {
            writer.string(LogoRoutes.address(workspace: seat.tenant.id, logo: logo))
        } else {
            writer.null()
        }
        writer.key("role")
        if let role { writer.string(role.name) } else { writer.null() }
        writer.key("status")
        writer.string(seat.state)
        writer.endObject()
    }

    fileprivate static let schema = Schema.object(
        [
            ("id", .string(format: "uuid"), true), ("name", .string(), true),
            ("logo_url", .nullable(.string()), true), ("role", .nullable(.string()), true),
            ("status", .choice(["active", "suspended"]), true),
        ], name: "WorkspaceChoice")
}
