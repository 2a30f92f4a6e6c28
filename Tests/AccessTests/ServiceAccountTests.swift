import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Access

@Suite struct `Service accounts` {
    private func draft(_ name: String, _ scopes: [String]) -> JSON {
        ["name": .string(name), "scopes": .array(scopes.map { .string($0) })]
    }

    /// The path of a new account.
    private func account(
        _ bench: Workbench, _ scopes: [String] = ["workspace.read", "contact.read"]
    ) async throws -> String {
        let made = await bench.owner.client.post("/v1/service-accounts", draft("ci", scopes))
        guard let id = made.string("id") else { throw Unexpected(answer: made.text) }
        return "/v1/service-accounts/\(id)"
    }

    @Test("AC-60, AC-104, AC-68: an account is made, listed, used and audited under its name")
    func life() async throws {
        let bench = try await Workbench()
        let path = try await account(bench)
        for query in ["status=active", "scope=contact.read", "q=CI", "sort=-last_used_at"] {
            #expect(
                await bench.owner.client.get("/v1/service-accounts?\(query)").data.count == 1,
                "\(query)")
        }
        for query in ["status=disabled", "scope=flow.read", "q=other"] {
            #expect(
                await bench.owner.client.get("/v1/service-accounts?\(query)").data.isEmpty,
                "\(query)")
        }
        let changed = await bench.owner.client.patch(
            path, ["name": "Robot", "description": "Nightly"])
        #expect(changed.string("name") == "Robot")
        #expect(changed["scopes"] == ["workspace.read", "contact.read"])
        #expect(
            await bench.owner.client.patch(path, ["status": "disabled"]).fieldErrors
                == ["/status: read_only"])
        #expect(await bench.owner.client.delete(path).status == 204)
        #expect(await bench.owner.client.get(path).status == 404)
        #expect(bench.app.defects == [])
    }

    @Test("AC-118, AC-119: scopes are named, known, and at least one")
    func scopes() async throws {
        let bench = try await Workbench()
        for (scopes, code) in [
            (["billing.manage"], "unknown_scope"), (["member.read"], "unknown_scope"),
            (["flow.fly"], "unknown_scope"), ([], "required"),
        ] {
            let answer = await bench.owner.client.post("/v1/service-accounts", draft("x", scopes))
            #expect(answer.fieldErrors == ["/scopes: \(code)"], "\(scopes)")
        }
        let missing = await bench.owner.client.post("/v1/service-accounts", [:])
        #expect(missing.fieldErrors == ["/name: required", "/scopes: required"])
        let made = await bench.owner.client.post(
            "/v1/service-accounts", draft("x", ["contact.read"]))
        let path = "/v1/service-accounts/\(try #require(made.string("id")))"
        for permission in Permission.allCases {
            #expect(
                await bench.owner.client.patch(
                    path, ["scopes": [.string(permission.rawValue)]]
                ).status == (permission.isScope ? 200 : 422), "\(permission)")
        }
    }

    @Test("AC-63, AC-132: nobody gives scopes they lack, nor issues a token that has them")
    func escalation() async throws {
        let bench = try await Workbench()
        let clerk = try await bench.tenant.member(
            holding: [.serviceAccountRead, .serviceAccountManage, .contactRead])
        #expect(
            await clerk.client.post("/v1/service-accounts", draft("x", ["flow.read"])).code
                == "privilege_escalation")
        let made = await clerk.client.post(
            "/v1/service-accounts", draft("mine", ["contact.read"]))
        #expect(made.status == 201)
        let own = "/v1/service-accounts/\(made.string("id") ?? "")"
        #expect(
            await clerk.client.patch(own, ["scopes": ["contact.read", "flow.read"]]).code
                == "privilege_escalation")
        #expect(await clerk.client.post("\(own)/tokens", ["name": "t"]).status == 201)
        let rich = try await account(bench, ["contact.read", "flow.write"])
        let refused = await clerk.client.post("\(rich)/tokens", ["name": "t"])
        #expect(refused.code == "privilege_escalation")
        #expect(refused["lacking"] == ["flow.write"])
        #expect(await clerk.client.patch(rich, ["scopes": ["contact.read"]]).status == 200)
    }

    @Test("AC-69, SEC-17: the plan's number of accounts holds, also when two are made at once")
    func limit() async throws {
        let bench = try await Workbench(plan: "FREE")
        async let one = bench.owner.client.post(
            "/v1/service-accounts", draft("one", ["flow.read"]))
        async let two = bench.owner.client.post(
            "/v1/service-accounts", draft("two", ["flow.read"]))
        let codes = await [one, two].map { $0.code ?? "\($0.status)" }.sorted()
        #expect(codes == ["201", "plan_limit_reached"])
        let refused = await bench.owner.client.post("/v1/service-accounts", [:])
        #expect(refused.string("limit") == "service_accounts")
        #expect(refused.integer("allowed") == 1)
        #expect(refused.integer("used") == 1)
    }

    @Test("AC-64, AC-75, AC-131, SEC-60: the secret is shown once; its ends stay readable")
    func secret() async throws {
        let bench = try await Workbench()
        let path = try await account(bench)
        let issued = await bench.owner.client.post("\(path)/tokens", ["name": "first"])
        let secret = try #require(issued.string("secret"))
        #expect(issued.status == 201)
        #expect(secret.hasPrefix("cysa_"))
        #expect(secret.utf8.count == 54)
        let list = await bench.owner.client.get("\(path)/tokens")
        #expect(!list.text.contains(secret))
        #expect(list.data[0]["first8"]?.stringValue == String(secret.prefix(8)))
        #expect(list.data[0]["last4"]?.stringValue == String(secret.suffix(4)))
        #expect(list.data[0]["secret"] == nil)
        let robot = Client(app: bench.app, token: secret)
        #expect(await robot.get("/v1/workspace").status == 200)
        let stored = try await bench.tenant.run(
            """
            SELECT count(*) FROM tenant.audit_events
            WHERE details::text LIKE '%' || \(secret) || '%'
            """)
        #expect(stored[0].integer(0) == 0)
        let refused = await robot.get("/v1/service-accounts")
        #expect(refused.code == "scope_missing")
        #expect(refused.string("required_scope") == "service_account.read")
        #expect(await robot.post("/v1/me/leave").code == "permission_denied")
        let mistyped = Client(app: bench.app, token: String(secret.dropLast()) + "!")
        #expect(await mistyped.get("/v1/workspace").status == 401)
    }

    @Test("AC-77: use is written down with time and address")
    func lastUse() async throws {
        let bench = try await Workbench()
        let path = try await account(bench)
        let issued = await bench.owner.client.post("\(path)/tokens", ["name": "first"])
        let robot = Client(app: bench.app, token: issued.string("secret") ?? "")
        #expect(await robot.get("/v1/workspace").status == 200)
        var used: JSON = .null
        #expect(
            try await eventually {
                let tokens = await bench.owner.client.get("\(path)/tokens").data
                used = tokens[0]["last_used_at"] ?? .null
                return used != .null
            })
        let list = await bench.owner.client.get("\(path)/tokens")
        #expect(list.data[0]["last_used_from"] == "192.0.2.1")
        #expect(await bench.owner.client.get(path)["last_used_at"] == used)
    }

    @Test("AC-77, AC-120: 90 days unless told, a year at most, never the past")
    func expiry() async throws {
        let bench = try await Workbench()
        let path = try await account(bench)
        let now = bench.app.clock.now
        for wrong in [now - .seconds(1), now + .seconds(365 * 86_400 + 60)] {
            let answer = await bench.owner.client.post(
                "\(path)/tokens", ["name": "t", "expires_at": .string(wrong.description)])
            #expect(answer.fieldErrors == ["/expires_at: out_of_range"])
        }
        let issued = await bench.owner.client.post("\(path)/tokens", ["name": "t"])
        let end = try #require(Instant(rfc3339: issued.string("expires_at") ?? ""))
        #expect(abs((end - now).components.seconds - 90 * 86_400) < 60)
        #expect(
            try await bench.count(
                "SELECT count(*) FROM cell.own_jobs WHERE kind = 'token.remind'") == 3)
        let robot = Client(app: bench.app, token: issued.string("secret") ?? "")
        bench.app.clock.advance(by: .seconds(90 * 86_400 + 1))
        #expect(await robot.get("/v1/workspace").code == "unauthenticated")
    }

    @Test("AC-65: at most two tokens are valid, also when two more are asked for at once")
    func tokenLimit() async throws {
        let bench = try await Workbench()
        let path = try await account(bench)
        #expect(await bench.owner.client.post("\(path)/tokens", ["name": "1"]).status == 201)
        async let one = bench.owner.client.post("\(path)/tokens", ["name": "2"])
        async let two = bench.owner.client.post("\(path)/tokens", ["name": "3"])
        let codes = await [one, two].map { $0.code ?? "\($0.status)" }.sorted()
        #expect(codes == ["201", "token_limit"])
        // An expired one does not count, and its row is told apart.
        try await bench.tenant.run(
            """
            UPDATE tenant.service_account_tokens SET expires_at = \(bench.app.clock.now)
            WHERE name = '1'
            """)
        #expect(await bench.owner.client.post("\(path)/tokens", ["name": "4"]).status == 201)
        #expect(await bench.owner.client.get("\(path)/tokens?status=expired").data.count == 1)
        #expect(await bench.owner.client.get("\(path)/tokens?status=active").data.count == 2)
    }

    @Test(
        "AC-66, AC-133, SEC-63: revoking, disabling, deleting and narrowing count at once"
    )
    func revocation() async throws {
        let bench = try await Workbench()
        let other = try TestApp(AccessRoutes.all)
        for way in ["revoke", "disable", "delete", "narrow"] {
            let path = try await account(bench)
            let issued = await bench.owner.client.post("\(path)/tokens", ["name": "t"])
            let robot = Client(app: other, token: issued.string("secret") ?? "")
            #expect(await robot.get("/v1/workspace").status == 200)
            switch way {
            case "revoke":
                let token = "\(path)/tokens/\(issued.string("id") ?? "")"
                #expect(await bench.owner.client.delete(token).status == 204)
                #expect(await bench.owner.client.delete(token).status == 404)
            case "disable":
                let answer = await bench.owner.client.post("\(path)/disable")
                #expect(answer.string("status") == "disabled")
                #expect(await bench.owner.client.get("\(path)/tokens").data.isEmpty)
                #expect(
                    await bench.owner.client.post("\(path)/tokens", ["name": "t"]).code
                        == "invalid_state")
                #expect(await bench.owner.client.post("\(path)/disable").code == "invalid_state")
                #expect(await bench.owner.client.post("\(path)/enable").status == 200)
            case "delete": #expect(await bench.owner.client.delete(path).status == 204)
            default:
                #expect(
                    await bench.owner.client.patch(path, ["scopes": ["contact.read"]]).status
                        == 200)
            }
            let code = way == "narrow" ? "scope_missing" : "unauthenticated"
            #expect(await robot.get("/v1/workspace").code == code, "\(way)")
        }
        #expect(bench.app.defects == [])
    }

    @Test("AC-67: tokens outlive their maker, and the Owners learn of them")
    func makerLeaves() async throws {
        let bench = try await Workbench()
        let admin = try await bench.tenant.member(.admin, name: "Adam Admin")
        let path = try await account(bench)
        let issued = await admin.client.post("\(path)/tokens", ["name": "t"])
        let robot = Client(app: bench.app, token: issued.string("secret") ?? "")
        #expect(await admin.client.post("/v1/me/leave").status == 204)
        #expect(await robot.get("/v1/workspace").status == 200)
        let mails = try await bench.mails(to: bench.owner.email)
        #expect(mails.count == 1)
        #expect(mails.first?["subject"]?.stringValue == "Adam Admin has left and had made tokens")
    }

    @Test("OV-11: accounts and tokens of another workspace answer like unknown ones")
    func isolation() async throws {
        let bench = try await Workbench()
        let stranger = try await Workbench()
        let theirs = try await account(stranger)
        let token = await stranger.owner.client.post("\(theirs)/tokens", ["name": "t"])
        let nowhere = "/v1/service-accounts/\(try await bench.app.run { $0.newID() })"
        let tokenID = token.string("id") ?? ""
        for (method, suffix, body): (Method, String, JSON?) in [
            (.get, "", nil), (.patch, "", ["name": "Mine"]), (.delete, "", nil),
            (.post, "/disable", nil), (.post, "/enable", nil), (.get, "/tokens", nil),
            (.post, "/tokens", ["name": "t"]), (.delete, "/tokens/\(tokenID)", nil),
        ] {
            let foreign = await bench.owner.client.send(method, theirs + suffix, body)
            let unknown = await bench.owner.client.send(method, nowhere + suffix, body)
            #expect(foreign.status == 404, "\(method) \(suffix)")
            #expect(foreign.shape == unknown.shape, "\(method) \(suffix)")
        }
        // A token under another account of one's own is unknown there too.
        let mine = try await account(bench)
        #expect(await bench.owner.client.delete("\(mine)/tokens/\(tokenID)").status == 404)
        let robot = Client(app: bench.app, token: token.string("secret") ?? "")
        #expect(
            await robot.get("/v1/workspace").string("id") == stranger.tenant.id.description)
    }
}
