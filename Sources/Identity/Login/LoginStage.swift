import Crypto
import HTTP
import Persistence
import Tenancy
import Values

/// Where a login stands after a request: one value per stage, in the order of ID-02.
///
/// A second factor will stand between the password and `changePassword`, enforced enrolment after
/// the workspace choice (part 2 §5); each gets a case here and a ``LoginStep/Kind`` of its own.
enum LoginStage: Sendable {
    /// Somebody else chose the password (ID-28).
    case changePassword(LoginStep)
    case selectWorkspace(LoginStep, [WorkspaceChoice])
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

    /// Goes as far as it can without asking the person.
    func next() async throws -> LoginStage {
        if person.mustChangePassword {
            return .changePassword(try await wait(for: .changePassword))
        }
        let seats = try await Seat.all(of: person.id, in: context)
        guard let first = seats.first else { throw Problem(.noWorkspace) }
        if seats.count == 1 { return try await enter(first) }
        var choices: [WorkspaceChoice] = []
        for seat in seats {
            choices.append(
                WorkspaceChoice(seat: seat, role: try await seat.role(in: context)))
        }
        return .selectWorkspace(try await wait(for: .selectWorkspace), choices)
    }

    /// Starts the session.
    func enter(_ seat: Seat) async throws -> LoginStage {
        let passage = try await SSORules.passage(into: seat, in: context)
        let role = try await seat.take(by: person, in: context)
        let session = try await context.transaction { transaction in
            try await useUpProof(transaction)
            let session = try await Session.start(
                of: person, in: seat, as: role, transaction, context)
            try await passage.record(session, of: person, transaction, context)
            return session
        }
        return .authenticated(session, person)
    }

    private func wait(for kind: LoginStep.Kind) async throws -> LoginStep {
        let next = LoginStep(kind, personID: person.id)
        try await context.transaction { transaction in
            try await useUpProof(transaction)
            transaction.atCommit(next.creation(in: context))
        }
        return next
    }

    /// Locks the person, checks that the proof still holds and that nobody else uses it.
    private func useUpProof(_ transaction: Transaction) async throws {
        guard let locked = try await Person.lock(person.id, in: transaction),
            locked.passwordHash == person.passwordHash
        else { throw Problem(step == nil ? .invalidCredentials : .unauthenticated) }
        guard let step else { return }
        let used = try await transaction.run(step.consumption(at: context.now))
        guard used.affected == 1 else { throw Problem(.unauthenticated) }
    }
}

extension LoginStage {
    /// What the client is told, with the cookies that carry it on.
    func response(step previous: LoginStep?) -> Response {
        switch self {
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
            var response = SessionAnswer(session, of: person).response()
            response.fields.append(AuthCookie.session.set(session.secret))
            if previous != nil { response.fields.append(AuthCookie.step.remove()) }
            return response
        }
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
                    "authenticated", "password_change_required", "workspace_selection_required",
                ]), true
            ),
            ("csrf_token", .string(), true),
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
