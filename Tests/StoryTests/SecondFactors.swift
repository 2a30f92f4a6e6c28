import Foundation
import Values

/// A person's authenticator app: `oathtool`.
struct Authenticator: Sendable {
    /// As enrolment shows it, in Base32.
    let secret: String

    /// The code that the app shows at that time.
    func code(at now: Instant) throws -> String {
        try Shell.check(
            "oathtool", ["--totp", "--base32", "--now", "@\(now.seconds)", secret]
        ).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

extension World {
    /// The newest code of eight digits that was mailed to the address.
    func mailedCode(to email: String, after position: Int = 0) throws -> String {
        try mailed("\n\n[0-9]{8}\n", to: email, after: position)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

extension Browser {
    /// Gives the password alone.
    func give(_ password: String = World.password, of email: String) throws -> Page {
        try post("/v1/auth/login", ["email": .string(email), "password": .string(password)])
    }

    /// Has a code sent for the login that waits for its second factor.
    func send(for challenge: Page, by method: String = "email") throws -> Page {
        try post(
            "/v1/auth/two-factor/send",
            ["challenge_id": challenge.json["challenge_id"] ?? .null, "method": .string(method)])
    }

    /// Gives a code to the login that waits for it.
    func prove(_ challenge: Page, _ method: String, _ code: String) throws -> Page {
        try post(
            "/v1/auth/two-factor",
            [
                "challenge_id": challenge.json["challenge_id"] ?? .null,
                "method": .string(method), "code": .string(code),
            ])
    }
}

extension ServerProcess {
    /// Makes it that much later for the server than for the machine.
    func set(ahead: Duration) throws {
        let now = Instant.system + ahead
        let page = try Browser(self).post("/v1/test/clock", ["now": .string(now.description)])
        guard page.status == 204 else { throw Shell.Failure(description: page.body) }
    }
}
