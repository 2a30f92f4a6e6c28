import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Identity

@Suite struct `Sessions` {
    let world: World
    init() throws { world = try World() }

    private func signedIn(
        _ role: BuiltinRole = .user, in world: World? = nil
    ) async throws -> (TestMember, Browser) {
        let world = world ?? self.world
        let member = try await world.member(role, of: try await TestTenant.create(world.app))
        try await world.addFactor(to: member.personID)
        let browser = Browser(world.app)
        await browser.logIn(member.email, goodPassword)
        return (member, browser)
    }

    @Test(
        "ID-10, SEC-62: a session without requests ends",
        arguments: [
            (BuiltinRole.user, 3_600), (.manager, 3_600), (.admin, 1_800), (.owner, 1_800),
        ])
    func idle(role: BuiltinRole, seconds: Int) async throws {
        let world = try World()
        let (member, browser) = try await signedIn(role, in: world)
        for _ in 0..<2 {
            world.app.clock.advance(by: .seconds(seconds - 60))
            try await use(browser, of: member, in: world)
        }
        world.app.clock.advance(by: .seconds(seconds + 61))
        #expect(await browser.get("/v1/me").code == "unauthenticated")
        #expect(await browser.get("/v1/auth/session")["authenticated"] == false)
    }

    @Test(
        "ID-10, SEC-62: a session in constant use ends all the same",
        arguments: [
            (BuiltinRole.user, 86_400), (.owner, 43_200),
        ])
    func absolute(role: BuiltinRole, seconds: Int) async throws {
        let world = try World()
        let (member, browser) = try await signedIn(role, in: world)
        for _ in 0..<(seconds / 1_200 - 1) {
            world.app.clock.advance(by: .seconds(1_200))
            try await use(browser, of: member, in: world)
        }
        world.app.clock.advance(by: .seconds(1_201))
        #expect(await browser.get("/v1/me").status == 401)
    }

    /// One request, and the wait until its use is written down, off the request's path.
    private func use(_ browser: Browser, of member: TestMember, in world: World) async throws {
        let now = world.app.clock.now
        #expect(await browser.get("/v1/me").status == 200)
        let written: SQL = """
            SELECT 1 FROM platform.sessions s JOIN cell.admissions a ON a.credential_id = s.id
            WHERE s.person_id = \(member.personID) AND a.last_used_at >= \(now)
            """
        #expect(try await eventually { try await !world.run(written).isEmpty })
    }

    @Test("ID-07: whether a session lives is told without one, and asking does not prolong it")
    func liveness() async throws {
        let world = try World()
        let stranger = await Browser(world.app).get("/v1/auth/session")
        #expect(stranger.status == 200)
        #expect(stranger.text == #"{"authenticated":false}"#)
        let (member, browser) = try await signedIn(.user, in: world)
        let live = await browser.get("/v1/auth/session")
        #expect(live["authenticated"] == true)
        #expect(live["person"]["email"] == .string(member.email))
        #expect(live["workspace"]["id"] == .string(member.tenant.id.description))
        for _ in 0..<3 {
            world.app.clock.advance(by: .seconds(1_250))
            _ = await browser.get("/v1/auth/session")
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(await browser.get("/v1/auth/session")["authenticated"] == false)
    }

    @Test("ID-10, SEC-63: after logout the session is dead on every process")
    func logout() async throws {
        let (member, browser) = try await signedIn()
        let other = try World()
        let kept = browser.copy()
        #expect(await kept.send(.get, "/v1/me", through: other.app).status == 200)
        let answer = await browser.post("/v1/auth/logout")
        #expect(answer.status == 204)
        #expect(answer.field("Clear-Site-Data") == "\"cache\", \"storage\"")
        #expect(browser.sessionCookie == nil)
        #expect(browser.cookies["__Host-courtyard-device"] != nil)
        #expect(await kept.send(.get, "/v1/me", through: other.app).status == 401)
        #expect(await kept.post("/v1/auth/logout").status == 401)
        let audit = try await member.tenant.run(
            "SELECT action FROM tenant.audit_events ORDER BY id")
        #expect(audit.map { $0.text(0) } == ["session.start", "session.end"])
    }

    @Test("ID-06, ID-12, SEC-61: switching gives a new secret and ends the old one")
    func switching() async throws {
        let (member, browser) = try await signedIn()
        let two = try await TestTenant.create(world.app)
        try await world.seat(member.personID, in: two, as: .owner)
        let before = browser.copy()
        let choice: JSON = ["workspace_id": .string(two.id.description)]
        #expect(await browser.post("/v1/auth/switch-workspace", choice).state == "authenticated")
        #expect(browser.sessionCookie != before.sessionCookie)
        #expect(await before.get("/v1/me").status == 401)
        #expect(await browser.get("/v1/me").status == 200)
        #expect(try await world.liveSessions(of: member.personID) == 1)
        let stale = await world.app.send(
            .get, "/v1/me",
            fields: [
                ("Cookie", "__Host-courtyard=\(browser.sessionCookie ?? "")"),
                ("X-Courtyard-Workspace", member.tenant.id.description),
            ])
        #expect(stale.code == "workspace_mismatch")
    }

    @Test("ID-06: of two switches with one session one moves it")
    func raceOfSwitches() async throws {
        let (member, browser) = try await signedIn()
        let two = try await TestTenant.create(world.app)
        let three = try await TestTenant.create(world.app)
        try await world.seat(member.personID, in: two, as: .user)
        try await world.seat(member.personID, in: three, as: .user)
        let twin = browser.copy()
        async let one = browser.post(
            "/v1/auth/switch-workspace", ["workspace_id": .string(two.id.description)])
        async let other = twin.post(
            "/v1/auth/switch-workspace", ["workspace_id": .string(three.id.description)])
        let statuses = await [one, other].map(\.status).sorted()
        #expect(statuses == [200, 401])
        #expect(try await world.liveSessions(of: member.personID) == 1)
    }

    @Test("ID-10: a session too old for the other workspace's role does not get in")
    func oldSwitch() async throws {
        let world = try World()
        let (member, browser) = try await signedIn(.user, in: world)
        let two = try await TestTenant.create(world.app)
        try await world.seat(member.personID, in: two, as: .admin)
        for _ in 0..<22 {
            world.app.clock.advance(by: .seconds(2_000))
            try await use(browser, of: member, in: world)
        }
        let answer = await browser.post(
            "/v1/auth/switch-workspace", ["workspace_id": .string(two.id.description)])
        #expect(answer.status == 401)
        #expect(await browser.get("/v1/me").status == 200)
    }

    @Test("ID-11, ID-115: one's sessions are listed page by page and ended")
    func list() async throws {
        let world = try World()
        let (member, browser) = try await signedIn(.user, in: world)
        var others: [Browser] = []
        for index in 0..<3 {
            world.app.clock.advance(by: .seconds(1))
            let other = Browser(world.app, address: "198.51.100.\(index)")
            await other.logIn(member.email, goodPassword)
            others.append(other)
        }
        let all = await browser.get("/v1/me/sessions")
        #expect(all.data.count == 4)
        #expect(all.data.map { $0["is_current"] == true } == [false, false, false, true])
        #expect(all.data[0]["address"] == "198.51.100.2")
        var ids: [String] = []
        var path = "/v1/me/sessions?limit=1"
        while true {
            let page = await browser.get(path)
            ids += page.data.compactMap { $0["id"]?.stringValue }
            guard let next = page.string("next_cursor") else { break }
            path = "/v1/me/sessions?limit=1&cursor=\(next)"
        }
        #expect(ids == all.data.compactMap { $0["id"]?.stringValue })
        #expect(await browser.get("/v1/me/sessions?sort=device").code == "invalid_sort")
        #expect(await browser.get("/v1/me/sessions?cursor=abc").code == "invalid_cursor")
        #expect(await browser.get("/v1/me/sessions?limit=x").code == "invalid_parameter")
        #expect(await browser.get("/v1/me/sessions?q=x").code == "unknown_parameter")

        #expect(await browser.delete("/v1/me/sessions/\(ids[0])").status == 204)
        #expect(await others[2].get("/v1/me").status == 401)
        #expect(await browser.delete("/v1/me/sessions/\(ids[0])").status == 404)
        #expect(await browser.delete("/v1/me/sessions").status == 204)
        #expect(await others[0].get("/v1/me").status == 401)
        #expect(await browser.get("/v1/me").status == 200)
        #expect(await browser.get("/v1/me/sessions").data.count == 1)
        #expect(await browser.delete("/v1/me/sessions/\(ids[3])").status == 204)
        #expect(await browser.get("/v1/me").status == 401)
        #expect(world.app.defects == [])
    }

    @Test("OV-11, ID-11: another person's session is not there")
    func foreignSession() async throws {
        let (_, browser) = try await signedIn()
        let (_, other) = try await signedIn()
        let id = await other.get("/v1/me/sessions").data[0]["id"]?.stringValue ?? ""
        let answer = await browser.delete("/v1/me/sessions/\(id)")
        let unknown = await browser.delete("/v1/me/sessions/\(try await world.id())")
        #expect(answer.status == 404)
        #expect(answer.body == unknown.body)
        #expect(await other.get("/v1/me").status == 200)
    }

    @Test("OV-21, SEC-25: a session's changes need token and origin")
    func forgery() async throws {
        let (_, browser) = try await signedIn()
        let tokenless = browser.copy()
        tokenless.csrfToken = nil
        #expect(await tokenless.post("/v1/auth/logout").code == "csrf_failed")
        let foreign = browser.copy()
        foreign.origin = "https://evil.test"
        #expect(await foreign.delete("/v1/me/sessions").code == "csrf_failed")
        #expect(await browser.get("/v1/me").status == 200)
    }

    @Test("ID-10: upkeep removes what is dead and nothing else")
    func upkeep() async throws {
        let world = try World()
        let (member, browser) = try await signedIn(.user, in: world)
        try await world.app.run { try await IdentityUpkeep.run($0) }
        #expect(await browser.get("/v1/me").status == 200)
        let person = member.personID
        try await member.tenant.run("DELETE FROM cell.own_admissions")
        try await world.run(
            """
            UPDATE platform.sessions SET created_at = created_at - interval '5 minutes'
            WHERE person_id = \(person)
            """)
        let (key, now) = ("\(person)", world.app.clock.now)
        for instant in [now - .seconds(2 * 86_400), now] {
            try await world.run(
                """
                INSERT INTO platform.login_failures (id, email_key, address, failed_at)
                VALUES (\(try await world.id()), \(key), '192.0.2.1', \(instant))
                """)
        }
        try await world.app.run { try await IdentityUpkeep.run($0) }
        let failures = try await world.run(
            "SELECT 1 FROM platform.login_failures WHERE email_key = \(key)")
        #expect(failures.count == 1)
        let left = try await world.run(
            "SELECT 1 FROM platform.sessions WHERE person_id = \(person)")
        #expect(left.isEmpty)
    }
}
