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

    @Test("AC-51, AC-53: a team shows its queues, and one team takes the rest")
    func queues() async throws {
        let bench = try await Workbench()
        let manager = try await bench.tenant.member(.manager).client
        func team(_ name: String) async -> String {
            let made = await manager.post(
                "/v1/teams", ["name": .string(name), "kind": "support"])
            #expect(made["queues"]["unassigned"] == false)
            #expect(made["queues"]["channel_ids"] == [])
            #expect(made.integer("open_conversations") == 0)
            #expect(made.integer("waiting_conversations") == 0)
            return "/v1/teams/\(made.string("id") ?? "")"
        }
        let (first, second) = (await team("First"), await team("Second"))
        let set = await manager.put(
            first + "/queues", ["channel_ids": [], "unassigned": true])
        #expect(set["queues"]["unassigned"] == true)
        #expect(set.field("ETag") == "\"2\"")
        let taken = await manager.put(second + "/queues", ["unassigned": true])
        #expect(taken.status == 409)
        #expect(taken.code == "queue_taken")
        #expect(await manager.put(first + "/queues", ["unassigned": true]).status == 200)
        let stale = await manager.with("If-Match", "\"2\"").put(
            first + "/queues", ["unassigned": false])
        #expect(stale.code == "version_mismatch")
        let unknown = await manager.put(
            second + "/queues",
            ["channel_ids": ["01890000-0000-7000-8000-00000000dead"], "unassigned": false])
        #expect(unknown.status == 422)
        #expect(unknown.fieldErrors == ["/channel_ids: unknown_channel"])
        let user = try await bench.tenant.member(.user).client
        #expect(await user.put(second + "/queues", ["unassigned": false]).status == 403)
        #expect(await user.get(first)["queues"]["unassigned"] == true)
        #expect(await manager.delete(first + "?confirm=true").status == 204)
        #expect(await manager.put(second + "/queues", ["unassigned": true]).status == 200)
    }

    @Test("AC-51: of teams that take the rest at the same moment one gets it")
    func queueRace() async throws {
        let bench = try await Workbench()
        var paths: [String] = []
        for number in 0..<6 {
            let made = await bench.owner.client.post(
                "/v1/teams", ["name": .string("Team \(number)"), "kind": "other"])
            paths.append("/v1/teams/\(made.string("id") ?? "")/queues")
        }
        let statuses = await withTaskGroup(of: Int.self) { group in
            for path in paths {
                group.addTask {
                    await bench.owner.client.put(path, ["unassigned": true]).status
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.sorted() == [200, 409, 409, 409, 409, 409])
        #expect(bench.app.defects == [])
    }
}
