import Foundation
import TestSupport
import Testing
import Values

@Suite struct `Stories of people` {
    @Test("ST-02, ID-03, ID-06, ID-128: a person with two workspaces chooses, and switches")
    func severalWorkspaces() throws {
        let world = try World()
        let ana = try world.signUp("One", "Ana Ruiz", "ana@one.example", plan: "GROWTH")
        let eva = try world.signUp("Two", "Eva Okoye", "eva@two.example", plan: "GROWTH")
        let stranger = try world.signUp("Three", "Zoe Lind", "zoe@three.example")
        let third = try #require(try stranger.get("/v1/auth/session")["workspace.id"])
        _ = try world.invite("Ben Ito", "ben@people.example", role: "User", by: ana)
        let member = try eva.post(
            "/v1/members",
            [
                "name": "Ben Ito", "email": "ben@people.example",
                "role_id": .string(try world.roleID("Admin", eva)),
                "password": "another password dropped",
            ])
        #expect(member.status == 201)
        _ = try world.invite("Cara Diaz", "cara@people.example", role: "User", by: ana)
        let cara = try Browser(world.server).give(of: "cara@people.example")
        #expect(cara["state"] == "authenticated")
        #expect(cara["workspace.name"] == "One")

        let ben = Browser(world.server)
        let choice = try ben.post(
            "/v1/auth/login", ["email": "BEN@people.example", "password": .string(World.password)])
        #expect(choice["state"] == "workspace_selection_required")
        guard case .array(let workspaces)? = choice.json["workspaces"] else {
            Issue.record("no list of workspaces: \(choice.body)")
            return
        }
        #expect(workspaces.count == 2)
        #expect(try ben.get("/v1/members").status == 401)
        let two = try #require(workspaces.first { $0["name"] == "Two" }?["id"])
        let one = try #require(workspaces.first { $0["name"] == "One" }?["id"])
        #expect(
            try ben.post("/v1/auth/select-workspace", ["workspace_id": .string(third)]).status
                == 404)
        let selected = try ben.post("/v1/auth/select-workspace", ["workspace_id": two])
        #expect(selected["state"] == "two_factor_enrolment_required")
        try world.passFactor(after: selected, "ben@people.example", on: ben)
        let histories = { (browser: Browser) in
            let member = try #require(try browser.get("/v1/auth/session")["member.id"])
            return try browser.get("/v1/members/\(member)/login-history")
        }
        #expect(try histories(ben).status == 200)
        #expect(try ben.get("/v1/workspace/audit").status == 200)
        #expect(try ben.post("/v1/auth/switch-workspace", ["workspace_id": one]).status == 200)
        let refused = try histories(ben)
        #expect(refused.status == 403)
        #expect(refused.code == "permission_denied")
        #expect(try ben.get("/v1/workspace/audit").code == "permission_denied")
        #expect(world.server.stop() == 0)
    }

    @Test("ST-03, ID-08, ID-09, ID-20, ID-21, ID-22: a forgotten password")
    func forgottenPassword() throws {
        let world = try World()
        let ben = try world.signUp("Harbour", "Ben Ito", "ben@harbour.example")
        #expect(try ben.get("/v1/me").status == 200)
        let visitor = Browser(world.server)
        let position = world.server.output.count
        let known = try visitor.post("/v1/auth/forgot-password", ["email": "ben@harbour.example"])
        let unknown = try visitor.post(
            "/v1/auth/forgot-password", ["email": "nobody@harbour.example"])
        #expect(known.status == 202)
        #expect(unknown.status == 202)
        #expect(known.body == unknown.body)
        let token = try world.mailedToken(to: "ben@harbour.example", after: position)
        #expect(!world.server.output.contains("Mail to nobody@harbour.example"))
        let mails = world.server.output.dropFirst(position).components(separatedBy: "#token=")
        #expect(mails.count == 2)
        let reset: JSON = ["token": .string(token), "new_password": "a wholly new passphrase"]
        #expect(try visitor.post("/v1/auth/reset-password", reset).status < 300)
        let again = try visitor.post("/v1/auth/reset-password", reset)
        #expect(again.status == 410)
        #expect(again.code == "token_expired")
        let ended = try ben.get("/v1/me")
        #expect(ended.status == 401)
        #expect(ended.code == "unauthenticated")
        // The reset does not replace the second factor.
        let login = try Browser(world.server).give(
            "a wholly new passphrase", of: "ben@harbour.example")
        #expect(login["state"] == "two_factor_required")
        // A browser that never logged in before: after five failures even the right password waits.
        for _ in 0..<5 {
            let wrong = try visitor.post(
                "/v1/auth/login",
                ["email": "ben@harbour.example", "password": "wrong password here"])
            #expect(wrong.code == "invalid_credentials")
        }
        let blocked = try visitor.post(
            "/v1/auth/login",
            ["email": "ben@harbour.example", "password": "a wholly new passphrase"])
        #expect(blocked.status == 429)
        #expect(blocked.code == "too_many_attempts")
        #expect(blocked.head.lowercased().contains("retry-after: "))
    }

    @Test("ST-08, AC-05, AC-11, AC-14, ID-28, ID-32: team, seats and the last Owner")
    func lastOwner() throws {
        let world = try World()
        let ana = try world.signUp("Harbour", "Ana Ruiz", "ana@harbour.example")
        let manager = try world.roleID("Manager", ana)
        let incomplete = try ana.post(
            "/v1/members",
            ["name": "Max", "email": "max@harbour.example", "role_id": .string(manager)])
        #expect(incomplete.status == 422)
        let invited = try ana.post(
            "/v1/members",
            [
                "name": "Max Berg", "email": "max@harbour.example", "role_id": .string(manager),
                "password": "a first password to replace",
            ])
        #expect(invited.status == 201)
        let max = Browser(world.server)
        let first = try max.post(
            "/v1/auth/login",
            ["email": "max@harbour.example", "password": "a first password to replace"])
        #expect(first["state"] == "password_change_required")
        #expect(try max.get("/v1/me").status == 401)
        let changed = try max.post(
            "/v1/auth/change-initial-password", ["new_password": .string(World.password)])
        #expect(changed["state"] == "authenticated")
        let refused = try max.post(
            "/v1/members",
            [
                "name": "Eve", "email": "eve@harbour.example", "role_id": .string(manager),
                "password": "a first password to replace",
            ])
        #expect(refused.status == 403)
        #expect(
            try max.post("/v1/teams", ["name": "Sales", "kind": "sales", "member_ids": []]).status
                == 201)
        let third = try ana.post(
            "/v1/members",
            [
                "name": "Eve", "email": "eve@harbour.example", "role_id": .string(manager),
                "password": "a first password to replace",
            ])
        #expect(third.code == "plan_limit_reached")
        #expect(third["limit"] == "seats")
        #expect(third["allowed"] == "2")
        #expect(try ana.post("/v1/me/leave").code == "last_owner")
        let readOnly = try max.patch("/v1/me", ["role_id": .string(manager)])
        #expect(readOnly.status == 422)
        #expect(readOnly.body.contains("read_only"))

        let owner = try world.roleID("Owner", ana)
        let maxID = try #require(try max.get("/v1/auth/session")["member.id"])
        let anaID = try #require(try ana.get("/v1/auth/session")["member.id"])
        #expect(try ana.patch("/v1/members/\(maxID)", ["role_id": .string(owner)]).status == 200)
        // Both demote each other at the same moment, through two server processes.
        let second = try ServerProcess(world.database)
        max.server = second
        let outcomes = Race.run(
            { try? ana.patch("/v1/members/\(maxID)", ["role_id": .string(manager)]).status },
            { try? max.patch("/v1/members/\(anaID)", ["role_id": .string(manager)]).status })
        #expect(outcomes.filter { $0 == 200 }.count == 1, "\(outcomes)")
    }

    @Test("ST-09, AC-30, AC-31, AC-32, AC-33, AC-34, AC-36: a custom role opens exactly its routes")
    func customRole() throws {
        let world = try World()
        let ana = try world.signUp("Harbour", "Ana Ruiz", "ana@harbour.example", plan: "STARTER")
        #expect(
            try ana.post("/v1/roles", ["name": "Bills", "permissions": ["billing.manage"]]).body
                .contains("reserved_permission"))
        #expect(
            try ana.post("/v1/roles", ["name": "Pen", "permissions": ["contact.write"]]).body
                .contains("missing_prerequisite"))
        let created = try ana.post(
            "/v1/roles",
            ["name": "Contact clerk", "permissions": ["contact.read", "contact.write"]])
        #expect(created.status == 201)
        let role = try #require(created["id"])
        let eve = try world.invite(
            "Eve Moss", "eve@harbour.example", role: "Contact clerk", by: ana)
        #expect(try ana.delete("/v1/roles/\(role)").code == "role_in_use")
        #expect(try ana.get("/v1/roles/\(role)/members").rows.count == 1)

        var checked = 0
        for endpoint in try ana.get("/v1/meta/endpoints").rows {
            guard case .string(let method)? = endpoint["method"],
                case .string(let path)? = endpoint["path"], !path.hasPrefix("/v1/auth"),
                !path.hasPrefix("/v1/test"), !path.hasPrefix("/v1/me")
            else { continue }
            var permission: String?
            if case .string(let name)? = endpoint["permission"] { permission = name }
            let target = path.replacingOccurrences(
                of: #"\{[a-z_]+\}"#, with: "019aa000-0000-7000-8000-000000000000",
                options: .regularExpression)
            let answer = try eve.send(method, target)
            let isDenied = answer.code == "permission_denied"
            let isHeld =
                permission == nil || ["contact.read", "contact.write"].contains(permission)
            #expect(
                isDenied != isHeld,
                "\(method) \(path), \(permission ?? "open"): \(answer.status) \(answer.body)"
            )
            checked += 1
        }
        #expect(checked > 30)
        #expect(
            try eve.post("/v1/contacts", ["name": "Lena", "phone": "+4915112345678"]).status == 201)
        #expect(
            try ana.patch("/v1/roles/\(role)", ["permissions": ["contact.read"]]).status == 200)
        #expect(
            try eve.post("/v1/contacts", ["name": "Omar", "phone": "+4915112345679"]).code
                == "permission_denied")
    }

    @Test("ST-10, AC-62, AC-64, AC-65, AC-66, AC-118, AC-131: a service account and its tokens")
    func serviceAccount() throws {
        let world = try World()
        let ana = try world.signUp("Harbour", "Ana Ruiz", "ana@harbour.example", plan: "GROWTH")
        #expect(
            try ana.post("/v1/service-accounts", ["name": "ci", "scopes": ["billing.manage"]]).body
                .contains("unknown_scope"))
        let account = try #require(
            try ana.post("/v1/service-accounts", ["name": "ci", "scopes": ["contact.read"]])["id"])
        let tokens = "/v1/service-accounts/\(account)/tokens"
        let issued = try ana.post(tokens, ["name": "first"])
        #expect(issued.status == 201)
        let secret = try #require(issued["token"] ?? issued["secret"])
        let tokenID = try #require(issued["id"])
        #expect(secret.hasPrefix("cysa_"))
        let listed = try ana.get(tokens)
        #expect(!listed.body.contains(secret))
        #expect(listed.body.contains(String(secret.prefix(8))))
        #expect(listed.body.contains(String(secret.suffix(4))))
        let script = Browser(world.server, bearer: secret)
        #expect(try script.get("/v1/contacts").status == 200)
        let refused = try script.post("/v1/contacts", ["name": "Lena", "phone": "+4915112345678"])
        #expect(refused.code == "scope_missing")
        #expect(refused["required_scope"] == "contact.write")
        #expect(try ana.post(tokens, ["name": "second"]).status == 201)
        #expect(try ana.post(tokens, ["name": "third"]).code == "token_limit")
        // Revoked through one process, refused on the very next request by another.
        let other = try ServerProcess(world.database)
        let elsewhere = Browser(other, bearer: secret)
        #expect(try elsewhere.get("/v1/contacts").status == 200)
        #expect(try ana.delete("\(tokens)/\(tokenID)").status == 204)
        #expect(try elsewhere.get("/v1/contacts").code == "unauthenticated")
        #expect(try script.get("/v1/contacts").code == "unauthenticated")
        #expect(!world.server.output.contains(secret))
    }
}

/// Two things at the same moment, on two threads.
enum Race {
    static func run<Value: Sendable>(
        _ first: @escaping @Sendable () -> Value, _ second: @escaping @Sendable () -> Value
    ) -> [Value] {
        let results = SharedResults<Value>()
        let group = DispatchGroup()
        for body in [first, second] {
            DispatchQueue.global().async(group: group) { results.append(body()) }
        }
        group.wait()
        return results.values
    }
}

/// Values that several threads add to.
final class SharedResults<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var stored: [Value] = []

    func append(_ value: Value) { lock.withLock { stored.append(value) } }
    var values: [Value] { lock.withLock { stored } }
}
