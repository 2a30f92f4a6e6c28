import Foundation
import TestSupport
import Testing
import Values

@Suite struct `Stories of codes on their way` {
    private static let ana = "ana@harbour.example"

    /// Ana gives her password and has a code mailed.
    private func ask(_ browser: Browser) throws -> Browser.Page {
        let challenge = try browser.give(of: Self.ana)
        #expect(challenge["state"] == "two_factor_required", "\(challenge.body)")
        #expect(try browser.send(for: challenge).status == 202)
        return challenge
    }

    @Test(
        """
        ST-04, ID-62, SEC-103: codes go out over SMTP; a mail server that is away delays them and \
        breaks nothing
        """)
    func mailServer() throws {
        let mail = try MailServer()
        let world = try World(mail: mail)
        let ana = try world.signUp("Harbour", "Ana Ruiz", Self.ana)
        let browser = Browser(world.server)
        var position = world.mails.count
        var challenge = try ask(browser)
        let first = try world.mailedCode(to: Self.ana, after: position)
        #expect(try browser.prove(challenge, "email", first)["state"] == "authenticated")

        mail.stop()
        try world.server.set(ahead: .seconds(61))
        position = world.mails.count
        challenge = try ask(browser)
        try world.awaitCode("state = 'waiting' AND attempts > 0 AND last_error IS NOT NULL")
        #expect(try browser.get("/ready").status == 200)
        #expect(try ana.get("/v1/contacts").status == 200)
        try world.logIn(Self.ana)
        try mail.start()
        try world.hurryCodes()
        let late = try world.mailedCode(to: Self.ana, after: position)
        #expect(try browser.prove(challenge, "email", late)["state"] == "authenticated")

        // One that has expired meanwhile is dropped.
        try world.awaitCode(nil)
        mail.stop()
        try world.server.set(ahead: .seconds(122))
        position = world.mails.count
        _ = try ask(browser)
        try world.awaitCode("state = 'waiting' AND attempts > 0")
        try world.server.set(ahead: .seconds(122 + 301))
        try world.awaitCode(nil)
        try mail.start()
        let reset = try browser.post("/v1/auth/forgot-password", ["email": .string(Self.ana)])
        #expect(reset.status == 202)
        _ = try world.mailedToken(to: Self.ana, after: position)
        let later = String(world.mails.dropFirst(position))
        #expect(later.components(separatedBy: "Mail to ").count == 2, "\(later)")
        #expect(!world.server.output.contains(first) && !world.server.output.contains(late))
        #expect(world.server.stop() == 0)
    }

    @Test(
        "ST-04, ID-63, ID-141: kill -9 neither brings a used code back nor loses one to be sent")
    func killed() throws {
        let mail = try MailServer()
        let world = try World(mail: mail)
        let ana = try world.signUp("Harbour", "Ana Ruiz", Self.ana)
        // The code of the sign-up was sent less than a minute ago.
        let ahead: Duration = .seconds(61)
        try world.server.set(ahead: ahead)
        let app = try enrolApp(ana, world, at: .system + ahead)
        let browser = Browser(world.server)
        let code = try app.code(at: .system + ahead + .seconds(30))
        var challenge = try browser.give(of: Self.ana)
        #expect(try browser.prove(challenge, "totp", code)["state"] == "authenticated")
        try world.killServer()
        try world.server.set(ahead: ahead)
        let other = Browser(world.server)
        challenge = try other.give(of: Self.ana)
        #expect(try other.prove(challenge, "totp", code).code == "invalid_code")
        // The session of which the answer told is there.
        browser.server = world.server
        #expect(try browser.get("/v1/me").status == 200)

        mail.stop()
        let position = world.mails.count
        challenge = try ask(other)
        try world.killServer()
        #expect(try world.database.sql("SELECT count(*) FROM \(World.codes)") == "1")
        try mail.start()
        // Also if it was killed while it tried to send: the claim of the dead ends so.
        try world.server.set(ahead: ahead + .seconds(31))
        let sent = try world.mailedCode(to: Self.ana, after: position)
        other.server = world.server
        #expect(try other.prove(challenge, "email", sent)["state"] == "authenticated")
        try world.awaitCode(nil)
        let mails = world.mails.dropFirst(position).components(separatedBy: sent)
        #expect(mails.count == 2)
        #expect(world.server.stop() == 0)
    }

    @Test("ST-04, ID-62: kill -9 while a code is being stored: none was sent, another can be")
    func killedBeforeStoring() throws {
        let mail = try MailServer()
        let world = try World(mail: mail)
        _ = try world.signUp("Harbour", "Ana Ruiz", Self.ana)
        let browser = Browser(world.server)
        let challenge = try browser.give(of: Self.ana)
        let position = world.mails.count
        let lock = try TableLock("platform.code_sends", in: world.database)
        let asking = DispatchGroup()
        DispatchQueue.global().async(group: asking) { _ = try? browser.send(for: challenge) }
        try lock.awaitWaiting()
        world.server.kill()
        asking.wait()
        try lock.release()
        try world.killServer()
        browser.server = world.server
        #expect(try browser.send(for: challenge).status == 202)
        let code = try world.mailedCode(to: Self.ana, after: position)
        #expect(try browser.prove(challenge, "email", code)["state"] == "authenticated")
        try world.awaitCode(nil)
        let mails = world.mails.dropFirst(position).components(separatedBy: "Your Courtyard code")
        #expect(mails.count == 2)
    }

    /// Ana adds an authenticator app to her mailed codes.
    private func enrolApp(
        _ ana: Browser, _ world: World, at now: Instant
    ) throws -> Authenticator {
        let began = try ana.post("/v1/me/two-factor/totp")
        let app = Authenticator(secret: try #require(began["secret"], "\(began.body)"))
        let position = world.mails.count
        #expect(try ana.post("/v1/me/two-factor/verification", ["via": "email"]).status == 202)
        let verification = try world.mailedCode(to: Self.ana, after: position)
        let enabled = try ana.post(
            "/v1/me/two-factor",
            [
                "method": "totp", "code": .string(try app.code(at: now)),
                "verification_code": .string(verification),
            ])
        #expect(enabled.status == 200, "\(enabled.body)")
        return app
    }
}

/// Another session that holds a table, so that whoever needs it waits.
private final class TableLock {
    private let table: String
    private let database: StoryDatabase
    private let holder: ChildProcess

    init(_ table: String, in database: StoryDatabase) throws {
        (self.table, self.database) = (table, database)
        holder = try ChildProcess(
            "psql",
            [
                "-X", "-d", database.superuserURL, "-c",
                "BEGIN; LOCK TABLE \(table) IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(600)",
            ], environment: ProcessInfo.processInfo.environment, output: "/dev/null")
        try wait(for: "granted AND mode = 'AccessExclusiveLock'")
    }

    /// Waits until somebody else waits.
    func awaitWaiting() throws { try wait(for: "NOT granted") }

    func release() throws {
        try database.sql(
            """
            SELECT pg_terminate_backend(pid) FROM \(locks)
                AND granted AND mode = 'AccessExclusiveLock'
            """)
        holder.wait()
    }

    private var locks: String {
        """
        pg_locks WHERE relation = '\(table)'::regclass AND database = (
            SELECT oid FROM pg_database WHERE datname = current_database())
        """
    }

    private func wait(for condition: String) throws {
        let start = Date()
        while try database.sql("SELECT count(*) FROM \(locks) AND \(condition)") == "0" {
            guard Date().timeIntervalSince(start) < 60 else {
                throw Shell.Failure(description: "nobody: \(table) \(condition)")
            }
            usleep(20_000)
        }
    }
}

extension World {
    /// The queue of codes, for `FROM`.
    static let codes = "cell.jobs WHERE kind = 'identity.code'"

    /// Does not wait for the pause after a failure.
    func hurryCodes() throws {
        let page = try Browser(server).post("/v1/test/jobs/run", ["job": "identity.code"])
        guard page.status == 204 else { throw Shell.Failure(description: page.body) }
    }

    /// Waits until a code stands in the queue so; nil until none does.
    func awaitCode(_ condition: String?) throws {
        let start = Date()
        let query = "SELECT count(*) FROM \(Self.codes) AND \(condition ?? "true")"
        while try database.sql(query) != (condition == nil ? "0" : "1") {
            guard Date().timeIntervalSince(start) < 60 else {
                let rows = try database.sql(
                    "SELECT state, attempts, last_error FROM \(Self.codes)")
                throw Shell.Failure(description: "never \(condition ?? "gone"): \(rows)")
            }
            usleep(20_000)
        }
    }
}
