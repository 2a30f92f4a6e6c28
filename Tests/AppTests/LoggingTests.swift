import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import App

/// What the server's log learns of a request: enough to see an attack, and no secret.
@Suite struct `The log of requests` {
    @Test("SEC-101: logins, refusals, limits and bad input stand in it with their outcome")
    func outcomes() async throws {
        let app = try TestApp(AllRoutes.all) { $0.requestsPerToken = 2 }
        let tenant = try await TestTenant.create(app)
        let user = try await tenant.member(.user)
        let script = try await tenant.serviceAccount([.contactRead])
        let login: JSON = ["email": .string(user.email), "password": "wrong"]
        _ = await Client(app: app).post("/v1/auth/login", login)
        _ = await user.client.patch("/v1/workspace", ["name": "X"])
        _ = await user.client.post("/v1/contacts", ["name": ""])
        _ = await Client(app: app, token: "nonsense").get("/v1/contacts")
        for _ in 0..<3 { _ = await script.get("/v1/contacts") }
        #expect(try await eventually(within: .seconds(60)) { app.records.count >= 7 })
        let lines = app.records.map { "\($0.route ?? "-") \($0.status) \($0.outcome ?? "done")" }
        #expect(
            lines == [
                "login 401 invalid_credentials", "workspaceUpdate 403 permission_denied",
                "contactCreate 422 validation_failed", "contactList 401 unauthenticated",
                "contactList 200 done", "contactList 200 done", "contactList 429 rate_limited",
            ])
        #expect(app.records.allSatisfy { $0.address == "192.0.2.1" && !$0.requestID.isEmpty })
        let refused = app.records[1]
        #expect(refused.tenant == tenant.number && refused.principal == user.id)
    }

    @Test("SEC-94, SEC-100: planted secrets reach it by no way in")
    func secrets() async throws {
        let app = try TestApp(AllRoutes.all)
        let tenant = try await TestTenant.create(app)
        let owner = try await tenant.member(.owner)
        let planted = "planted-\(tenant.slug)"
        let attempts: [(Client, String, JSON?)] = [
            (Client(app: app, token: planted), "/v1/contacts", nil),
            (Client(app: app).with("Cookie", "__Host-courtyard=\(planted)"), "/v1/me", nil),
            (owner.client, "/v1/contacts?token=\(planted)", nil),
            (owner.client, "/v1/contacts?q=\(planted)", nil),
            (owner.client, "/v1/contacts/\(planted)", nil),
        ]
        for (client, target, _) in attempts { _ = await client.get(target) }
        for body: JSON in [
            ["email": .string("\(planted)@people.test"), "password": .string(planted)],
            ["password": .string(planted), "surprise": .string(planted)],
        ] {
            _ = await Client(app: app).post("/v1/auth/login", body)
            _ = await owner.client.post("/v1/workspace/close", body)
        }
        let issued = await owner.client.post("/v1/workspace/api-token")
        let secret = try #require(issued.string("secret"))
        _ = await Client(app: app, token: secret).get("/v1/members")
        #expect(try await eventually(within: .seconds(60)) { app.records.count >= 11 })
        let text = String(describing: app.records)
        for word in [planted, secret, "planted"] { #expect(!text.contains(word)) }
        let audit = try await tenant.run(
            "SELECT coalesce(string_agg(e::text, ' '), '') FROM tenant.audit_events e")
        for word in [planted, secret] { #expect(!audit[0].text(0).contains(word)) }
    }

    @Test("SEC-94: no parameter of a query is meant for a secret or an address")
    func parameters() {
        let names = Set(AllRoutes.descriptions.flatMap { $0.parameters.map(\.name) })
        #expect(
            names.isDisjoint(with: [
                "token", "code", "password", "secret", "email", "phone", "access_token", "key",
            ]))
    }

    @Test("SEC-99: every changing route says by what name it is audited")
    func auditActions() throws {
        for route in AllRoutes.descriptions where route.method.isChanging {
            let action = try #require(route.audit, "\(route.id)")
            #expect(
                action.wholeMatch(of: /[a-z_]+\.[a-z_]+/) != nil, "\(route.id): \(action)")
        }
    }

    @Test("SEC-26: reading changes nothing but what an export writes down")
    func readingChangesNothing() async throws {
        let app = try TestApp(AllRoutes.all)
        let tenant = try await TestTenant.create(app)
        let owner = try await tenant.member(.owner)
        let connection = try SessionConnection(
            address: try TestInstallation.shared.get().ownerURL)
        func snapshot() throws -> [String: String] {
            var result: [String: String] = [:]
            for row in try connection.rows(
                """
                SELECT relname FROM pg_class
                WHERE relnamespace = to_regnamespace($1) AND relkind = 'r'
                    AND relname NOT IN ('audit_events', 'audit_seals', 'audit_chain')
                """, ["t_\(tenant.number)"])
            {
                let table = row[0] ?? ""
                result[table] = try connection.rows(
                    "SELECT md5(string_agg(x::text, ' ' ORDER BY x::text)) "
                        + "FROM t_\(tenant.number).\(table) x"
                )[0][0]
            }
            return result
        }
        let before = try snapshot()
        var audited = 0
        for route in AllRoutes.descriptions
        where !route.method.isChanging && route.path.hasPrefix("/v1/") {
            let id = "01890000-0000-7000-8000-00000000dead"
            let path = route.path.split(separator: "/").map {
                "/" + ($0.hasPrefix("{") ? Substring(id) : $0)
            }.joined()
            let answer = await owner.client.get(path)
            #expect(answer.status < 500, "\(route.id)")
            if route.audit != nil, answer.status == 200 { audited += 1 }
            _ = await owner.client.send(.head, path)
            if route.audit != nil, answer.status == 200 { audited += 1 }
        }
        #expect(try snapshot() == before)
        let entries = try connection.rows("SELECT 1 FROM t_\(tenant.number).audit_events")
        #expect(entries.count == audited)
    }
}
