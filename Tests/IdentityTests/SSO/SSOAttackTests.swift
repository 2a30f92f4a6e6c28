import Crypto
import HTTP
import HTTPClient
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Identity

@Suite struct `Attacks on single sign-on` {
    /// One way to make a token wrong.
    struct Forgery: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let apply: @Sendable (inout TestProvider.State) -> Void

        init(_ name: String, _ apply: @escaping @Sendable (inout TestProvider.State) -> Void) {
            testDescription = name
            self.apply = apply
        }

        static func claim(_ name: String, _ value: JSON?) -> Forgery {
            Forgery(
                "\(name) \(value.map { String(decoding: $0.serialized, as: UTF8.self) } ?? "-")"
            ) {
                $0.claims = { $0.with(name, value) }
            }
        }

        static let all: [Forgery] = [
            Forgery("another key") { $0.signer = .otherRSA },
            Forgery("an unknown key") { $0.keyID = "k9" },
            Forgery("an altered signature") { $0.token = { String($0.dropLast(4)) + "AAAA" } },
            Forgery("altered claims") {
                $0.token = { token in
                    let parts = token.split(separator: ".")
                    let claims = Base64URL.encode(Array(#"{"sub":"admin"}"#.utf8))
                    return "\(parts[0]).\(claims).\(parts[2])"
                }
            },
            Forgery("no signature") {
                $0.token = { token in
                    let parts = token.split(separator: ".")
                    return Base64URL.encode(Array(#"{"alg":"none"}"#.utf8)) + ".\(parts[1])."
                }
            },
            Forgery("HS256 with the public key") {
                $0.token = { token in
                    let parts = token.split(separator: ".")
                    let head = Base64URL.encode(Array(#"{"alg":"HS256","kid":"k1"}"#.utf8))
                    let code = HMACSHA256.code(
                        key: TestSigner.rsa.publicBytes, message: Array("\(head).\(parts[1])".utf8))
                    return "\(head).\(parts[1]).\(Base64URL.encode(code.bytes))"
                }
            },
            Forgery("an embedded key") {
                $0.token = { token in
                    let parts = token.split(separator: ".")
                    let claims = Base64URL.decode(String(parts[1])) ?? []
                    let header: JSON = [
                        "alg": "RS256", "kid": "k1", "jwk": TestSigner.otherRSA.jwk("k1"),
                    ]
                    return TestSigner.otherRSA.token(header.serialized, claims)
                }
            },
            Forgery("crit") {
                $0.token = { token in
                    let claims = Base64URL.decode(String(token.split(separator: ".")[1])) ?? []
                    let header: JSON = ["alg": "RS256", "kid": "k1", "crit": ["exp"]]
                    return TestSigner.rsa.token(header.serialized, claims)
                }
            },
            Forgery("repeated members") {
                $0.token = { token in
                    var claims = Base64URL.decode(String(token.split(separator: ".")[1])) ?? []
                    claims.removeLast()
                    claims += Array(#","sub":"admin"}"#.utf8)
                    return TestSigner.rsa.token(Array(#"{"alg":"RS256","kid":"k1"}"#.utf8), claims)
                }
            },
            Forgery("a logout token") { $0.tokenType = "logout+jwt" },
            Forgery("an access token") { $0.tokenType = "at+jwt" },
            claim("iss", "https://login.example.com/"), claim("iss", "https://login.example.co"),
            claim("aud", "other"), claim("aud", []), claim("aud", ["courtyard", "other"]),
            claim("azp", "other"), claim("exp", 1), claim("exp", nil), claim("iat", 1),
            claim("iat", 9_999_999_999), claim("nbf", 9_999_999_999), claim("nonce", "other"),
            claim("nonce", nil), claim("sub", nil), claim("sub", ""), claim("at_hash", "AAAA"),
            claim("email", nil), claim("email", "ann@elsewhere.example"),
            claim("email_verified", "true"), claim("email_verified", false),
        ]
    }

    @Test(
        "ID-85, SEC-57, SEC-73, SEC-74, SEC-75, SEC-76, SEC-80: a wrong token opens nothing",
        arguments: Forgery.all)
    func forgery(_ forgery: Forgery) async throws {
        let company = try await Company.inUse()
        company.provider.change {
            // No second source for the address.
            $0.userInfo = ["sub": "user-1"]
            forgery.apply(&$0)
        }
        let browser = company.browser
        let answer = try await company.logIn(browser)
        #expect(answer.status == 401)
        #expect(answer.code == "sso_rejected")
        // Not a word of what was wrong.
        #expect(answer["detail"] == .null)
        #expect(answer["reason"] == .null)
        #expect(browser.sessionCookie == nil)
        #expect(try await company.person("ann@\(company.domain)") == nil)
    }

    @Test("SEC-77, SEC-66: a state counts once")
    func replayedState() async throws {
        let company = try await Company.inUse()
        let browser = company.browser
        let address = try await company.begin(browser)
        let cookie = browser.cookies["__Host-courtyard-sso"]
        #expect(try await company.finish(browser, address).status == 200)
        let calls = company.provider.count("/token")
        browser.cookies["__Host-courtyard-sso"] = cookie
        let replay = try await company.finish(browser, address)
        #expect(replay.code == "sso_rejected")
        #expect(company.provider.count("/token") == calls)
    }

    @Test("SEC-77: of two callbacks with one state at the same instant one gets through")
    func racingState() async throws {
        let company = try await Company.inUse()
        let browser = company.browser
        let address = try await company.begin(browser)
        let statuses = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                let copy = browser.copy()
                group.addTask { (try? await company.finish(copy, address).status) ?? 0 }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.filter { $0 == 200 }.count == 1)
        #expect(statuses.filter { $0 == 401 }.count == 7)
    }

    @Test("SEC-66, SEC-77: a callback that this browser did not start is refused, unspent")
    func foreignBrowser() async throws {
        let company = try await Company.inUse()
        let attacker = company.browser
        let address = try await company.begin(attacker)
        let back = company.provider.authorize(address)
        let victims = [company.browser, company.browser]
        _ = try await company.begin(victims[1])
        for victim in victims {
            let answer = try await company.finish(victim, address) { _ in back }
            #expect(answer.code == "sso_rejected")
            #expect(victim.sessionCookie == nil)
        }
        #expect(company.provider.count("/token") == 1)  // that of the test login
        #expect(try await company.finish(attacker, address) { _ in back }.status == 200)
    }

    @Test("SEC-77: unknown, malformed and late states are refused without a call")
    func badStates() async throws {
        let company = try await Company.inUse()
        let calls = company.provider.count("/token")
        for state in [
            "", "x", String(repeating: "A", count: 43), String(repeating: "A", count: 256),
        ] {
            let browser = company.browser
            let address = try await company.begin(browser)
            let answer = try await company.finish(browser, address) {
                $0.merging(["state": state]) { $1 }
            }
            #expect(answer.status == (state.isEmpty ? 422 : 401))
        }
        let browser = company.browser
        let address = try await company.begin(browser)
        company.world.app.clock.advance(by: .seconds(601))
        #expect(try await company.finish(browser, address).code == "sso_rejected")
        #expect(company.provider.count("/token") == calls)
    }

    @Test(
        "SEC-79: an answer that names another issuer, or none, is refused before any call")
    func mixUp() async throws {
        let company = try await Company.inUse()
        let calls = company.provider.count("/token")
        for issuer in [
            nil, "https://login.example.com/", "https://evil.example", "HTTPS://login.example.com",
        ] {
            let browser = company.browser
            let address = try await company.begin(browser)
            let answer = try await company.finish(browser, address) {
                var back = $0
                back["iss"] = issuer
                return back
            }
            #expect(answer.code == "sso_rejected")
        }
        #expect(company.provider.count("/token") == calls)
        // A provider that does not name itself is taken without.
        let silent = try await Company.make()
        silent.provider.change {
            $0.metadata = $0.metadata.with("authorization_response_iss_parameter_supported", nil)
        }
        try await silent.putIntoUse()
        let browser = silent.browser
        let address = try await silent.begin(browser)
        #expect(
            try await silent.finish(browser, address) { $0.filter { $0.key != "iss" } }.status
                == 200)
    }

    @Test("SEC-79: a state of one connection is refused at another")
    func otherConnection() async throws {
        let company = try await Company.inUse()
        let provider = TestProvider(issuer: "https://second.example.com") {
            company.world.app.clock.now.seconds
        }
        let second = try await Company.make(in: company.world, provider, company.names)
        try await company.install([company.provider, provider])
        try await second.putIntoUse()
        let browser = company.browser
        let back = company.provider.authorize(try await company.begin(browser))
        let calls = provider.count("/token")
        let answer = await browser.post(
            "/v1/auth/sso/callback/\(try await second.connectionID)",
            ["code": .string(back["code"] ?? ""), "state": .string(back["state"] ?? "")])
        #expect(answer.code == "sso_rejected")
        #expect(provider.count("/token") == calls)
    }

    @Test("SEC-77: a code that was used before, or of another login, is refused by its provider")
    func codes() async throws {
        let company = try await Company.inUse()
        let first = company.browser
        let address = try await company.begin(first)
        let back = company.provider.authorize(address)
        #expect(try await company.finish(first, address) { _ in back }.status == 200)
        for code in [back["code"] ?? "", "made-up", "a&client_id=x"] {
            let browser = company.browser
            let own = company.provider.authorize(try await company.begin(browser))
            let answer = try await company.finish(browser, address) { _ in
                own.merging(["code": code]) { $1 }
            }
            #expect(answer.code == "sso_rejected")
        }
        // A stolen code does not fit the thief's verifier.
        let victim = company.browser
        let stolen = company.provider.authorize(try await company.begin(victim))
        let thief = company.browser
        let own = company.provider.authorize(try await company.begin(thief))
        let answer = try await company.finish(thief, address) { _ in
            own.merging(["code": stolen["code"] ?? ""]) { $1 }
        }
        #expect(answer.code == "sso_rejected")
    }

    @Test("ID-85: a refusal at the provider, or no code at all, ends the login")
    func providerRefusal() async throws {
        let company = try await Company.inUse()
        for change in [["error": "access_denied"], ["code": ""]] {
            let browser = company.browser
            let address = try await company.begin(browser)
            let answer = try await company.finish(browser, address) { back in
                var back = back.merging(change) { $1 }
                if back["code"]?.isEmpty == true { back["code"] = nil }
                return back
            }
            #expect(answer.code == "sso_rejected")
            #expect(try await company.finish(browser, address).code == "sso_rejected")
        }
    }

    @Test(
        "SEC-103: a provider that goes away in mid-login is named, and the next login works",
        arguments: [
            ("/token", HTTPClientFailure.timeout, 504), ("/token", .connect, 502),
            ("/keys", .timeout, 504), ("/keys", .tooLarge, 502), ("/keys", .tls, 502),
        ])
    func outage(path: String, failure: HTTPClientFailure, status: Int) async throws {
        // A provider of its own app: no key is remembered from the test login.
        let company = try await Company.inUse()
        try await company.install([company.provider])
        let browser = company.browser
        let address = try await company.begin(browser)
        company.provider.change { $0.faults[path] = .failure(failure) }
        let answer = try await company.finish(browser, address)
        #expect(answer.status == status)
        #expect(browser.sessionCookie == nil)
        company.provider.change { $0.faults = [:] }
        #expect(try await company.logIn(browser).status == 200)
    }

    @Test("SEC-25: a callback from another origin, or in another form, changes nothing")
    func crossSite() async throws {
        let company = try await Company.inUse()
        let browser = company.browser
        let address = try await company.begin(browser)
        let back = company.provider.authorize(address)
        for origin in ["https://evil.example", "https://sibling.courtyard.test", "null"] {
            browser.origin = origin
            #expect(try await company.finish(browser, address) { _ in back }.code == "csrf_failed")
        }
        browser.origin = "https://courtyard.test"
        let target = "/v1/auth/sso/callback/\(try await company.connectionID)"
        let cookie = (
            "Cookie", "__Host-courtyard-sso=\(browser.cookies["__Host-courtyard-sso"] ?? "")"
        )
        let body = JSON.object(back.map { .init(name: $0.key, value: .string($0.value)) })
        for type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
            let answer = await company.world.app.send(
                .post, target, fields: [cookie, ("Content-Type", type)], body: body.serialized)
            #expect(answer.status == 415)
        }
        #expect(await browser.get(target).status == 405)
        #expect(try await company.finish(browser, address) { _ in back }.status == 200)
    }

    @Test("SEC-58: a demanded context, method or age is asked for and checked")
    func assurance() async throws {
        let company = try await Company.make()
        company.provider.change {
            $0.claims = {
                $0.with("acr", "gold").with("amr", ["mfa"]).with("auth_time", $0["iat"])
            }
        }
        try await company.putIntoUse {
            $0.with("required_acr", ["gold"]).with("required_amr", ["mfa"]).with("max_age", 300)
        }
        let address = try await company.begin(company.browser)
        #expect(FormQuery.dictionary(address)["acr_values"] == "gold")
        #expect(FormQuery.dictionary(address)["max_age"] == "300")
        #expect(try await company.logIn(company.browser).status == 200)
        for (name, value): (String, JSON?) in [
            ("acr", "silver"), ("acr", nil), ("amr", ["pwd"]), ("amr", nil), ("auth_time", nil),
            ("auth_time", .integer(company.world.app.clock.now.seconds - 400)),
        ] {
            company.provider.change {
                $0.claims = {
                    $0.with("acr", "gold").with("amr", ["mfa"]).with("auth_time", $0["iat"])
                        .with(name, value)
                }
            }
            #expect(try await company.logIn(company.browser).code == "sso_rejected")
        }
    }

    @Test("SEC-77: a change of the connection while a login is under way ends that login")
    func changedMeanwhile() async throws {
        let company = try await Company.inUse()
        let browser = company.browser
        let address = try await company.begin(browser)
        _ = await company.owner.client.put(
            company.path, company.settings.with("client_id", "courtyard-2"))
        #expect(try await company.finish(browser, address).code == "sso_rejected")
        let inactive = company.browser
        let second = try await Company.inUse()
        let begun = try await second.begin(inactive)
        _ = await second.owner.client.post(second.path + "/deactivate")
        #expect(try await second.finish(inactive, begun).code == "sso_rejected")
    }
}
