import HTTP
import Persistence
import Tenancy
import Values

/// `POST /v1/roles` (AC-30, AC-37).
struct RoleDraft: Input {
    let name: String
    let description: String
    let permissions: PermissionSet

    /// How many custom roles a workspace has at most (AC-37).
    static let limit = 50

    init(_ fields: FieldReader) {
        name = fields.required("name", .text(1...50))
        description = fields.optional("description", .text(0...500, allowsLines: true)) ?? ""
        permissions = RolePermissions(fields, isRequired: true)?.set ?? PermissionSet()
    }

    static func create(_ context: TenantContext) async throws -> Response {
        let draft = try context.call.input(RoleDraft.self)
        do {
            return try await context.changeRights { transaction in
                try context.checkHolding(draft.permissions)
                let count = try await transaction.run(
                    "SELECT count(*) FROM tenant.roles WHERE builtin IS NULL")
                guard count[0].integer(0) < Int64(limit) else {
                    throw Problem(.roleLimit, "A workspace has at most \(limit) custom roles.")
                }
                let id = context.newID()
                let names = draft.permissions.permissions.map(\.rawValue)
                try await transaction.run(
                    """
                    INSERT INTO tenant.roles
                        (id, name, description, permissions, created_at, updated_at)
                    VALUES (\(id), \(draft.name), \(draft.description), \(names), \(context.now),
                        \(context.now))
                    """)
                transaction.audit(
                    AuditNote(
                        "role", id,
                        [
                            "name": .string(draft.name),
                            "permissions": .array(names.map { .string($0) }),
                        ]))
                return try Role.response(
                    try await transaction.run(Role.select(id)), status: .created)
            }
        } catch let error as DatabaseError where error.violates("roles_name_key") {
            throw Problem(.nameTaken)
        }
    }
}
