import HTTP
import Persistence
import Tenancy
import Values

/// `PATCH /v1/roles/{id}` (AC-31).
struct RoleChange: Input {
    let name: String?
    let description: String?
    let permissions: PermissionSet?

    init(_ fields: FieldReader) {
        name = fields.change("name", .text(1...50))
        description = fields.change("description", .text(0...500, allowsLines: true))
        permissions = RolePermissions(fields, isRequired: false)?.set
        fields.readOnly("id", "kind", "member_count", "version", "created_at", "updated_at")
    }

    /// A custom role as it stands, locked.
    private struct Present {
        var name: String
        var permissions: PermissionSet
        var version: Int64
    }

    static func apply(_ context: TenantContext) async throws -> Response {
        try await checkPlan(context)
        let change = try context.call.input(RoleChange.self)
        do {
            return try await context.changeRights { transaction in
                let present = try await find(context, transaction)
                try context.call.checkVersion(present.version)
                return try await change.store(over: present, context, transaction)
            }
        } catch let error as DatabaseError where error.violates("roles_name_key") {
            throw Problem(.nameTaken)
        }
    }

    /// A built-in role is no matter of the plan, so that AC-116 comes before AC-121.
    private static func checkPlan(_ context: TenantContext) async throws {
        do {
            try context.checkFeature(.customRoles)
        } catch {
            let custom = try await context.read(
                "SELECT FROM tenant.roles WHERE id = \(context.call.id) AND builtin IS NULL")
            guard custom.isEmpty else { throw error }
        }
    }

    /// `DELETE /v1/roles/{id}` (AC-33).
    ///
    /// Needs no plan, so that a smaller plan can be tidied up.
    static func delete(_ context: TenantContext) async throws -> Response {
        try await context.changeRights { transaction in
            let present = try await find(context, transaction)
            try context.call.checkVersion(present.version)
            let id = context.call.id
            let count = try await transaction.run(
                "SELECT count(*) FROM tenant.members WHERE role_id = \(id)")[0].integer(0)
            guard count == 0 else {
                throw Problem(
                    .roleInUse, extra: [JSON.Member(name: "count", value: .integer(count))])
            }
            try await transaction.run("DELETE FROM tenant.roles WHERE id = \(id)")
            transaction.audit(AuditNote("role", id, ["name": .string(present.name)]))
            return Response(.noContent)
        }
    }

    /// - Throws: ``Problem`` `not_found`, `builtin_role`.
    private static func find(
        _ context: TenantContext, _ transaction: TenantTransaction
    ) async throws -> Present {
        let rows = try await transaction.run(
            """
            SELECT builtin, name, permissions, version FROM tenant.roles
            WHERE id = \(context.call.id)
            FOR UPDATE
            """)
        guard let row = rows.first else { throw Problem.notFound }
        guard row.isNull(0) else { throw Problem(.builtinRole) }
        return Present(
            name: row.text(1),
            permissions: PermissionSet(row.texts(2).compactMap(Permission.init(rawValue:))),
            version: row.integer(3))
    }

    private func store(
        over present: Present, _ context: TenantContext, _ transaction: TenantTransaction
    ) async throws -> Response {
        var details: [JSON.Member] = []
        if let permissions, permissions != present.permissions {
            let added = permissions.permissions.filter { !present.permissions.contains($0) }
            try context.checkHolding(PermissionSet(added))
            transaction.raiseEpoch()
            details.append(
                JSON.Member(
                    name: "permissions",
                    value: ["old": Self.list(present.permissions), "new": Self.list(permissions)]))
        }
        if let name, name != present.name {
            details.append(
                JSON.Member(
                    name: "name", value: ["old": .string(present.name), "new": .string(name)]))
        }
        if let description {
            details.append(JSON.Member(name: "description", value: .string(description)))
        }
        let names = permissions?.permissions.map(\.rawValue)
        try await transaction.run(
            """
            UPDATE tenant.roles SET name = coalesce(\(name), name),
                description = coalesce(\(description), description),
                permissions = coalesce(\(names), permissions),
                version = version + 1, updated_at = \(context.now)
            WHERE id = \(context.call.id)
            """)
        transaction.audit(AuditNote("role", context.call.id, .object(details)))
        return try Role.response(try await transaction.run(Role.select(context.call.id)))
    }

    private static func list(_ permissions: PermissionSet) -> JSON {
        .array(permissions.permissions.map { .string($0.rawValue) })
    }
}
