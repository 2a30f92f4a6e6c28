import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Identity

@Suite struct `Workspaces made by staff` {
    let app: TestApp

    init() throws { app = try TestApp(IdentityRoutes.all) }

    private func rows(_ sql: SQL) async throws -> Rows {
        try await app.run { try await $0.database.read(sql, in: .identity) }
    }

    private func body(_ email: String, plan: JSON = "STARTER") -> JSON {
        ["name": "Acme Foods", "plan": plan, "owner": ["name": "Ana", "email": .string(email)]]
    }

    @Test("BL-90, BL-87: an administrator makes a workspace, and its Owner is told")
    func create() async throws {
        let admin = try await TestStaff.signedIn(.platformAdmin, on: app)
        let email = "\(admin.id)-owner@people.test"
        let made = await admin.client.post("/v1/platform/workspaces", body(email))
        #expect(made.status == 201, "\(made.text)")
        #expect(made.string("plan") == "STARTER")
        #expect(made.string("slug")?.hasPrefix("acme-foods") == true)
        let id = try #require(ID(made.string("id") ?? ""))
        let seat = try await rows(
            """
            SELECT m.status, p.password_hash IS NULL
            FROM platform.memberships m
            JOIN platform.persons p ON p.id = m.person_id
            JOIN platform.tenants t ON t.number = m.tenant_number
            WHERE t.id = \(id) AND p.email_key = \(email)
            """)
        #expect(seat.count == 1 && seat[0].text(0) == "active" && seat[0].bool(1))
        let told: SQL = """
            SELECT payload->>'subject' FROM cell.jobs
            WHERE kind = 'mail.send' AND payload->>'to' = \(email) ORDER BY id
            """
        #expect(
            try await rows(told).map { $0.text(0) } == ["A Courtyard workspace was made for you"])
        let forgot = await Client(app: app).post(
            "/v1/auth/forgot-password", ["email": .string(email)])
        #expect(forgot.status == 202)
        #expect(try await rows(told).count == 2)
        // A person who is known owns another one, with the login they have.
        let second = await admin.client.post("/v1/platform/workspaces", body(email))
        #expect(second.status == 201 && second.string("slug") != made.string("slug"))
        let people = try await rows(
            "SELECT id FROM platform.persons WHERE email_key = \(email)")
        #expect(people.count == 1)
        #expect(app.defects == [])
    }

    @Test("BL-90, OV-29: faults are named, and billing staff makes none")
    func refused() async throws {
        let admin = try await TestStaff.signedIn(.platformAdmin, on: app)
        let faults = await admin.client.post(
            "/v1/platform/workspaces", ["plan": "GOLD", "owner": ["email": "x"]])
        #expect(
            faults.fieldErrors.sorted() == [
                "/name: required", "/owner/email: invalid_email", "/owner/name: required",
                "/plan: invalid_option",
            ])
        let bill = try await TestStaff.signedIn(.billingStaff, on: app)
        let refused = await bill.client.post(
            "/v1/platform/workspaces", body("nobody@people.test"))
        #expect(refused.status == 403 && refused.code == "permission_denied")
        #expect(app.defects == [])
    }
}
