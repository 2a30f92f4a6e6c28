import Crypto
import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Identity

@Suite struct `The language people are spoken to in` {
    let world: World
    init() throws { world = try World() }

    private func signedIn() async throws -> (TestMember, Browser) {
        let member = try await world.member(.user, of: try await TestTenant.create(world.app))
        let browser = Browser(world.app)
        await browser.logIn(member.email, goodPassword)
        return (member, browser)
    }

    @Test("ID-37, OV-30: problems follow the person's language, codes never change")
    func problems() async throws {
        let (_, browser) = try await signedIn()
        let english = await browser.patch("/v1/me", ["name": ""])
        #expect(english.string("title") == "Some fields break a rule")
        #expect(english.field("Content-Language") == nil)
        #expect(await browser.patch("/v1/me", ["language": "es"]).status == 200)
        let spanish = await browser.patch("/v1/me", ["name": ""])
        #expect(spanish.string("title") == "Algunos campos incumplen una regla")
        #expect(spanish["errors"].arrayValue?.first?["detail"] == "Este campo es obligatorio.")
        #expect(spanish.code == english.code)
        #expect(spanish.fieldErrors == english.fieldErrors)
        #expect(spanish.string("type") == english.string("type"))
        #expect(spanish.field("Content-Language") == "es")
        await browser.patch("/v1/me", ["language": "ar"])
        #expect(await browser.get("/v1/me?x=1").string("title") == "معامل الاستعلام غير معروف")
    }

    @Test("ID-37: another server process speaks the new language at the next request")
    func otherProcess() async throws {
        let (_, browser) = try await signedIn()
        let other = try TestApp(IdentityRoutes.all)
        #expect(await browser.send(.get, "/v1/me", through: other).string("language") == "en")
        await browser.patch("/v1/me", ["language": "id"])
        let answer = await browser.send(.patch, "/v1/me", ["name": ""], through: other)
        #expect(answer.string("title") == "Beberapa isian melanggar aturan")
    }

    @Test("ID-37, ID-140: strangers are answered as their browser asks, whoever they name")
    func strangers() async throws {
        let member = try await world.member(.user, of: try await TestTenant.create(world.app))
        try await world.run(
            "UPDATE platform.persons SET language = 'ar' WHERE id = \(member.personID)")
        let client = Client(app: world.app).with("Accept-Language", "es-MX,es;q=0.9")
        var titles: Set<String> = []
        for email in [member.email, "nobody-\(member.email)"] {
            let answer = await client.post(
                "/v1/auth/login", ["email": .string(email), "password": "wrong"])
            #expect(answer.code == "invalid_credentials")
            titles.insert(answer.string("title") ?? "")
        }
        #expect(titles == ["El correo electrónico o la contraseña no son correctos"])
        #expect(
            await Client(app: world.app).get("/v1/nowhere").string("title")
                == "There is nothing here")
    }

    @Test("ID-37: mails follow the person's language, right to left where it is read so")
    func mails() async throws {
        let member = try await world.member(.user, of: try await TestTenant.create(world.app))
        try await world.run(
            "UPDATE platform.persons SET language = 'ar' WHERE id = \(member.personID)")
        let client = Client(app: world.app).with("Accept-Language", "es")
        #expect(
            await client.post("/v1/auth/forgot-password", ["email": .string(member.email)]).status
                == 202)
        let mail = try #require(try await world.mails(to: member.email).last)
        #expect(mail.contains("إعادة تعيين كلمة مرور"))
        let paragraphs = mail.split(separator: "\n\n")
        // Each paragraph begins from the right; the link stands alone and is not touched.
        #expect(paragraphs.filter { $0.hasPrefix("\u{200F}") }.count == 3)
        #expect(paragraphs.filter { $0.hasPrefix("https://courtyard.test/") }.count == 1)
        let token = world.token(in: mail) ?? ""
        #expect(SessionSecret(token) != nil)
    }

    @Test("ID-37, WS-80: a sign-up is answered in the browser's language, which the person keeps")
    func signUp() async throws {
        let email = "\(try await world.id())@new.test"
        let client = Client(app: world.app).with("Accept-Language", "id")
        let answer = await client.post(
            "/v1/auth/signup",
            [
                "company_name": "Kopi Kita", "name": "Sari", "email": .string(email),
                "password": .string(goodPassword),
            ])
        #expect(answer.status == 202)
        let mail = try #require(try await world.mails(to: email).last)
        #expect(mail.hasPrefix("Seseorang, mungkin Anda"))
        _ = await client.post(
            "/v1/auth/confirm-signup",
            [
                "token": .string(world.token(in: mail) ?? ""), "password": .string(goodPassword),
            ])
        let rows = try await world.run(
            "SELECT language FROM platform.persons WHERE email_key = \(email)")
        #expect(rows[0].text(0) == "id")
    }
}
