import HTTPClient
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Identity

@Suite struct `Single sign-on settings` {
    @Test("ID-81, WS-62: other plans see that it is not available, and change nothing")
    func planGate() async throws {
        let company = try await Company.make(plan: "GROWTH")
        let shown = await company.owner.client.get(company.path)
        #expect(shown.status == 200)
        #expect(shown.json == ["available": false])
        for (verb, body): (String, JSON?) in [
            ("", company.settings), ("/activate", nil), ("/deactivate", nil), ("/test", nil),
            ("/check-domains", nil),
        ] {
            let answer =
                verb.isEmpty
                ? await company.owner.client.put(company.path, body)
                : await company.owner.client.post(company.path + verb)
            #expect(answer.status == 402)
            #expect(answer.code == "plan_feature_unavailable")
            #expect(answer.string("required_plan") == "ENTERPRISE")
        }
    }

    @Test("ID-82, ID-83: settings are saved inactive, and say what to register and to publish")
    func saved() async throws {
        let company = try await Company.make()
        #expect(
            await company.owner.client.get(company.path).string("status") == "not_configured")
        let saved = await company.owner.client.put(company.path, company.settings)
        #expect(saved.status == 200)
        #expect(saved.string("status") == "inactive")
        #expect(saved["tested"] == false)
        let id = try await company.connectionID
        #expect(
            saved.string("redirect_uri") == "https://courtyard.test/auth/sso/callback/\(id)")
        let record = try #require(saved["email_domains"].arrayValue?.first)
        #expect(record["record_name"] == .string("_courtyard-challenge.\(company.domain)"))
        #expect(record["verified"] == false)
        #expect(try await company.audits("sso.update") == 1)
    }

    @Test("OV-49: the client secret is sealed, and shown to nobody again")
    func secret() async throws {
        let company = try await Company.make()
        let secret = "a very secret client secret 1234"
        let saved = await company.owner.client.put(
            company.path, company.settings.with("client_secret", .string(secret)))
        #expect(saved["client_secret"] == ["set": true, "last4": "1234"])
        #expect(!saved.text.contains("very secret"))
        #expect(!(await company.owner.client.get(company.path)).text.contains("very secret"))
        let stored = try await company.world.run(
            """
            SELECT encode(client_secret, 'escape') FROM platform.sso_connections
            WHERE tenant_number = \(company.tenant.number)
            """)
        #expect(!stored[0].text(0).contains("secret"))
        let traces = try await company.tenant.run(
            "SELECT id FROM tenant.audit_events WHERE details::text LIKE '%very secret%'")
        #expect(traces.isEmpty)
    }

    @Test("ID-135, ID-136: use needs a passed test first and then proved domains")
    func activation() async throws {
        let company = try await Company.make()
        let saved = await company.owner.client.put(company.path, company.settings)
        let activate = { await company.owner.client.post(company.path + "/activate") }
        let unproved = await activate()
        #expect(unproved.status == 409)
        #expect(unproved.code == "domain_not_verified")
        #expect(unproved["domains"] == [.string(company.domain)])
        company.publishRecords(saved)
        let untested = await activate()
        #expect(untested.status == 409)
        #expect(untested.code == "sso_not_tested")
        let tested = try await company.test()
        #expect(tested.status == 200)
        #expect(tested.string("state") == "tested")
        let active = await activate()
        #expect(active.status == 200)
        #expect(active.string("status") == "active")
        #expect(active["email_domains"].arrayValue?.first?["verified"] == true)
        let off = await company.owner.client.post(company.path + "/deactivate")
        #expect(off.string("status") == "inactive")
    }

    @Test("ID-91: a domain is proved by exactly its own record")
    func proof() async throws {
        let company = try await Company.make()
        let saved = await company.owner.client.put(company.path, company.settings)
        let entry = try #require(saved["email_domains"].arrayValue?.first)
        let name = try #require(entry["record_name"]?.stringValue)
        let value = try #require(entry["record_value"]?.stringValue)
        for reply: TestNameServer.Reply in [
            .noRecords, .text([]), .text([value + "x"]), .text([String(value.dropLast())]),
            .text([" " + value]), .text([value.uppercased()]), .failure,
        ] {
            company.names.set(name, reply)
            let checked = await company.owner.client.post(company.path + "/check-domains")
            #expect(checked["email_domains"].arrayValue?.first?["verified"] == false)
        }
        // The record of the bare domain, or of another company, proves nothing.
        company.names.set(name, nil)
        company.names.set(company.domain, .text([value]))
        var checked = await company.owner.client.post(company.path + "/check-domains")
        #expect(checked["email_domains"].arrayValue?.first?["verified"] == false)
        company.names.set(name, .text([value]))
        checked = await company.owner.client.post(company.path + "/check-domains")
        #expect(checked["email_domains"].arrayValue?.first?["verified"] == true)
    }

    @Test(
        "ID-136: public mail domains are refused",
        arguments: ["gmail.com", "GMAIL.com", "mail.outlook.com", "proton.me", "qq.com"])
    func publicDomain(domain: String) async throws {
        let company = try await Company.make()
        let answer = await company.owner.client.put(
            company.path, company.settings.with("email_domains", [.string(domain)]))
        #expect(answer.status == 422)
        #expect(answer.fieldErrors == ["/email_domains/0: public_domain"])
    }

    @Test("ID-82: malformed settings are refused, all at once")
    func malformed() async throws {
        let company = try await Company.make()
        let cases: [(String, JSON?, String)] = [
            ("email_domains", [], "/email_domains: required"),
            ("email_domains", ["example"], "/email_domains/0: invalid_domain"),
            ("email_domains", ["a@b.example"], "/email_domains/0: invalid_domain"),
            ("email_domains", ["*.b.example"], "/email_domains/0: invalid_domain"),
            ("email_domains", ["bücher.example"], "/email_domains/0: invalid_domain"),
            ("email_domains", ["127.0.0.1"], "/email_domains/0: invalid_domain"),
            ("email_domains", ["a.example", "A.example"], "/email_domains: repeated_value"),
            (
                "email_domains", .array((0..<21).map { .string("d\($0).example") }),
                "/email_domains: too_many"
            ),
            ("provider", "facebook", "/provider: invalid_option"),
            ("issuer", "http://login.example.com", "/issuer: invalid_issuer"),
            ("issuer", "https://login.example.com/?a=b", "/issuer: invalid_issuer"),
            ("issuer", "https://user@login.example.com", "/issuer: invalid_issuer"),
            ("client_secret", nil, "/client_secret: required"),
            ("auto_provision", true, "/default_role_id: required"),
            ("default_role_id", try await company.role(.owner), "/default_role_id: invalid_option"),
            ("default_role_id", "nonsense", "/default_role_id: unknown_role"),
            (
                "default_role_id", .string(company.tenant.id.description),
                "/default_role_id: unknown_role"
            ),
            ("status", "active", "/status: unknown_field"),
        ]
        for (name, value, expected) in cases {
            let answer = await company.owner.client.put(
                company.path, company.settings.with(name, value))
            #expect(answer.status == 422, "\(name)")
            #expect(answer.fieldErrors == [expected])
        }
        let shown = await company.owner.client.get(company.path)
        #expect(shown.string("status") == "not_configured")
    }

    @Test("ID-83: a change of who is trusted takes the connection out of use, other changes do not")
    func changes() async throws {
        let company = try await Company.inUse()
        let base = company.settings.with("client_secret", nil)
        let role = try await company.role(.user)
        let kept = await company.owner.client.put(
            company.path, base.with("auto_provision", true).with("default_role_id", role))
        #expect(kept.string("status") == "active")
        #expect(kept["tested"] == true)
        let domains: JSON = [.string(company.domain), .string("new.\(company.domain)")]
        let wider = await company.owner.client.put(
            company.path, base.with("email_domains", domains))
        #expect(wider.string("status") == "inactive")
        #expect(wider["tested"] == true)
        let elsewhere = await company.owner.client.put(
            company.path, base.with("issuer", "https://other.example.com"))
        #expect(elsewhere.fieldErrors == ["/client_secret: required"])
        let moved = await company.owner.client.put(
            company.path, company.settings.with("issuer", "https://other.example.com"))
        #expect(moved.string("status") == "inactive")
        #expect(moved["tested"] == false)
    }

    @Test("ID-92: another issuer's subjects are nobody's")
    func issuerChange() async throws {
        let company = try await Company.inUse()
        try await company.logIn(company.browser)
        let id = try await company.connectionID
        let count = {
            try await company.world.run(
                "SELECT FROM platform.sso_identities WHERE connection_id = \(id)"
            ).count
        }
        #expect(try await count() == 1)
        _ = await company.owner.client.put(
            company.path, company.settings.with("issuer", "https://other.example.com"))
        #expect(try await count() == 0)
    }

    @Test("OV-45: a write against an old version changes nothing")
    func version() async throws {
        let company = try await Company.make()
        let saved = await company.owner.client.put(company.path, company.settings)
        #expect(saved.field("ETag") == "\"1\"")
        let stale = await company.owner.client.with("If-Match", "\"7\"").put(
            company.path, company.settings)
        #expect(stale.status == 412)
    }

    @Test("ID-83: a test counts for the session that began it alone, and tells what is wrong")
    func testing() async throws {
        let company = try await Company.make()
        _ = await company.owner.client.put(company.path, company.settings)
        let browser = Browser(company.owner)
        let begun = await browser.post(company.path + "/test")
        let address = try #require(begun.string("authorization_url"))
        company.signInAtProvider("s", "olga@\(company.domain)")
        let other = Browser(try await company.tenant.member(.admin))
        other.cookies["__Host-courtyard-sso"] = browser.cookies["__Host-courtyard-sso"]
        #expect(try await company.finish(other, address).status == 401)
        company.provider.change { $0.claims = { $0.with("aud", "somebody else") } }
        let wrong = try await company.test()
        #expect(wrong.status == 401)
        #expect(wrong.string("reason") == "id_token_audience")
        company.provider.change { $0.claims = { $0 } }
        let shown = await company.owner.client.get(company.path)
        #expect(shown["tested"] == false)
    }

    @Test(
        "SEC-9: discovery never leads to addresses of this network",
        arguments: [
            "https://127.0.0.1:1", "https://localhost", "https://169.254.169.254/latest",
            "https://[::1]", "https://10.0.0.1", "https://0x7f000001", "https://2130706433",
            "https://[::ffff:127.0.0.1]", "https://localhost.localdomain",
        ])
    func privateAddresses(issuer: String) async throws {
        let company = try await Company.make()
        try await company.world.app.run { services in
            services.install(SSOProviders(services))
        }
        let saved = await company.owner.client.put(
            company.path, company.settings.with("issuer", .string(issuer)))
        #expect(saved.status == 200)
        let tested = await company.owner.client.post(company.path + "/test")
        #expect(tested.status == 502)
        #expect(tested.code == "provider_error")
        #expect(
            ["refused_address", "unreachable"].contains(tested.string("provider_code") ?? ""))
        try await company.world.app.run { $0.closeComponents() }
    }

    @Test("OV-80, OV-81: a provider that fails is named as such, and never waited for long")
    func providerFaults() async throws {
        let company = try await Company.make()
        _ = await company.owner.client.put(company.path, company.settings)
        let path = "/.well-known/openid-configuration"
        company.provider.change { $0.faults[path] = .failure(.timeout) }
        let late = await company.owner.client.post(company.path + "/test")
        #expect(late.status == 504)
        #expect(late.code == "provider_timeout")
        company.provider.change {
            $0.faults = [:]
            $0.metadata = $0.metadata.with("issuer", "https://login.example.com/")
        }
        let other = await company.owner.client.post(company.path + "/test")
        #expect(other.status == 502)
        #expect(other.string("provider_code") == "other_issuer")
    }
}

@Suite struct `Upkeep of single sign-on` {
    @Test("SEC-97: what has run out is removed, and nothing else")
    func clean() async throws {
        let company = try await Company.inUse()
        let browser = company.browser
        let address = try await company.begin(browser)
        try await company.world.app.run { try await SSOUpkeep.run($0) }
        #expect(try await company.finish(browser, address).status == 200)
    }
}

@Suite struct `Places to return to` {
    @Test(
        "SEC-27: local paths are taken",
        arguments: ["/", "/contacts", "/contacts?q=a%20b&c=d", "/a/b#c", "/%C3%A4"])
    func local(path: String) {
        #expect(ReturnPath.isLocal(path))
    }

    @Test(
        "SEC-27: whatever leads elsewhere is refused",
        arguments: [
            "", "contacts", "//evil.example", "///evil.example", "/\\evil.example",
            "\\\\evil.example", "\\/evil.example", "/%2Fevil.example", "/%2f%2fevil.example",
            "/%5Cevil.example", "/%5cevil.example", "/%252Fevil.example", "/%25255Cevil.example",
            "https://evil.example", "HTTPS://evil.example", "//evil.example@courtyard.test",
            "javascript:alert(1)", "data:text/html,x", " /a", "/ a", "/a\n", "/a\r\nX: y",
            "/\t/evil.example", "/%09/evil.example", "/%0d%0aX:y", "/%00", "/\u{A0}", "/ä",
            "/%zz", "/%", "http:/evil.example", ".//evil.example",
            "/" + String(repeating: "a", count: 512),
        ])
    func elsewhere(path: String) {
        #expect(!ReturnPath.isLocal(path))
    }

    @Test("SEC-27: a start with such a path is refused before anything happens")
    func start() async throws {
        let company = try await Company.inUse()
        for path in ["//evil.example", "/\\evil.example", "https://evil.example", "/%2Fevil"] {
            let answer = await company.browser.post(
                "/v1/auth/sso/start",
                ["workspace_slug": .string(company.tenant.slug), "return_to": .string(path)])
            #expect(answer.status == 422)
            #expect(answer.fieldErrors == ["/return_to: invalid_path"])
        }
    }
}
