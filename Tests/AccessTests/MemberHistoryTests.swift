import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Access

@Suite struct `Histories of members` {
    let app: TestApp
    init() throws { app = try TestApp(AccessRoutes.all) }

    /// Writes attempts of a member, a second apart, ending now.
    private func record(
        _ attempts: [(result: String, method: String)], of member: TestMember, daysAgo: Int = 0
    ) async throws {
        let number = member.tenant.number
        let person = member.personID
        for (index, attempt) in attempts.enumerated() {
            let at = app.clock.now - .seconds(attempts.count - index + daysAgo * 86_400)
            _ = try await app.run { services in
                try await services.database.write(
                    [
                        """
                        SELECT platform.record_login(\(services.newID()), \(at), \(person),
                            \(number), \(attempt.result), \(attempt.method), '198.51.100.7',
                            '=cmd Browser')
                        """
                    ], in: .identity)
            }
        }
    }

    private func results(_ answer: Answer) -> [String] {
        answer.data.compactMap { $0["result"]?.stringValue }
    }

    @Test("ID-111, ID-116: one's own logins, newest first, filtered and paged")
    func own() async throws {
        let member = try await TestTenant.create(app).member(.user)
        try await record(
            [("wrong_password", "password"), ("success", "password"), ("wrong_code", "totp")],
            of: member)
        let path = "/v1/me/login-history"
        let all = await member.client.get(path)
        #expect(results(all) == ["wrong_code", "success", "wrong_password"])
        #expect(all.data[0]["address"] == "198.51.100.7")
        #expect(
            results(await member.client.get(path + "?sort=created_at&limit=2"))
                == ["wrong_password", "success"])
        #expect(results(await member.client.get(path + "?result=success")) == ["success"])
        #expect(results(await member.client.get(path + "?method=totp")) == ["wrong_code"])
        let now = app.clock.now
        #expect(results(await member.client.get(path + "?from=\(now)")) == [])
        #expect(results(await member.client.get(path + "?to=\(now)")).count == 3)
        #expect(await member.client.get(path + "?result=maybe").code == "invalid_parameter")
        let first = await member.client.get(path + "?limit=2")
        let next = try #require(first.string("next_cursor"))
        #expect(
            results(await member.client.get(path + "?limit=2&cursor=\(next)")) == ["wrong_password"]
        )
        #expect(
            await member.client.get(path + "?limit=2&result=success&cursor=\(next)").code
                == "invalid_cursor")
    }

    @Test("AC-16, ID-111: others' logins need audit.read")
    func others() async throws {
        let tenant = try await TestTenant.create(app)
        let member = try await tenant.member(.user)
        let admin = try await tenant.member(.admin)
        try await record([("success", "password")], of: member)
        let path = "/v1/members/\(member.id)/login-history"
        #expect(results(await admin.client.get(path)) == ["success"])
        let refused = await member.client.get(path)
        #expect(refused.string("required_permission") == "audit.read")
        #expect(await member.client.get("/v1/me/login-history/export.csv").status == 403)
        let foreign = try await TestTenant.create(app).member(.admin)
        #expect(await foreign.client.get(path).status == 404)
    }

    @Test("ID-111: what is older than twelve months is neither shown nor kept")
    func age() async throws {
        let tenant = try await TestTenant.create(app)
        let member = try await tenant.member(.user)
        try await record([("success", "password")], of: member, daysAgo: 364)
        try await record([("blocked", "password")], of: member, daysAgo: 367)
        #expect(results(await member.client.get("/v1/me/login-history")) == ["success"])
    }

    @Test(
        "ID-116, ID-117, OV-40: histories are exported, in the workspace's time, and that is logged"
    )
    func export() async throws {
        let tenant = try await TestTenant.create(app)
        let admin = try await tenant.member(.admin)
        try await tenant.run("UPDATE tenant.settings SET timezone = 'Asia/Jakarta'")
        try await record([("success", "password")], of: admin)
        let csv = await admin.client.get("/v1/me/login-history/export.csv?result=success")
        #expect(csv.contentType?.hasPrefix("text/csv") == true)
        let lines = csv.text.split(separator: "\r\n")
        #expect(lines.count == 2)
        #expect(lines[0] == "id,created_at,result,method,address,device")
        #expect(lines[1].contains("+07:00"))
        #expect(lines[1].hasSuffix("'=cmd Browser"))
        let log = try await tenant.run(
            "SELECT details FROM tenant.audit_events WHERE action = 'login-history.export'")
        #expect(log.count == 1)
        #expect(log[0].json(0)["result"] == "success")
        let activity = await admin.client.get("/v1/members/\(admin.id)/activity/export.csv")
        #expect(activity.text.contains("login-history.export"))
    }

    @Test("AC-16, ID-112, ID-117: what a member did is listed from the audit log, theirs alone")
    func activity() async throws {
        let tenant = try await TestTenant.create(app)
        let admin = try await tenant.member(.admin)
        let owner = try await tenant.member(.owner)
        #expect(
            await admin.client.post("/v1/teams", ["name": "Sales", "kind": "sales"]).status == 201)
        #expect(await owner.client.patch("/v1/workspace", ["name": "New name"]).status == 200)
        let own = await admin.client.get("/v1/me/activity")
        #expect(own.data.compactMap { $0["action"]?.stringValue } == ["team.create"])
        #expect(own.data[0]["target_kind"] == "team")
        let seen = await owner.client.get("/v1/members/\(admin.id)/activity?target_kind=team")
        #expect(seen.data.count == 1)
        #expect(
            await owner.client.get("/v1/members/\(admin.id)/activity?action=team.delete").data == []
        )
        let user = try await tenant.member(.user)
        #expect(await user.client.get("/v1/members/\(admin.id)/activity").status == 403)
        #expect(await user.client.get("/v1/me/activity").data == [])
    }
}
