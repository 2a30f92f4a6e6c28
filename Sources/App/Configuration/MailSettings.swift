import EventLoop
import HTTPClient
import Jobs
import Values

/// How mail leaves, as COURTYARD_MAIL and COURTYARD_MAIL_FROM say.
package enum MailSettings: Sendable {
    /// Printed where the server runs; nothing is sent.
    case log
    case smtp(SMTPSettings, from: MailMessage.Mailbox)

    init(_ reader: inout EnvironmentReader) {
        self = .log
        let sender = reader.text("COURTYARD_MAIL_FROM")
        guard let text = reader.text("COURTYARD_MAIL"), text != "log:" else { return }
        guard let settings = SMTPSettings(configuration: text) else {
            reader.mistakes.append(
                "COURTYARD_MAIL must be log: or like smtp://user:password@mail.example:587.")
            return
        }
        guard let sender, EmailAddress.isValid(sender),
            let from = MailMessage.Mailbox(name: "Courtyard", address: sender)
        else {
            reader.mistakes.append(
                "COURTYARD_MAIL_FROM must be the e-mail address from which mails are sent.")
            return
        }
        self = .smtp(settings, from: from)
    }

    /// The transport that job handlers on the loop use.
    func transport(on loop: EventLoop, log: RequestLog) -> MailTransport {
        switch self {
        case .log:
            { mail, _ in
                let rule = String(repeating: "-", count: 72)
                let files = mail.attachments.map {
                    "Attached: \($0.name), \($0.content.count) bytes\n"
                }
                log.text(
                    "\(rule)\nMail to \(mail.to)\nSubject: \(mail.subject)\n\n\(mail.text)\n"
                        + files.joined() + rule)
            }
        case .smtp(let settings, let from):
            Self.smtp(SMTPTransport(loop: loop, settings: settings), from: from)
        }
    }

    private static func smtp(
        _ transport: SMTPTransport, from: MailMessage.Mailbox
    ) -> MailTransport {
        { mail, id in
            let attachments = mail.attachments.compactMap {
                MailMessage.Attachment(
                    name: $0.name, mediaType: $0.mediaType, content: $0.content)
            }
            guard let to = MailMessage.Mailbox(address: mail.to),
                attachments.count == mail.attachments.count,
                let message = MailMessage(
                    from: from, to: to, subject: mail.subject, text: mail.text,
                    language: mail.language.rawValue, date: Instant.system.seconds,
                    id: id.description, attachments: attachments)
            else { throw JobFailure.permanent("malformed_mail") }
            do {
                try await transport.send(message)
            } catch let failure as SMTPFailure where failure.isPermanent {
                throw JobFailure.permanent("mail_refused")
            }
        }
    }
}
