import Persistence
import Tenancy
import Values

/// One message of plain text to one address.
///
/// It is sent by a job, so that it is neither lost nor waited for.
package struct Mail: Sendable, Equatable {
    /// A valid address (``EmailAddress``).
    package let to: String
    package let language: Language
    /// One line; control characters become spaces (checklist rule 30).
    package let subject: String
    package let text: String
    /// Files that go with it; a mail that has some is sent by the job that made them, since queued
    /// mails keep text alone.
    package var attachments: [Attachment] = []

    package struct Attachment: Sendable, Equatable {
        /// Letters, digits, hyphens, dots and underscores.
        package let name: String
        /// Such as `application/pdf`.
        package let mediaType: String
        package let content: [UInt8]

        package init(name: String, mediaType: String, content: [UInt8]) {
            (self.name, self.mediaType, self.content) = (name, mediaType, content)
        }
    }

    package static let kind = JobKind(
        "mail.send", maxAttempts: 12, firstRetry: .seconds(5), longestRetry: .seconds(3_600),
        lease: .seconds(60), timeout: .seconds(120))

    package init(to: String, language: Language = .english, subject: String, text: String) {
        self.to = to
        self.language = language
        self.subject = String(
            String.UnicodeScalarView(subject.unicodeScalars.map { Self.endsLine($0) ? " " : $0 }))
        self.text = text
    }

    /// A mail in the reader's language (ID-37), one paragraph after the other.
    ///
    /// A link or code is a paragraph of its own, so that it can be copied and stands the right way
    /// round in every script.
    package init(to: String, language: Language, subject: Phrase, paragraphs: [Phrase]) {
        // Mail programs take a plain text's direction from its first letter; this settles it also
        // where a paragraph begins with a Latin name.
        let mark = language.isRightToLeft ? "\u{200F}" : ""
        let text = paragraphs.map { paragraph in
            (paragraph.isVerbatim ? "" : mark) + paragraph.text(in: language)
        }
        self.init(
            to: to, language: language, subject: subject.text(in: language),
            text: text.joined(separator: "\n\n") + "\n")
    }

    /// The statement that queues a mail of the tenant; run it in the transaction it belongs to.
    package static func enqueue(
        to: String, language: Language, subject: Phrase, paragraphs: [Phrase],
        in context: TenantContext
    ) -> SQL {
        kind.enqueue(
            Mail(to: to, language: language, subject: subject, paragraphs: paragraphs).payload,
            in: context)
    }

    /// The statement that queues a mail of the platform itself.
    package static func enqueue(
        to: String, language: Language, subject: Phrase, paragraphs: [Phrase],
        in context: PlatformContext
    ) -> SQL {
        kind.enqueue(
            Mail(to: to, language: language, subject: subject, paragraphs: paragraphs).payload,
            in: context)
    }

    var payload: JSON {
        [
            "to": .string(to), "language": .string(language.rawValue), "subject": .string(subject),
            "text": .string(text),
        ]
    }

    /// Reads what ``payload`` wrote.
    init?(_ payload: JSON) {
        guard let to = payload["to"]?.stringValue, let subject = payload["subject"]?.stringValue,
            let text = payload["text"]?.stringValue
        else { return nil }
        self.init(
            to: to, language: Language(code: payload["language"]?.stringValue ?? ""),
            subject: subject, text: text)
    }

    private static func endsLine(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}

/// How a mail leaves: the log or an SMTP server, as App decides.
///
/// Throws ``JobFailure/permanent(_:)`` when the address or the message was refused for good (SMTP
/// 5xx); every other error is taken for temporary. The id is the same at every attempt and
/// serves as the message's id, by which a receiving server may recognise a second copy.
package typealias MailTransport = @Sendable (_ mail: Mail, _ id: ID) async throws -> Void

extension JobHandlers {
    /// Sends queued mails through `transport`.
    package mutating func sendMail(through transport: @escaping MailTransport) {
        handle(Mail.kind) { run in
            guard let mail = Mail(run.payload), EmailAddress.isValid(mail.to) else {
                throw JobFailure.permanent("malformed_mail")
            }
            try await transport(mail, run.id)
            return .finished
        }
    }
}
