import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Access

@Suite struct `The workspace's logo` {
    let app: TestApp
    init() throws { app = try TestApp(AccessRoutes.all) }

    private func put(_ client: Client, _ file: [UInt8]) async -> Answer {
        await app.send(
            .put, "/v1/workspace/logo",
            fields: client.fields + [("Content-Type", TestPicture.formType)],
            body: TestPicture.form("logo", file))
    }

    @Test("WS-01, WS-04, WS-05: is uploaded, replaced and removed, with both ids in the audit log")
    func lifecycle() async throws {
        let tenant = try await TestTenant.create(app)
        let admin = try await tenant.member(.admin).client
        #expect(await admin.get("/v1/workspace")["logo_url"] == .null)
        let first = await put(admin, TestPicture.encoded(.png, 64, 2_000))
        #expect(first.status == 200, "\(first.text)")
        let second = await put(admin, TestPicture.encoded(.jpeg, 300, 100))
        let url = try #require(second.string("logo_url"))
        #expect(url.hasPrefix("/v1/workspaces/\(tenant.id)/logos/"))
        #expect(first.string("logo_url") != url)
        #expect(await admin.get("/v1/workspace").string("logo_url") == url)
        for _ in 1...2 { #expect(await admin.delete("/v1/workspace/logo").status == 204) }
        #expect(await admin.get("/v1/workspace")["logo_url"] == .null)
        let audit = try await tenant.run(
            """
            SELECT details FROM tenant.audit_events WHERE action LIKE 'workspace.%logo'
            ORDER BY created_at, id
            """)
        #expect(audit.count == 4)
        #expect(audit[0].json(0)["logo"]?["old"] == .null)
        #expect(audit[1].json(0)["logo"]?["old"] == audit[0].json(0)["logo"]?["new"])
        #expect(audit[2].json(0)["logo"]?["new"] == .null)
        #expect(app.defects == [])
    }

    @Test("WS-91, SEC-34: 2 MiB fit, a byte more does not")
    func size() async throws {
        let admin = try await TestTenant.create(app).member(.admin).client
        var file = TestPicture.encoded(.jpeg, 64, 64)
        file += [UInt8](repeating: 0, count: 2_097_152 - file.count)
        #expect(await put(admin, file).status == 200)
        #expect(await put(admin, file + [0]).code == "payload_too_large")
    }

    @Test("WS-92, WS-93: what is no picture, or too small or large in pixels, is refused")
    func refusals() async throws {
        let admin = try await TestTenant.create(app).member(.admin).client
        #expect(await put(admin, Array("<svg/>".utf8)).code == "unsupported_media_type")
        for (width, height) in [(63, 64), (64, 2_001)] {
            let answer = await put(admin, TestPicture.encoded(.png, width, height))
            #expect(answer.status == 422)
            #expect(answer.fieldErrors == ["/logo: invalid_dimensions"])
        }
        #expect(await admin.get("/v1/workspace")["logo_url"] == .null)
    }

    @Test("WS-98: the logo's address cannot be set by hand")
    func readOnly() async throws {
        let admin = try await TestTenant.create(app).member(.admin).client
        let answer = await admin.patch("/v1/workspace", ["logo_url": "javascript:alert(1)"])
        #expect(answer.fieldErrors == ["/logo_url: read_only"])
    }
}
