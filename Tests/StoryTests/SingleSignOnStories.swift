import Foundation
import TestSupport
import Testing
import Values

/// django-oauth-toolkit as an identity provider: Tests/Peers/openid_provider.py.
final class OpenIDProvider: Sendable {
    /// One for all stories, as Django takes its time to start; it ends with the tests.
    static let shared = Result { try OpenIDProvider() }

    let issuer: String
    private let process: ChildProcess
    private let folder = NSTemporaryDirectory() + "courtyard-provider-" + UUID().uuidString

    private static let python = TestEnvironment.repository + "/.venv/bin/python"
    private static let script = "Tests/Peers/openid_provider.py"

    init() throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let port = try FreePort.find()
        issuer = "http://127.0.0.1:\(port)/o"
        let log = folder + "/log"
        process = try ChildProcess(
            Self.python, [Self.script, "serve", folder, "\(port)"],
            environment: ProcessInfo.processInfo.environment, output: log)
        let start = Date()
        while !Shell.contents(of: log).contains("ready") {
            guard process.isRunning, Date().timeIntervalSince(start) < 180 else {
                throw Shell.Failure(
                    description: "the provider did not start: \(Shell.contents(of: log))")
            }
            usleep(100_000)
        }
    }

    func register(_ client: String, secret: String, redirect: String, logout: String) throws {
        try Shell.check(
            Self.python, [Self.script, "register", folder, client, secret, redirect, logout])
    }

    func add(_ name: String, _ email: String) throws {
        try Shell.check(Self.python, [Self.script, "person", folder, name, email, "provider pass"])
    }

    /// What a browser does that was sent to the address: it follows, signs in, and follows until it
    /// is led back.
    ///
    /// - Returns: The address it is led back to.
    func signIn(_ email: String, at address: String) throws -> String {
        let jar = folder + "/jar-" + UUID().uuidString
        let base = String(issuer.dropLast(2))
        var next = address
        for _ in 0..<6 {
            var arguments = ["-s", "-S", "-o", "/dev/null", "-w", "%{redirect_url}"]
            arguments += ["-b", jar, "-c", jar, "--max-time", "60"]
            if next.hasPrefix(base + "/login") {
                arguments += [
                    "--data-urlencode", "username=\(email)", "--data-urlencode",
                    "password=provider pass",
                ]
            }
            next = try Shell.check("curl", arguments + [next])
            if !next.hasPrefix(base) { return next }
        }
        throw Shell.Failure(description: "the provider leads nowhere: \(next)")
    }
}

extension Browser {
    /// Hands over what the provider sent along, as the page at that address does.
    func arrive(at address: String) throws -> Page {
        let query = FormQuery.dictionary(address)
        let id = address.split(separator: "?")[0].split(separator: "/").last ?? ""
        let known = query.filter { ["code", "state", "iss", "error"].contains($0.key) }
        return try post(
            "/v1/auth/sso/callback/\(id)",
            .object(known.map { JSON.Member(name: $0.key, value: .string($0.value)) }))
    }
}

@Suite struct `Stories of single sign-on` {
    @Test(
        "ID-80, ID-84, ID-91, SEC-77, SEC-78: a company signs in through a real provider"
    )
    func company() throws {
        let provider = try OpenIDProvider.shared.get()
        let names = try TestNameServer()
        let world = try World(environment: [
            "COURTYARD_DNS": names.address, "COURTYARD_TEST_LOCAL_PROVIDERS": "true",
        ])
        let owner = try world.signUp(
            "Harbour", "Olga Owner", "olga@harbour.example", plan: "ENTERPRISE")
        let saved = try owner.put(
            "/v1/workspace/sso",
            [
                "provider": "custom", "issuer": .string(provider.issuer),
                "client_id": "courtyard", "client_secret": "a secret: with signs/&=",
                "email_domains": ["harbour.example"], "auto_provision": true,
                "default_role_id": .string(try world.roleID("User", owner)),
            ])
        try #require(saved.status == 200, "\(saved.body)")
        try provider.register(
            "courtyard", secret: "a secret: with signs/&=",
            redirect: try #require(saved["redirect_uri"]), logout: world.server.address + "/")
        try provider.add("Olga at work", "olga@harbour.example")
        try provider.add("Ann at work", "ann@harbour.example")
        let record = saved.json["email_domains"]?.arrayValue?.first
        names.set(
            record?["record_name"]?.stringValue ?? "",
            .text([record?["record_value"]?.stringValue ?? ""]))

        #expect(try owner.post("/v1/workspace/sso/activate").code == "sso_not_tested")
        let begun = try owner.post("/v1/workspace/sso/test")
        let tested = try owner.arrive(
            at: try provider.signIn(
                "olga@harbour.example", at: try #require(begun["authorization_url"], "\(begun)")))
        #expect(tested["state"] == "tested", "\(tested.body)")
        let active = try owner.post("/v1/workspace/sso/activate")
        #expect(active["status"] == "active", "\(active.body)")

        let ann = Browser(world.server)
        let start = try ann.post(
            "/v1/auth/sso/start", ["email": "ann@harbour.example", "return_to": "/inbox"])
        let address = try #require(start["authorization_url"], "\(start.body)")
        let back = try provider.signIn("ann@harbour.example", at: address)
        let page = try Shell.check("curl", ["-s", "-S", "-i", "--max-time", "60", back])
        #expect(page.hasPrefix("HTTP/1.1 200"))
        #expect(page.contains("script-src 'self'"))
        let answer = try ann.arrive(at: back)
        #expect(answer["state"] == "authenticated", "\(answer.body)")
        #expect(answer["return_to"] == "/inbox")
        #expect(answer["person.name"] == "Ann at work")
        #expect(answer["member.role.name"] == "User")
        #expect(try ann.get("/v1/me").status == 200)
        #expect(try ann.arrive(at: back).code == "sso_rejected")

        // The provider demands PKCE: without our challenge it gives no code.
        let other = Browser(world.server)
        let second = try other.post("/v1/auth/sso/start", ["email": "ann@harbour.example"])
        let stripped = try #require(second["authorization_url"]).replacingOccurrences(
            of: "&code_challenge(_method)?=[^&]*", with: "", options: .regularExpression)
        let refused = try provider.signIn("ann@harbour.example", at: stripped)
        #expect(FormQuery.dictionary(refused)["error"] == "invalid_request")
        #expect(try other.arrive(at: refused).code == "sso_rejected")

        let left = try ann.post("/v1/auth/sso/logout")
        #expect(left["logout_url"]?.hasPrefix(provider.issuer + "/logout/?client_id=") == true)
        #expect(try ann.get("/v1/me").status == 401)
        // No token of the provider, and no secret, stands in the log.
        #expect(!world.server.output.contains("eyJ"))
        #expect(!world.server.output.contains("a secret: with"))
        #expect(world.server.stop() == 0)
    }
}
