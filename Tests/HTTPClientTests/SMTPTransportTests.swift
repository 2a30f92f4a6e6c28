import EventLoop
import Foundation
import TestSupport
import Testing

@testable import HTTPClient

@Suite struct `SMTP transport` {
    private struct Seen: Decodable {
        var from: String
        var to: [String]
        var content: String
        var tls: Bool
        var user: String?
    }

    private func peer(_ mode: String) throws -> Peer {
        let files = try TestCertificate.files.get()
        return try Peer("smtp_server.py", [mode, files.certificate, files.key])
    }

    private func settings(
        _ peer: Peer, login: String = "", _ startTLS: SMTPSettings.StartTLS = .offered
    ) throws -> SMTPSettings {
        SMTPSettings(
            url: "smtp://\(login)localhost:\(peer.port)", startTLS: startTLS,
            caFile: try TestCertificate.files.get().certificate)
    }

    private func send(_ message: MailMessage, _ settings: SMTPSettings) async throws {
        try await onLoop { loop in
            let transport = SMTPTransport(loop: loop, settings: settings)
            defer { transport.close() }
            try await transport.send(message)
        }
    }

    private func seen(_ peer: Peer) throws -> Seen {
        try JSONDecoder().decode(Seen.self, from: Data(try #require(peer.line()).utf8))
    }

    @Test func `a mail arrives with its envelope and every line of its text`() async throws {
        let peer = try peer("plain")
        let text = "Grüße\n.\n..dots\n\(String(repeating: "long ", count: 400))\nend"
        let sent = try message(subject: "Grüße", text: text)
        try await send(sent, settings(peer))
        let seen = try seen(peer)
        #expect(seen.from == "app@courtyard.test")
        #expect(seen.to == ["ann@b.test"])
        #expect(Array(seen.content.utf8) == sent.bytes)
        #expect(!seen.tls && seen.user == nil)
    }

    @Test func `one connection carries several mails`() async throws {
        let peer = try peer("plain")
        let settings = try settings(peer)
        let mails = try (0..<3).map { try message(subject: "Number \($0)") }
        try await onLoop { loop in
            let transport = SMTPTransport(loop: loop, settings: settings)
            defer { transport.close() }
            for mail in mails { try await transport.send(mail) }
        }
        for mail in mails { #expect(try Array(seen(peer).content.utf8) == mail.bytes) }
    }

    @Test func `STARTTLS is used when offered, and its absence fails when required`() async throws {
        let secure = try peer("starttls")
        try await send(message(), settings(secure))
        #expect(try seen(secure).tls)
        try await send(message(), settings(secure, .required))
        #expect(try seen(secure).tls)
        let plain = try peer("plain")
        await #expect(throws: SMTPFailure.tls) {
            try await send(message(), settings(plain, .required))
        }
    }

    @Test("SEC-88: an untrusted certificate ends the exchange")
    func untrusted() async throws {
        let peer = try peer("starttls")
        var settings = try settings(peer)
        settings.caFile = nil
        await #expect(throws: SMTPFailure.tls) { try await send(message(), settings) }
    }

    @Test func `user and password of the URL log in; wrong ones are no fault of the mail`()
        async throws
    {
        let peer = try peer("auth")
        try await send(message(), settings(peer, login: "ann:a%20b%40c@", .required))
        #expect(try seen(peer).user == "ann")
        await #expect(throws: SMTPFailure.login) {
            try await send(message(), settings(peer, login: "ann:wrong@", .required))
        }
        #expect(!SMTPFailure.login.isPermanent)
    }

    @Test(
        "temporary and permanent refusals differ",
        arguments: [
            ("later@b.test", "Hello", SMTPFailure.later(451)),
            ("gone@b.test", "Hello", .refused(550)), ("ann@b.test", "spam", .refused(554)),
        ])
    func refusals(to: String, subject: String, expected: SMTPFailure) async throws {
        let peer = try peer("plain")
        await #expect(throws: expected) {
            try await send(message(to: to, subject: subject), settings(peer))
        }
        #expect(expected.isPermanent == (expected != .later(451)))
        try await send(message(), settings(peer))
        #expect(try seen(peer).to == ["ann@b.test"])
    }

    @Test func `a server that is away is a temporary failure`() async throws {
        let peer = try peer("plain")
        let settings = try settings(peer)
        peer.kill()
        await #expect(throws: SMTPFailure.unreachable) { try await send(message(), settings) }
        #expect(!SMTPFailure.unreachable.isPermanent)
    }

    @Test func `a server that says nothing runs into the time-out`() async throws {
        // It speaks HTTP, so it waits for the client to begin.
        let peer = try Peer("http_server.py")
        var settings = try settings(peer)
        settings.timeout = .milliseconds(300)
        await #expect(throws: SMTPFailure.unreachable) {
            try await send(message(), settings)
        }
    }

    @Test func `the operator's setting is read whole or not at all`() {
        let plain = SMTPSettings(configuration: "smtp://mail.test")
        #expect(plain?.url == "smtp://mail.test" && plain?.startTLS == .offered)
        let full = SMTPSettings(
            configuration: "smtps://ann:p%40ss@mail.test:465?starttls=offered&ca=/etc/ca.pem")
        #expect(full?.url == "smtps://ann:p%40ss@mail.test:465")
        #expect(full?.startTLS == .offered && full?.caFile == "/etc/ca.pem")
        #expect(SMTPSettings(configuration: "smtp://a:b@mail.test")?.startTLS == .required)
        for wrong in [
            "", "log:", "smtp:", "smtp://", "http://mail.test", "mail.test", "smtp://mail.test?x=1",
            "smtp://mail.test?starttls", "smtp://mail.test?starttls=no", "smtp://mail.test?",
            "smtp://mail.test\r\n", "smtp://mail test", "smtp://mail.test:99999",
        ] { #expect(SMTPSettings(configuration: wrong) == nil, "\(wrong)") }
    }
}
