import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Identity

@Suite struct `The slow-down after wrong passwords` {
    let world: World
    init() throws { world = try World() }

    private static func throttle(_ seconds: [Int64], known: Bool = false) -> LoginThrottle {
        let times = seconds.map { Instant(microseconds: $0 * 1_000_000) }
        return LoginThrottle(fromAddress: times, fromAnywhere: times, isKnownDevice: known)
    }

    @Test(
        "ID-09: five within a minute block for 30 seconds, doubled up to 15 minutes",
        arguments: [
            ([0, 1, 2, 3], nil), ([0, 20, 40, 50, 61], nil), ([0, 20, 40, 50, 60], 90),
            ([0, 1, 2, 3, 4], 34), ([0, 1, 2, 3, 4, 34], 94), ([0, 1, 2, 3, 4, 34, 94], 214),
            ([0, 1, 2, 3, 4, 34, 94, 214, 454], 934),
            ([0, 1, 2, 3, 4, 34, 94, 214, 454, 934], 1_834),
            ([0, 1, 2, 3, 4, 34, 94, 214, 454, 934, 1_834], 2_734),
        ] as [([Int64], Int64?)])
    func waits(failures: [Int64], until: Int64?) {
        let end = Self.throttle(failures).blockedUntil()
        #expect(end == until.map { Instant(microseconds: $0 * 1_000_000) })
    }

    @Test("ID-09: thirty an hour from anywhere slow unknown devices alone")
    func fromAnywhere() {
        var throttle = Self.throttle((0..<30).map { Int64($0) * 100 })
        throttle.fromAddress = []
        #expect(throttle.blockedUntil() == Instant(microseconds: 2_930_000_000))
        throttle.isKnownDevice = true
        #expect(throttle.blockedUntil() == nil)
        throttle.isKnownDevice = false
        throttle.fromAnywhere.removeLast()
        #expect(throttle.blockedUntil() == nil)
    }

    @Test("ST-03, ID-09, ID-121: five wrong passwords, then the right one from the same address")
    func fromOneAddress() async throws {
        let world = try World()
        let tenant = try await TestTenant.create(world.app)
        let ben = try await world.member(.user, of: tenant)
        let browser = Browser(world.app)
        for _ in 0..<5 { #expect(await browser.logIn(ben.email, "wrong").status == 401) }
        let blocked = await browser.logIn(ben.email, goodPassword)
        #expect(blocked.status == 429)
        #expect(blocked.code == "too_many_attempts")
        #expect((29...30).contains(blocked.retryAfter ?? 0))
        // Other processes know, other addresses are free.
        let other = try World()
        other.app.clock.advance(by: world.app.clock.now - other.app.clock.now)
        #expect(await Browser(other.app).logIn(ben.email, goodPassword).status == 429)
        let elsewhere = Browser(world.app, address: "198.51.100.1")
        #expect(await elsewhere.logIn(ben.email, goodPassword).state == "authenticated")
        #expect(await browser.logIn(ben.email, goodPassword).status == 429)

        world.app.clock.advance(by: .seconds(31))
        #expect(await browser.logIn(ben.email, "wrong").status == 401)
        let longer = await browser.logIn(ben.email, goodPassword)
        #expect((59...60).contains(longer.retryAfter ?? 0))
        world.app.clock.advance(by: .seconds(61))
        #expect(await browser.logIn(ben.email, goodPassword).state == "authenticated")
        for _ in 0..<5 { #expect(await browser.logIn(ben.email, "wrong").status == 401) }
    }

    @Test("ID-09, ID-140: an address without a login is slowed down alike")
    func unknownPerson() async throws {
        let email = "nobody-\(try await world.id())@people.test"
        let browser = Browser(world.app)
        for _ in 0..<5 { #expect(await browser.logIn(email, "wrong").status == 401) }
        #expect(await browser.logIn(email, "wrong").code == "too_many_attempts")
    }

    @Test("ID-09, OV-15: of twenty wrong passwords at the same moment five are tried")
    func parallelGuesses() async throws {
        let tenant = try await TestTenant.create(world.app)
        let ben = try await world.member(.user, of: tenant)
        let other = try World()
        let statuses = await withTaskGroup(of: Answer.self) { group in
            for index in 0..<20 {
                let app = index.isMultiple(of: 2) ? world.app : other.app
                group.addTask { await Browser(app).logIn(ben.email, "wrong \(index)") }
            }
            return await group.reduce(into: [Int: Int]()) { $0[$1.status, default: 0] += 1 }
        }
        #expect(statuses == [401: 5, 429: 15])
    }

    @Test("ID-09, SEC-43: stuffing from many addresses does not lock out a known browser")
    func knownDevice() async throws {
        let tenant = try await TestTenant.create(world.app)
        let ben = try await world.member(.user, of: tenant)
        let home = Browser(world.app, address: "203.0.113.1")
        await home.logIn(ben.email, goodPassword)
        for index in 0..<30 {
            let attacker = Browser(world.app, address: "198.51.100.\(index)")
            #expect(await attacker.logIn(ben.email, "wrong").status == 401)
        }
        let stranger = Browser(world.app, address: "203.0.113.2")
        #expect(await stranger.logIn(ben.email, goodPassword).code == "too_many_attempts")
        #expect(await home.logIn(ben.email, goodPassword).state == "authenticated")
        // A made-up word, or another person's browser, is not known.
        let forger = Browser(world.app, address: "203.0.113.3")
        forger.cookies["__Host-courtyard-device"] = String(repeating: "A", count: 43)
        #expect(await forger.logIn(ben.email, goodPassword).status == 429)
        let cara = try await world.member(.user, of: tenant)
        let caras = Browser(world.app, address: "203.0.113.4")
        await caras.logIn(cara.email, goodPassword)
        #expect(await caras.logIn(ben.email, goodPassword).status == 429)
    }

    @Test("ID-09: a completed reset lifts the block")
    func resetLifts() async throws {
        let tenant = try await TestTenant.create(world.app)
        let ben = try await world.member(.user, of: tenant)
        let browser = Browser(world.app)
        for _ in 0..<5 { await browser.logIn(ben.email, "wrong") }
        #expect(await browser.logIn(ben.email, goodPassword).status == 429)
        _ = await browser.post("/v1/auth/forgot-password", ["email": .string(ben.email)])
        let token = try await world.lastToken(to: ben.email)
        _ = await browser.post(
            "/v1/auth/reset-password",
            ["token": .string(token), "new_password": .string(otherPassword)])
        #expect(await browser.logIn(ben.email, otherPassword).state == "authenticated")
    }

    @Test("ID-09: nothing locks for ever")
    func forgetting() async throws {
        let world = try World()
        let tenant = try await TestTenant.create(world.app)
        let ben = try await world.member(.user, of: tenant)
        let browser = Browser(world.app)
        for _ in 0..<10 {
            for _ in 0..<6 { await browser.logIn(ben.email, "wrong") }
            world.app.clock.advance(by: .seconds(901))
        }
        #expect(await browser.logIn(ben.email, goodPassword).state == "authenticated")
    }
}
