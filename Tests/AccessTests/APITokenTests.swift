import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Access

@Suite struct `The account API token` {
    private let path = "/v1/workspace/api-token"

    @Test("AC-80…AC-85, AC-131: it is shown once, replaced at once, and described after")
    func life() async throws {
        let bench = try await Workbench()
        let none = await bench.owner.client.get(path)
        #expect(none["exists"] == false)
        #expect(none["last4"] == .null)
        #expect(await bench.owner.client.delete(path).status == 404)
        let made = await bench.owner.client.post(path)
        let secret = try #require(made.string("secret"))
        #expect(made.status == 201)
        #expect(secret.hasPrefix("cypat_"))
        #expect(made.string("warning")?.isEmpty == false)
        let shown = await bench.owner.client.get(path)
        #expect(shown["exists"] == true)
        #expect(shown.string("last4") == String(secret.suffix(4)))
        #expect(shown.string("created_by_name") == "Ana Owner")
        #expect(!shown.text.contains(secret))

        let elsewhere = Client(app: try TestApp(AccessRoutes.all), token: secret)
        #expect(await elsewhere.get("/v1/members").code == "scope_missing")
        let renewed = await bench.owner.client.post(path, ["expires_at": nil])
        let fresh = Client(app: bench.app, token: renewed.string("secret") ?? "")
        #expect(await elsewhere.get("/v1/members").code == "unauthenticated")
        #expect(await fresh.get("/v1/members").code == "scope_missing")
        #expect(await bench.owner.client.delete(path).status == 204)
        #expect(await fresh.get("/v1/members").code == "unauthenticated")
        #expect(
            try await bench.actions() == [
                "api_token.create", "api_token.create", "api_token.revoke",
            ]
        )
        #expect(bench.app.defects == [])
    }

    @Test("AC-87, SEC-46: creating, regenerating and revoking are mailed to every Owner")
    func notices() async throws {
        let bench = try await Workbench()
        let second = try await bench.tenant.member(.owner)
        let admin = try await bench.tenant.member(.admin, name: "Adam Admin")
        _ = await admin.client.post(path)
        _ = await admin.client.post(path)
        _ = await admin.client.delete(path)
        for owner in [bench.owner, second] {
            let subjects = try await bench.mails(to: owner.email).map { $0["subject"] }
            #expect(
                Set(subjects.compactMap { $0?.stringValue }) == [
                    "The account API token was created", "The account API token was replaced",
                    "The account API token was revoked",
                ])
        }
        #expect(try await bench.mails(to: admin.email).isEmpty)
    }

    @Test("AC-80, AC-120: two that are made at once leave one; the expiry has limits")
    func races() async throws {
        let bench = try await Workbench()
        async let one = bench.owner.client.post(path)
        async let two = bench.owner.client.post(path)
        let secrets = await [one, two].compactMap { $0.string("secret") }
        #expect(secrets.count == 2)
        var alive = 0
        for secret in secrets {
            let status = await Client(app: bench.app, token: secret).get("/v1/members").status
            if status == 403 { alive += 1 }
        }
        #expect(alive == 1)
        let wrong = await bench.owner.client.post(path, ["expires_at": "2020-01-01T00:00:00Z"])
        #expect(wrong.fieldErrors == ["/expires_at: out_of_range"])
        let manager = try await bench.tenant.member(.manager)
        #expect(await manager.client.get(path).code == "permission_denied")
    }

    @Test("AC-88: it stops working while the workspace is suspended, and when it is closed")
    func suspension() async throws {
        let bench = try await Workbench()
        let made = await bench.owner.client.post(path)
        let script = Client(app: bench.app, token: made.string("secret") ?? "")
        #expect(await script.get("/v1/members").code == "scope_missing")
        let database = try SessionConnection(address: TestInstallation.shared.get().ownerURL)
        for (state, code) in [("suspended", "workspace_suspended"), ("closed", "unauthenticated")] {
            _ = try database.rows(
                """
                UPDATE cell.tenants SET state = $1, epoch = epoch + 1 WHERE number = $2
                RETURNING number
                """, [state, "\(bench.tenant.number)"])
            #expect(await script.get("/v1/members").code == code)
        }
    }

    @Test("AC-41, SEC-67: the table says who may call what")
    func authorizationTable() {
        let text = AuthorizationTable.markdown(AccessRoutes.all)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.first == "# Authorization")
        #expect(
            lines.contains(
                "| POST | `/v1/roles` | `role.manage`, step-up | `custom_roles` "
                    + "| ● | ● |   |   |   |"
            ))
        #expect(
            lines.contains("| GET | `/v1/workspace` | `workspace.read` |   | ● | ● | ● | ● | S |"))
        #expect(lines.contains("| POST | `/v1/me/leave` | a session |   | ● | ● | ● | ● |   |"))
        #expect(lines.count { $0.hasPrefix("| ") } == AccessRoutes.all.count + 1)
    }

    @Test("AC-84, AC-132: who lacks a right of the token cannot issue it")
    func escalation() async throws {
        let bench = try await Workbench()
        let clerk = try await bench.tenant.member(holding: [.developerManage, .contactRead])
        let refused = await clerk.client.post("/v1/workspace/api-token")
        #expect(refused.status == 403)
        #expect(refused.code == "privilege_escalation")
        #expect(refused["lacking"].arrayValue?.contains("conversation.read_all") == true)
        #expect(refused["lacking"].arrayValue?.contains("contact.read") == false)
        let whole = try await bench.tenant.member(
            holding: [.developerManage] + Permission.ofAccountAPIToken)
        #expect(await whole.client.post("/v1/workspace/api-token").status == 201)
        let admin = try await bench.tenant.member(.admin)
        #expect(await admin.client.post("/v1/workspace/api-token").status == 201)
        // Reading about it and revoking it give nobody anything.
        #expect(await clerk.client.get("/v1/workspace/api-token")["exists"] == true)
        #expect(await clerk.client.delete("/v1/workspace/api-token").status == 204)
    }
}
