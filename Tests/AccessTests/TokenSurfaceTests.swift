import Crypto
import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Access

@Suite struct `Tokens` {
    /// Lets a text in as if it were a service account's credential.
    private func admit(_ token: SecretToken, _ bench: Workbench) async throws -> Client {
        let end = bench.app.clock.now + .seconds(3_600)
        _ = try await bench.tenant.serviceAccount([.workspaceRead])
        try await bench.tenant.run(
            """
            INSERT INTO cell.own_admissions (token_hash, tenant_number, kind, principal_id,
                credential_id, expires_at, ends_at)
            SELECT \(bytes: token.digest.bytes), \(bench.tenant.number), 'service_account', id,
                \(try await bench.app.run { $0.newID() }), \(end), \(end)
            FROM tenant.service_accounts LIMIT 1
            """)
        return Client(app: bench.app, token: token.text)
    }

    @Test("AC-76, AC-75: a channel's token opens nothing of a workspace, even if it were admitted")
    func channel() async throws {
        let bench = try await Workbench()
        let machine = try await admit(.generate(.serviceAccount), bench)
        #expect(await machine.get("/v1/workspace").status == 200)
        let channel = try await admit(.generate(.channel), bench)
        for path in ["/v1/workspace", "/v1/members", "/v1/service-accounts"] {
            let answer = await channel.get(path)
            #expect(answer.status == 401, "\(path)")
            #expect(answer.code == "unauthenticated")
        }
    }

    @Test("AC-76, OV-21: a session is no bearer token, and a token is no session")
    func carriers() async throws {
        let bench = try await Workbench()
        let session = try #require(bench.owner.client.fields.first { $0.0 == "Cookie" }).1
            .replacing("__Host-courtyard=", with: "")
        #expect(await bench.owner.client.get("/v1/workspace").status == 200)
        #expect(await Client(app: bench.app, token: session).get("/v1/workspace").status == 401)
        let machine = try await bench.tenant.serviceAccount([.workspaceRead])
        let token = try #require(machine.fields.first).1.replacing("Bearer ", with: "")
        #expect(await machine.get("/v1/workspace").status == 200)
        for other in [
            Client(app: bench.app).with("Cookie", "__Host-courtyard=\(token)"),
            Client(app: bench.app).with("Authorization", "Basic \(token)"),
            Client(app: bench.app).with("Authorization", token),
            Client(app: bench.app).with("X-Api-Key", token),
        ] {
            #expect(await other.get("/v1/workspace").status == 401)
        }
        let answer = await Client(app: bench.app).get("/v1/workspace?access_token=\(token)")
        #expect(answer.status == 401)
    }

    @Test("AC-76: a prefix that is changed makes no other token of it")
    func prefixes() async throws {
        let bench = try await Workbench()
        let machine = try await bench.tenant.serviceAccount([.workspaceRead])
        let token = try #require(machine.fields.first).1.replacing("Bearer ", with: "")
        for prefix in ["cypat_", "cych_", "CYSA_", "cysa-", ""] {
            let other = Client(app: bench.app, token: prefix + token.dropFirst(5))
            #expect(await other.get("/v1/workspace").status == 401, "\(prefix)")
        }
    }

    @Test("AC-105, OV-36: an account's tokens are filtered by status, sorted by time and paged")
    func list() async throws {
        let bench = try await Workbench()
        let made = await bench.owner.client.post(
            "/v1/service-accounts", ["name": "ci", "scopes": ["contact.read"]])
        let path = "/v1/service-accounts/\(try #require(made.string("id")))/tokens"
        func issue(_ name: String, days: Int64) async throws {
            let end = bench.app.clock.now + .seconds(days * 86_400)
            let answer = await bench.owner.client.post(
                path, ["name": .string(name), "expires_at": .string(end.description)])
            try #require(answer.status == 201, "\(answer.text)")
        }
        func names(_ query: String) async -> [String?] {
            await bench.owner.client.get(path + query).data.map { $0["name"]?.stringValue }
        }
        try await issue("short", days: 1)
        try await issue("long", days: 300)
        #expect(await names("") == ["long", "short"])
        #expect(await names("?sort=created_at") == ["short", "long"])
        #expect(await names("?status=active") == ["long", "short"])
        #expect(await names("?status=expired") == [])
        let id = try #require(await bench.owner.client.get(path + "?limit=1").data.first?["id"])
        let past = bench.app.clock.now - .seconds(1)
        try await bench.tenant.run(
            """
            UPDATE tenant.service_account_tokens SET expires_at = \(past)
            WHERE id <> \(try #require(id.stringValue.flatMap { ID($0) }))
            """)
        #expect(await names("?status=active") == ["long"])
        #expect(await names("?status=expired") == ["short"])
        let first = await bench.owner.client.get(path + "?limit=1")
        let cursor = try #require(first.string("next_cursor"))
        #expect(await names("?limit=1&cursor=\(cursor)") == ["short"])
        #expect(await bench.owner.client.get(path + "?status=lost").status == 400)
        let other = "/v1/service-accounts/\(try await bench.app.run { $0.newID() })/tokens"
        #expect(await bench.owner.client.get(other).status == 404)
    }
}

@Suite struct `Refusals for the state` {
    @Test("OV-78: what is well-formed but comes at the wrong time is 409, and says why")
    func conflicts() async throws {
        let bench = try await Workbench()
        let owner = bench.owner.client
        let user = try await bench.tenant.member(.user)
        let clerk = try await bench.role("Clerk", [.contactRead])
        _ = try await bench.tenant.member(roleID: clerk, name: "Max")
        let builtin = try await bench.roleID(.user)
        #expect(await owner.post("/v1/members/\(user.id)/deactivate").status == 200)
        for (method, path, body, code) in [
            (Method.post, "/v1/members/\(user.id)/deactivate", nil, "invalid_state"),
            (.post, "/v1/members/\(user.id)/resend-invitation", nil, "invalid_state"),
            (.post, "/v1/me/leave", nil, "last_owner"),
            (.delete, "/v1/roles/\(clerk)", nil, "role_in_use"),
            (.delete, "/v1/roles/\(builtin)", nil, "builtin_role"),
            (.post, "/v1/roles", ["name": "clerk", "permissions": []], "name_taken"),
        ] as [(Method, String, JSON?, String)] {
            let answer = await owner.send(method, path, body)
            #expect(answer.status == 409, "\(path): \(answer.text)")
            #expect(answer.code == code)
            #expect(answer.integer("status") == 409)
            #expect(answer.contentType?.hasPrefix("application/problem+json") == true)
        }
        #expect(bench.app.defects == [])
    }
}
