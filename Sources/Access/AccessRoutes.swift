import Tenancy

/// Who may do what in a workspace: members, roles, teams, machines and what they did (part 3 of the
/// specification), and the workspace's own settings.
package enum AccessRoutes {
    package static let all: [Route] =
        WorkspaceRoutes.all + AuditLogRoutes.all + MemberRoutes.all + RoleRoutes.all
        + TeamRoutes.all + ServiceAccountRoutes.all + ServiceAccountTokenRoutes.all
        + APITokenRoutes.all + WorkspaceLogo.routes + LoginHistoryList.history.routes
        + ActivityList.history.routes
}
