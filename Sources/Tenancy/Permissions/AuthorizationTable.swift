import HTTP

/// `docs/authorization.md`: which role and which kind of machine may call which route, derived from
/// the routes (checklist 67).
package enum AuthorizationTable {
    /// The document for these routes, in their order.
    package static func markdown(_ routes: [Route]) -> String {
        var text = """
            # Authorization

            Generated from the routes; do not edit. A dot means that the built-in role may call the
            route, S that a service account with the permission as its scope may, T that the account
            API token may. Custom roles may call what their permissions allow. Step-up means that
            people need proof of password and second factor not older than ten minutes (ID-72).

            | Method | Path | Needs | Plan | Owner | Admin | Manager | User | Machines |
            |---|---|---|---|---|---|---|---|---|

            """
        for route in routes { text += line(route.description) }
        return text
    }

    private static func line(_ route: RouteDescription) -> String {
        let cells =
            [
                route.method.rawValue, "`\(route.path)`", need(route.access),
                plan(route.access),
            ] + BuiltinRole.allCases.map { isOpen(route.access.audience, $0) ? "●" : "" }
            + [machines(route.access.audience)]
        return "| " + cells.map { $0.isEmpty ? " " : $0 }.joined(separator: " | ") + " |\n"
    }

    private static func plan(_ access: Access) -> String {
        [
            access.planFeature.map { "`\($0)`" }, access.planLimit.map { "limit `\($0)`" },
        ].compactMap(\.self).joined(separator: ", ")
    }

    private static func need(_ access: Access) -> String {
        need(access.audience) + (access.needsStepUp ? ", step-up" : "")
    }

    private static func need(_ audience: Access.Audience) -> String {
        switch audience {
        case .anyone: "nothing"
        case .session: "a session"
        case .permission(let name): "`\(name)`"
        case .operators: "the operator's token"
        case .staff(let role): "staff: `\(role)`"
        }
    }

    private static func isOpen(_ audience: Access.Audience, _ role: BuiltinRole) -> Bool {
        switch audience {
        case .anyone, .session: true
        case .operators, .staff: false
        case .permission(let name):
            Permission(rawValue: name).map(role.permissions.contains) ?? false
        }
    }

    private static func machines(_ audience: Access.Audience) -> String {
        switch audience {
        case .anyone: return "S T"
        case .session, .operators, .staff: return ""
        case .permission(let name):
            guard let permission = Permission(rawValue: name) else { return "" }
            let account = permission.isScope ? ["S"] : []
            let token = Permission.ofAccountAPIToken.contains(permission) ? ["T"] : []
            return (account + token).joined(separator: " ")
        }
    }
}
