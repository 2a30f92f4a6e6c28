import Jobs
import Synchronization
import TestSupport
import Testing
import Values

@Suite(.serialized)  // all mail is of one kind, so each test would send the others' mails
struct `Mail jobs` {
    let app: TestApp

    init() throws { app = try TestApp([]) }

    @Test("OV-14: a mail that is refused for now is sent later, with the same id")
    func temporaryFailure() async throws {
        let tenant = try await TestTenant.create(app)
        let address = "\(tenant.slug)@people.test"
        let attempts = Mutex<[ID]>([])
        var handlers = JobHandlers()
        handlers.sendMail { mail, id in
            guard mail.to == address else { return }
            let count = attempts.withLock {
                $0.append(id); return $0.count
            }
            #expect(mail.text == "Hello\n")
            if count == 1 { throw JobFailure.temporary("greylisted", pause: .milliseconds(20)) }
        }
        try await tenant.enqueue {
            Mail.enqueue(
                to: address, language: .english, subject: "Hi", paragraphs: ["Hello"], in: $0)
        }
        let process = try TestProcess(app, handlers)
        process.start()
        #expect(try await eventually { try await tenant.jobs(Mail.kind).isEmpty })
        #expect(attempts.withLock { $0.count } == 2)
        #expect(attempts.withLock { Set($0).count } == 1)
        await process.stop()
    }

    @Test("OV-14: a mail that is refused for good is put aside")
    func permanentFailure() async throws {
        let tenant = try await TestTenant.create(app)
        let address = "\(tenant.slug)@people.test"
        var handlers = JobHandlers()
        handlers.sendMail { mail, _ in
            if mail.to == address { throw JobFailure.permanent("smtp_550") }
        }
        try await tenant.enqueue {
            Mail.enqueue(
                to: address, language: .english, subject: "Hi", paragraphs: ["Hello"], in: $0)
        }
        try await tenant.enqueue {
            Mail.enqueue(
                to: "no address", language: .english, subject: "Hi", paragraphs: ["Hello"], in: $0)
        }
        let process = try TestProcess(app, handlers)
        process.start()
        #expect(
            try await eventually {
                try await tenant.jobs(Mail.kind).filter { $0.state == .dead }.count == 2
            })
        let errors = try await tenant.jobs(Mail.kind).map { $0.lastError ?? "" }
        #expect(Set(errors) == ["smtp_550", "malformed_mail"])
        await process.stop()
    }

    @Test("SEC-11: a line break in a subject cannot add a header")
    func subject() {
        let mail = Mail(to: "a@b.example", subject: "Hi\r\nBcc: c@d.example\u{0}\u{2028}", text: "")
        #expect(mail.subject == "Hi  Bcc: c@d.example  ")
    }
}
