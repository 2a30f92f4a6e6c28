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

    @Test("WS-90, WS-94, WS-98: names, timezones and read-only fields")
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

    @Test("WS-85: the audit log is filtered, sorted and paged")
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

    @Test("OV-40: the log leaves as CSV in local time, guarded, and the export is written down")
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
        let exports = await bench.owner.client.get("/v1/workspace/audit?action=audit_log.export")
        #expect(exports.data.count == 2)
        #expect(exports.data[0]["details"] == ["action": "team.create"])
        let manager = try await bench.tenant.member(.manager)
        #expect(await manager.client.get(target).status == 403)
        #expect(
            await bench.owner.client.get("/v1/workspace/audit/export.csv?limit=1").code
                == "unknown_parameter")
    }

    @Test("checklist 33: nothing in the log can be changed or removed by the workspace's role")
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
