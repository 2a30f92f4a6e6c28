import CLinux
import Jobs
import Values

/// How mail leaves, as COURTYARD_MAIL says.
enum MailDelivery {
    /// The transport of a `log:` or `smtp:` address.
    static func transport(_ address: String, log: RequestLog) -> MailTransport {
        { mail, _ in
            let rule = String(repeating: "-", count: 72)
            log.text(
                "\(rule)\nMail to \(mail.to)\nSubject: \(mail.subject)\n\n\(mail.text)\n\(rule)")
        }
    }
}
