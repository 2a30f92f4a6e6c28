import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Access

@Suite struct `Teams` {
    @Test("AC-50, AC-103, OV-45: a team is made, listed, changed by version and deleted")
    func life() async throws {
        let bench = try await Workbench()
        let eve = try await bench.tenant.member(.user)
        let manager = try await bench.tenant.member(.manager)
        let members: JSON = [.string(eve.id.description), .string(eve.id.description)]
        let made = await manager.client.post(
            "/v1/teams", ["name": "Sales", "kind": "sales", "member_ids": members])
        #expect(made.status == 201)
        #expect(made.field("ETag") == "\"1\"")
        #expect(made["member_ids"] == [.string(eve.id.description)])
        let path = "/v1/teams/\(made.string("id") ?? "")"
        for query in ["member_id=\(eve.id)", "kind=sales", "q=ALE"] {
            #expect(await eve.client.get("/v1/teams?\(query)").data.count == 1, "\(query)")
        }
        #expect(await eve.client.get("/v1/teams?kind=other").data.isEmpty)
        #expect(
            await manager.client.with("If-Match", "\"9\"").patch(path, ["name": "X"]).code
                == "version_mismatch")
        let changed = await manager.client.with("If-Match", "\"1\"").patch(
            path, ["kind": "support", "member_ids": []])
        #expect(changed.integer("version") == 2)
        #expect(changed["member_ids"] == [])
        #expect(changed.string("name") == "Sales")
        #expect(await eve.client.patch(path, ["name": "X"]).code == "permission_denied")
        #expect(await manager.client.delete(path).status == 204)
        #expect(await manager.client.get(path).status == 404)
        #expect(
            try await bench.actions() == ["team.create", "team.update", "team.delete"])
        #expect(bench.app.defects == [])
    }

    @Test("AC-50, AC-115: names are unique; kinds and members must be there")
    func refusals() async throws {
        let bench = try await Workbench()
        let client = bench.owner.client
        #expect(await client.post("/v1/teams", ["name": "A", "kind": "other"]).status == 201)
        #expect(
            await client.post("/v1/teams", ["name": "a", "kind": "other"]).code == "name_taken")
        #expect(
            await client.post("/v1/teams", ["kind": "bowling"]).fieldErrors
                == ["/kind: invalid_option", "/name: required"])
        let stranger = try await Workbench()
        let unknown = await client.post(
            "/v1/teams",
            [
                "name": "B", "kind": "other",
                "member_ids": [.string(stranger.owner.id.description)],
            ])
        #expect(unknown.fieldErrors == ["/member_ids: unknown_member"])
        #expect(await client.get("/v1/teams").data.count == 1)
    }

    @Test("OV-11: teams of another workspace answer like teams that exist nowhere")
    func isolation() async throws {
        let bench = try await Workbench()
        let stranger = try await Workbench()
        let theirs = await stranger.owner.client.post(
            "/v1/teams", ["name": "Theirs", "kind": "other"])
        let nowhere = try await bench.app.run { $0.newID() }
        for (method, body): (Method, JSON?) in [
            (.get, nil), (.patch, ["name": "Mine"]), (.delete, nil),
        ] {
            let foreign = await bench.owner.client.send(
                method, "/v1/teams/\(theirs.string("id") ?? "")", body)
            let unknown = await bench.owner.client.send(method, "/v1/teams/\(nowhere)", body)
            #expect(foreign.status == 404)
            #expect(foreign.shape == unknown.shape)
        }
        #expect(await stranger.owner.client.get("/v1/teams?q=Theirs").data.count == 1)
    }
}
