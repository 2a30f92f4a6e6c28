import Foundation
import Testing

@testable import HTTPClient

func mailbox(_ address: String, name: String = "") throws -> MailMessage.Mailbox {
    try #require(MailMessage.Mailbox(name: name, address: address))
}

func message(
    to: String = "ann@b.test", name: String = "", subject: String = "Hello", text: String = "Hi\n"
) throws -> MailMessage {
    try #require(
        MailMessage(
            from: mailbox("app@courtyard.test", name: "Courtyard"), to: mailbox(to, name: name),
            subject: subject, text: text, date: 1_795_266_640, id: "0190-a.b_C"))
}

@Suite struct `Mail messages` {
    @Test func `the whole message`() throws {
        let bytes = try message(name: "Änn", text: "Grüße\nTwo = 2").bytes
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == [
                    "Date: Sat, 21 Nov 2026 13:10:40 +0000",
                    "From: \"Courtyard\"", " <app@courtyard.test>",
                    "To: =?utf-8?B?w4Rubg==?=", " <ann@b.test>",
                    "Subject: Hello",
                    "Message-ID: <0190-a.b_C@courtyard.test>",
                    "Auto-Submitted: auto-generated",
                    "MIME-Version: 1.0",
                    "Content-Type: text/plain; charset=utf-8",
                    "Content-Transfer-Encoding: quoted-printable",
                    "",
                    "Gr=C3=BC=C3=9Fe", "Two =3D 2", "",
                ].joined(separator: "\r\n"))
    }

    @Test("ID-37: a mail says in which language it is")
    func language() throws {
        let box = try mailbox("a@b.test")
        func bytes(_ language: String) -> String? {
            MailMessage(
                from: box, to: box, subject: "", text: "", language: language, date: 0, id: "1"
            ).map { String(decoding: $0.bytes, as: UTF8.self) }
        }
        #expect(bytes("ar")?.contains("\r\nContent-Language: ar\r\nContent-Type") == true)
        #expect(bytes("ar\r\nBcc: x@y.test") == nil)
    }

    @Test("BL-55, SEC-30: a file goes with the message as a part of its own, in base 64")
    func attachment() throws {
        let box = try mailbox("a@b.test")
        let content = (0..<200).map { UInt8($0) }
        let file = try #require(
            MailMessage.Attachment(
                name: "inv-2026-000001.pdf", mediaType: "application/pdf", content: content))
        let message = try #require(
            MailMessage(
                from: box, to: box, subject: "Invoice", text: "Grüße\n--=_0190\n", date: 0,
                id: "0190", attachments: [file]))
        let text = String(decoding: message.bytes, as: UTF8.self)
        let parts = text.components(separatedBy: "--=_0190\r\n")
        #expect(parts.count == 3 && text.hasSuffix("\r\n--=_0190--\r\n"))
        #expect(parts[0].hasSuffix("multipart/mixed; boundary=\"=_0190\"\r\n\r\n"))
        #expect(parts[1].hasSuffix("\r\nGr=C3=BC=C3=9Fe\r\n--=3D_0190\r\n\r\n"))
        #expect(parts[2].contains("filename=\"inv-2026-000001.pdf\"\r\n"))
        let body = try #require(parts[2].components(separatedBy: "\r\n\r\n").dropFirst().first)
        #expect(body.components(separatedBy: "\r\n").allSatisfy { $0.utf8.count <= 76 })
        #expect(Data(base64Encoded: body, options: .ignoreUnknownCharacters) == Data(content))
    }

    @Test("SEC-30: nothing that could add a header is a file's name or type")
    func attachmentNames() {
        for (name, type) in [
            ("", "a/b"), ("a\r\nBcc: x@y.test", "a/b"), ("a\"b", "a/b"), ("../a", "a/b"),
            ("a.pdf", ""), ("a.pdf", "pdf"), ("a.pdf", "a/b\r\nX: y"), ("a.pdf", "a/b/c"),
            (String(repeating: "a", count: 101), "a/b"),
        ] {
            #expect(MailMessage.Attachment(name: name, mediaType: type, content: []) == nil)
        }
    }

    @Test(
        "row 11: nothing that could add a header or a recipient is an address",
        arguments: [
            "", "a", "@b.test", "a@", "a@b@c.test", "a b@c.test", "a@b.test\r\nBcc: x@y.test",
            "a@b.test\n", "a@b.test,c@d.test", "<a@b.test>", "a@b.test>", "a@b.test\u{0}",
            "ä@b.test", "\"a\"@b.test", "a@b.test;c", "a\u{85}@b.test", "a@[127.0.0.1]",
        ])
    func addresses(address: String) {
        #expect(MailMessage.Mailbox(address: address) == nil)
    }

    @Test(
        "row 11: nothing that could add a header is a subject or a name",
        arguments: [
            "a\r\nBcc: x@y.test", "a\nb", "a\rb", "a\u{0}", "a\u{85}b", "a\u{2028}b", "b\u{7F}",
        ])
    func injection(text: String) throws {
        #expect(MailMessage.Mailbox(name: text, address: "a@b.test") == nil)
        let box = try mailbox("a@b.test")
        #expect(
            MailMessage(from: box, to: box, subject: text, text: "", date: 0, id: "1") == nil)
        #expect(MailMessage(from: box, to: box, subject: "", text: "", date: 0, id: text) == nil)
    }

    @Test(
        "row 2: subjects come back as they were",
        arguments: [
            "Hello", "", " leading", "Grüße aus Köln", "=?utf-8?B?eA==?=", "\"quoted\" <x>",
            String(repeating: "a", count: 61), String(repeating: "日本語😀", count: 60),
        ])
    func subjects(subject: String) throws {
        let written = MailSyntax.phrase(subject)
        var bytes = Data()
        for line in written.components(separatedBy: "\r\n ") {
            #expect(line.utf8.count <= 75)
            if line.hasPrefix("=?utf-8?B?"), line.hasSuffix("?=") {
                let digits = line.dropFirst(10).dropLast(2)
                let word = try #require(Data(base64Encoded: String(digits)))
                #expect(String(validating: word, as: UTF8.self) != nil)
                bytes += word
            } else {
                bytes += Data(line.utf8)
            }
        }
        #expect(String(decoding: bytes, as: UTF8.self) == subject)
    }

    @Test(
        "quoted-printable keeps lines short and line ends plain",
        arguments: [
            ("a\nb\r\nc\rd", "a\r\nb\r\nc\r\nd\r\n"), ("", ""), ("\n", "\r\n"),
            ("a \nb\t", "a=20\r\nb=09\r\n"), ("=", "=3D\r\n"), ("\u{0}\u{7F}", "=00=7F\r\n"),
            ("\n.\n", "\r\n.\r\n"), ("From x", "From x\r\n"),
            (
                String(repeating: "x", count: 80),
                String(repeating: "x", count: 75) + "=\r\nxxxxx\r\n"
            ),
        ])
    func quotedPrintable(text: String, expected: String) {
        #expect(String(decoding: QuotedPrintable.encode(text), as: UTF8.self) == expected)
    }

    @Test func `no line of a body is longer than 76 characters`() {
        for text in [String(repeating: "😀 =", count: 500), String(repeating: "é", count: 999)] {
            let lines = QuotedPrintable.encode(text).split(separator: 10)
            #expect(lines.allSatisfy { $0.count <= 77 })
        }
    }
}
