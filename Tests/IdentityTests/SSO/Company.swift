import Crypto
import HTTPClient
import Tenancy
import Persistence
import TestSupport
import Testing
import Values

@testable import Identity

/// Several providers in memory, told apart by their addresses.
struct TestProviders: HTTPSending {
    let all: [TestProvider]

    func send(
        _ request: OutgoingRequest
    ) async throws(HTTPClientFailure) -> IncomingResponse {
        for provider in all where request.url.hasPrefix(provider.issuer + "/") {
            return try await provider.send(request)
        }
        throw .resolve
    }
}

/// A workspace that signs its people in through a provider of its own.
struct Company: Sendable {
    let world: World
    let tenant: TestTenant
    let owner: TestMember
    let provider: TestProvider
    let names: TestNameServer
    /// Only this company's, so that tests do not meet.
    let domain: String
    let path = "/v1/workspace/sso"

    static let secret = "client secret"

    /// A company that has set nothing up yet.
    static func make(
        plan: String = "ENTERPRISE", _ adjust: (inout ServiceSettings) -> Void = { _ in }
    ) async throws -> Company {
        let names = try TestNameServer()
        let world = try World {
            $0.nameServers = names.address
            adjust(&$0)
        }
        let clock = world.app.clock
        let provider = TestProvider { clock.now.seconds }
        let company = try await make(in: world, plan: plan, provider, names)
        try await company.install([provider])
        return company
    }

    /// One more company in the same world.
    static func make(
        in world: World, plan: String = "ENTERPRISE", _ provider: TestProvider,
        _ names: TestNameServer
    ) async throws -> Company {
        let tenant = try await TestTenant.create(world.app, plan: plan)
        let owner = try await tenant.member(.owner, name: "Olga Owner")
        try await world.setPassword(goodPassword, of: owner.personID)
        return Company(
            world: world, tenant: tenant, owner: owner, provider: provider, names: names,
            domain: "\(tenant.slug).example")
    }

    func install(_ providers: [TestProvider]) async throws {
        try await world.app.run { services in
            services.install(SSOProviders(services, http: TestProviders(all: providers)))
        }
    }

    var settings: JSON {
        [
            "provider": "custom", "issuer": .string(provider.issuer), "client_id": "courtyard",
            "client_secret": .string(Self.secret), "email_domains": [.string(domain)],
        ]
    }

    func role(_ role: BuiltinRole) async throws -> JSON {
        let rows = try await tenant.run(
            "SELECT id FROM tenant.roles WHERE builtin = \(role.rawValue)")
        return .string(rows[0].id(0).description)
    }

    /// Sets single sign-on up, up to its use; newcomers get the role User.
    static func inUse(
        _ adjust: (JSON) -> JSON = { $0 }
    ) async throws -> Company {
        let company = try await make()
        try await company.putIntoUse(adjust)
        return company
    }

    func putIntoUse(_ adjust: (JSON) -> JSON = { $0 }) async throws {
        let base = settings.with("auto_provision", true)
            .with("default_role_id", try await role(.user))
        var saved = await owner.client.put(path, adjust(base))
        // A server process may have read its login's roles before this workspace was made; it then
        // asks to come again and connects anew.
        for _ in 0..<3 where saved.status == 503 {
            saved = await owner.client.put(path, adjust(base))
        }
        try #require(saved.status == 200, "\(saved.text)")
        publishRecords(saved)
        let tested = try await test()
        try #require(tested.status == 200, "\(tested.text)")
        let active = await owner.client.post(path + "/activate")
        try #require(active.string("status") == "active", "\(active.text)")
        signInAtProvider("user-1", "ann@\(domain)", name: "Ann")
    }

    /// Puts the DNS records in place that the answer asks for.
    func publishRecords(_ answer: Answer) {
        for entry in answer["email_domains"].arrayValue ?? [] {
            guard let name = entry["record_name"]?.stringValue,
                let value = entry["record_value"]?.stringValue
            else { continue }
            names.set(name, .text(["unrelated", value]))
        }
    }

    func signInAtProvider(_ subject: String, _ email: String, name: String = "Somebody") {
        provider.change {
            $0.user = [
                "sub": .string(subject), "email": .string(email), "email_verified": true,
                "name": .string(name),
            ]
        }
    }

    /// A test login by the Owner.
    func test(by browser: Browser? = nil) async throws -> Answer {
        let browser = browser ?? Browser(owner)
        signInAtProvider("owner-at-provider", "olga@\(domain)")
        let begun = await browser.post(path + "/test")
        guard let address = begun.string("authorization_url") else { return begun }
        return try await finish(browser, address)
    }

    var connectionID: ID {
        get async throws {
            try await world.run(
                "SELECT id FROM platform.sso_connections WHERE tenant_number = \(tenant.number)"
            )[0].id(0)
        }
    }

    /// What a login was begun with.
    func begin(_ browser: Browser, returnTo: String? = nil) async throws -> String {
        var body: JSON = ["workspace_slug": .string(tenant.slug)]
        if let returnTo { body = body.with("return_to", .string(returnTo)) }
        let answer = await browser.post("/v1/auth/sso/start", body)
        return try #require(answer.string("authorization_url"), "\(answer.text)")
    }

    /// Signs in at the provider and comes back; `adjust` changes what comes back.
    func finish(
        _ browser: Browser, _ address: String,
        _ adjust: ([String: String]) -> [String: String] = { $0 }
    ) async throws -> Answer {
        let back = adjust(provider.authorize(address))
        return await browser.post(
            "/v1/auth/sso/callback/\(try await connectionID)",
            .object(back.map { JSON.Member(name: $0.key, value: .string($0.value)) }))
    }

    /// A whole login.
    @discardableResult
    func logIn(_ browser: Browser) async throws -> Answer {
        try await finish(browser, try await begin(browser))
    }

    var browser: Browser { Browser(world.app) }

    func person(_ email: String) async throws -> ID? {
        try await world.run("SELECT id FROM platform.persons WHERE email_key = \(email)")
            .first?.id(0)
    }

    /// The role's built-in name and the status of a person's seat.
    func seat(of person: ID) async throws -> String? {
        try await tenant.run(
            """
            SELECT r.builtin || ' ' || m.status FROM tenant.members m
            JOIN tenant.roles r ON r.id = m.role_id WHERE m.person_id = \(person)
            """
        ).first?.text(0)
    }

    func audits(_ action: String) async throws -> Int {
        try await tenant.run("SELECT id FROM tenant.audit_events WHERE action = \(action)").count
    }

    /// Changes the plan as staff would.
    func change(plan: String) async throws {
        let number = tenant.number
        try await world.run(
            """
            UPDATE cell.tenants t SET plan = p.name, limits = p.limits, features = p.features,
                epoch = t.epoch + 1
            FROM platform.plans p WHERE p.name = \(plan) AND t.number = \(number)
            """)
    }

    func subjects(to address: String) async throws -> [String] {
        try await world.run(
            """
            SELECT payload->>'subject' FROM cell.jobs
            WHERE kind = 'mail.send' AND payload->>'to' = \(address) ORDER BY id
            """
        ).map { $0.text(0) }
    }
}
