import HTTP
import Tenancy

enum RoleRoutes {
    private static let answer = AnswerShape.json(.ok, Role.resource.schema)

    static let all: [Route] = [
        .read(
            "/v1/permissions", id: "permissionList", "List all permissions by feature",
            access: .holding(.roleRead), returns: .json(.ok, PermissionCatalogue.schema)
        ) { context in
            try await context.proveAdmission()
            return .json(.ok, PermissionCatalogue.response)
        },
        .read(
            "/v1/roles", id: "roleList", "List the roles", access: .holding(.roleRead),
            parameters: Role.listing.parameters, returns: Role.listing.answer
        ) { context in
            try await Role.listing.page(context, where: Role.conditions(context.call.query))
        },
        .read(
            "/v1/roles/{id}", of: Role.subject, id: "roleRead", "Read one role",
            access: .holding(.roleRead),
            returns: answer
        ) { context in
            try Role.response(try await context.read(Role.select(context.call.id)))
        },
        .read(
            "/v1/roles/{id}/members", of: Role.subject, id: "roleMemberList",
            "List who holds a role",
            access: .holding(.roleRead), parameters: Role.holders.parameters,
            returns: Role.holders.answer, handler: Role.listHolders),
        .change(
            .post, "/v1/roles", id: "roleCreate", "Create a custom role",
            access: .holding(.roleManage, plan: .customRoles).steppedUp, audit: "role.create",
            accepts: .json(FieldReader.describe(RoleDraft.self)),
            returns: .json(.created, Role.resource.schema),
            fails: [.privilegeEscalation, .nameTaken, .roleLimit], handler: RoleDraft.create),
        .change(
            .patch, "/v1/roles/{id}", of: Role.subject, id: "roleUpdate", "Change a custom role",
            access: .holding(.roleManage).steppedUp, audit: "role.update",
            accepts: .json(FieldReader.describe(RoleChange.self)), returns: answer,
            fails: [
                .privilegeEscalation, .nameTaken, .builtinRole, .versionMismatch,
            ], handler: RoleChange.apply),
        .change(
            .delete, "/v1/roles/{id}", of: Role.subject, id: "roleDelete",
            "Delete a custom role nobody holds",
            access: .holding(.roleManage).steppedUp, audit: "role.delete",
            returns: .empty(.noContent),
            fails: [.builtinRole, .roleInUse, .versionMismatch], handler: RoleChange.delete),
    ]
}
