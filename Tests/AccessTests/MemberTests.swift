import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Access

@Suite struct `Members` {
    @Test("AC-01, AC-100: the directory lists, filters, searches and sorts")
    func directory() async throws {
        let bench = try await Workbench()
        let eve = try await bench.tenant.member(.user, name: "Éve Example")
        let team = await bench.owner.client.post(
            "/v1/teams",
            ["name": "Sales", "kind": "sales", "member_ids": [.string(eve.id.description)]])
        let all = await bench.owner.client.get("/v1/members")
        #expect(all.data.map { $0["name"]?.stringValue } == ["Ana Owner", "Éve Example"])
        let first = all.data[0]
        #expect(first["role_name"] == "Owner")
        #expect(first["email"]?.stringValue == bench.owner.email)
        #expect(all["next_cursor"] == .null)
        let teamID = try #require(team.string("id"))
        let userRole = try await bench.roleID(.user)
        for query in [
            "q=eve", "team_id=\(teamID)", "role_id=\(userRole)", "status=active&q=EXAMPLE",
            "q=\(eve.email.prefix(20))",
        ] {
            let found = await bench.owner.client.get("/v1/members?\(query)")
            #expect(found.data.map { $0["id"]?.stringValue } == [eve.id.description], "\(query)")
        }
        #expect(await bench.owner.client.get("/v1/members?status=invited").data.isEmpty)
        #expect(await bench.owner.client.get("/v1/members?q=%25").data.isEmpty)
        let newest = await bench.owner.client.get("/v1/members?sort=-created_at")
        #expect(newest.data.first?["id"]?.stringValue == eve.id.description)
        #expect(await bench.owner.client.get("/v1/members?sort=-last_login_at").status == 200)
        #expect(await bench.owner.client.get("/v1/members?sort=email").code == "invalid_sort")
        #expect(await bench.owner.client.get("/v1/members?status=gone").status == 400)
        let one = await bench.owner.client.get(eve.path)
        #expect(one["team_ids"] == [.string(teamID)])
        #expect(bench.app.defects == [])
    }

    @Test("OV-36: the directory is walked page by page without gaps")
    func paging() async throws {
        let bench = try await Workbench()
        for index in 0..<6 { _ = try await bench.tenant.member(.user, name: "Person \(index)") }
        for sort in ["name", "created_at", "last_login_at", "-created_at", "-name"] {

            var seen: [String] = []
            var target = "/v1/members?limit=2&sort=\(sort)"
            while true {
                let page = await bench.owner.client.get(target)
                seen += page.data.compactMap { $0["id"]?.stringValue }
                guard let cursor = page.string("next_cursor") else { break }
                target = "/v1/members?limit=2&sort=\(sort)&cursor=\(cursor)"
            }
            #expect(seen.count == 7, "\(sort)")
            #expect(Set(seen).count == 7, "\(sort)")
        }
    }

    @Test(
        "AC-02, AC-03, SEC-48: an invitation gives a seat, a mail without the password, an entry"
    )
    func invitation() async throws {
        let bench = try await Workbench()
        let answer = await bench.owner.client.post(
            "/v1/members", try await bench.invitation("Max@People.test"))
        #expect(answer.status == 201)
        #expect(answer.string("status") == "invited")
        #expect(answer.string("email") == "max@people.test")
        #expect(!answer.text.contains(Workbench.password))
        let mails = try await bench.mails(to: "max@people.test")
        #expect(mails.count == 1)
        let text = mails.first?["text"]?.stringValue ?? ""
        #expect(text.contains("Ana Owner"))
        #expect(!text.contains(Workbench.password))
        #expect(try await bench.actions() == ["member.invite"])
        let details = try await bench.tenant.run("SELECT details::text FROM tenant.audit_events")
        #expect(!details[0].text(0).contains(Workbench.password))
        #expect(
            try await bench.count(
                "SELECT count(*) FROM platform.own_memberships WHERE status = 'invited'") == 1)
    }

    @Test("AC-04: for an address with a login the answer is alike and the password is dropped")
    func invitationOfKnownPerson() async throws {
        let bench = try await Workbench()
        let elsewhere = try await TestTenant.create(bench.app)
        let known = try await elsewhere.member(.user, name: "Somebody Else")
        let first = await bench.owner.client.post(
            "/v1/members", try await bench.invitation(known.email))
        let second = await bench.owner.client.post(
            "/v1/members", try await bench.invitation("unknown@people.test"))
        #expect(first.status == 201)
        #expect(first["name"] == second["name"])
        #expect(
            Set(first.json.objectValue?.map(\.name) ?? [])
                == Set(second.json.objectValue?.map(\.name) ?? []))
        let kept = try await bench.app.run { services in
            try await services.database.read(
                "SELECT name, password_hash FROM platform.persons WHERE id = \(known.personID)",
                in: .identity)
        }
        #expect(kept[0].text(0) == "Somebody Else")
        #expect(kept[0].isNull(1))
        let listed = await bench.owner.client.get("/v1/members?q=Somebody")
        #expect(listed.data.isEmpty)
        #expect(!(try await bench.mails(to: known.email))[0].serialized.isEmpty)
    }

    @Test("AC-110, OV-29: every missing field of an invitation is named")
    func invitationWithoutFields() async throws {
        let bench = try await Workbench()
        let answer = await bench.owner.client.post("/v1/members", [:])
        #expect(answer.status == 422)
        #expect(
            answer.fieldErrors == [
                "/email: required", "/name: required", "/password: required", "/role_id: required",
            ])
    }

    @Test(
        "ID-126: a weak password is refused with its reason",
        arguments: [
            ("short", "too_short"), ("fourteen chars", "too_short"),
            (String(repeating: "ab c", count: 33), "too_long"),
            ("passwordpassword1", "too_common"), ("123456789012345", "too_common"),
            ("max mustermann 1999", "contains_identity"),
            ("courtyardcourtyard", "contains_identity"),
            ("harbour books 2026!", "contains_identity"),
        ])
    func weakPassword(_ password: String, _ code: String) async throws {
        let bench = try await Workbench()
        _ = await bench.owner.client.patch("/v1/workspace", ["name": "Harbour Books"])
        let answer = await bench.owner.client.post(
            "/v1/members", try await bench.invitation("max@people.test", password: password))
        #expect(answer.status == 422)
        #expect(answer.fieldErrors == ["/password: \(code)"])
        #expect(try await bench.count("SELECT count(*) FROM tenant.members") == 1)
    }

    @Test("AC-111, AC-112: who is a member already, and roles and teams that are not there")
    func invitationRefusals() async throws {
        let bench = try await Workbench()
        let invitation = try await bench.invitation("max@people.test")
        #expect(await bench.owner.client.post("/v1/members", invitation).status == 201)
        #expect(await bench.owner.client.post("/v1/members", invitation).code == "already_member")
        var unknown = try await bench.invitation("eve@people.test")
        unknown = unknown.setting("role_id", .string(bench.owner.id.description))
        let answer = await bench.owner.client.post("/v1/members", unknown)
        #expect(answer.fieldErrors == ["/role_id: unknown_role"])
        unknown = unknown.setting("role_id", "no-id")
        #expect(
            await bench.owner.client.post("/v1/members", unknown).fieldErrors
                == ["/role_id: unknown_role"])
        let teams = try await bench.invitation("eve@people.test")
            .setting("team_ids", [.string(bench.owner.id.description)])
        #expect(
            await bench.owner.client.post("/v1/members", teams).fieldErrors
                == ["/team_ids: unknown_team"])
        #expect(
            await bench.owner.client.post(
                "/v1/members", try await bench.invitation("o@people.test", role: .owner)
            ).code == "invalid_state")
        #expect(try await bench.count("SELECT count(*) FROM tenant.members") == 2)
        #expect(bench.app.defects == [])
    }

    @Test("OV-46: the same key invites once; another body under it is a conflict")
    func idempotentInvitation() async throws {
        let bench = try await Workbench()
        let client = bench.owner.client.with("Idempotency-Key", "key-1")
        let invitation = try await bench.invitation("max@people.test")
        let first = await client.post("/v1/members", invitation)
        let again = await client.post("/v1/members", invitation)
        #expect(first.status == 201)
        #expect(again.status == 201)
        #expect(again.text == first.text)
        #expect(again.field("Idempotent-Replay") == "true")
        #expect(try await bench.mails(to: "max@people.test").count == 1)
        #expect(
            try await bench.count(
                "SELECT count(*) FROM tenant.audit_events WHERE action = 'member.invite'") == 1)
        // The invitation holds a password: without the key the table must not tell of the body.
        #expect(
            try await bench.count(
                "SELECT count(*) FROM tenant.idempotency_keys WHERE key <> 'key-1'") == 1)
        let other = await client.post("/v1/members", try await bench.invitation("e@people.test"))
        #expect(other.code == "idempotency_conflict")
    }

    @Test("AC-05, OV-75: at the seat limit an invitation is 402, before its body is judged")
    func seatLimit() async throws {
        let bench = try await Workbench(plan: "FREE")
        #expect(
            await bench.owner.client.post(
                "/v1/members", try await bench.invitation("a@people.test")
            ).status == 201)
        for body: JSON in [try await bench.invitation("b@people.test"), [:]] {
            let refused = await bench.owner.client.post("/v1/members", body)
            #expect(refused.code == "plan_limit_reached")
            #expect(refused.string("limit") == "seats")
            #expect(refused.integer("allowed") == 2)
            #expect(refused.integer("used") == 2)
        }
    }

    @Test("AC-134, SEC-17: parallel invitations never take more seats than the plan has")
    func parallelInvitations() async throws {
        let bench = try await Workbench(plan: "STARTER")
        let invitations = try await (0..<50).mapAsync {
            try await bench.invitation("p\($0)@people.test")
        }
        let answers = await withTaskGroup(of: Answer.self) { group in
            for invitation in invitations {
                group.addTask { await bench.owner.client.post("/v1/members", invitation) }
            }
            return await group.reduce(into: [Answer]()) { $0.append($1) }
        }
        #expect(answers.count { $0.status == 201 } == 4)
        #expect(answers.count { $0.code == "plan_limit_reached" } == 46)
        #expect(
            try await bench.count(
                "SELECT count(*) FROM tenant.members WHERE status IN ('invited', 'active')") == 5)
        #expect(bench.app.defects == [])
    }

    @Test("AC-15: an invitation is mailed again three times a day at most")
    func resend() async throws {
        let bench = try await Workbench()
        let invited = await bench.owner.client.post(
            "/v1/members", try await bench.invitation("max@people.test"))
        let path = "/v1/members/\(invited.string("id") ?? "")/resend-invitation"
        for _ in 0..<3 { #expect(await bench.owner.client.post(path).status == 204) }
        let refused = await bench.owner.client.post(path)
        #expect(refused.code == "rate_limited")
        #expect(Int(refused.field("Retry-After") ?? "") ?? 0 > 0)
        #expect(try await bench.mails(to: "max@people.test").count == 4)
        bench.app.clock.advance(by: .seconds(86_400))
        // The Owner's session has run out meanwhile.
        let owner = try await bench.tenant.signIn(bench.owner.id, bench.owner.personID)
        #expect(await owner.post(path).status == 204)
        #expect(
            await owner.post("\(bench.owner.path)/resend-invitation").code == "invalid_state")
    }

    @Test("AC-06: the name is the inviter's while invited, then the person's own")
    func rename() async throws {
        let bench = try await Workbench()
        let invited = await bench.owner.client.post(
            "/v1/members", try await bench.invitation("maxine@people.test"))
        let path = "/v1/members/\(invited.string("id") ?? "")"
        let renamed = await bench.owner.client.patch(path, ["name": "Maxine"])
        #expect(renamed.string("name") == "Maxine")
        let person = try await bench.app.run { services in
            try await services.database.read(
                "SELECT name FROM platform.persons WHERE email_key = 'maxine@people.test'",
                in: .identity)
        }
        #expect(person[0].text(0) == "Maxine")
        let eve = try await bench.tenant.member(.user)
        #expect(await bench.owner.client.patch(eve.path, ["name": "X"]).code == "invalid_state")
        let fields = await bench.owner.client.patch(
            eve.path, ["email": "x@y.test", "status": "active", "password": "x"])
        #expect(
            fields.fieldErrors == [
                "/email: read_only", "/password: unknown_field", "/status: read_only",
            ])
    }

    @Test("AC-04, AC-06: renaming an invited person never touches a login from elsewhere")
    func renameOfKnownPerson() async throws {
        let bench = try await Workbench()
        let elsewhere = try await TestTenant.create(bench.app)
        let known = try await elsewhere.member(.user, name: "Somebody Else")
        let invited = await bench.owner.client.post(
            "/v1/members", try await bench.invitation(known.email))
        let renamed = await bench.owner.client.patch(
            "/v1/members/\(invited.string("id") ?? "")", ["name": "Changed"])
        #expect(renamed.string("name") == "Changed")
        let kept = try await bench.app.run { services in
            try await services.database.read(
                "SELECT name FROM platform.persons WHERE id = \(known.personID)", in: .identity)
        }
        #expect(kept[0].text(0) == "Somebody Else")
    }
}

extension JSON {
    /// The object with one member replaced or added.
    func setting(_ name: String, _ value: JSON) -> JSON {
        .object(
            (objectValue ?? []).filter { $0.name != name } + [Member(name: name, value: value)])
    }
}

extension Sequence {
    func mapAsync<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
