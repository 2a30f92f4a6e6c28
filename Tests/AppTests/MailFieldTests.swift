import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import App

/// Every field whose text comes to stand in a mail, in its subject or its address.
@Suite struct `Text that reaches a mail` {
    let app: TestApp
    init() throws { app = try TestApp(AllRoutes.all) }

    /// A request in which `field` may be poisoned.
    struct Sample: Sendable, CustomTestStringConvertible {
        var method: Method
        var path: String
        var field: String
        var body: JSON

        var testDescription: String { "\(method.rawValue) \(path) \(field)" }
    }

    private static let password: JSON = "violet-harbour-27-lanterns"
    private static let signUp: JSON = [
        "company_name": "Harbour Books", "name": "Ann", "email": "ann@harbour.test",
        "password": password,
    ]
    private static let invitation: JSON = [
        "name": "Ann", "email": "ann@harbour.test", "password": password,
        "role_id": "01890000-0000-7000-8000-00000000dead",
    ]

    static let nameFields = [
        Sample(method: .post, path: "/v1/auth/signup", field: "company_name", body: signUp),
        Sample(method: .post, path: "/v1/auth/signup", field: "name", body: signUp),
        Sample(method: .post, path: "/v1/members", field: "name", body: invitation),
        Sample(method: .patch, path: "/v1/members/{invited}", field: "name", body: [:]),
        Sample(method: .patch, path: "/v1/workspace", field: "name", body: [:]),
        Sample(method: .patch, path: "/v1/me", field: "name", body: [:]),
        Sample(
            method: .post, path: "/v1/service-accounts", field: "name",
            body: ["scopes": ["contact.read"]]),
        Sample(method: .patch, path: "/v1/service-accounts/{account}", field: "name", body: [:]),
        Sample(
            method: .post, path: "/v1/service-accounts/{account}/tokens", field: "name", body: [:]),
    ]

    static let addressFields = [
        Sample(method: .post, path: "/v1/auth/signup", field: "email", body: signUp),
        Sample(method: .post, path: "/v1/members", field: "email", body: invitation),
        Sample(
            method: .post, path: "/v1/me/email-change", field: "new_email",
            body: ["current_password": password]),
    ]

    private func invite(_ owner: TestMember, name: String = "Ann") async throws -> Answer {
        let role = try await owner.tenant.run(
            "SELECT id FROM tenant.roles WHERE builtin = 'user'")[0].id(0)
        let id = try await app.run { $0.newID() }
        return await owner.client.post(
            "/v1/members",
            Self.invitation.with("role_id", .string(role.description))
                .with("email", .string("ann-\(id)@harbour.test")).with("name", .string(name)))
    }

    private func send(_ sample: Sample, _ text: String, by owner: TestMember) async throws
        -> Answer
    {
        var path = sample.path
        if path.contains("{invited}") {
            let invited = try await invite(owner).id("id")
            path = path.replacing("{invited}", with: invited?.description ?? "")
        }
        if path.contains("{account}") {
            let account = await owner.client.post(
                "/v1/service-accounts", ["name": "Robot", "scopes": ["contact.read"]]
            ).id("id")
            path = path.replacing("{account}", with: account?.description ?? "")
        }
        let body = sample.body.with(sample.field, .string(text))
        return await owner.client.send(sample.method, path, body)
    }

    @Test("SEC-11: a name with a line break or control character is refused", arguments: nameFields)
    func names(sample: Sample) async throws {
        let owner = try await TestTenant.create(app, plan: "ENTERPRISE").member(.owner)
        for text in [
            "A\r\nBcc: x@y.test", "A\nB", "A\rB", "A\u{85}B", "A\u{2028}B", "A\u{2029}B", "A\u{B}B",
            "A\u{0}B", "A\u{7F}B", "A\u{1B}[2JB",
        ] {
            let answer = try await send(sample, text, by: owner)
            #expect(answer.status == 422, "\(answer.text)")
            #expect(answer.fieldErrors.contains("/\(sample.field): invalid_format"))
        }
    }

    @Test(
        "SEC-11: an address that could add a header or a recipient is none",
        arguments: addressFields)
    func addresses(sample: Sample) async throws {
        let owner = try await TestTenant.create(app, plan: "ENTERPRISE").member(.owner)
        for text in [
            "a@b.test\r\nBcc: x@y.test", "a@b.test\nSubject: hi", "a@b.test, x@y.test",
            "a@b.test; x@y.test", "a@b.test x@y.test", "<a@b.test>", "Ann <a@b.test>",
            "a@b.test%0d%0aBcc:x@y.test", "\"a\"@b.test", "a@b.test>", "a@[127.0.0.1]",
            // Look-alikes and invisible letters make no second login either.
            "\u{430}nn@b.test", "ann@b\u{200B}.test", "ann@b.te\u{FF53}t", "a\u{202E}nn@b.test",
        ] {
            let answer = try await send(sample, text, by: owner)
            #expect(answer.status == 422, "\(answer.text)")
            #expect(
                answer.fieldErrors.contains("/\(sample.field): invalid_email"), "\(answer.text)")
        }
    }

    @Test("SEC-2, SEC-11: what names may hold stays one line of the mail's own recipient")
    func allowed() async throws {
        let tenant = try await TestTenant.create(app, plan: "ENTERPRISE")
        let owner = try await tenant.member(.owner)
        let nasty = "Bcc: x@y.test, \"<b>\" =?utf-8?B?QmNj?= \\"
        for sample in Self.nameFields where sample.path != "/v1/auth/signup" {
            guard sample.path != "/v1/members" else { continue }
            let answer = try await send(sample, nasty, by: owner)
            #expect([200, 201].contains(answer.status), "\(sample): \(answer.text)")
        }
        let invited = try await invite(owner, name: nasty)
        #expect(invited.status == 201, "\(invited.text)")
        let path = "/v1/members/\(invited.string("id") ?? "")"
        #expect(await owner.client.post(path + "/resend-invitation").status == 204)
        #expect(await owner.client.post("/v1/workspace/api-token").status == 201)
        let mails = try await tenant.run(
            "SELECT payload FROM cell.own_jobs WHERE kind = 'mail.send' ORDER BY id")
        #expect(mails.count >= 4)
        var quoted = 0
        for mail in mails.map({ $0.json(0) }) {
            let subject = mail["subject"]?.stringValue ?? "\n"
            if subject.contains(nasty) { quoted += 1 }
            #expect(!subject.unicodeScalars.contains { $0.properties.generalCategory == .control })
            let recipient = mail["to"]?.stringValue ?? ""
            #expect(recipient == owner.email || recipient.hasSuffix("@harbour.test"))
        }
        #expect(quoted >= 2)
    }
}
