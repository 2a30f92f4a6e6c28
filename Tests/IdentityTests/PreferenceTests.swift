import HTTP
import Tenancy
import TestSupport
import Testing
import Values

@testable import Identity

@Suite struct `One's preferences` {
    let app: TestApp
    init() throws { app = try TestApp(IdentityRoutes.all) }

    private func client() async throws -> Client {
        try await TestTenant.create(app).member(.user).client
    }

    @Test("ID-101: each module has a sound of its own")
    func sounds() async throws {
        let client = try await client()
        let defaults: JSON = [
            "inbox": "chime", "broadcasts": "pop", "templates": "pop", "system": "pop",
            "team": "pop",
        ]
        #expect(await client.get("/v1/me/sounds").json == defaults)
        let changed = await client.patch("/v1/me/sounds", ["team": "none", "inbox": "knock"])
        #expect(changed.status == 200)
        #expect(changed["team"] == "none")
        #expect(await client.patch("/v1/me/sounds", ["system": "bell"])["inbox"] == "knock")
        let wrong = await client.patch("/v1/me/sounds", ["inbox": "siren", "kitchen": "pop"])
        #expect(wrong.fieldErrors == ["/inbox: invalid_option", "/kitchen: unknown_field"])
        #expect(await client.get("/v1/me/sounds")["inbox"] == "knock")
    }

    @Test("ID-100, NT-40, NT-41, NT-42: when one is told of what, with the defaults of each type")
    func notifications() async throws {
        let client = try await client()
        let path = "/v1/me/notification-preferences"
        let present = await client.get(path)
        #expect(
            present["types"]["message"]
                == ["in_app": true, "sound": "unassigned_and_mine", "browser": "mine"])
        #expect(present["types"]["system"]?["sound"] == "always")
        for type in ["broadcast", "template", "team"] {
            #expect(
                present["types"][type] == ["in_app": true, "sound": "never", "browser": "never"])
        }
        #expect(present["quiet_hours"] == .null)
        let first = await client.patch(path, ["types": ["message": ["sound": "never"]]])
        #expect(first.status == 200, "\(first.text)")
        let second = await client.patch(
            path,
            ["types": ["message": ["browser": "always"], "team": ["in_app": false]]])
        #expect(
            second["types"]["message"]
                == ["in_app": true, "sound": "never", "browser": "always"])
        #expect(second["types"]["team"]?["in_app"] == false)
        #expect(await client.get(path).json == second.json)
    }

    @Test("NT-46, NT-60: unknown types and timings, and what cannot be switched off")
    func refusals() async throws {
        let client = try await client()
        let answer = await client.patch(
            "/v1/me/notification-preferences",
            [
                "types": [
                    "message": ["sound": "sometimes"], "team": ["browser": "mine"],
                    "kitchen": ["sound": "always"], "system": ["volume": 11],
                    "security": ["in_app": false], "maintenance_notice": ["in_app": false],
                ]
            ])
        #expect(
            answer.fieldErrors == [
                "/types/kitchen: invalid_option", "/types/maintenance_notice: not_allowed",
                "/types/message: invalid_option", "/types/security: not_allowed",
                "/types/system: unknown_field", "/types/team: invalid_option",
            ])
        let wrongType = await client.patch(
            "/v1/me/notification-preferences", ["types": ["team": ["in_app": "no"]]])
        #expect(wrongType.code == "malformed_request")
    }

    @Test("NT-47, NT-62: quiet hours are set, checked and removed")
    func quietHours() async throws {
        let client = try await client()
        let path = "/v1/me/notification-preferences"
        let hours: JSON = ["from": "22:00", "to": "06:30", "days": ["sun", "mon"]]
        let set = await client.patch(path, ["quiet_hours": hours])
        #expect(set["quiet_hours"]["days"] == ["mon", "sun"])
        #expect(await client.patch(path, ["types": [:]])["quiet_hours"]["to"] == "06:30")
        let same = await client.patch(
            path, ["quiet_hours": ["from": "22:00", "to": "22:00", "days": ["mon"]]])
        #expect(same.fieldErrors == ["/quiet_hours: out_of_range"])
        let odd = await client.patch(
            path, ["quiet_hours": ["from": "24:00", "to": "6:30", "days": ["someday"]]])
        #expect(
            odd.fieldErrors == [
                "/quiet_hours/days/0: invalid_option", "/quiet_hours/from: invalid_format",
                "/quiet_hours/to: invalid_format",
            ])
        #expect(await client.patch(path, ["quiet_hours": .null])["quiet_hours"] == .null)
    }

    @Test("ID-102, ID-114, WS-72: chat sync and the offer to set up one's profile")
    func general() async throws {
        let client = try await client()
        #expect(await client.get("/v1/me/preferences")["chat_sync_enabled"] == true)
        #expect(
            await client.patch("/v1/me/preferences", ["chat_sync_enabled": false])[
                "chat_sync_enabled"] == false)
        #expect(await client.get("/v1/me")["preferences"]["profile_prompt"] == "open")
        #expect(
            await client.patch("/v1/me/onboarding", ["profile_prompt": "maybe"]).fieldErrors
                == ["/profile_prompt: invalid_option"])
        #expect(
            await client.patch("/v1/me/onboarding", ["profile_prompt": "skipped"]).status == 200)
        let preferences = await client.get("/v1/me")["preferences"]
        #expect(preferences["profile_prompt"] == "skipped")
        #expect(preferences["chat_sync_enabled"] == false)
        #expect(
            await client.patch("/v1/me/preferences", ["sounds": [:]]).fieldErrors
                == ["/sounds: read_only"])
    }

    @Test("ID-144: what is set in one workspace does not change in another")
    func workspaces() async throws {
        let first = try await TestTenant.create(app).member(.user)
        let second = try await TestTenant.create(app)
        let world = try World()
        let seat = try await world.seat(first.personID, in: second, as: .user)
        let other = try await second.signIn(seat, first.personID)
        _ = await first.client.patch("/v1/me/sounds", ["inbox": "none"])
        _ = await first.client.patch("/v1/me/preferences", ["chat_sync_enabled": false])
        #expect(await other.get("/v1/me/sounds")["inbox"] == "chime")
        #expect(await other.get("/v1/me/preferences")["chat_sync_enabled"] == true)
    }

    @Test("ID-100: changes at the same instant all count")
    func race() async throws {
        let client = try await client()
        let modules = ["inbox", "broadcasts", "templates", "system", "team"]
        await withTaskGroup(of: Void.self) { group in
            for module in modules {
                group.addTask {
                    _ = await client.patch(
                        "/v1/me/sounds", .object([.init(name: module, value: "bell")]))
                }
                group.addTask {
                    _ = await client.patch(
                        "/v1/me/notification-preferences", ["types": ["team": ["sound": "always"]]])
                }
            }
        }
        let sounds = await client.get("/v1/me/sounds")
        for module in modules { #expect(sounds[module] == "bell") }
    }
}
