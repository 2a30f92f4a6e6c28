import Foundation
import TestSupport
import Testing
import Values

@Suite struct `Stories of isolation` {
    private static let nowhere = "019aa000-0000-7000-8000-000000000000"

    /// A workspace with one of everything that has an id, by the path before it.
    private func everything(in world: World, of owner: Browser) throws -> [String: String] {
        func create(_ path: String, _ body: JSON) throws -> String {
            let page = try owner.post(path, body)
            return try #require(page["id"], "\(path): \(page.body)")
        }
        let file = NSTemporaryDirectory() + "courtyard-secret-\(Self.nowhere).csv"
        try "name,phone\nSecret,+4915112345679".write(
            toFile: file, atomically: true, encoding: .utf8)
        let imported = try owner.upload("/v1/contacts/imports", file: file)
        let accounts = "/v1/service-accounts"
        let account = try create(accounts, ["name": "ci", "scopes": ["contact.read"]])
        return [
            "/v1/contacts/": try create(
                "/v1/contacts", ["name": "Secret", "phone": "+4915112345678"]),
            "/v1/contacts/imports/": try #require(imported["id"]),
            "/v1/groups/": try create("/v1/groups", ["name": "Secret group"]),
            "\(accounts)/": account,
            "\(accounts)/\(account)/tokens/": try create(
                "\(accounts)/\(account)/tokens", ["name": "secret"]),
            "/v1/members/": try #require(try owner.get("/v1/auth/session")["member.id"]),
            "/v1/roles/": try world.roleID("Manager", owner),
            "/v1/teams/": try create("/v1/teams", ["name": "Secret team", "kind": "other"]),
            "/v1/me/sessions/": try #require(
                try owner.get("/v1/me/sessions").rows.first?["id"]?.stringValue),
        ]
    }

    /// What the routes want that look at the body first.
    private static let bodies: [String: JSON] = [
        "POST /v1/contacts/{id}/merge": ["into": .string(nowhere)],
        "POST /v1/groups/{id}/members": ["ids": [.string(nowhere)]],
        "DELETE /v1/groups/{id}/members": ["ids": [.string(nowhere)]],
        "POST /v1/service-accounts/{id}/tokens": ["name": "mine"],
        "PUT /v1/teams/{id}/queues": ["unassigned": false],
    ]

    @Test("ST-11, OV-10, OV-11, SEC-69: ids of another workspace answer like unknown ones")
    func isolation() throws {
        let world = try World()
        let one = try world.signUp("One", "Ana Ruiz", "ana@one.example", plan: "GROWTH")
        let two = try world.signUp("Two", "Eva Okoye", "eva@two.example", plan: "GROWTH")
        let ids = try everything(in: world, of: two)
        var tried: Set<String> = []
        for endpoint in try one.get("/v1/meta/endpoints").rows {
            guard let method = endpoint["method"]?.stringValue,
                let path = endpoint["path"]?.stringValue, path.hasPrefix("/v1/"),
                let end = path.range(of: "{id}")
            else { continue }
            let kind = String(path[..<end.lowerBound])
            guard let id = ids[kind] else { continue }
            tried.insert(kind)
            let token = ids["\(kind)\(id)/tokens/"] ?? Self.nowhere
            let empty: JSON? = method == "PATCH" ? .object([]) : Optional.none
            let body = Self.bodies["\(method) \(path)"] ?? empty
            func answer(_ id: String, _ token: String) throws -> Browser.Page {
                let target = path.replacingOccurrences(of: "{id}", with: id)
                return try one.send(
                    method, target.replacingOccurrences(of: "{token_id}", with: token), body)
            }
            let foreign = try answer(id, token)
            let unknown = try answer(Self.nowhere, Self.nowhere)
            #expect(foreign.status == 404, "\(method) \(path): \(foreign.body)")
            #expect(foreign.code == unknown.code, "\(method) \(path)")
            #expect(foreign.body.count == unknown.body.count, "\(method) \(path)")
        }
        #expect(tried.count == ids.count - 1, "\(tried)")
        try nothingShows(to: one, of: ids)
        try nothingHasChanged(for: two, ids)
    }

    private func nothingShows(to one: Browser, of ids: [String: String]) throws {
        for list in [
            "/v1/contacts", "/v1/contacts?q=Secret", "/v1/contacts/export.csv",
            "/v1/contacts/imports", "/v1/groups", "/v1/teams", "/v1/service-accounts",
            "/v1/members", "/v1/workspace/audit", "/v1/workspace/audit/export.jsonl",
        ] {
            let page = try one.get(list)
            #expect(page.status == 200)
            #expect(!page.body.contains("Secret"), "\(list)")
            #expect(!ids.values.contains { page.body.contains($0) }, "\(list)")
        }
        // Nor can they be named in a resource of one's own.
        let group = try #require(try one.post("/v1/groups", ["name": "Own"])["id"])
        let contact = ids["/v1/contacts/"] ?? ""
        let added = try one.post("/v1/groups/\(group)/members", ["ids": [.string(contact)]])
        let unknown = try one.post(
            "/v1/groups/\(group)/members", ["ids": [.string(Self.nowhere)]])
        #expect(added.status == unknown.status)
        #expect(try one.get("/v1/groups/\(group)")["member_count"] == "0")
    }

    private func nothingHasChanged(for two: Browser, _ ids: [String: String]) throws {
        for (kind, id) in ids where !kind.hasSuffix("/tokens/") && kind != "/v1/me/sessions/" {
            #expect(try two.get(kind + id).status == 200, "\(kind)")
        }
        #expect(try two.get("/v1/contacts/\(ids["/v1/contacts/"] ?? "")")["name"] == "Secret")
        #expect(try two.get("/v1/auth/session")["member.role.name"] == "Owner")
        #expect(try two.get("/v1/workspace/audit").body.contains("ana@one") == false)
    }
}
