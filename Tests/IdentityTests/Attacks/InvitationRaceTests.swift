import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Identity

/// One invitation in two browsers.
@Suite struct `Accepting an invitation` {
    let world: World
    init() throws { world = try World() }

    /// A newcomer whose first password somebody else chose.
    private func invited() async throws -> (TestTenant, TestMember) {
        let tenant = try await TestTenant.create(world.app)
        let member = try await world.member(.user, of: tenant)
        let person = member.personID
        try await world.setPassword(goodPassword, of: person, mustChange: true)
        try await tenant.run(
            "UPDATE tenant.members SET status = 'invited' WHERE person_id = \(person)")
        try await world.run(
            "UPDATE platform.memberships SET status = 'invited' WHERE person_id = \(person)")
        return (tenant, member)
    }

    @Test("AC-03, ID-28, SEC-16, SEC-48: of two browsers that accept one invitation one gets in")
    func twoBrowsers() async throws {
        for _ in 1...5 {
            let (tenant, member) = try await invited()
            let browsers = (1...2).map { Browser(world.app, address: "198.51.100.\($0)") }
            for browser in browsers {
                let login = await browser.logIn(member.email, goodPassword)
                #expect(login.state == "password_change_required")
            }
            let passwords = ["violet harbour lanterns", "amber meadow telescopes"]
            let answers = await withTaskGroup(of: (Int, Answer).self) { group in
                for (index, browser) in browsers.enumerated() {
                    group.addTask {
                        (
                            index,
                            await browser.post(
                                "/v1/auth/change-initial-password",
                                ["new_password": .string(passwords[index])])
                        )
                    }
                }
                return await group.reduce(into: [Int: Answer]()) { $0[$1.0] = $1.1 }
            }
            let winners = answers.filter { $0.value.state == "authenticated" }.map(\.key)
            #expect(winners.count == 1, "\(answers.mapValues(\.text))")
            let winner = try #require(winners.first)
            #expect(answers[1 - winner]?.status == 401)
            #expect(await browsers[1 - winner].get("/v1/me").status == 401)
            // The password is the winner's; the invitation's own has ended.
            let fresh = Browser(world.app)
            #expect(await fresh.logIn(member.email, passwords[winner]).state == "authenticated")
            #expect(await fresh.logIn(member.email, passwords[1 - winner]).status == 401)
            #expect(await fresh.logIn(member.email, goodPassword).status == 401)
            #expect(try await world.liveSessions(of: member.personID) == 2)
            let seats = try await tenant.run("SELECT status FROM tenant.members")
            #expect(seats.map { $0.text(0) } == ["active"])
        }
        #expect(world.app.defects == [])
    }

    @Test("AC-03, SEC-48: a password that came with an invitation opens nothing but its change")
    func initialPasswordAlone() async throws {
        let (tenant, member) = try await invited()
        let browser = Browser(world.app)
        await browser.logIn(member.email, goodPassword)
        for (method, path) in [
            (Method.get, "/v1/me"), (.get, "/v1/me/sessions"), (.post, "/v1/me/password"),
            (.post, "/v1/auth/select-workspace"), (.post, "/v1/auth/switch-workspace"),
        ] {
            let body: JSON? =
                method == .get ? nil : ["workspace_id": .string(tenant.id.description)]
            #expect(await browser.send(method, path, body).status == 401, "\(path)")
        }
        // The same password cannot be kept.
        let kept = await browser.post(
            "/v1/auth/change-initial-password", ["new_password": .string(goodPassword)])
        #expect(kept.fieldErrors == ["/new_password: password_unchanged"])
    }
}
