import Crypto
import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import App

/// Every route of a workspace, called as every kind of principal (AC-41, checklist 67).
@Suite struct `Who may call which route` {
    private func tenant() async throws -> TestTenant {
        try await SharedWorkspace.shared.tenant()
    }

    /// Whether the answer says that a right is missing.
    private func isRefused(_ answer: Answer) -> Bool {
        answer.status == 401 || ["permission_denied", "scope_missing"].contains(answer.code)
    }

    @Test(
        "OV-71, AC-76, SEC-60: nobody gets in without credentials, or with made-up ones",
        arguments: RouteSample.inTenants)
    func withoutCredentials(sample: RouteSample) async throws {
        let app = try await tenant().app
        for client in [
            Client(app: app), Client(app: app, token: "nonsense"),
            Client(app: app, token: "cysa_" + String(repeating: "0", count: 49)),
            Client(app: app, token: SecretToken.generate(.channel).text),
            Client(app: app).with("Cookie", "__Host-courtyard=nonsense"),
        ] {
            let answer = await sample.call(client, sample.pathToNothing)
            #expect(answer.status == 401)
            #expect(answer.code == "unauthenticated")
            #expect(answer.faultsAsProblem == [])
        }
    }

    @Test(
        "OV-02, OV-72, AC-40, AC-42, SEC-68: a built-in role may call what its permissions say",
        arguments: RouteSample.inTenants, BuiltinRole.allCases)
    func builtinRole(sample: RouteSample, role: BuiltinRole) async throws {
        let member = try await tenant().member(role)
        let answer = await sample.call(member.client, sample.pathToNothing)
        switch sample.route.access.audience {
        case .permission(let name):
            let permission = try #require(Permission(rawValue: name))
            guard role.permissions.contains(permission) else {
                #expect(answer.status == 403)
                #expect(answer.code == "permission_denied")
                #expect(answer.string("required_permission") == name)
                #expect(answer.faultsAsProblem == [])
                return
            }
            #expect(!isRefused(answer), "\(answer.text)")
        default: #expect(!isRefused(answer), "\(answer.text)")
        }
    }

    @Test(
        "OV-02, AC-31, AC-41, SEC-68: a custom role needs exactly the permission of the route",
        arguments: RouteSample.inTenants)
    func customRole(sample: RouteSample) async throws {
        guard case .permission(let name) = sample.route.access.audience else { return }
        let permission = try #require(Permission(rawValue: name))
        let exact = try await tenant().member(holding: [permission])
        #expect(!isRefused(await sample.call(exact.client, sample.pathToNothing)))
        let others = try await tenant().member(
            holding: Permission.allCases.filter { $0 != permission })
        let answer = await sample.call(others.client, sample.pathToNothing)
        #expect(answer.status == 403)
        #expect(answer.string("required_permission") == name)
    }

    @Test(
        "OV-04, OV-73, AC-61, AC-69, SEC-68: a service account needs exactly the route's scope",
        arguments: RouteSample.inTenants)
    func serviceAccount(sample: RouteSample) async throws {
        guard case .permission(let name) = sample.route.access.audience else {
            // What belongs to a signed-in person is closed to machines.
            let machine = try await SharedWorkspace.machines.tenant().serviceAccount(
                Array(Permission.scopes))
            let answer = await sample.call(machine, sample.pathToNothing)
            #expect(answer.status == 403)
            #expect(answer.code == "permission_denied")
            return
        }
        let permission = try #require(Permission(rawValue: name))
        let others = try await SharedWorkspace.machines.tenant().serviceAccount(
            Permission.allCases.filter { $0 != permission })
        let refused = await sample.call(others, sample.pathToNothing)
        #expect(refused.status == 403)
        #expect(refused.code == "scope_missing")
        #expect(refused.string("required_scope") == name)
        let exact = try await SharedWorkspace.machines.tenant().serviceAccount([permission])
        let answer = await sample.call(exact, sample.pathToNothing)
        #expect(isRefused(answer) == !permission.isScope, "\(answer.text)")
    }

    @Test(
        "OV-74: a route of a plan feature is refused on a plan without it",
        arguments: RouteSample.inTenants)
    func planFeature(sample: RouteSample) async throws {
        guard let feature = sample.route.access.planFeature else { return }
        let free = try await TestTenant.create(try await tenant().app, plan: "FREE")
        let answer = await sample.call(try await free.member(.owner).client, sample.pathToNothing)
        #expect(answer.status == 402)
        #expect(answer.code == "plan_feature_unavailable")
        #expect(answer.string("feature") == feature)
    }

    @Test(
        "OV-75, BL-16: a route that creates something limited names the limit and is refused at it",
        arguments: RouteSample.inTenants)
    func planLimit(sample: RouteSample) async throws {
        guard let limit = sample.route.access.planLimit else {
            #expect(!sample.route.failures.contains(.planLimitReached))
            return
        }
        #expect(PlanLimit(rawValue: limit) != nil)
        let full = try await TestTenant.create(try await tenant().app)
        _ = try await full.app.run { services in
            try await services.database.write(
                [
                    """
                    UPDATE cell.tenants SET limits = limits || jsonb_build_object(\(limit), 0)
                    WHERE number = \(full.number)
                    """
                ], in: .identity)
        }
        let owner = try await full.member(.owner)
        let path = try await sample.path(in: full, as: owner)
        // Who has a seat needs none.
        try await full.run(
            "UPDATE tenant.members SET status = 'deactivated' WHERE id <> \(owner.id)")
        let answer = await sample.call(owner.client, path)
        #expect(answer.status == 402)
        #expect(answer.code == "plan_limit_reached")
        #expect(answer.string("limit") == limit)
    }

    @Test(
        "BL-80, BL-121: a workspace's credentials open no staff route, and staff's no other",
        arguments: RouteSample.ofStaff)
    func staffRoutes(sample: RouteSample) async throws {
        let tenant = try await SharedWorkspace.machines.tenant()
        let owner = try await tenant.member(.owner).client
        for client in [
            owner, try await tenant.serviceAccount([.contactRead]), Client(app: tenant.app),
        ] {
            let answer = await sample.call(client, sample.pathToNothing)
            #expect(answer.status == 401)
            #expect(answer.code == "unauthenticated")
        }
        // The same secret under the staff's cookie is none of theirs.
        let cookie = owner.fields[0].1.replacing(
            "__Host-courtyard=", with: "__Host-courtyard-staff=")
        var renamed = owner
        renamed.fields[0] = ("Cookie", cookie)
        #expect(await sample.call(renamed, sample.pathToNothing).status == 401)
        let staff = try await TestStaff.signedIn(.platformAdmin, on: tenant.app).client
        #expect(!isRefused(await sample.call(staff, sample.pathToNothing)))
        var asMember = staff
        asMember.fields[0].1 = staff.fields[0].1.replacing(
            "__Host-courtyard-staff=", with: "__Host-courtyard=")
        for client in [staff, asMember] {
            #expect(await client.get("/v1/contacts").status == 401)
            #expect(await client.get("/v1/me").status == 401)
        }
        let bearer = staff.with("Authorization", "Bearer nonsense")
        #expect(await sample.call(bearer, sample.pathToNothing).status == 401)
    }

    @Test(
        "OV-82: a suspended workspace refuses all but what stays open",
        arguments: RouteSample.inTenants)
    func suspended(sample: RouteSample) async throws {
        let suspended = try await SharedWorkspace.suspended.tenant()
        let app = suspended.app
        _ = try await app.run { services in
            try await services.database.write(
                [
                    """
                    UPDATE cell.tenants SET state = 'suspended', epoch = epoch + 1
                    WHERE number = \(suspended.number) AND state = 'active'
                    """
                ], in: .identity)
        }
        let client = try await suspended.member(.owner).client
        let answer = await sample.call(client, sample.pathToNothing)
        #expect(
            (answer.code == "workspace_suspended") == !sample.route.access.isOpenWhenSuspended,
            "\(answer.text)")
    }

    @Test(
        "OV-11, SEC-69: an id of another workspace answers like one that names nothing",
        arguments: RouteSample.inTenants.filter { $0.route.path.contains("{") })
    func foreignID(sample: RouteSample) async throws {
        let other = try await SharedWorkspace.other.tenant()
        let foreignPath = try await sample.path(in: other, as: other.member(.owner))
        let client = try await tenant().member(.owner).client
        let foreign = await sample.call(client, foreignPath)
        let nothing = await sample.call(client, sample.pathToNothing)
        #expect(foreign.status == 404)
        #expect(foreign.code == "not_found")
        #expect(foreign.text == nothing.text)
        // What the platform did there made the samples.
        let traces = try await other.run(
            "SELECT count(*) FROM tenant.audit_events WHERE actor_kind <> 'platform'")
        #expect(traces[0].integer(0) == 0)
    }
}
