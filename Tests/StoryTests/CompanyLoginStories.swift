import Foundation
import TestSupport
import Testing
import Values

@Suite struct `Stories of a company's own login` {
    /// A company with its own provider, and the name server that knows its domain.
    private struct Company {
        let provider: OpenIDProvider
        let names: TestNameServer
        let world: World
        let staff, ana, ben: Browser
        let workspace: JSON

        init() throws {
            provider = try OpenIDProvider.shared.get()
            names = try TestNameServer()
            world = try World(environment: [
                "COURTYARD_DNS": names.address, "COURTYARD_TEST_LOCAL_PROVIDERS": "true",
            ])
            ana = try world.signUp("Harbour", "Ana Ruiz", "ana@books.example", plan: "GROWTH")
            ben = try world.invite("Ben Ito", "ben@books.example", role: "User", by: ana)
            staff = try world.signInStaff()
            workspace = .string(try #require(try ana.get("/v1/auth/session")["workspace.id"]))
        }

        func setPlan(_ name: JSON) throws {
            let page = try staff.put(
                "/v1/platform/workspaces/\(workspace.stringValue ?? "")/plan", ["plan": name])
            #expect(page.status == 200, "\(page.body)")
        }

        /// Saves the connection, as at first or enforced.
        func save(enforced: Bool) throws -> Browser.Page {
            try ana.put(
                "/v1/workspace/sso",
                [
                    "provider": "okta", "issuer": .string(provider.issuer), "client_id": "books",
                    "client_secret": enforced ? .null : "the secret of books",
                    "email_domains": ["books.example"], "auto_provision": true,
                    "default_role_id": .string(try world.roleID("User", ana)),
                    "enforced": .bool(enforced),
                ])
        }

        func activate() throws -> Browser.Page { try ana.post("/v1/workspace/sso/activate") }

        /// Begins at the sign-in page, and goes to the provider at a perhaps changed address.
        func signIn(
            _ email: String, _ browser: Browser, change: (String) -> String = { $0 }
        ) throws -> Browser.Page {
            let start = try browser.post("/v1/auth/sso/start", ["email": .string(email)])
            let address = try #require(start["authorization_url"], "\(start.body)")
            return try browser.arrive(at: try provider.signIn(email, at: change(address)))
        }
    }

    @Test(
        """
        ST-05, ID-81, ID-82, ID-83, ID-85, ID-86, ID-87, ID-90, ID-135, ID-136: \
        single sign-on from contract to its end
        """)
    func singleSignOn() throws {
        let company = try Company()
        let early = try company.save(enforced: false)
        #expect(early.status == 402)
        #expect(early.code == "plan_feature_unavailable")
        #expect(early["required_plan"] == "ENTERPRISE")
        try company.setPlan("ENTERPRISE")
        try setUp(company)
        try firstLogin(company)
        try enforce(company)
        try company.setPlan("GROWTH")
        #expect(try company.ana.get("/v1/workspace/sso")["available"] == "false")
        #expect(
            try company.ben.give(of: "ben@books.example")["state"] == "authenticated")
        #expect(company.world.server.stop() == 0)
    }

    /// Saved, proved, tested and put into use; nothing of it can be left out.
    private func setUp(_ company: Company) throws {
        let saved = try company.save(enforced: false)
        #expect(saved["status"] == "inactive", "\(saved.body)")
        try company.provider.register(
            "books", secret: "the secret of books",
            redirect: try #require(saved["redirect_uri"]), logout: company.world.server.address)
        try company.provider.add("Ana at work", "ana@books.example")
        try company.provider.add("Dora Lund", "dora@books.example")

        let unproved = try company.activate()
        #expect(unproved.status == 409)
        #expect(unproved.code == "domain_not_verified")
        let record = saved.json["email_domains"]?.arrayValue?.first
        company.names.set(
            record?["record_name"]?.stringValue ?? "",
            .text([record?["record_value"]?.stringValue ?? ""]))
        let untested = try company.activate()
        #expect(untested.status == 409)
        #expect(untested.code == "sso_not_tested")
        let begun = try company.ana.post("/v1/workspace/sso/test")
        let tested = try company.ana.arrive(
            at: try company.provider.signIn(
                "ana@books.example", at: try #require(begun["authorization_url"])))
        #expect(tested["state"] == "tested", "\(tested.body)")
        #expect(try company.activate()["status"] == "active")
    }

    /// Dora becomes a member by her first login; a token with another nonce is worth nothing.
    private func firstLogin(_ company: Company) throws {
        let browser = Browser(company.world.server)
        let forged = try company.signIn("dora@books.example", browser) { address in
            address.replacingOccurrences(
                of: "nonce=[^&]*", with: "nonce=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                options: .regularExpression)
        }
        #expect(forged.status == 401)
        #expect(forged.code == "sso_rejected")
        #expect(try company.ana.get("/v1/members").rows.count == 2)
        let dora = try company.signIn("dora@books.example", browser)
        #expect(dora["state"] == "authenticated", "\(dora.body)")
        #expect(dora["person.name"] == "Dora Lund")
        #expect(dora["member.role.name"] == "User")
        let history = try browser.get("/v1/me/login-history")
        #expect(history.rows.first?["result"] == "sso_success")
    }

    /// Passwords open the workspace to Owners alone, with their second factor.
    private func enforce(_ company: Company) throws {
        let saved = try company.save(enforced: true)
        #expect(saved["status"] == "active", "\(saved.body)")
        let ben = Browser(company.world.server)
        let refused = try ben.give(of: "ben@books.example")
        #expect(refused.status == 403)
        #expect(refused.code == "sso_required")
        let ana = Browser(company.world.server)
        let challenge = try ana.give(of: "ana@books.example")
        #expect(challenge["state"] == "two_factor_required")
        try company.world.passFactor(after: challenge, "ana@books.example", on: ana)
        #expect(try ana.get("/v1/me").status == 200)
    }
}
