import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import App

/// Resources of a workspace, by the path that names them.
enum SampleResources {
    /// New ids that stand in the path; empty when nobody has said how to make them.
    static func ids(
        of path: String, in tenant: TestTenant, as member: TestMember
    ) async throws -> [String] {
        let now = tenant.app.clock.now
        let id = try await tenant.app.run { $0.newID() }
        let key = "Sample \(id)"
        switch path.split(separator: "/").dropFirst().first {
        case "members": return [try await tenant.member(.user).id.description]
        case "me": return [try await session(of: member).description]
        case "platform":
            return [try await BillingSamples.platform(path, in: tenant) ?? tenant.id.description]
        case "billing":
            return [try await BillingSamples.own(path, in: tenant)]
        case "roles":
            try await tenant.run(
                """
                INSERT INTO tenant.roles (id, name, created_at, updated_at)
                VALUES (\(id), \(key), \(now), \(now))
                """)
        case "teams":
            try await tenant.run(
                """
                INSERT INTO tenant.teams (id, name, kind, created_at)
                VALUES (\(id), \(key), 'support', \(now))
                """)
        case "service-accounts":
            try await tenant.run(
                """
                INSERT INTO tenant.service_accounts (id, name, scopes, created_at)
                VALUES (\(id), \(key), \([Permission.contactRead.rawValue]), \(now))
                """)
            let token = try await tenant.app.run { $0.newID() }
            try await tenant.run(
                """
                INSERT INTO tenant.service_account_tokens
                    (id, service_account_id, name, first8, last4, created_at, expires_at)
                VALUES (\(token), \(id), 'sample', 'cysa_aaa', 'aaaa', \(now),
                    \(now + .seconds(3_600)))
                """)
            return [id.description, token.description]
        case "contacts" where path.contains("/imports/"):
            try await tenant.run(
                """
                INSERT INTO tenant.contact_imports (id, state, file_name, format, size_bytes,
                    options, created_by_kind, created_by, created_at)
                VALUES (\(id), 'completed', 'a.csv', 'csv', 1, '{}', 'member', \(id), \(now))
                """)
        case "contacts":
            try await tenant.run(
                """
                INSERT INTO tenant.contacts (id, name, created_at, updated_at)
                VALUES (\(id), \(key), \(now), \(now))
                """)
        case "avatars":
            let member = try await tenant.member(.user)
            let (person, number) = (member.personID, tenant.number)
            _ = try await tenant.app.run { services in
                try await services.database.write(
                    [
                        """
                        UPDATE platform.memberships SET last_login_at = \(now)
                        WHERE person_id = \(person) AND tenant_number = \(number)
                        """,
                        """
                        INSERT INTO platform.avatars
                            (person_id, id, media_type, content, created_at)
                        VALUES (\(person), \(id), 'image/png', 'x', \(now))
                        """,
                    ], in: .identity)
            }
        case "workspaces":
            try await tenant.run(
                """
                INSERT INTO tenant.logo (id, media_type, content, created_at)
                VALUES (\(id), 'image/png', 'x', \(now)) ON CONFLICT DO NOTHING
                """)
            let logo = try await tenant.run("SELECT id FROM tenant.logo")
            return [tenant.id.description, logo[0].id(0).description]
        case "groups":
            try await tenant.run(
                "INSERT INTO tenant.groups (id, name, created_at) VALUES (\(id), \(key), \(now))")
        // Answers depend on cookies and tokens alone, which nobody has for a foreign connection.
        case "auth", "sso": break
        default: return []
        }
        return [id.description]
    }

    private static func session(of member: TestMember) async throws -> ID {
        let person = member.personID
        return try await member.tenant.app.run { services in
            let rows: Rows = try await services.database.read(
                "SELECT id FROM platform.sessions WHERE person_id = \(person)", in: .identity)
            return rows[0].id(0)
        }
    }
}

extension RouteSample {
    /// The path with ids of things that the member's workspace has, made for this call.
    func path(in tenant: TestTenant, as member: TestMember) async throws -> String {
        guard route.path.contains("{") else { return route.path }
        let ids = try await SampleResources.ids(of: route.path, in: tenant, as: member)
        try #require(
            !ids.isEmpty, "Teach SampleResources how to make what \(route.path) names.")
        return path(ids)
    }

    /// Somebody who may call the route, made anew so that no call spoils the next, and its path
    /// with ids of what they may see.
    func caller() async throws -> (client: Client, path: String) {
        if Self.tellNothing.contains(route.id) {
            return (Client(app: try TestApp(AllRoutes.all)), pathToNothing)
        }
        let isOpen = [.anyone, .operators].contains(route.access.audience)
        if isOpen, !route.path.contains("{") {
            return (Client(app: try TestApp(AllRoutes.all)), route.path)
        }
        if case .staff = route.access.audience {
            let tenant = try await SharedWorkspace.atStaffsMercy.tenant()
            let staff = try await TestStaff.signedIn(.platformAdmin, on: tenant.app)
            let member = try await tenant.member(.owner)
            return (staff.client, try await path(in: tenant, as: member))
        }
        let owner = try await owner()
        return (owner.client, try await path(in: owner.tenant, as: owner))
    }

    /// An Owner of a workspace in which what the path names may be made; service accounts are few
    /// by rule, so that those of the samples must not fill the others' workspace.
    func owner() async throws -> TestMember {
        let workspace =
            route.path.contains("/service-accounts/{")
            ? SharedWorkspace.machines : SharedWorkspace.shared
        return try await workspace.tenant().member(.owner)
    }
}
