import HTTP
import Jobs
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Identity

/// What people type must not become part of a mail's head, of a template, or of somebody else.
@Suite struct `Hostile names and addresses` {
    let world: World
    init() throws { world = try World() }

    private func signUp(_ email: String, name: String = "Ann") async -> Answer {
        await Client(app: world.app).post(
            "/v1/auth/signup",
            [
                "company_name": "Harbour Books", "name": .string(name), "email": .string(email),
                "password": .string(goodPassword),
            ])
    }

    @Test(
        "SEC-11: an address that could add a header or a recipient is refused",
        arguments: [
            "a@b.test\r\nBcc: x@y.test", "a@b.test\nSubject: hi", "a@b.test, x@y.test",
            "a@b.test; x@y.test", "\"a\r\n\"@b.test", "Ann <a@b.test>", "a@b.test%0aBcc:x@y.test",
            "a@b.test\u{0}", "a\u{85}@b.test", "a@b.test\u{2028}Bcc: x@y.test",
        ])
    func addresses(address: String) async throws {
        let answer = await signUp(address)
        #expect(answer.status == 422)
        #expect(answer.fieldErrors == ["/email: invalid_email"], "\(answer.text)")
    }

    @Test("SEC-11: neither a name nor a subject can end a header line")
    func subjects() {
        for text in [
            "A\r\nBcc: x@y.test", "A\nB", "A\u{85}B", "A\u{2028}B", "A\u{2029}B", "A\u{0}B",
        ] {
            let phrase: Phrase = "Invitation to \(text) on Courtyard"
            for language in Language.allCases {
                let mail = Mail(
                    to: "a@b.test", language: language, subject: phrase,
                    paragraphs: ["Hello \(text),"])
                let breaks = mail.subject.unicodeScalars.contains {
                    [.control, .lineSeparator, .paragraphSeparator].contains(
                        $0.properties.generalCategory)
                }
                #expect(!breaks)
            }
        }
    }

    @Test("SEC-2, SEC-10: a mail takes what people typed as words, never as a template")
    func templates() throws {
        let name = "{0} {1} %s %@ ${x} <b>\"'&"
        for language in Language.allCases {
            let mail = Mail(
                to: "a@b.test", language: language, subject: "Hello \(name),",
                paragraphs: ["Hello \(name),", "\(verbatim: "https://a.test/#token={0}")"])
            #expect(mail.subject.contains(name))
            #expect(mail.text.contains(name))
            #expect(mail.text.contains("\n\nhttps://a.test/#token={0}\n"))
        }
    }

    @Test("SEC-2: quotes, angle brackets and line separators come back as they were sent")
    func escaping() async throws {
        let member = try await world.member(.user, of: try await TestTenant.create(world.app))
        let browser = Browser(world.app)
        await browser.logIn(member.email, goodPassword)
        for name in ["\"Ann\" <b>\\ & 'Co'", "Änn 🦔", "=cmd()", "</script><script>"] {
            let answer = await browser.patch("/v1/me", ["name": .string(name)])
            #expect(answer.string("name") == name)
            #expect(!answer.text.contains("\u{2028}"))
        }
        for name in ["A\r\nB", "A\u{2028}B"] {
            let answer = await browser.patch("/v1/me", ["name": .string(name)])
            #expect(answer.fieldErrors == ["/name: invalid_format"])
        }
    }

    @Test("ID-01: addresses are compared without regard to case, in every place")
    func letterCase() async throws {
        let tenant = try await TestTenant.create(world.app)
        let member = try await world.member(.user, of: tenant)
        let shouted = member.email.uppercased()
        #expect(await Browser(world.app).logIn(shouted, goodPassword).state == "authenticated")
        #expect(await signUp(shouted).status == 202)
        // The mail goes to the address that is known, and says that there is a login.
        #expect(try await world.mails(to: shouted).isEmpty)
        #expect(try await world.mails(to: member.email).count == 1)
        _ = await Client(app: world.app).post(
            "/v1/auth/forgot-password", ["email": .string(" \(shouted) ")])
        #expect(try await world.mails(to: member.email).count == 2)
    }

    @Test("ID-01: a plus-tag makes another address")
    func plusTags() async throws {
        let tenant = try await TestTenant.create(world.app)
        let member = try await world.member(.user, of: tenant)
        let tagged = member.email.replacing("@", with: "+news@")
        #expect(await Browser(world.app).logIn(tagged, goodPassword).code == "invalid_credentials")
        #expect(await signUp(tagged).status == 202)
        #expect(try await world.mails(to: tagged).count == 1)
        #expect(try await world.mails(to: member.email).isEmpty)
    }

    @Test("ID-140: look-alike letters make no second login and send no mail elsewhere")
    func lookAlikes() async throws {
        let tenant = try await TestTenant.create(world.app)
        let member = try await world.member(.user, of: tenant)
        let kin = "kin-\(member.email)"
        let person = member.personID
        try await world.run(
            "UPDATE platform.persons SET email = \(kin), email_key = \(kin) WHERE id = \(person)")
        let lookAlikes = [
            // Cyrillic i, Kelvin sign, dotless i, full-width k, a combining dot.
            "k\u{456}n", "\u{212A}in", "k\u{131}n", "\u{FF4B}in", "ki\u{307}n",
        ].map { kin.replacing("kin", with: $0) }
        for address in lookAlikes {
            // The Kelvin sign is a K in NFC (OV-26), and so the known address itself.
            let isSame = Text.normalized(address).lowercased() == kin
            #expect(await signUp(address).status == (isSame ? 202 : 422), "\(address)")
            let forgotten = await Client(app: world.app).post(
                "/v1/auth/forgot-password", ["email": .string(address)])
            #expect([202, 422].contains(forgotten.status))
            // Whatever is sent goes to the address that was proved.
            let sent = try await world.run(
                "SELECT FROM cell.jobs WHERE kind = 'mail.send' AND payload->>'to' = \(address)")
            #expect(sent.count == 0)
        }
    }
}
