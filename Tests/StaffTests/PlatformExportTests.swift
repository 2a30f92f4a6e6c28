import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Staff

@Suite struct `Files of the platform's lists` {
    let app: TestApp

    init() throws { app = try TestApp(StaffRoutes.all) }

    private func rows(_ answer: Answer) -> [Substring] {
        answer.text.split(separator: "\r\n")
    }

    @Test("BL-105, OV-40: the workspaces that match come as CSV, and the export is written down")
    func workspaces() async throws {
        let sam = try await TestStaff.signedIn(.billingStaff, on: app)
        let tenant = try await TestTenant.create(app)
        _ = try await tenant.member(.owner)
        let path = "/v1/platform/workspaces/export.csv"
        let answer = await sam.client.get("\(path)?q=\(tenant.slug)&sort=-created_at")
        #expect(answer.status == 200)
        #expect(answer.contentType == "text/csv; charset=utf-8")
        #expect(answer.field("Content-Disposition") == "attachment; filename=\"workspaces.csv\"")
        let rows = rows(answer)
        #expect(rows.count == 2)
        #expect(rows[0] == "id,name,slug,status,plan,seats_used,created_at,closed_at")
        #expect(rows[1].hasPrefix("\(tenant.id),"))
        #expect(rows[1].contains(",\(tenant.slug),active,"))
        #expect(rows[1].hasSuffix("Z,"))
        #expect(
            await sam.client.get("\(path)?plan=FREE&q=\(tenant.slug)x").text.split(
                separator: "\r\n"
            ).count == 1)
        #expect(await sam.client.get("\(path)?sort=plan").code == "invalid_sort")
        #expect(await sam.client.get("\(path)?limit=1").code == "unknown_parameter")
        let admin = try await TestStaff.signedIn(.platformAdmin, on: app)
        let log = await admin.client.get("/v1/platform/audit?action=workspace.export&limit=100")
        let mine = log.data.filter { $0["actor_id"]?.stringValue == sam.id.description }
        #expect(mine.count == 2)
        #expect(
            mine.last?["details"] == [
                "filters": ["q": .string(tenant.slug), "sort": "-created_at"]
            ]
        )
        #expect(app.defects == [])
    }

    @Test("BL-108, OV-40: the platform's log comes as CSV, for administrators alone")
    func audit() async throws {
        let path = "/v1/platform/audit/export.csv"
        let sam = try await TestStaff.signedIn(.billingStaff, on: app)
        #expect(await sam.client.get(path).code == "permission_denied")
        let admin = try await TestStaff.signedIn(.platformAdmin, on: app)
        let tenant = try await TestTenant.create(app)
        let target = "/v1/platform/workspaces/\(tenant.id)"
        #expect(await admin.client.post("\(target)/suspend").status == 200)
        #expect(await admin.client.post("\(target)/resume").status == 200)
        let answer = await admin.client.get("\(path)?workspace_id=\(tenant.id)&sort=created_at")
        #expect(answer.status == 200)
        let rows = rows(answer)
        #expect(rows.count == 3)
        #expect(rows[0].hasPrefix("id,created_at,actor_kind,actor_id,actor_name,action,"))
        #expect(rows[1].contains(",workspace.suspend,workspace,\(tenant.id),\(tenant.id),"))
        #expect(rows[2].contains(",workspace.resume,"))
        let log = await admin.client.get(
            "/v1/platform/audit?action=platform_audit.export&limit=100")
        let mine = log.data.filter { $0["actor_id"]?.stringValue == admin.id.description }
        #expect(mine.count == 1)
        // The export speaks of the workspace and is no entry about it.
        #expect(mine[0]["workspace_id"] == .null)
        #expect(app.defects == [])
    }
}
