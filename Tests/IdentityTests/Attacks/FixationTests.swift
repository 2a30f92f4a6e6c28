import Crypto
import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Identity

/// Cookies that somebody planted in the victim's browser before it logs in.
@Suite struct `Session fixation` {
    let world: World
    init() throws { world = try World() }

    /// Whether whoever knows these cookies is anybody.
    private func opens(_ cookies: [String: String]) async -> Bool {
        let thief = Browser(world.app, address: "198.51.100.66")
        thief.cookies = cookies
        return await thief.get("/v1/me").status == 200
    }

    @Test("SEC-61: a made-up session that was planted never becomes a session")
    func madeUp() async throws {
        let tenant = try await TestTenant.create(world.app)
        let ben = try await world.member(.user, of: tenant)
        let planted = [
            "__Host-courtyard": SessionSecret.generate().text,
            "__Host-courtyard-step": SessionSecret.generate().text,
            "__Host-courtyard-device": SessionSecret.generate().text,
        ]
        let victim = Browser(world.app)
        victim.cookies = planted
        await victim.logIn(ben.email, goodPassword)
        #expect(await victim.get("/v1/me").string("email") == ben.email)
        for name in ["__Host-courtyard", "__Host-courtyard-device"] {
            #expect(victim.cookies[name] != planted[name], "\(name)")
        }
        #expect(await !opens(planted))
    }

    @Test("SEC-61: an attacker's own session that was planted is ended, not taken over")
    func ofTheAttacker() async throws {
        let tenant = try await TestTenant.create(world.app)
        let ben = try await world.member(.user, of: tenant)
        let eve = try await world.member(.user, of: tenant)
        let attacker = Browser(world.app, address: "198.51.100.66")
        await attacker.logIn(eve.email, goodPassword)
        let victim = attacker.copy()
        victim.csrfToken = nil
        await victim.logIn(ben.email, goodPassword)
        #expect(await victim.get("/v1/me").string("email") == ben.email)
        #expect(await !opens(attacker.cookies))
        // The browser that Eve knows is not one that Ben is known to use.
        let thief = Browser(world.app, address: "198.51.100.66")
        thief.cookies["__Host-courtyard-device"] = attacker.cookies["__Host-courtyard-device"]
        for _ in 1...5 { await thief.logIn(ben.email, "wrong password") }
        #expect(await thief.logIn(ben.email, goodPassword).code == "too_many_attempts")
    }

    @Test("SEC-61, SEC-16: a step that was planted leads nobody else's login on")
    func plantedStep() async throws {
        let (one, two) = (
            try await TestTenant.create(world.app), try await TestTenant.create(world.app)
        )
        var people: [TestMember] = []
        for _ in 1...2 {
            let member = try await world.member(.user, of: one)
            try await world.seat(member.personID, in: two, as: .user)
            people.append(member)
        }
        let attacker = Browser(world.app, address: "198.51.100.66")
        #expect(
            await attacker.logIn(people[1].email, goodPassword).state
                == "workspace_selection_required")
        let victim = attacker.copy()
        await victim.logIn(people[0].email, goodPassword)
        #expect(victim.stepCookie != attacker.stepCookie)
        let choice: JSON = ["workspace_id": .string(two.id.description)]
        #expect(await victim.post("/v1/auth/select-workspace", choice).state == "authenticated")
        #expect(await victim.get("/v1/me").string("email") == people[0].email)
        // The attacker's own login is the attacker's alone.
        #expect(await attacker.post("/v1/auth/select-workspace", choice).state == "authenticated")
        #expect(await attacker.get("/v1/me").string("email") == people[1].email)
    }

    @Test("SEC-61: the token differs at each stage, and what came before is refused")
    func everyStage() async throws {
        let (one, two) = (
            try await TestTenant.create(world.app), try await TestTenant.create(world.app)
        )
        let ben = try await world.member(.user, of: one)
        try await world.seat(ben.personID, in: two, as: .user)
        let browser = Browser(world.app)
        var seen: [String] = []
        await browser.logIn(ben.email, goodPassword)
        seen.append(browser.stepCookie ?? "")
        for tenant in [one, two] {
            let path = tenant.id == one.id ? "select-workspace" : "switch-workspace"
            _ = await browser.post(
                "/v1/auth/" + path, ["workspace_id": .string(tenant.id.description)])
            seen.append(browser.sessionCookie ?? "")
        }
        _ = await browser.post(
            "/v1/me/password",
            [
                "current_password": .string(goodPassword), "new_password": .string(otherPassword),
            ])
        seen.append(browser.sessionCookie ?? "")
        #expect(Set(seen).count == 4)
        #expect(await browser.get("/v1/me").status == 200)
        for old in seen.dropLast() {
            #expect(await !opens(["__Host-courtyard": old, "__Host-courtyard-step": old]))
        }
    }
}
