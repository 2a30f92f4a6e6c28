import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import App

/// In which order refusals come (OV-33), tried on every route whose path has ids.
@Suite struct `Order of refusals` {
    /// A call whose content is refused with one status, if anything in it is looked at.
    struct Flaw: Sendable {
        var status: Int
        var query = ""
        var body: String?
        var type = "application/json"
    }

    private func flaws(of route: RouteDescription) -> [Flaw] {
        var flaws = [Flaw(status: 400, query: "?surprise=1")]
        if case .json = route.body { flaws.append(Flaw(status: 400, body: "[]")) }
        guard route.method.isChanging else { return flaws }
        return flaws + [
            Flaw(status: 422, body: #"{"surprise": 1}"#),
            Flaw(status: 415, body: "x", type: "text/plain"),
        ]
    }

    private func tenant() async throws -> TestTenant {
        try await SharedWorkspace.shared.tenant()
    }

    private func client(of sample: RouteSample, _ owner: TestMember) async throws -> Client {
        guard case .staff = sample.route.access.audience else { return owner.client }
        return try await TestStaff.signedIn(.platformAdmin, on: owner.tenant.app).client
    }

    private func statuses(
        _ sample: RouteSample, _ client: Client, _ path: String
    ) async -> [Int] {
        var statuses: [Int] = []
        for flaw in flaws(of: sample.route) {
            let answer = await sample.call(
                client, path + flaw.query, body: flaw.body, type: flaw.type)
            statuses.append(answer.status)
        }
        return statuses
    }

    @Test(
        "OV-33, OV-76: an id that names nothing is 404 whatever is wrong with the content",
        arguments: RouteSample.withSubjects)
    func nothing(sample: RouteSample) async throws {
        let owner = try await sample.owner()
        let found = await statuses(
            sample, try await client(of: sample, owner), sample.pathToNothing)
        #expect(found == flaws(of: sample.route).map { _ in 404 })
    }

    @Test(
        "OV-33, OV-11: an id of another workspace is 404 whatever is wrong with the content",
        arguments: RouteSample.withSubjects)
    func foreign(sample: RouteSample) async throws {
        // All workspaces are there for the staff.
        if case .staff = sample.route.access.audience { return }
        let other = try await SharedWorkspace.other.tenant()
        let path = try await sample.path(in: other, as: other.member(.owner))
        let found = await statuses(sample, try await sample.owner().client, path)
        #expect(found == flaws(of: sample.route).map { _ in 404 })
    }

    @Test(
        "OV-33: what is wrong with the content is told of what is there",
        arguments: RouteSample.withSubjects)
    func known(sample: RouteSample) async throws {
        let owner = try await sample.owner()
        let path = try await sample.path(in: owner.tenant, as: owner)
        let found = await statuses(sample, try await client(of: sample, owner), path)
        #expect(found == flaws(of: sample.route).map(\.status))
    }

    @Test(
        "OV-33, OV-71: without credentials nothing is told, whatever is wrong with the content",
        arguments: RouteSample.withSubjects)
    func anonymous(sample: RouteSample) async throws {
        let owner = try await sample.owner()
        let path = try await sample.path(in: owner.tenant, as: owner)
        let found = await statuses(sample, Client(app: owner.tenant.app), path)
        #expect(found == flaws(of: sample.route).map { _ in 401 })
    }

    @Test("OV-33, AC-121, AC-116: the plan is judged after the role is found, before its content")
    func plan() async throws {
        let app = try await tenant().app
        let free = try await TestTenant.create(app, plan: "FREE")
        let owner = try await free.member(.owner)
        let ids = try await SampleResources.ids(of: "/v1/roles/{id}", in: free, as: owner)
        let custom = "/v1/roles/\(ids[0])"
        let refused = await owner.client.patch(custom, ["surprise": true])
        #expect(refused.code == "plan_feature_unavailable")
        #expect(await owner.client.patch(custom, ["name": "New"]).status == 402)
        let nothing = "/v1/roles/01890000-0000-7000-8000-00000000dead"
        #expect(await owner.client.patch(nothing, ["name": "New"]).status == 404)
        let builtin = try await free.run("SELECT id FROM tenant.roles WHERE builtin = 'user'")
        let answer = await owner.client.patch(
            "/v1/roles/\(builtin[0].id(0))", ["name": "New"])
        #expect(answer.code == "builtin_role")
    }
}
