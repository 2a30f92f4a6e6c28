import Foundation
import Synchronization
import TestSupport
import Values

/// A freshly started server on an empty database, and the people of the stories.
final class World: Sendable {
    static let password = "violet tramway under snow"

    let database: StoryDatabase
    private let recoveryCodes = Mutex<[String: [JSON]]>([:])
    private let environment: [String: String]
    private let running: Mutex<ServerProcess>
    /// Where mails go; nil for the log of the server.
    private let mail: MailServer?

    init(
        _ database: StoryDatabase? = nil, environment: [String: String] = [:],
        mail: MailServer? = nil, wrapper: [String] = []
    ) throws {
        self.database = try database ?? StoryDatabase()
        self.mail = mail
        self.environment = environment.merging(mail?.settings ?? [:]) { $1 }
        try ServerProcess.command(["migrate"], on: self.database)
        running = Mutex(
            try ServerProcess(self.database, environment: self.environment, wrapper: wrapper))
    }

    var server: ServerProcess { running.withLock { $0 } }

    /// kill -9, and a new one at another address; browsers have to be told.
    func killServer() throws {
        server.kill()
        let next = try ServerProcess(database, environment: environment)
        running.withLock { $0 = next }
    }

    /// All mails so far, as the server prints them.
    var mails: String { mail?.text ?? server.output }

    /// Signs up a company, opens the mailed link and logs its first Owner in.
    func signUp(_ company: String, _ name: String, _ email: String, plan: String = "FREE") throws
        -> Browser
    {
        let browser = Browser(server)
        let asked = try browser.post(
            "/v1/auth/signup",
            [
                "company_name": .string(company), "name": .string(name), "email": .string(email),
                "password": .string(Self.password),
            ])
        guard asked.status == 202 else { throw Shell.Failure(description: asked.body) }
        let confirmed = try browser.post(
            "/v1/auth/confirm-signup",
            [
                "token": .string(try mailedToken(to: email)), "password": .string(Self.password),
            ])
        guard confirmed.status == 201 else { throw Shell.Failure(description: confirmed.body) }
        if plan != "FREE", let id = confirmed["workspace.id"] { try setPlan(plan, of: id) }
        return try logIn(email, on: browser)
    }

    /// Logs in; the browser then carries the session of a person with one workspace.
    @discardableResult
    func logIn(
        _ email: String, _ password: String = World.password, on browser: Browser? = nil
    ) throws -> Browser {
        let browser = browser ?? Browser(server)
        let answer = try browser.post(
            "/v1/auth/login", ["email": .string(email), "password": .string(password)])
        guard answer.status == 200 else { throw Shell.Failure(description: answer.body) }
        try passFactor(after: answer, email, on: browser)
        return browser
    }

    /// Goes through what a login asks for after the password: mailed codes are set up the first
    /// time, and later one of the recovery codes is used that came with them.
    func passFactor(after answer: Browser.Page, _ email: String, on browser: Browser) throws {
        let passed: Browser.Page
        switch answer["state"] {
        case "two_factor_enrolment_required":
            let position = mails.count
            let sent = try browser.post("/v1/auth/enrolment/verification", ["via": "email"])
            guard sent.status == 202 else { throw Shell.Failure(description: sent.body) }
            let code = try mailedCode(to: email, after: position)
            passed = try browser.post(
                "/v1/auth/enrolment", ["method": "email", "verification_code": .string(code)])
            if case .array(let codes)? = passed.json["recovery_codes"] {
                recoveryCodes.withLock { $0[email] = codes }
            }
        case "two_factor_required":
            passed = try browser.prove(answer, "recovery", recoveryCode(of: email))
        default: return
        }
        guard passed.status == 200 else { throw Shell.Failure(description: passed.body) }
    }

    /// One of the codes on paper that were shown when mailed codes were set up; used up by this.
    func recoveryCode(of email: String) -> String {
        recoveryCodes.withLock { $0[email]?.popLast()?.stringValue } ?? ""
    }

    /// The secret of the newest link that was mailed to the address.
    func mailedToken(to email: String, after position: Int = 0) throws -> String {
        String(try mailed("#token=[A-Za-z0-9_-]{43}", to: email, after: position).dropFirst(7))
    }

    /// What the newest mail to the address has that looks like `pattern`.
    func mailed(
        _ pattern: String, to email: String, after position: Int
    ) throws -> String {
        let start = Date()
        while Date().timeIntervalSince(start) < 60 {
            let text = String(mails.dropFirst(position))
            let found = text.components(separatedBy: "Mail to \(email)\n").dropFirst()
            // A notice may have left after it.
            for mail in found.reversed() {
                if let range = mail.range(of: pattern, options: .regularExpression) {
                    return String(mail[range])
                }
            }
            usleep(50_000)
        }
        throw Shell.Failure(description: "nothing like \(pattern) was mailed to \(email)")
    }

    /// What staff will do once billing has landed.
    func setPlan(_ plan: String, of workspace: String) throws {
        try database.sql(
            """
            UPDATE cell.tenants t SET plan = p.name, limits = p.limits, features = p.features,
                epoch = t.epoch + 1 FROM platform.plans p
            WHERE p.name = '\(plan)' AND t.id = '\(workspace)';
            UPDATE platform.tenants SET plan = '\(plan)' WHERE id = '\(workspace)'
            """)
    }

    /// Invites a person, who then logs in and replaces the password that was chosen for them.
    func invite(
        _ name: String, _ email: String, role: String, by owner: Browser
    ) throws -> Browser {
        let invited = try owner.post(
            "/v1/members",
            [
                "name": .string(name), "email": .string(email),
                "role_id": .string(try roleID(role, owner)),
                "password": "a first password to replace",
            ])
        guard invited.status == 201 else { throw Shell.Failure(description: invited.body) }
        let browser = try logIn(email, "a first password to replace")
        let changed = try browser.post(
            "/v1/auth/change-initial-password", ["new_password": .string(Self.password)])
        guard changed.status == 200 else { throw Shell.Failure(description: changed.body) }
        try passFactor(after: changed, email, on: browser)
        return browser
    }

    func roleID(_ name: String, _ browser: Browser) throws -> String {
        for row in try browser.get("/v1/roles").rows {
            if row["name"] == .string(name), case .string(let id)? = row["id"] { return id }
        }
        throw Shell.Failure(description: "there is no role \(name)")
    }
}
