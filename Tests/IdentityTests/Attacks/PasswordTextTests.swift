import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Identity

/// Passwords as people write them, through the routes that take one.
@Suite struct `Passwords in any script` {
    let world: World
    init() throws { world = try World() }

    private func signedIn() async throws -> (TestMember, Browser) {
        let tenant = try await TestTenant.create(world.app)
        let member = try await world.member(.user, of: tenant, name: "Wilhelmina Featherstone")
        let browser = Browser(world.app)
        await browser.logIn(member.email, goodPassword)
        return (member, browser)
    }

    private func change(_ browser: Browser, to password: String) async -> Answer {
        await browser.post(
            "/v1/me/password",
            ["current_password": .string(goodPassword), "new_password": .string(password)])
    }

    /// Different characters, so that the list of common passwords has nothing to say.
    private static let chinese = String(
        String.UnicodeScalarView((0..<128).compactMap { UnicodeScalar(0x4E00 + $0 * 131) }))

    @Test("ID-25, SEC-39, SEC-42: 128 Chinese characters are one password, and each counts")
    func chineseCharacters() async throws {
        let (member, browser) = try await signedIn()
        #expect(Self.chinese.utf8.count == 384)
        #expect(
            await change(browser, to: Self.chinese + "永").fieldErrors
                == ["/new_password: too_long"])
        #expect(await change(browser, to: Self.chinese).status == 200)
        let fresh = Browser(world.app)
        #expect(await fresh.logIn(member.email, Self.chinese).state == "authenticated")
        for wrong in [
            String(Self.chinese.dropLast()), String(Self.chinese.dropLast()) + "永",
            "永" + Self.chinese.dropFirst(), Self.chinese + "永", String(Self.chinese.prefix(72)),
        ] {
            let stranger = Browser(world.app, address: "198.51.100.\(wrong.utf8.count % 200)")
            #expect(await stranger.logIn(member.email, wrong).code == "invalid_credentials")
        }
    }

    @Test(
        "ID-25, SEC-42: spaces, emoji, case and the way a letter is composed",
        arguments: [
            "  leading and trailing  ", "🦔🪵🧶🪁🫖🧭🪗🛶🪀🧵🪔🧊🪤🧲🪃", "nUt CrAcKeR BlUe fOx",
            "tab\tand\u{3000}wide space", "<{([|/\\-=;:'\"`~?])}>", "{\"quoted\": \"json\\u0041\"}",
            "naïve résumé über coffee",
        ])
    func anyCharacters(password: String) async throws {
        let (member, browser) = try await signedIn()
        #expect(await change(browser, to: password).status == 200)
        let fresh = Browser(world.app)
        #expect(await fresh.logIn(member.email, password).state == "authenticated")
        // A keyboard that sends accents apart from their letters types the same password.
        let apart = String(
            String.UnicodeScalarView(
                password.unicodeScalars.flatMap { scalar -> [UnicodeScalar] in
                    switch scalar {
                    case "ï": ["i", "\u{308}"]
                    case "é": ["e", "\u{301}"]
                    case "ü": ["u", "\u{308}"]
                    default: [scalar]
                    }
                }))
        #expect(await fresh.logIn(member.email, apart).state == "authenticated")
        let trimmed = String(password.drop { $0 == " " })
        if trimmed != password {
            #expect(await fresh.logIn(member.email, trimmed).code == "invalid_credentials")
        }
        if password.lowercased() != password {
            let lower = password.lowercased()
            #expect(await fresh.logIn(member.email, lower).code == "invalid_credentials")
        }
    }

    @Test(
        "ID-25, ID-126, SEC-41: common, listed, product, workspace and own names are refused",
        arguments: [
            ("password password", "too_common"), ("123456789012345678", "too_common"),
            ("qwertyuiopasdfghjkl", "too_common"), ("iloveyou iloveyou", "too_common"),
            ("P a s s w o r d 1 2 3 4", "too_common"), ("letmein-letmein-2024", "too_common"),
            ("!!!!!!!!!!!!!!!!", "too_common"), ("!@#$%^&*() !@#$%^&*()", "too_common"),
            ("🦔🦔🦔🦔🦔🦔🦔🦔🦔🦔🦔🦔🦔🦔🦔", "too_common"), ("🦔 password12345 🦔", "too_common"),
            ("                ", "too_common"),
            ("courtyard courtyard", "contains_identity"),
            ("COURTYARD-password-1", "contains_identity"),
            ("Test-Workspace 1234", "contains_identity"),
            ("Wilhelmina Featherstone", "contains_identity"),
            ("wilhelmina.1.featherstone", "contains_identity"),
        ])
    func refused(password: String, code: String) async throws {
        let (_, browser) = try await signedIn()
        let answer = await change(browser, to: password)
        #expect(answer.status == 422)
        #expect(answer.fieldErrors == ["/new_password: \(code)"], "\(answer.text)")
        // The reason is a sentence for people.
        #expect(answer.text.contains("\"detail\""))
    }

    @Test("ID-25, SEC-41: the own address is refused too")
    func ownAddress() async throws {
        let (member, browser) = try await signedIn()
        for password in [member.email, member.email.uppercased(), member.email + "1"] {
            #expect(
                await change(browser, to: password).fieldErrors
                    == ["/new_password: contains_identity"])
        }
    }

    @Test("ID-26, SEC-40: a change needs the current password and ends the other sessions")
    func currentPassword() async throws {
        let (member, browser) = try await signedIn()
        let elsewhere = Browser(world.app, address: "198.51.100.9")
        await elsewhere.logIn(member.email, goodPassword)
        for wrong in ["", "not it at all", goodPassword.uppercased()] {
            let answer = await browser.post(
                "/v1/me/password",
                ["current_password": .string(wrong), "new_password": .string(otherPassword)])
            #expect([403, 422].contains(answer.status), "\(answer.text)")
        }
        #expect(await elsewhere.get("/v1/me").status == 200)
        #expect(await change(browser, to: otherPassword).status == 200)
        #expect(await elsewhere.get("/v1/me").status == 401)
        #expect(await browser.get("/v1/me").status == 200)
        #expect(
            await Browser(world.app).logIn(member.email, goodPassword).code == "invalid_credentials"
        )
    }
}
