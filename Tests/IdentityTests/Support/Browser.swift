import Crypto
import HTTP
import Persistence
import Tenancy
import TestSupport
import Values

/// A browser: keeps cookies, sends the origin, and repeats the CSRF token it was last given.
final class Browser: @unchecked Sendable {
    let app: TestApp
    var address: String
    var cookies: [String: String] = [:]
    var csrfToken: String?
    var origin: String? = "https://courtyard.test"

    init(_ app: TestApp, address: String = "192.0.2.1") {
        self.app = app
        self.address = address
    }

    /// A browser in which a member is signed in.
    convenience init(_ member: TestMember) {
        self.init(member.tenant.app)
        for (name, value) in member.client.fields {
            switch name {
            case "Cookie": cookies["__Host-courtyard"] = String(value.split(separator: "=")[1])
            case "X-CSRF-Token": csrfToken = value
            default: break
            }
        }
    }

    /// Another browser with the same cookies.
    func copy() -> Browser {
        let copy = Browser(app, address: address)
        copy.cookies = cookies
        copy.csrfToken = csrfToken
        return copy
    }

    func get(_ path: String) async -> Answer { await send(.get, path) }
    func post(_ path: String, _ body: JSON? = nil) async -> Answer { await send(.post, path, body) }
    @discardableResult
    func patch(_ path: String, _ body: JSON) async -> Answer { await send(.patch, path, body) }
    func put(_ path: String, _ body: JSON) async -> Answer { await send(.put, path, body) }
    func delete(_ path: String) async -> Answer { await send(.delete, path) }

    func send(
        _ method: Method, _ path: String, _ body: JSON? = nil, through other: TestApp? = nil
    ) async -> Answer {
        var fields: [(String, String)] = []
        if let origin { fields.append(("Origin", origin)) }
        if let csrfToken { fields.append(("X-CSRF-Token", csrfToken)) }
        if !cookies.isEmpty {
            fields.append(
                ("Cookie", cookies.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "; "))
            )
        }
        if body != nil { fields.append(("Content-Type", "application/json")) }
        let answer = await (other ?? app).send(
            method, path, fields: fields, body: body?.serialized ?? [], address: address)
        for name in ["", "-step", "-device", "-sso"] {
            guard let value = answer.cookie("__Host-courtyard" + name) else { continue }
            cookies["__Host-courtyard" + name] = value.isEmpty ? nil : value
        }
        if let token = answer.string("csrf_token") { csrfToken = token }
        return answer
    }

    /// Logs in; whoever has a second factor proves it by a recovery code that is made for it.
    @discardableResult
    func logIn(
        _ email: String, _ password: String, through other: TestApp? = nil,
        passesFactor: Bool = true
    ) async -> Answer {
        let answer = await send(
            .post, "/v1/auth/login", ["email": .string(email), "password": .string(password)],
            through: other)
        guard passesFactor, answer.state == "two_factor_required" else { return answer }
        let code = Base32.encode(SecureRandom.bytes(15))
        let digest = SHA256.digest(of: code).bytes
        _ = try? await app.run { services in
            try await services.database.write(
                [
                    """
                    INSERT INTO platform.recovery_codes (code_hash, person_id)
                    SELECT \(bytes: digest), id FROM platform.persons
                    WHERE email_key = \(email.lowercased())
                    """
                ], in: .identity)
        }
        return await send(
            .post, "/v1/auth/two-factor",
            ["challenge_id": answer["challenge_id"], "method": "recovery", "code": .string(code)],
            through: other)
    }

    var sessionCookie: String? { cookies["__Host-courtyard"] }
    var stepCookie: String? { cookies["__Host-courtyard-step"] }
}

extension Answer {
    var state: String? { string("state") }
    var retryAfter: Int? { field("Retry-After").flatMap { Int($0) } }
}
