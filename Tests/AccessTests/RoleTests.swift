import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Access

@Suite struct `Roles` {
    private func draft(_ name: String, _ permissions: [Permission]) -> JSON {
        [
            "name": .string(name),
            "permissions": .array(permissions.map { .string($0.rawValue) }),
        ]
    }

    @Test("AC-20…AC-24, AC-40: built-in roles are listed with exactly the rights of the matrix")
    func builtins() async throws {
        let bench = try await Workbench()
        let list = await bench.owner.client.get("/v1/roles?kind=builtin")
        #expect(list.data.map { $0["name"]?.stringValue } == ["Admin", "Manager", "Owner", "User"])
        for role in list.data {
            let builtin = try #require(
                BuiltinRole(rawValue: role["name"]?.stringValue?.lowercased() ?? ""))
            let names = role["permissions"]?.arrayValue?.compactMap(\.stringValue)
            #expect(names == builtin.permissions.permissions.map(\.rawValue))
            #expect(role["kind"] == "builtin")
        }
        #expect(list.data[2]["member_count"] == 1)
    }

    @Test("AC-24, AC-116: built-in roles cannot be changed or deleted, on any plan")
    func builtinsStay() async throws {
        for plan in ["FREE", "GROWTH"] {
            let bench = try await Workbench(plan: plan)
            for role in BuiltinRole.allCases {
                let path = "/v1/roles/\(try await bench.roleID(role))"
                #expect(
                    await bench.owner.client.patch(path, ["name": "X"]).code == "builtin_role")
                #expect(await bench.owner.client.delete(path).code == "builtin_role")
            }
        }
    }

    @Test("AC-121, OV-74: custom roles need a plan that has them")
    func plan() async throws {
        let bench = try await Workbench(plan: "FREE")
        let refused = await bench.owner.client.post("/v1/roles", draft("Clerk", [.contactRead]))
        #expect(refused.status == 402)
        #expect(refused.code == "plan_feature_unavailable")
        #expect(refused.string("feature") == "custom_roles")
        #expect(refused.string("required_plan") == "STARTER")
    }

    @Test(
        "AC-30, AC-31, AC-32, AC-101, AC-102, OV-45: a custom role is made, changed and held"
    )
    func custom() async throws {
        let bench = try await Workbench()
        let made = await bench.owner.client.post(
            "/v1/roles", draft("Template clerk", [.templateWrite, .templateRead, .memberRead]))
        #expect(made.status == 201)
        #expect(made.field("ETag") == "\"1\"")
        #expect(made["permissions"] == ["member.read", "template.read", "template.write"])
        let path = "/v1/roles/\(made.string("id") ?? "")"
        let eve = try await bench.tenant.member(.user, name: "Eve")
        _ = await bench.owner.client.patch(eve.path, ["role_id": made["id"]])
        let holders = await bench.owner.client.get("\(path)/members")
        #expect(holders.data.map { $0["name"] } == ["Eve"])
        #expect(holders.data[0]["email"] == nil)
        #expect(await bench.owner.client.get("\(path)/members?status=invited").data.isEmpty)
        #expect(await bench.owner.client.get(path).integer("member_count") == 1)

        let elsewhere = eve.client.through(try TestApp(AccessRoutes.all))
        #expect(await elsewhere.get("/v1/members").status == 200)
        let stale = await bench.owner.client.with("If-Match", "\"7\"").patch(path, ["name": "N"])
        #expect(stale.code == "version_mismatch")
        let changed = await bench.owner.client.with("If-Match", "\"1\"").patch(
            path, ["permissions": ["template.read"], "description": "Less"])
        #expect(changed.field("ETag") == "\"2\"")
        #expect(changed.integer("version") == 2)
        #expect(changed.string("name") == "Template clerk")
        #expect(await elsewhere.get("/v1/members").code == "permission_denied")
        #expect(
            await bench.owner.client.with("If-Match", "\"1\"").delete(path).code
                == "version_mismatch")
        #expect(bench.app.defects == [])
    }

    @Test("AC-33, AC-117: a role in use stays; one that nobody holds goes")
    func deletion() async throws {
        let bench = try await Workbench()
        let role = try await bench.role("Clerk", [.contactRead])
        let eve = try await bench.tenant.member(.user)
        _ = await bench.owner.client.patch(eve.path, ["role_id": .string(role.description)])
        let refused = await bench.owner.client.delete("/v1/roles/\(role)")
        #expect(refused.code == "role_in_use")
        #expect(refused.integer("count") == 1)
        let user = JSON.string(try await bench.roleID(.user).description)
        _ = await bench.owner.client.patch(eve.path, ["role_id": user])
        #expect(await bench.owner.client.delete("/v1/roles/\(role)").status == 204)
        #expect(await bench.owner.client.get("/v1/roles/\(role)").status == 404)
        let gone = await bench.owner.client.patch(
            eve.path, ["role_id": .string(role.description)])
        #expect(gone.fieldErrors == ["/role_id: unknown_role"])
    }

    @Test("AC-33: a role deleted while it is being given is either given or gone")
    func deletionRace() async throws {
        for _ in 0..<5 {
            let bench = try await Workbench()
            let role = try await bench.role("Clerk", [.contactRead])
            let eve = try await bench.tenant.member(.user)
            async let given = bench.owner.client.patch(
                eve.path, ["role_id": .string(role.description)])
            async let deleted = bench.owner.client.delete("/v1/roles/\(role)")
            let outcome = await (given.status, deleted.status)
            #expect(outcome == (200, 409) || outcome == (422, 204), "\(outcome)")
            #expect(bench.app.defects == [])
        }
    }

    @Test("AC-34, AC-36: reserved, unknown and incomplete permissions are refused by name")
    func rules() async throws {
        let bench = try await Workbench()
        for (names, codes) in [
            (["billing.read", "billing.manage"], ["reserved_permission"]),
            (["ownership.manage"], ["reserved_permission"]),
            (["contact.fly"], ["unknown_permission"]),
            (["contact.write"], ["missing_prerequisite"]),
            (["conversation.reply"], ["missing_prerequisite"]),
            (
                ["contact.fly", "workspace.close", "group.write"],
                ["missing_prerequisite", "reserved_permission", "unknown_permission"]
            ),
        ] {
            let body: JSON = [
                "name": "Bad", "permissions": .array(names.map { .string($0) }),
            ]
            let answer = await bench.owner.client.post("/v1/roles", body)
            #expect(answer.status == 422)
            #expect(answer.fieldErrors == codes.map { "/permissions: \($0)" }, "\(names)")
        }
        let role = try await bench.role("Good", [.contactRead])
        let answer = await bench.owner.client.patch(
            "/v1/roles/\(role)", ["permissions": ["contact.write"]])
        #expect(answer.fieldErrors == ["/permissions: missing_prerequisite"])
        #expect(
            await bench.owner.client.patch("/v1/roles/\(role)", ["permissions": nil]).fieldErrors
                == ["/permissions: required"])
        #expect(
            await bench.owner.client.post("/v1/roles", ["permissions": "x"]).status == 400)
    }

    @Test("AC-35: a role may hold no permission at all")
    func nothing() async throws {
        let bench = try await Workbench()
        let role = try await bench.role("Nobody", [])
        let eve = try await bench.tenant.member(roleID: role, name: "Eve")
        for path in ["/v1/members", "/v1/roles", "/v1/workspace", "/v1/permissions", "/v1/teams"] {
            #expect(await eve.client.get(path).code == "permission_denied", "\(path)")
        }
        #expect(await bench.owner.client.get("/v1/roles/\(role)")["permissions"] == [])
    }

    @Test("AC-37, AC-115: names are unique without regard to case, built-in ones included")
    func names() async throws {
        let bench = try await Workbench()
        let role = try await bench.role("Clerk", [])
        for name in ["clerk", "CLERK", "owner", "Ówner"] {
            let answer = await bench.owner.client.post("/v1/roles", draft(name, []))
            #expect(answer.code == "name_taken", "\(name)")
        }
        _ = try await bench.role("Other", [])
        #expect(
            await bench.owner.client.patch("/v1/roles/\(role)", ["name": "other"]).code
                == "name_taken")
        let long = String(repeating: "x", count: 51)
        #expect(
            await bench.owner.client.post("/v1/roles", draft(long, [])).fieldErrors
                == ["/name: too_long"])
        #expect(
            await bench.owner.client.post("/v1/roles", draft(" ", [])).fieldErrors
                == ["/name: required"])
    }

    @Test("AC-37: a workspace has at most 50 custom roles, also when two are made at once")
    func limit() async throws {
        let bench = try await Workbench()
        let now = bench.app.clock.now
        try await bench.tenant.run(
            """
            INSERT INTO tenant.roles (id, name, created_at, updated_at)
            SELECT gen_random_uuid(), 'Role ' || n, \(now), \(now) FROM generate_series(1, 49) n
            """)
        async let one = bench.owner.client.post("/v1/roles", draft("One", []))
        async let two = bench.owner.client.post("/v1/roles", draft("Two", []))
        let codes = await [one, two].map { $0.code ?? "\($0.status)" }.sorted()
        #expect(codes == ["201", "role_limit"])
    }

    @Test("AC-13, AC-132: nobody puts a permission into a role that they lack themselves")
    func escalation() async throws {
        let bench = try await Workbench()
        let clerk = try await bench.tenant.member(
            holding: [.roleRead, .roleManage, .memberRead, .contactRead])
        let made = await clerk.client.post("/v1/roles", draft("Mine", [.contactRead]))
        #expect(made.status == 201)
        let path = "/v1/roles/\(made.string("id") ?? "")"
        #expect(
            await clerk.client.post("/v1/roles", draft("More", [.contactRead, .contactWrite])).code
                == "privilege_escalation")
        let own = try await bench.tenant.run(
            "SELECT role_id FROM tenant.members WHERE id = \(clerk.id)")[0].id(0)
        for target in [path, "/v1/roles/\(own)"] {
            let refused = await clerk.client.patch(
                target, ["permissions": ["contact.read", "contact.write"]])
            #expect(refused.code == "privilege_escalation")
            #expect(refused["lacking"] == ["contact.write"])
        }
        // A right the role has already is not given by keeping it.
        let rich = try await bench.role("Rich", [.contactRead, .contactWrite])
        #expect(
            await clerk.client.patch(
                "/v1/roles/\(rich)",
                ["permissions": ["contact.read", "contact.write", "member.read"]]
            ).status == 200)
        #expect(bench.app.defects == [])
    }

    @Test("AC-38: the catalogue is grouped by feature and complete")
    func catalogue() async throws {
        let bench = try await Workbench()
        let answer = await bench.owner.client.get("/v1/permissions")
        let names = answer.data.flatMap { group in
            (group["permissions"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
        }
        #expect(Set(names) == Set(Permission.allCases.map(\.rawValue)))
        #expect(names.count == Permission.allCases.count)
        #expect(answer["next_cursor"] == .null)
        let billing = answer.data.first { $0["feature"] == "billing" }
        #expect(billing?["permissions"]?.arrayValue?[1]["is_reserved"] == true)
        #expect(billing?["permissions"]?.arrayValue?[1]["requires"] == "billing.read")
        #expect(await bench.owner.client.get("/v1/permissions?q=x").code == "unknown_parameter")
    }

    @Test("OV-11: roles of another workspace answer like roles that exist nowhere")
    func isolation() async throws {
        let bench = try await Workbench()
        let stranger = try await Workbench()
        let theirs = try await stranger.role("Theirs", [])
        let nowhere = try await bench.app.run { $0.newID() }
        for (method, suffix, body): (Method, String, JSON?) in [
            (.get, "", nil), (.get, "/members", nil), (.patch, "", ["name": "Mine"]),
            (.delete, "", nil),
        ] {
            let foreign = await bench.owner.client.send(
                method, "/v1/roles/\(theirs)\(suffix)", body)
            let unknown = await bench.owner.client.send(
                method, "/v1/roles/\(nowhere)\(suffix)", body)
            #expect(foreign.status == 404)
            #expect(foreign.shape == unknown.shape)
        }
    }
}
