import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Access

@Suite struct `The workspace` {
    @Test("WS-01, WS-02, OV-45: it is read and changed by version")
    func settings() async throws {
        let bench = try await Workbench()
        let user = try await bench.tenant.member(.user)
        let read = await user.client.get("/v1/workspace")
        #expect(read.string("name") == "Test workspace")
        #expect(read.string("slug") == bench.tenant.slug)
        #expect(read.string("timezone") == "UTC")
        #expect(read.string("plan") == "GROWTH")
        #expect(read.string("status") == "active")
        #expect(read.field("ETag") == "\"1\"")
        #expect(await user.client.patch("/v1/workspace", ["name": "X"]).status == 403)
        let changed = await bench.owner.client.with("If-Match", "\"1\"").patch(
            "/v1/workspace", ["name": "  Harbour Books ", "timezone": "Europe/Berlin"])
        #expect(changed.string("name") == "Harbour Books")
        #expect(changed.string("timezone") == "Europe/Berlin")
        #expect(changed.field("ETag") == "\"2\"")
        let stale = await bench.owner.client.with("If-Match", "\"1\"").patch(
            "/v1/workspace", ["name": "Other"])
        #expect(stale.code == "version_mismatch")
        #expect(await user.client.get("/v1/workspace").string("name") == "Harbour Books")
        #expect(try await bench.actions() == ["workspace.update"])
        #expect(bench.app.defects == [])
    }

    @Test("WS-01, WS-10, WS-20, WS-40, WS-50, WS-64: a new workspace has the defaults")
    func defaults() async throws {
        let bench = try await Workbench()
        let read = await bench.owner.client.get("/v1/workspace")
        #expect(
            read.json.objectValue?.map(\.name) == [
                "id", "name", "slug", "logo_url", "timezone", "data_retention",
                "auto_archive_days", "channel_alerts_enabled", "require_two_factor",
                "allow_email_change", "sso_enabled", "plan", "status", "created_at", "version",
            ])
        #expect(read["logo_url"] == .null)
        #expect(read.string("timezone") == "UTC")
        #expect(read.string("data_retention") == "never")
        #expect(read.integer("auto_archive_days") == 30)
        #expect(read["channel_alerts_enabled"] == true)
        #expect(read["require_two_factor"] == false)
        #expect(read["allow_email_change"] == true)
        #expect(read["sso_enabled"] == false)
    }

    @Test("WS-103: every change leaves an audit entry with the member, old and new value")
    func settingsAreAudited() async throws {
        let bench = try await Workbench()
        let admin = try await bench.tenant.member(.admin, name: "Adam")
        for (body, field, old, new): (JSON, String, JSON, JSON) in [
            (["name": "Harbour"], "name", "Test workspace", "Harbour"),
            (["timezone": "America/Bogota"], "timezone", "UTC", "America/Bogota"),
            (
                ["data_retention": "5_days", "confirm_data_loss": true], "data_retention", "never",
                "5_days"
            ),
            (["auto_archive_days": 7], "auto_archive_days", 30, 7),
            (["auto_archive_days": nil], "auto_archive_days", 7, nil),
            (["channel_alerts_enabled": false], "channel_alerts_enabled", true, false),
            (["require_two_factor": true], "require_two_factor", false, true),
            (["allow_email_change": false], "allow_email_change", true, false),
        ] {
            let answer = await admin.client.patch("/v1/workspace", body)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer[field] == new)
            let entry = await bench.owner.client.get("/v1/workspace/audit?limit=1").data[0]
            #expect(entry["action"] == "workspace.update")
            #expect(entry["actor_id"] == .string(admin.id.description))
            #expect(
                entry["details"]
                    == JSON.object([.init(name: field, value: ["new": new, "old": old])]))
        }
        #expect(bench.app.defects == [])
    }

    @Test("WS-60, WS-64, WS-20, OV-72: retention and security need their own permissions")
    func permissions() async throws {
        let bench = try await Workbench()
        let clerk = try await bench.tenant.member(holding: [.workspaceRead, .workspaceUpdate])
        for (field, value, permission): (String, JSON, String) in [
            ("data_retention", "5_days", "retention.manage"),
            ("data_retention", "nonsense", "retention.manage"),
            ("require_two_factor", true, "security.manage"),
            ("allow_email_change", false, "security.manage"),
        ] {
            let answer = await clerk.client.patch(
                "/v1/workspace", JSON.object([.init(name: field, value: value)]))
            #expect(answer.status == 403)
            #expect(answer.code == "permission_denied")
            #expect(answer.string("required_permission") == permission)
        }
        #expect(await clerk.client.patch("/v1/workspace", ["name": "Mine"]).status == 200)
        let keeper = try await bench.tenant.member(holding: [.workspaceRead, .retentionManage])
        let guardian = try await bench.tenant.member(holding: [.workspaceRead, .securityManage])
        #expect(await keeper.client.patch("/v1/workspace", ["name": "X"]).status == 403)
        let kept = await keeper.client.patch(
            "/v1/workspace/retention", ["data_retention": "1_month", "confirm_data_loss": true])
        #expect(kept.string("data_retention") == "1_month")
        let guarded = await guardian.client.patch(
            "/v1/workspace/security", ["require_two_factor": true, "allow_email_change": false])
        #expect(guarded["require_two_factor"] == true)
        #expect(guarded["allow_email_change"] == false)
        #expect(
            await guardian.client.patch("/v1/workspace/security", ["name": "X"]).fieldErrors
                == ["/name: unknown_field"])
        #expect(
            await guardian.client.patch(
                "/v1/workspace/retention", ["data_retention": "never"]
            ).code == "permission_denied")
    }

    @Test("WS-20, WS-27, WS-95, WS-96, WS-102: a shorter period needs the word that data is lost")
    func retention() async throws {
        let bench = try await Workbench()
        let client = bench.owner.client
        let refused = await client.patch("/v1/workspace", ["data_retention": "24_months"])
        #expect(refused.status == 409)
        #expect(refused.code == "confirmation_required")
        #expect(refused.integer("messages_affected") == 0)
        #expect(refused.integer("conversations_affected") == 0)
        for value in ["24_months", "12_months", "6_months", "3_months", "1_month", "5_days"] {
            let body: JSON = ["data_retention": .string(value)]
            #expect(await client.patch("/v1/workspace", body).code == "confirmation_required")
            let confirmed = await client.patch(
                "/v1/workspace", ["data_retention": .string(value), "confirm_data_loss": true])
            #expect(confirmed.string("data_retention") == value)
            #expect(await client.patch("/v1/workspace", body).status == 200)
        }
        #expect(
            await client.patch("/v1/workspace", ["data_retention": "12_months"]).status == 200)
        #expect(await client.patch("/v1/workspace", ["data_retention": "never"]).status == 200)
        for value: JSON in ["7_days", "", "NEVER", "1_months"] {
            let answer = await client.patch(
                "/v1/workspace", JSON.object([.init(name: "data_retention", value: value)]))
            #expect(answer.status == 422)
            #expect(answer.fieldErrors == ["/data_retention: invalid_option"])
        }
        await #expect(throws: DatabaseError.self) {
            try await bench.tenant.run("UPDATE tenant.settings SET data_retention = '7_days'")
        }
    }

    @Test("WS-28, WS-22: the cut-off in force is shown, in calendar months of the timezone")
    func cutoff() async throws {
        let bench = try await Workbench()
        let client = bench.owner.client
        let user = try await bench.tenant.member(.user).client
        #expect(await user.get("/v1/workspace/retention")["cutoff_at"] == .null)
        _ = await client.patch(
            "/v1/workspace",
            ["data_retention": "1_month", "confirm_data_loss": true, "timezone": "Europe/Berlin"])
        let now = try #require(Instant(rfc3339: "2027-03-31T10:00:00Z"))
        let berlin = try #require(TimeZoneInfo.named("Europe/Berlin"))
        for (option, cutoff) in [
            (DataRetention.oneMonth, "2027-02-28T11:00:00Z"),
            (.threeMonths, "2026-12-31T11:00:00Z"), (.sixMonths, "2026-09-30T10:00:00Z"),
            (.twelveMonths, "2026-03-31T10:00:00Z"), (.twentyFourMonths, "2025-03-31T10:00:00Z"),
            (.fiveDays, "2027-03-26T10:00:00Z"),
        ] {
            #expect(option.cutoff(at: now, in: berlin) == Instant(rfc3339: cutoff), "\(option)")
        }
        let state = await user.get("/v1/workspace/retention")
        #expect(state.string("data_retention") == "1_month")
        #expect(state.string("cutoff_at") != nil)
        #expect(state["last_run_at"] == .null)
        #expect(state.integer("last_run_deleted_messages") == 0)
    }

    @Test("WS-40, WS-97: days until archiving are 1 to 365, or off")
    func autoArchive() async throws {
        let bench = try await Workbench()
        for value: JSON in [0, -1, 366, .number(1.5), .integer(.max)] {
            let answer = await bench.owner.client.patch(
                "/v1/workspace", JSON.object([.init(name: "auto_archive_days", value: value)]))
            #expect(answer.status == 422)
            #expect(answer.fieldErrors == ["/auto_archive_days: out_of_range"])
        }
        for value: JSON in [1, 365, .null] {
            let answer = await bench.owner.client.patch(
                "/v1/workspace", JSON.object([.init(name: "auto_archive_days", value: value)]))
            #expect(answer["auto_archive_days"] == value)
        }
        let wrongType = await bench.owner.client.patch("/v1/workspace", ["auto_archive_days": "7"])
        #expect(wrongType.status == 400)
    }

    @Test("OV-45: of two changes made from the same version one is refused")
    func race() async throws {
        let bench = try await Workbench()
        let client = bench.owner.client.with("If-Match", "\"1\"")
        let statuses = await withTaskGroup(of: Int.self) { group in
            for days in 1...6 {
                group.addTask {
                    await client.patch(
                        "/v1/workspace", ["auto_archive_days": .integer(Int64(days))]
                    ).status
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.sorted() == [200, 412, 412, 412, 412, 412])
    }

    @Test("WS-70: first steps are done when there is what they are for")
    func onboarding() async throws {
        let bench = try await Workbench()
        let user = try await bench.tenant.member(.user).client
        func done() async -> [String] {
            await user.get("/v1/workspace/onboarding")["steps"].arrayValue?
                .filter { $0["done"] == true }.compactMap { $0["id"]?.stringValue } ?? []
        }
        let steps = await user.get("/v1/workspace/onboarding")["steps"].arrayValue ?? []
        #expect(
            steps.compactMap { $0["id"]?.stringValue } == [
                "dashboard", "contacts", "contact_groups", "media", "templates",
                "broadcast_types", "broadcasts", "quick_replies", "flows", "inbox",
            ])
        #expect(await done() == [])
        let id = try await bench.app.run { $0.newID() }
        let now = bench.app.clock.now
        try await bench.tenant.run(
            "INSERT INTO tenant.groups (id, name, created_at) VALUES (\(id), 'VIP', \(now))")
        #expect(await done() == ["contact_groups"])
        try await bench.tenant.run(
            """
            INSERT INTO tenant.contacts (id, name, created_at, updated_at)
            VALUES (\(id), 'Max', \(now), \(now))
            """)
        #expect(await done() == ["contacts", "contact_groups"])
    }

    @Test("WS-03: a rename shows on the next request and in the next invitation")
    func rename() async throws {
        let bench = try await Workbench()
        _ = await bench.owner.client.patch("/v1/workspace", ["name": "Harbour & Sons"])
        _ = await bench.owner.client.post(
            "/v1/members", try await bench.invitation("new@harbour.example"))
        let mail = try await bench.mails(to: "new@harbour.example").last
        #expect(mail?["text"]?.stringValue?.contains("Harbour & Sons") == true)
        let other = try TestApp(AccessRoutes.all)
        let read = await bench.owner.client.through(other).get("/v1/workspace")
        #expect(read.string("name") == "Harbour & Sons")
    }

    @Test("WS-06: slugs are unique over all workspaces, 3 to 40 letters, digits and dashes")
    func slugs() async throws {
        let bench = try await Workbench()
        let taken = bench.tenant.slug
        for slug in ["ab", "-abc", "abc-", "Abc", "a b", String(repeating: "a", count: 41), taken] {
            await #expect(throws: DatabaseError.self, "\(slug)") {
                try await bench.app.run { services in
                    _ = try await services.database.write(
                        [
                            """
                            SELECT platform.create_tenant(
                                \(services.newID()), \(slug), 'Test', 'FREE', \(services.clock.now))
                            """
                        ], in: .identity)
                }
            }
        }
    }

    @Test("WS-12: another timezone changes no stored instant")
    func timezoneKeepsInstants() async throws {
        let bench = try await Workbench()
        _ = await bench.owner.client.post("/v1/teams", ["name": "T", "kind": "other"])
        let before = await bench.owner.client.get("/v1/teams").data[0]["created_at"]
        _ = await bench.owner.client.patch("/v1/workspace", ["timezone": "Pacific/Kiritimati"])
        #expect(await bench.owner.client.get("/v1/teams").data[0]["created_at"] == before)
    }

    @Test("WS-90, WS-94, WS-98, SEC-70: names, timezones and read-only fields")
    func refusals() async throws {
        let bench = try await Workbench()
        for (body, errors): (JSON, [String]) in [
            (["name": ""], ["/name: required"]),
            (["name": .string(String(repeating: "x", count: 81))], ["/name: too_long"]),
            (["name": nil], ["/name: required"]),
            (["timezone": "Mars/Olympus"], ["/timezone: invalid_timezone"]),
            (["timezone": "../UTC"], ["/timezone: invalid_timezone"]),
            (
                ["slug": "x", "plan": "GROWTH", "status": "closed"],
                ["/plan: read_only", "/slug: read_only", "/status: read_only"]
            ),
            (["color": "red"], ["/color: unknown_field"]),
        ] {
            let answer = await bench.owner.client.patch("/v1/workspace", body)
            #expect(answer.status == 422)
            #expect(answer.fieldErrors == errors)
        }
        #expect(await bench.owner.client.get("/v1/workspace").integer("version") == 1)
    }

    @Test("WS-85, SEC-99: the audit log is filtered, sorted and paged")
    func audit() async throws {
        let bench = try await Workbench()
        let admin = try await bench.tenant.member(.admin, name: "Adam")
        for name in ["A", "B", "C"] {
            _ = await admin.client.post("/v1/teams", ["name": .string(name), "kind": "other"])
        }
        _ = try await bench.role("Clerk", [])
        let all = await bench.owner.client.get("/v1/workspace/audit")
        #expect(all.data.count == 4)
        #expect(all.data[0]["action"] == "role.create")
        #expect(all.data[1]["details"]?["name"] == "C")
        #expect(all.data[1]["address"] == "192.0.2.1")
        for (query, count) in [
            ("actor_id=\(admin.id)", 3), ("action=role.create", 1), ("target_kind=team", 3),
            ("actor_kind=service_account", 0), ("actor_kind=member", 4),
            ("to=2020-01-01T00:00:00Z", 0), ("from=2020-01-01T00:00:00Z", 4),
            ("action=role.create&actor_id=\(admin.id)", 0),
        ] {
            let found = await bench.owner.client.get("/v1/workspace/audit?\(query)")
            #expect(found.data.count == count, "\(query)")
        }
        let first = await bench.owner.client.get("/v1/workspace/audit?limit=3&sort=created_at")
        let cursor = first.string("next_cursor") ?? ""
        let rest = await bench.owner.client.get(
            "/v1/workspace/audit?limit=3&sort=created_at&cursor=\(cursor)")
        #expect(first.data.count == 3)
        #expect(rest.data.map { $0["action"] } == ["role.create"])
        #expect(await bench.owner.client.get("/v1/workspace/audit?from=x").status == 400)
        let manager = try await bench.tenant.member(.manager)
        #expect(await manager.client.get("/v1/workspace/audit").code == "permission_denied")
    }

    @Test(
        "OV-40, WS-13, SEC-07: the log leaves as CSV in local time, guarded, written down"
    )
    func export() async throws {
        let bench = try await Workbench()
        _ = await bench.owner.client.patch("/v1/workspace", ["timezone": "Asia/Kolkata"])
        let evil = try await bench.tenant.member(.admin, name: "=HYPERLINK(\"x\")")
        _ = await evil.client.post("/v1/teams", ["name": "T, \"quoted\"", "kind": "other"])
        let target = "/v1/workspace/audit/export.csv?sort=created_at"
        let answer = await bench.owner.client.get(target)
        #expect(answer.status == 200)
        #expect(answer.contentType == "text/csv; charset=utf-8")
        let lines = answer.text.split(separator: "\r\n").map(String.init)
        #expect(
            lines.first
                == "id,created_at,actor_kind,actor_id,actor_name,action,target_kind,target_id,"
                + "details,request_id,address")
        #expect(lines.count == 4)
        #expect(lines[1].contains("+05:30,member,"))
        #expect(lines[2].contains("\"'=HYPERLINK(\"\"x\"\")\""))
        #expect(lines[3].contains("audit_log.export"))
        let filtered = await bench.owner.client.get(
            "/v1/workspace/audit/export.csv?action=team.create")
        #expect(filtered.text.split(separator: "\r\n").count == 2)
        // What is refused leaves no entry.
        let refused = await bench.owner.client.get(
            "/v1/workspace/audit/export.csv?sort=surprise")
        #expect(refused.code == "invalid_sort")
        let exports = await bench.owner.client.get("/v1/workspace/audit?action=audit_log.export")
        #expect(exports.data.count == 2)
        #expect(exports.data[0]["details"] == ["action": "team.create"])
        let manager = try await bench.tenant.member(.manager)
        #expect(await manager.client.get(target).status == 403)
        #expect(
            await bench.owner.client.get("/v1/workspace/audit/export.csv?limit=1").code
                == "unknown_parameter")
    }

    @Test("SEC-102: nothing in the log can be changed or removed by the workspace's role")
    func appendOnly() async throws {
        let bench = try await Workbench()
        _ = try await bench.role("Clerk", [])
        await #expect(throws: DatabaseError.self) {
            try await bench.tenant.run("UPDATE tenant.audit_events SET action = 'x'")
        }
        await #expect(throws: DatabaseError.self) {
            try await bench.tenant.run("DELETE FROM tenant.audit_events")
        }
    }
}
