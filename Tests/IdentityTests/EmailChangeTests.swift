import Crypto
import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Identity

@Suite struct `Changing one's e-mail address` {
    let world: World
    init() throws { world = try World() }

    private struct Mover {
        let member: TestMember
        let browser: Browser
        let newEmail: String
    }

    private func mover(language: String = "en") async throws -> Mover {
        let member = try await world.member(.user, of: try await TestTenant.create(world.app))
        let person = member.personID
        try await world.run(
            "UPDATE platform.persons SET language = \(language) WHERE id = \(person)")
        let browser = Browser(world.app)
        await browser.logIn(member.email, goodPassword)
        return Mover(
            member: member, browser: browser, newEmail: "New-\(try await world.id())@b.test")
    }

    private func ask(
        _ mover: Mover, _ email: String? = nil, password: String = goodPassword
    ) async -> Answer {
        await mover.browser.post(
            "/v1/me/email-change",
            [
                "new_email": .string(email ?? mover.newEmail),
                "current_password": .string(password),
            ])
    }

    private func open(_ page: String, _ token: String) async -> Answer {
        await Client(app: world.app).post("/v1/auth/\(page)", ["token": .string(token)])
    }

    private func email(of mover: Mover) async throws -> String {
        let person = mover.member.personID
        return try await world.run(
            "SELECT email FROM platform.persons WHERE id = \(person)")[0].text(0)
    }

    @Test("ID-41, ID-42, SEC-46: the address changes when the link in the new mailbox is opened")
    func change() async throws {
        let mover = try await mover()
        let asked = await ask(mover)
        #expect(asked.status == 202, "\(asked.text)")
        #expect(try await email(of: mover) == mover.member.email)
        #expect(await Browser(world.app).logIn(mover.newEmail, goodPassword).status == 401)
        let warning = try #require(try await world.mails(to: mover.member.email).last)
        #expect(warning.contains(mover.newEmail))
        #expect(warning.contains("/auth/cancel-email-change#token="))
        let token = try await world.lastToken(to: mover.newEmail)
        let confirmed = await open("confirm-email", token)
        #expect(confirmed.status == 204, "\(confirmed.text)")
        #expect(try await email(of: mover) == mover.newEmail)
        #expect(await Browser(world.app).logIn(mover.member.email, goodPassword).status == 401)
        #expect(await Browser(world.app).logIn(mover.newEmail, goodPassword).status == 200)
        let notice = try #require(try await world.mails(to: mover.member.email).last)
        #expect(notice.contains("was just changed to \(mover.newEmail)"))
        #expect(await open("confirm-email", token).code == "token_expired")
        let audit = try await mover.member.tenant.run(
            """
            SELECT action FROM tenant.audit_events WHERE action LIKE 'person.%email%'
            ORDER BY created_at, id
            """)
        #expect(
            audit.map { $0.text(0) } == ["person.request_email_change", "person.change_email"])
        #expect(world.app.defects == [])
    }

    @Test("ID-42: the link works for 24 hours, the old address can cancel for 72")
    func times() async throws {
        let mover = try await mover()
        _ = await ask(mover)
        let token = try await world.lastToken(to: mover.newEmail)
        let cancel = try await world.lastToken(to: mover.member.email)
        world.app.clock.advance(by: .seconds(86_401))
        #expect(await open("confirm-email", token).code == "token_expired")
        world.app.clock.advance(by: .seconds(2 * 86_400 - 10))
        #expect(await open("cancel-email-change", cancel).status == 204)
        let second = try await self.mover()
        _ = await ask(second)
        let late = try await world.lastToken(to: second.member.email)
        world.app.clock.advance(by: .seconds(3 * 86_400 + 1))
        #expect(await open("cancel-email-change", late).code == "token_expired")
    }

    @Test("ID-42: cancelling brings the old address back, ends all sessions and every other link")
    func cancel() async throws {
        let mover = try await mover()
        _ = await ask(mover)
        let cancel = try await world.lastToken(to: mover.member.email)
        let token = try await world.lastToken(to: mover.newEmail)
        #expect(await open("confirm-email", token).status == 204)
        // Whoever has the new mailbox goes on: another address, and with it a link to cancel that.
        let third = "third-\(mover.newEmail)"
        #expect(await ask(mover, third).status == 202)
        let pending = try await world.lastToken(to: third)
        let counter = try await world.lastToken(to: mover.newEmail)
        #expect(await open("cancel-email-change", cancel).status == 204)
        #expect(try await email(of: mover) == mover.member.email)
        #expect(try await world.liveSessions(of: mover.member.personID) == 0)
        #expect(await mover.browser.get("/v1/me").status == 401)
        for link in [("confirm-email", pending), ("cancel-email-change", counter)] {
            #expect(await open(link.0, link.1).code == "token_expired")
        }
        #expect(await open("cancel-email-change", cancel).code == "token_expired")
        let mail = try #require(try await world.mails(to: mover.member.email).last)
        #expect(mail.contains("all sessions were ended"))
    }

    @Test("ID-43, ID-140: an address that somebody has is answered the same, and its owner told")
    func taken() async throws {
        let mover = try await mover()
        let owner = try await self.mover(language: "es")
        let answer = await ask(mover, owner.member.email.uppercased())
        let free = await ask(try await self.mover())
        #expect(answer.status == free.status)
        #expect(answer.body == free.body)
        let mail = try #require(try await world.mails(to: owner.member.email).last)
        #expect(mail.contains("pertenece a su acceso"))
        #expect(!mail.contains("#token="))
        #expect(try await world.mails(to: mover.member.email).count == 1)
        #expect(try await email(of: mover) == mover.member.email)
        #expect(try await email(of: owner) == owner.member.email)
    }

    @Test("ID-127, SEC-19: a wrong password changes nothing, mails nobody and is limited")
    func password() async throws {
        let mover = try await mover()
        for _ in 1...5 {
            #expect(await ask(mover, password: "wrong").code == "current_password_wrong")
        }
        let limited = await (1...40).asyncContains {
            await ask(mover, password: "wrong \($0)").status == 429
        }
        #expect(limited)
        #expect(try await world.mails(to: mover.newEmail).isEmpty)
        #expect(try await world.mails(to: mover.member.email).isEmpty)
    }

    @Test("ID-44: a workspace that forbids it forbids it for all of the person's")
    func forbidden() async throws {
        let mover = try await mover()
        let other = try await TestTenant.create(world.app)
        try await world.seat(mover.member.personID, in: other, as: .user)
        #expect(await ask(mover).status == 202)
        try await other.run("UPDATE tenant.settings SET allow_email_change = false")
        let answer = await ask(mover)
        #expect(answer.status == 403)
        #expect(answer.code == "email_change_disabled")
        // OV-33: before anything is said of the content.
        #expect(
            await mover.browser.post("/v1/me/email-change", [:]).code == "email_change_disabled")
    }

    @Test("ID-41, SEC-11: what is no address, or could add a header, is refused")
    func refusals() async throws {
        let mover = try await mover()
        for address in ["x", "a@b", "a@b.test\r\nBcc: c@d.test", "a b@c.test", ""] {
            #expect(await ask(mover, address).status == 422, "\(address)")
        }
        #expect(await ask(mover, mover.member.email).fieldErrors == ["/new_email: email_unchanged"])
        #expect(await open("confirm-email", "nonsense").code == "token_expired")
        #expect(await open("cancel-email-change", "nonsense").code == "token_expired")
    }

    @Test("ID-41: a later wish makes an earlier link void")
    func again() async throws {
        let mover = try await mover()
        _ = await ask(mover)
        let first = try await world.lastToken(to: mover.newEmail)
        _ = await ask(mover, "other-\(mover.newEmail)")
        #expect(await open("confirm-email", first).code == "token_expired")
    }

    @Test("ID-41: a person who asks for the same address voids nobody else's link")
    func rivals() async throws {
        let mover = try await mover()
        let rival = try await self.mover()
        _ = await ask(mover)
        let token = try await world.lastToken(to: mover.newEmail)
        _ = await ask(rival, mover.newEmail)
        let rivalToken = try await world.lastToken(to: mover.newEmail)
        #expect(await open("confirm-email", token).status == 204)
        // The address is taken now: the other link says no more than an old one.
        let late = await open("confirm-email", rivalToken)
        #expect(late.code == "token_expired")
        #expect(try await email(of: rival) == rival.member.email)
    }

    @Test("ID-141, SEC-50: of many confirmations at the same instant one counts")
    func race() async throws {
        let mover = try await mover()
        _ = await ask(mover)
        let token = try await world.lastToken(to: mover.newEmail)
        let statuses = await withTaskGroup(of: Int.self) { group in
            for _ in 1...8 { group.addTask { await open("confirm-email", token).status } }
            return await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(statuses.filter { $0 == 204 }.count == 1)
        #expect(statuses.filter { $0 == 410 }.count == 7)
        #expect(try await email(of: mover) == mover.newEmail)
    }

    @Test("ID-141: two people who confirm one address at the same instant do not both get it")
    func raceOfRivals() async throws {
        let mover = try await mover()
        let rival = try await self.mover()
        _ = await ask(mover)
        let first = try await world.lastToken(to: mover.newEmail)
        _ = await ask(rival, mover.newEmail)
        let second = try await world.lastToken(to: mover.newEmail)
        async let one = open("confirm-email", first)
        async let two = open("confirm-email", second)
        let statuses = await [one.status, two.status].sorted()
        #expect(statuses == [204, 410])
        #expect(world.app.defects == [])
    }

    @Test("ID-42: confirmation and cancellation at the same instant end with the old address")
    func raceOfLinks() async throws {
        let mover = try await mover()
        _ = await ask(mover)
        let token = try await world.lastToken(to: mover.newEmail)
        let cancel = try await world.lastToken(to: mover.member.email)
        async let confirmed = open("confirm-email", token)
        async let cancelled = open("cancel-email-change", cancel)
        #expect([204, 410].contains(await confirmed.status))
        #expect(await cancelled.status == 204)
        #expect(try await email(of: mover) == mover.member.email)
        #expect(world.app.defects == [])
    }
}

extension ClosedRange<Int> {
    fileprivate func asyncContains(_ holds: (Int) async -> Bool) async -> Bool {
        for number in self where await holds(number) { return true }
        return false
    }
}
