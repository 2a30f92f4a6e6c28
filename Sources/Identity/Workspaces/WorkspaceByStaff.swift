import HTTP
import Persistence
import Tenancy
import Values

/// `POST /v1/platform/workspaces`: a workspace with a first Owner, whom a mail tells of it (BL-90).
struct WorkspaceByStaff: Input {
    let name: String
    let plan: String
    let owner: FirstOwner

    /// Who is to own it.
    struct FirstOwner: Input {
        let name: String
        let email: String
        let language: String

        init() { (name, email, language) = ("", "", "") }

        init(_ fields: FieldReader) {
            name = fields.required("name", .text(1...80))
            email = fields.required("email", .email)
            language = fields.optional("language", .choice(Language.codes)) ?? "en"
        }
    }

    init(_ fields: FieldReader) {
        name = fields.required("name", .text(1...80))
        plan =
            fields.optional("plan", .choice(["FREE", "STARTER", "GROWTH", "ENTERPRISE"])) ?? "FREE"
        owner = fields.required("owner", .object(placeholder: FirstOwner()))
    }

    private static let schema = Schema.object(
        [
            ("id", .string(format: "uuid"), true), ("name", .string(), true),
            ("slug", .string(), true), ("plan", .string(), true),
        ], name: "CreatedWorkspace")

    static let all: [Route] = [
        .staffChange(
            .post, "/v1/platform/workspaces", id: "platformWorkspaceCreate",
            "Create a workspace with a first Owner", role: .platformAdmin,
            audit: "workspace.create", accepts: .json(FieldReader.describe(WorkspaceByStaff.self)),
            returns: .json(.created, schema), handler: create)
    ]

    private static func create(_ context: StaffContext) async throws -> Response {
        let input = try context.call.input(WorkspaceByStaff.self)
        var attempt = 1
        while true {
            do {
                return try await input.store(context)
            } catch let error as DatabaseError
                where error.violates("tenants_slug_key") && attempt < 20
            {
                // Somebody else took the slug between our look and our insert: take the next one.
                attempt += 1
            }
        }
    }

    private func store(_ context: StaffContext) async throws -> Response {
        let platform = PlatformContext(call: context.call, services: context.services)
        let (id, base) = (context.newID(), WorkspaceSlug.base(of: name))
        return try await context.change { transaction in
            let taken = try await transaction.run(
                """
                SELECT slug FROM platform.tenants
                WHERE slug = \(base) OR slug LIKE \(base) || '-%'
                """)
            let slug = WorkspaceSlug.firstFree(base, taken: Set(taken.map { $0.text(0) }))
            let made = try await transaction.run(
                """
                SELECT number, owner_address, owner_language
                FROM platform.create_workspace(\(id), \(slug), \(name), \(plan),
                    \(context.newID()), \(context.newID()), \(owner.email),
                    \(Person.key(of: owner.email)), \(owner.name), \(owner.language),
                    \(context.now))
                """)[0]
            let number = made.integer(0)
            let details: JSON = ["name": .string(name), "plan": .string(plan)]
            transaction.atCommit(context.services.vault.creation(ofTenant: number, id: id))
            transaction.atCommit(
                """
                SELECT platform.record_platform_audit(\(number), \(context.newID()),
                    \(context.now), 'workspace.create', 'workspace', \(id), \(details),
                    \(context.call.requestID))
                """)
            transaction.atCommit(
                IdentityMail.workspaceMade(name: name).enqueue(
                    to: made.text(1), language: Language(code: made.text(2)), in: platform))
            let workspace: JSON = [
                "id": .string(id.description), "name": .string(name), "slug": .string(slug),
                "plan": .string(plan),
            ]
            let note: JSON = [
                "name": .string(name), "plan": .string(plan),
                "workspace_id": .string(id.description),
            ]
            return (.json(.created, workspace.serialized), AuditNote("workspace", id, note))
        }
    }
}
