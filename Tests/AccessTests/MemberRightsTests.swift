import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Access

@Suite struct `Members and their rights` {
    @Test("AC-06, AC-07, SEC-71: a changed role counts with the next request of every process")
    func changedRole() async throws {
        let bench = try await Workbench()
        let max = try await bench.tenant.member(.admin)
        let elsewhere = max.client.through(try TestApp(AccessRoutes.all))
        #expect(await elsewhere.get("/v1/service-accounts").status == 200)
        let user = try await bench.roleID(.user)
        let changed = await bench.owner.client.patch(
            max.path, ["role_id": .string(user.description)])
        #expect(changed.string("role_name") == "User")
        let refused = await elsewhere.get("/v1/service-accounts")
        #expect(refused.code == "permission_denied")
        #expect(refused.string("required_permission") == "service_account.read")
        #expect(await elsewhere.get("/v1/members").status == 200)
        let details = try await bench.tenant.run(
            """
            SELECT details->'role_id'->>'new' FROM tenant.audit_events
            WHERE action = 'member.update'
            """)
        #expect(details[0].text(0) == user.description)
    }

    @Test("AC-07, AC-31: a widened role counts with the next request of every process too")
    func widenedRole() async throws {
        let bench = try await Workbench()
        let max = try await bench.tenant.member(.user)
        let elsewhere = max.client.through(try TestApp(AccessRoutes.all))
        #expect(await elsewhere.get("/v1/roles").code == "permission_denied")
        let manager = JSON.string(try await bench.roleID(.manager).description)
        #expect(await bench.owner.client.patch(max.path, ["role_id": manager]).status == 200)
        #expect(await elsewhere.get("/v1/roles").status == 200)
    }

    @Test("AC-133, OV-33: a refused credential is 401 also where the request is wrong in itself")
    func revokedBeforeInvalid() async throws {
        let bench = try await Workbench()
        let max = try await bench.tenant.member(.manager)
        #expect(await max.client.post("/v1/teams", [:]).status == 422)
        #expect(await max.client.get("/v1/teams?x=1").code == "unknown_parameter")
        #expect(await bench.owner.client.post("\(max.path)/deactivate").status == 200)
        #expect(await max.client.post("/v1/teams", [:]).status == 401)
        #expect(await max.client.get("/v1/teams?x=1").status == 401)
        #expect(await max.client.get("/v1/workspace/audit").status == 401)
    }

    @Test(
        "AC-08, AC-133, SEC-63: a deactivated member is refused on the very next request everywhere"
    )
    func deactivation() async throws {
        let bench = try await Workbench()
        let max = try await bench.tenant.member(.manager)
        let elsewhere = max.client.through(try TestApp(AccessRoutes.all))
        #expect(await elsewhere.get("/v1/members").status == 200)
        let answer = await bench.owner.client.post("\(max.path)/deactivate")
        #expect(answer.string("status") == "deactivated")
        #expect(await elsewhere.get("/v1/members").code == "unauthenticated")
        #expect(await max.client.get("/v1/members").code == "unauthenticated")
        let sessions = try await bench.app.run { services in
            try await services.database.read(
                "SELECT count(*) FROM platform.sessions WHERE person_id = \(max.personID)",
                in: .identity)
        }
        #expect(sessions[0].integer(0) == 0)
        #expect(
            await bench.owner.client.post("\(max.path)/deactivate").code == "invalid_state")
        #expect(
            await bench.owner.client.get("/v1/members?status=deactivated").data.count == 1)
    }

    @Test("AC-08: a session of the same person in another workspace goes on")
    func deactivationStaysHere() async throws {
        let bench = try await Workbench()
        let max = try await bench.tenant.member(.manager)
        let other = try await TestTenant.create(bench.app)
        let seat = try await other.join(max.personID, .user)
        #expect(await seat.get("/v1/members").status == 200)
        #expect(await bench.owner.client.delete(max.path).status == 204)
        #expect(await seat.get("/v1/members").status == 200)
        let person = try await bench.app.run { services in
            try await services.database.read(
                """
                SELECT (SELECT count(*) FROM platform.sessions s WHERE s.person_id = p.id),
                    (SELECT count(*) FROM platform.memberships m WHERE m.person_id = p.id)
                FROM platform.persons p WHERE id = \(max.personID)
                """, in: .identity)
        }
        #expect(person[0].integer(0) == 1)
        #expect(person[0].integer(1) == 1)
    }

    @Test("AC-08, AC-114: coming back needs a free seat, and starts where the member stood")
    func reactivation() async throws {
        let bench = try await Workbench(plan: "FREE")
        let invited = await bench.owner.client.post(
            "/v1/members", try await bench.invitation("r@people.test"))
        let path = "/v1/members/\(invited.string("id") ?? "")"
        #expect(await bench.owner.client.post("\(path)/reactivate").code == "invalid_state")
        #expect(await bench.owner.client.post("\(path)/deactivate").status == 200)
        let back = await bench.owner.client.post("\(path)/reactivate")
        #expect(back.string("status") == "invited")
        #expect(await bench.owner.client.post("\(path)/deactivate").status == 200)
        _ = try await bench.tenant.member(.user)
        #expect(
            await bench.owner.client.post("\(path)/reactivate").code == "plan_limit_reached")
    }

    @Test("AC-134, SEC-17: parallel reactivations never take more seats than the plan has")
    func parallelReactivations() async throws {
        let bench = try await Workbench(plan: "FREE")
        let first = try await bench.tenant.member(.user)
        let second = try await bench.tenant.member(.user)
        for member in [first, second] {
            #expect(await bench.owner.client.post("\(member.path)/deactivate").status == 200)
        }
        async let one = bench.owner.client.post("\(first.path)/reactivate")
        async let two = bench.owner.client.post("\(second.path)/reactivate")
        let codes = await [one, two].map { $0.code ?? "\($0.status)" }.sorted()
        #expect(codes == ["200", "plan_limit_reached"])
    }

    @Test("AC-09: a removed member is gone; what was audited keeps the name")
    func removal() async throws {
        let bench = try await Workbench()
        let max = try await bench.tenant.member(.manager, name: "Max Remembered")
        #expect(
            await max.client.post("/v1/teams", ["name": "T", "kind": "other"]).status == 201)
        #expect(await bench.owner.client.delete(max.path).status == 204)
        #expect(await max.client.get("/v1/members").status == 401)
        #expect(await bench.owner.client.get(max.path).status == 404)
        #expect(await bench.owner.client.delete(max.path).status == 404)
        let names = await bench.owner.client.get("/v1/workspace/audit?action=team.create")
        #expect(names.data.first?["actor_name"] == "Max Remembered")
        let persons = try await bench.app.run { services in
            try await services.database.read(
                "SELECT count(*) FROM platform.persons WHERE id = \(max.personID)", in: .identity)
        }
        #expect(persons[0].integer(0) == 1)
    }

    @Test("AC-11, AC-12: Owners make Owners, and nobody else touches one")
    func owners() async throws {
        let bench = try await Workbench()
        let admin = try await bench.tenant.member(.admin)
        let other = try await bench.tenant.member(.admin)
        let ownerRole = JSON.string(try await bench.roleID(.owner).description)
        let refused = await admin.client.patch(other.path, ["role_id": ownerRole])
        #expect(refused.code == "privilege_escalation")
        #expect(await bench.owner.client.patch(other.path, ["role_id": ownerRole]).status == 200)
        for answer in [
            await admin.client.patch(other.path, ["team_ids": []]),
            await admin.client.post("\(other.path)/deactivate"),
            await admin.client.delete(other.path),
            await admin.client.patch(
                other.path, ["role_id": .string(try await bench.roleID(.user).description)]),
        ] {
            #expect(answer.status == 403)
            #expect(answer.code == "permission_denied")
        }
        #expect(await other.client.post("\(bench.owner.path)/deactivate").status == 200)
        #expect(await admin.client.post("\(bench.owner.path)/reactivate").status == 403)
        #expect(
            await other.client.patch(bench.owner.path, ["role_id": ownerRole]).status == 200)
    }

    @Test("AC-11: only an active member becomes Owner")
    func invitedBecomesNoOwner() async throws {
        let bench = try await Workbench()
        let invited = await bench.owner.client.post(
            "/v1/members", try await bench.invitation("no-owner@people.test"))
        let answer = await bench.owner.client.patch(
            "/v1/members/\(invited.string("id") ?? "")",
            ["role_id": .string(try await bench.roleID(.owner).description)])
        #expect(answer.code == "invalid_state")
    }

    @Test("AC-11, AC-113, AC-14: the last Owner stays; with a second one they may leave")
    func lastOwner() async throws {
        let bench = try await Workbench()
        let user = JSON.string(try await bench.roleID(.user).description)
        for answer in [
            await bench.owner.client.post("/v1/me/leave"),
            await bench.owner.client.patch(bench.owner.path, ["role_id": user]),
            await bench.owner.client.post("\(bench.owner.path)/deactivate"),
            await bench.owner.client.delete(bench.owner.path),
        ] {
            #expect(answer.code == "last_owner")
        }
        let second = try await bench.tenant.member(.owner)
        #expect(await bench.owner.client.post("/v1/me/leave").status == 204)
        #expect(await bench.owner.client.get("/v1/members").status == 401)
        #expect(await second.client.post("/v1/me/leave").code == "last_owner")
        #expect(try await bench.actions() == ["member.leave"])
    }

    @Test("AC-11, AC-130: of two Owners who demote each other at the same moment one remains")
    func duel() async throws {
        for verb in ["demote", "deactivate", "remove", "leave"] {
            let bench = try await Workbench()
            let rival = try await bench.tenant.member(.owner)
            let user = JSON.string(try await bench.roleID(.user).description)
            let strike = { @Sendable (striker: TestMember, target: TestMember) async -> Answer in
                switch verb {
                case "demote": await striker.client.patch(target.path, ["role_id": user])
                case "deactivate": await striker.client.post("\(target.path)/deactivate")
                case "remove": await striker.client.delete(target.path)
                default: await striker.client.post("/v1/me/leave")
                }
            }
            async let one = strike(bench.owner, rival)
            async let two = strike(rival, bench.owner)
            let statuses = await [one, two].map(\.status).sorted()
            #expect(statuses[0] / 100 == 2, "\(verb)")
            #expect([401, 403, 404, 409].contains(statuses[1]), "\(verb): \(statuses)")
            let owners = try await bench.count(
                """
                SELECT count(*) FROM tenant.members m JOIN tenant.roles r ON r.id = m.role_id
                WHERE r.builtin = 'owner' AND m.status = 'active'
                """)
            #expect(owners == 1, "\(verb)")
            #expect(bench.app.defects == [])
        }
    }

    @Test("AC-122: nobody changes their own role or seat through the directory")
    func selfChange() async throws {
        let bench = try await Workbench()
        let admin = try await bench.tenant.member(.admin)
        let user = JSON.string(try await bench.roleID(.user).description)
        for answer in [
            await admin.client.patch(admin.path, ["role_id": user]),
            await admin.client.post("\(admin.path)/deactivate"),
            await admin.client.delete(admin.path),
        ] {
            #expect(answer.code == "self_change")
        }
        let same = JSON.string(try await bench.roleID(.admin).description)
        #expect(await admin.client.patch(admin.path, ["role_id": same]).status == 200)
        #expect(await admin.client.patch(admin.path, ["team_ids": []]).status == 200)
    }

    @Test("AC-13, AC-132: nobody gives a role with permissions they lack")
    func escalation() async throws {
        let bench = try await Workbench()
        let clerk = try await bench.tenant.member(holding: [.memberRead, .memberManage])
        let max = try await bench.tenant.member(.user)
        for role in BuiltinRole.allCases where role != .user {
            let answer = await clerk.client.patch(
                max.path, ["role_id": .string(try await bench.roleID(role).description)])
            #expect(answer.code == "privilege_escalation", "\(role)")
        }
        let invited = await clerk.client.post(
            "/v1/members", try await bench.invitation("esc@people.test", role: .user))
        #expect(invited.code == "privilege_escalation")
        let narrow = try await bench.role("Reader", [.memberRead])
        let given = await clerk.client.patch(max.path, ["role_id": .string(narrow.description)])
        #expect(given.status == 200)
        #expect(try await bench.actions() == ["role.create", "member.update"])
    }

    @Test("AC-07, SEC-71: a role narrowed while a request waits refuses that request")
    func narrowedWhileWaiting() async throws {
        let bench = try await Workbench()
        let admin = try await bench.tenant.member(.admin)
        let max = try await bench.tenant.member(.user)
        let manager = try await bench.roleID(.manager)
        let user = try await bench.roleID(.user)
        #expect(await admin.client.get("/v1/members").status == 200)
        let lock = try SessionConnection(address: TestInstallation.shared.get().ownerURL)
        try lock.run("BEGIN")
        _ = try lock.rows(
            "SELECT epoch FROM cell.tenants WHERE number = $1 FOR UPDATE",
            ["\(bench.tenant.number)"])
        async let waiting = admin.client.patch(
            max.path, ["role_id": .string(manager.description)])
        try await Task.sleep(for: .milliseconds(300))
        _ = try lock.rows(
            "UPDATE t_\(bench.tenant.number).members SET role_id = $1 WHERE id = $2 RETURNING id",
            [user.description, admin.id.description])
        _ = try lock.rows(
            "UPDATE cell.tenants SET epoch = epoch + 1 WHERE number = $1 RETURNING epoch",
            ["\(bench.tenant.number)"])
        try lock.run("COMMIT")
        #expect(await waiting.code == "permission_denied")
        #expect(await bench.owner.client.get(max.path).string("role_name") == "User")
    }

    @Test("OV-11, SEC-69: ids of another workspace answer like ids that exist nowhere")
    func isolation() async throws {
        let bench = try await Workbench()
        let stranger = try await Workbench()
        let theirs = try await stranger.tenant.member(.user)
        let nowhere = try await bench.app.run { $0.newID() }
        for (method, suffix, body): (Method, String, JSON?) in [
            (.get, "", nil), (.patch, "", ["team_ids": []]), (.delete, "", nil),
            (.post, "/deactivate", nil), (.post, "/reactivate", nil),
            (.post, "/resend-invitation", nil),
        ] {
            let foreign = await bench.owner.client.send(
                method, "/v1/members/\(theirs.id)\(suffix)", body)
            let unknown = await bench.owner.client.send(
                method, "/v1/members/\(nowhere)\(suffix)", body)
            #expect(foreign.status == 404, "\(method) \(suffix)")
            #expect(foreign.shape == unknown.shape, "\(method) \(suffix)")
        }
        let theirRole = JSON.string(try await stranger.roleID(.user).description)
        let max = try await bench.tenant.member(.user)
        #expect(
            await bench.owner.client.patch(max.path, ["role_id": theirRole]).fieldErrors
                == ["/role_id: unknown_role"])
        #expect(await theirs.client.get("/v1/members").status == 200)
    }
}

extension TestTenant {
    /// A seat for a person who has a login, signed in.
    func join(_ personID: ID, _ role: BuiltinRole) async throws -> Client {
        let id = try await app.run { $0.newID() }
        let name = role.rawValue
        try await run(
            """
            INSERT INTO platform.own_memberships (person_id, tenant_number, member_id, status)
            VALUES (\(personID), \(number), \(id), 'active')
            """)
        try await run(
            """
            INSERT INTO tenant.members (id, person_id, name, role_id, status, created_at)
            SELECT \(id), \(personID), 'Joined', r.id, 'active', \(app.clock.now)
            FROM tenant.roles r WHERE r.builtin = \(name)
            """)
        return try await signIn(id, personID)
    }
}
