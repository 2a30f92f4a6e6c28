import Crypto
import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Staff

private let password = "violet-harbour-27-lanterns"

/// Somebody the operator has put on the staff, with a link to enrol.
private struct Newcomer {
    let app: TestApp
    let id: ID
    let email: String
    let link: SessionSecret
    var fields: [(String, String)] = []

    init(_ app: TestApp, role: StaffRole = .platformAdmin) async throws {
        self.app = app
        id = try await app.run { $0.newID() }
        email = "\(id)@staff.test"
        link = SessionSecret.generate()
        let now = app.clock.now
        let owner = try SessionConnection(address: try TestInstallation.shared.get().ownerURL)
        try owner.rows(
            """
            INSERT INTO platform.staff (id, email_key, name, role, password_hash, created_at)
            VALUES ($1, $2, 'Sam Staff', $3, $4, $5)
            """,
            [
                id.description, email, role.rawValue,
                try PasswordHash.hash(password, cost: .test), now.description,
            ])
        try owner.rows(
            """
            INSERT INTO platform.staff_links (secret_hash, staff_id, created_at, expires_at)
            VALUES (decode($1, 'hex'), $2, $3, $4)
            """,
            [
                Hex.encode(link.digest.bytes), id.description, now.description,
                (now + .seconds(86_400)).description,
            ])
    }

    func post(
        _ path: String, _ body: JSON, cookies: [String] = [], address: String = "192.0.2.1"
    ) async -> Answer {
        var fields = [("Content-Type", "application/json"), ("Origin", "https://courtyard.test")]
        for cookie in cookies {
            fields.append(("Cookie", cookie))
            let secret = cookie.split(separator: "=").last.flatMap { SessionSecret(String($0)) }
            if let secret { fields.append(("X-CSRF-Token", secret.csrfToken)) }
        }
        return await app.send(
            .post, "/v1/platform/auth/" + path, fields: fields, body: body.serialized,
            address: address)
    }

    func logIn(_ given: String = password, address: String = "192.0.2.1") async -> Answer {
        await post(
            "login", ["email": .string(email), "password": .string(given)], address: address)
    }

    /// Enrols an app and returns its codes.
    func enrol() async throws -> TOTP {
        let begun = await post(
            "enrolment", ["token": .string(link.text), "password": .string(password)])
        let text = try #require(begun.string("secret"))
        #expect(begun.string("otpauth_url")?.contains("secret=\(text)") == true)
        let codes = TOTP(secret: Self.decode(text))
        let done = await post(
            "enrolment/confirm",
            [
                "token": .string(link.text),
                "code": .string(codes.code(TOTP.step(at: app.clock.now))),
            ])
        #expect(done.string("state") == "authenticated", "\(done.text)")
        return codes
    }

    /// The cookie of a sign-in whose password was right.
    func step() async throws -> String {
        let answer = await logIn()
        #expect(answer.string("state") == "two_factor_required", "\(answer.text)")
        return "__Host-courtyard-staff-step="
            + (try #require(answer.cookie("__Host-courtyard-staff-step")))
    }

    private static func decode(_ text: String) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var bytes: [UInt8] = []
        var (buffer, bits) = (0, 0)
        for character in text {
            buffer = (buffer << 5 | (alphabet.firstIndex(of: character) ?? 0)) & 0xfff
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> bits))
            }
        }
        return bytes
    }
}

@Suite struct `Platform staff` {
    let app: TestApp

    init() throws {
        app = try TestApp(StaffRoutes.all)
    }

    @Test("BL-80, OV-64: an operator's link and the password enrol a factor, which then is needed")
    func signIn() async throws {
        let sam = try await Newcomer(app)
        #expect(await sam.logIn().string("state") == "enrolment_required")
        #expect(await sam.logIn().cookie("__Host-courtyard-staff") == nil)
        let codes = try await sam.enrol()
        let used = await sam.post(
            "enrolment", ["token": .string(sam.link.text), "password": .string(password)])
        #expect(used.status == 410)
        let step = try await sam.step()
        app.clock.set(app.clock.now + .seconds(60))
        let code = codes.code(TOTP.step(at: app.clock.now))
        let answer = await sam.post("two-factor", ["code": .string(code)], cookies: [step])
        #expect(answer.string("state") == "authenticated", "\(answer.text)")
        #expect(answer["staff"]["role"] == "platform_admin")
        let cookie = try #require(answer.cookie("__Host-courtyard-staff"))
        #expect(!answer.text.contains(cookie))
        #expect(
            answer.fields.contains {
                $0.value.hasPrefix("__Host-courtyard-staff=")
                    && $0.value.hasSuffix("Path=/; Secure; HttpOnly; SameSite=Strict")
            })
        let session = await app.send(
            .get, "/v1/platform/auth/session",
            fields: [("Cookie", "__Host-courtyard-staff=\(cookie)")])
        #expect(session["staff"]["email"] == .string(sam.email))
        #expect(app.defects == [])
    }

    @Test("SEC-50, ID-63: of two requests with one code at the same instant one wins")
    func racingCodes() async throws {
        let sam = try await Newcomer(app)
        let codes = try await sam.enrol()
        app.clock.set(app.clock.now + .seconds(60))
        let steps = [try await sam.step(), try await sam.step(), try await sam.step()]
        let code = JSON.string(codes.code(TOTP.step(at: app.clock.now)))
        let answers = await withTaskGroup(of: Answer.self) { group in
            for step in steps + steps {
                group.addTask { await sam.post("two-factor", ["code": code], cookies: [step]) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.filter { $0.status == 200 }.count == 1)
        #expect(answers.allSatisfy { [200, 401, 429].contains($0.status) })
    }

    @Test("SEC-55, ID-63: the sixth wrong code finds no sign-in, and a new one keeps the count")
    func wrongCodes() async throws {
        let sam = try await Newcomer(app)
        _ = try await sam.enrol()
        let step = try await sam.step()
        for left in [4, 3, 2, 1, 0] {
            let answer = await sam.post("two-factor", ["code": "000000"], cookies: [step])
            #expect(answer.code == "invalid_code")
            #expect(answer.integer("attempts_left") == Int64(left))
        }
        let sixth = await sam.post("two-factor", ["code": "000000"], cookies: [step])
        #expect(sixth.code == "challenge_void")
        let next = await sam.logIn()
        #expect(next.code == "too_many_attempts")
        #expect(next.field("Retry-After") != nil)
        #expect(await sam.logIn(address: "192.0.2.77").status == 200)
        app.clock.set(app.clock.now + .seconds(901))
        #expect(await sam.logIn().status == 200)
    }

    @Test("BL-80, SEC-43: wrong passwords are slowed, unknown people answer alike")
    func wrongPasswords() async throws {
        let sam = try await Newcomer(app)
        let wrong = await sam.logIn("wrong")
        let unknown = await sam.post(
            "login", ["email": "nobody@staff.test", "password": "wrong"])
        #expect(wrong.status == 401 && wrong.text == unknown.text)
        let answers = await withTaskGroup(of: Answer.self) { group in
            for _ in 0..<12 { group.addTask { await sam.logIn("wrong") } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.filter { $0.status == 401 }.count == 4)
        #expect(answers.filter { $0.code == "too_many_attempts" }.count == 8)
    }

    @Test("BL-80: a step, a link or an old code opens nothing else")
    func stages() async throws {
        let sam = try await Newcomer(app)
        let early = await sam.post(
            "enrolment/confirm", ["token": .string(sam.link.text), "code": "000000"])
        #expect(early.code == "token_expired")
        let codes = try await sam.enrol()
        let step = try await sam.step()
        let asSession = step.replacing("-step=", with: "=")
        for cookie in [step, asSession] {
            let answer = await app.send(
                .get, "/v1/platform/workspaces", fields: [("Cookie", cookie)])
            #expect(answer.status == 401)
        }
        #expect(await sam.post("two-factor", ["code": "000000"]).status == 401)
        let forged = await app.send(
            .post, "/v1/platform/auth/two-factor",
            fields: [("Cookie", step), ("Content-Type", "application/json")],
            body: Array(#"{"code": "000000"}"#.utf8))
        #expect(forged.code == "csrf_failed")
        // The code that completed the enrolment is used up.
        let old = codes.code(TOTP.step(at: app.clock.now))
        let again = await sam.post("two-factor", ["code": .string(old)], cookies: [step])
        #expect(again.code == "invalid_code")
        app.clock.set(app.clock.now + .seconds(301))
        let late = await sam.post(
            "two-factor", ["code": .string(codes.code(TOTP.step(at: app.clock.now)))],
            cookies: [step])
        #expect(late.code == "challenge_void")
    }

    @Test("SEC-62: a staff session ends after 30 idle minutes and after 12 hours")
    func sessionEnds() async throws {
        let sam = try await TestStaff.signedIn(.billingStaff, on: app)
        let start = app.clock.now
        for minutes in stride(from: 25, through: 700, by: 25) {
            app.clock.set(start + .seconds(minutes * 60))
            #expect(await sam.client.get("/v1/platform/workspaces?limit=1").status == 200)
        }
        app.clock.set(start + .seconds(719 * 60))
        #expect(await sam.client.get("/v1/platform/workspaces?limit=1").status == 200)
        app.clock.set(start + .seconds(721 * 60))
        #expect(await sam.client.get("/v1/platform/workspaces?limit=1").status == 401)
        let other = try await TestStaff.signedIn(.billingStaff, on: app)
        app.clock.set(app.clock.now + .seconds(1_801))
        #expect(await other.client.get("/v1/platform/workspaces?limit=1").status == 401)
    }

    @Test("SEC-25, OV-21: changes need the CSRF token and the own origin")
    func csrf() async throws {
        let sam = try await TestStaff.signedIn(.platformAdmin, on: app)
        let tenant = try await TestTenant.create(app)
        let path = "/v1/platform/workspaces/\(tenant.id)/suspend"
        for drop in ["X-CSRF-Token", "Origin"] {
            var client = sam.client
            client.fields.removeAll { $0.0 == drop }
            #expect(await client.post(path).code == "csrf_failed")
            client.fields.append((drop, "https://evil.example"))
            #expect(await client.post(path).code == "csrf_failed")
        }
        #expect(await sam.client.post(path).status == 200)
        #expect(await sam.client.post("/v1/platform/auth/logout").status == 204)
        #expect(await sam.client.get("/v1/platform/auth/session").status == 401)
    }

    @Test("BL-105, BL-81: workspaces are listed, filtered and searched")
    func list() async throws {
        let sam = try await TestStaff.signedIn(.billingStaff, on: app)
        let tenants = [
            try await TestTenant.create(app), try await TestTenant.create(app, plan: "STARTER"),
        ]
        _ = try await tenants[0].member(.owner)
        let found = await sam.client.get("/v1/platform/workspaces?q=\(tenants[0].slug)")
        #expect(found.data.count == 1)
        #expect(found.data[0]["id"] == .string(tenants[0].id.description))
        #expect(found.data[0]["seats_used"] == 1)
        #expect(
            found.data[0].objectValue?.map(\.name) == [
                "id", "name", "slug", "status", "plan", "seats_used", "created_at", "closed_at",
            ])
        let plan = await sam.client.get("/v1/platform/workspaces?q=\(tenants[1].slug)&plan=GROWTH")
        #expect(plan.data.isEmpty)
        var seen: Set<String> = []
        var cursor: String? = nil
        repeat {
            let next = cursor.map { "&cursor=\($0)" } ?? ""
            let page = await sam.client.get(
                "/v1/platform/workspaces?limit=7&sort=-created_at" + next)
            #expect(page.status == 200)
            for row in page.data {
                let isNew = seen.insert(row["id"]?.stringValue ?? "").inserted
                #expect(isNew)
            }
            cursor = seen.count > 40 ? nil : page.string("next_cursor")
        } while cursor != nil
        #expect(await sam.client.get("/v1/platform/workspaces?sort=plan").code == "invalid_sort")
        #expect(await sam.client.get("/v1/platform/workspaces?cursor=x").code == "invalid_cursor")
    }

    @Test(
        "BL-90, BL-87: an administrator suspends, resumes and reopens; all is audited")
    func changes() async throws {
        let sam = try await TestStaff.signedIn(.platformAdmin, on: app)
        let tenant = try await TestTenant.create(app, plan: "FREE")
        let path = "/v1/platform/workspaces/\(tenant.id)"
        let early = await sam.client.post(path + "/resume")
        #expect(early.code == "invalid_state" && early.string("state") == "active")
        #expect(await sam.client.post(path + "/suspend").string("status") == "suspended")
        #expect(await sam.client.post(path + "/suspend").code == "invalid_state")
        #expect(await sam.client.post(path + "/resume").string("status") == "active")
        #expect(await sam.client.post(path + "/reopen").code == "invalid_state")
        let own = try await tenant.run(
            """
            SELECT action, actor_kind, actor_name, details FROM tenant.audit_events
            ORDER BY created_at, id
            """)
        #expect(
            own.map { $0.text(0) } == [
                "workspace.suspend", "workspace.resume",
            ])
        #expect(own.map { $0.text(1) } == ["platform", "platform"])
        #expect(own[1].json(3) == ["new": "active", "old": "suspended"])
        let log = await sam.client.get("/v1/platform/audit?workspace_id=\(tenant.id)")
        #expect(
            log.data.compactMap { $0["action"]?.stringValue } == [
                "workspace.resume", "workspace.suspend",
            ])
        #expect(log.data.allSatisfy { $0["actor_id"] == .string(sam.id.description) })
        let nothing = "/v1/platform/workspaces/01890000-0000-7000-8000-00000000dead"
        #expect(await sam.client.post(nothing + "/suspend").status == 404)
        #expect(app.defects == [])
    }

    @Test("BL-80, BL-90: billing staff change no workspace")
    func roles() async throws {
        let bill = try await TestStaff.signedIn(.billingStaff, on: app)
        let tenant = try await TestTenant.create(app)
        let path = "/v1/platform/workspaces/\(tenant.id)"
        for (method, target, body): (Method, String, JSON?) in [
            (.post, path + "/suspend", nil), (.get, "/v1/platform/audit", nil),
        ] {
            let answer = await bill.client.send(method, target, body)
            #expect(answer.status == 403)
            #expect(answer.code == "permission_denied")
            #expect(answer.string("required_role") == "platform_admin")
        }
        #expect(await bill.client.get(path).status == 200)
    }

    @Test("BL-81, SEC-90: the staff's database role sees nothing that a workspace owns")
    func databaseRole() async throws {
        let tenant = try await TestTenant.create(app)
        for statement: SQL in [
            "SELECT email FROM platform.persons", "SELECT token_hash FROM cell.admissions",
            "SELECT payload FROM cell.jobs", "UPDATE platform.audit_events SET action = 'x'",
            "DELETE FROM platform.audit_events", "UPDATE platform.staff SET role = 'x'",
            "INSERT INTO platform.staff_links (secret_hash) VALUES ('x')",
            "SELECT platform.create_tenant(gen_random_uuid(), 'x', 'x', 'FREE', now())",
        ] {
            await #expect(throws: DatabaseError.self) {
                try await app.run { _ = try await $0.database.write([statement], in: .staff) }
            }
        }
        let scope = Scope(
            shard: 0, schema: "t_\(tenant.number)", schemaNumber: tenant.number,
            preamble: Scope.staff.preamble)
        await #expect(throws: DatabaseError.self) {
            try await app.run {
                _ = try await $0.database.read("SELECT id FROM tenant.contacts", in: scope)
            }
        }
    }
}
