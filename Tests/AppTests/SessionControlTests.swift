import HTTP
import Tenancy
import TestSupport
import Testing
import Values

@testable import App

/// Who sees and ends whose sessions.
@Suite struct `Control over sessions` {
    @Test("SEC-64, ID-11, AC-08: a person ends own sessions, an administrator all of a member's")
    func endings() async throws {
        let app = try TestApp(AllRoutes.all)
        let tenant = try await TestTenant.create(app)
        let ben = try await tenant.member(.user)
        let admin = try await tenant.member(.admin)
        var clients = [ben.client]
        for _ in 1...3 { clients.append(try await tenant.signIn(ben.id, ben.personID)) }
        let path = "/v1/me/sessions"
        let list = await clients[0].get(path)
        #expect(list.data.count == 4)
        let current = list.data.filter { $0["is_current"] == true || $0["current"] == true }
        #expect(current.count == 1)
        // One of the others, by its id.
        let others = list.data.filter { $0 != current.first }.compactMap { $0["id"]?.stringValue }
        #expect(others.count == 3)
        #expect(await clients[0].delete("\(path)/\(others[0])").status == 204)
        var live = 0
        for client in clients where await client.get("/v1/me").status == 200 { live += 1 }
        #expect(live == 3)
        // Nobody sees or ends another person's by this way.
        #expect(await admin.client.get(path).data.count == 1)
        #expect(await admin.client.delete("\(path)/\(others[1])").status == 404)
        #expect(await clients[0].delete(path).status == 204)
        #expect(await clients[0].get("/v1/me").status == 200)
        for client in clients.dropFirst() { #expect(await client.get("/v1/me").status == 401) }
        // An administrator ends all that a member has here.
        #expect(await admin.client.post("/v1/members/\(ben.id)/deactivate").status == 200)
        #expect(await clients[0].get("/v1/me").status == 401)
        #expect(await admin.client.get("/v1/me").status == 200)
        #expect(app.defects == [])
    }

    @Test("WS-71: who may set channels up lands there first, everybody else on the dashboard")
    func landing() async throws {
        let app = try TestApp(AllRoutes.all)
        let tenant = try await TestTenant.create(app)
        for (role, landing) in [
            (BuiltinRole.owner, "channel_settings"), (.admin, "channel_settings"),
            (.user, "dashboard"),
        ] {
            let member = try await tenant.member(role)
            let answer = await member.client.get("/v1/auth/session")
            #expect(answer.string("landing") == landing, "\(role): \(answer.text)")
        }
        let setter = try await tenant.member(holding: [.channelManage])
        #expect(
            await setter.client.get("/v1/auth/session").string("landing") == "channel_settings")
    }

    @Test("WS-63, AC-80: the Developer tab's token is for who holds developer.manage")
    func developerTab() async throws {
        let app = try TestApp(AllRoutes.all)
        let tenant = try await TestTenant.create(app)
        for role in BuiltinRole.allCases {
            let client = try await tenant.member(role).client
            let mayManage = [.owner, .admin].contains(role)
            let answer = await client.get("/v1/workspace/api-token")
            #expect(answer.status == (mayManage ? 200 : 403), "\(role)")
            if !mayManage {
                #expect(answer.string("required_permission") == "developer.manage")
            }
        }
    }
}
