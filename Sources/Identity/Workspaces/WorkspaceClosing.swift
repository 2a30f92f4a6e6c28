import HTTP
import Jobs
import Persistence
import Tenancy
import Values

/// `POST /v1/workspace/close`: an Owner ends the workspace (WS-82).
enum WorkspaceClosing {
    static let all: [Route] = [
        .change(
            .post, "/v1/workspace/close", id: "workspaceClose",
            "Close the workspace; it is erased 30 days later",
            access: .holding(.workspaceClose).steppedUp,
            audit: "workspace.close", accepts: .json(FieldReader.describe(Confirmation.self)),
            returns: .json(
                .ok,
                .object([
                    ("status", .choice(["closed"]), true),
                    ("erased_after", .string(format: "date-time"), true),
                ])), fails: [.confirmationFailed, .tooManyAttempts], handler: close)
    ]

    struct Confirmation: Input {
        let name, password: String

        init(_ fields: FieldReader) {
            name = fields.required("name", .verbatim(maximumLength: 1_024))
            password = fields.required("password", .verbatim(maximumLength: 1_024))
        }
    }

    /// The password is tried under the limits of a login, so that closing is no way to guess it;
    /// which of the two was wrong is not told (WS-99).
    private static func close(_ tenant: TenantContext) async throws -> Response {
        let context = tenant.platform
        let input = try tenant.call.input(Confirmation.self)
        let facts = try await tenant.read([
            "SELECT name FROM platform.own_tenant", owners,
        ])
        let name = facts[0][0].text(0)
        let person = try await tenant.person()
        do {
            try await PasswordRoutes.prove(input.password, of: person, context)
        } catch let problem as Problem where problem.kind == .currentPasswordWrong {
            throw Problem(.confirmationFailed)
        }
        guard Text.normalized(input.name) == name else { throw Problem(.confirmationFailed) }
        let end = context.now + ClosedWorkspace.grace
        try await context.transaction { transaction in
            let closed = try await transaction.run(
                "SELECT platform.close_tenant(\(tenant.tenant.number), \(context.now))")
            guard closed.first?.bool(0) == true else { throw Problem(.unauthenticated) }
            transaction.atCommit(
                PersonAudit(tenant).entry(
                    "workspace.close", "workspace", tenant.tenant.id, context,
                    details: ["erased_after": .string(end.description)]))
            for index in 0..<facts[1].count {
                let owner = facts[1][index]
                transaction.atCommit(
                    Mail.enqueue(
                        to: owner.text(0), language: Language(code: owner.text(1)),
                        subject: "A Courtyard workspace was closed",
                        paragraphs: [
                            """
                            \(person.name) has closed the workspace “\(name)”. \
                            All its sessions and tokens have ended.
                            """,
                            """
                            Its data will be erased after \(end). Until then the operator of \
                            Courtyard can open it again.
                            """,
                        ], in: context))
            }
        }
        tenant.services.grants.forget(tenant.grant.digest)
        let answer: JSON = [
            "status": "closed", "erased_after": .string(end.description),
        ]
        return Response.json(.ok, answer.serialized).goodbye()
    }

    private static var owners: SQL {
        """
        SELECT p.email, p.language
        FROM tenant.members m
        JOIN tenant.roles r ON r.id = m.role_id
        JOIN platform.own_people p ON p.member_id = m.id
        WHERE r.builtin = 'owner' AND m.status = 'active'
        """
    }
}

extension ProblemKind {
    /// WS-99.
    static let confirmationFailed = ProblemKind(
        "confirmation_failed", 403, "Name or password is wrong")
}
