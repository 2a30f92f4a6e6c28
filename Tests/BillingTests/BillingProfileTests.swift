import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Billing

@Suite struct `Billing profiles` {
    let app: TestApp

    init() throws { app = try TestApp(BillingRoutes.all) }

    private let path = "/v1/billing/profile"

    @Test("BL-57: a profile is empty at first, and what a PUT leaves out is empty again")
    func replace() async throws {
        let tenant = try await TestTenant.create(app)
        let ana = try await tenant.member(.owner).client
        let empty = await ana.get(path)
        #expect(empty.status == 200 && empty["is_complete"] == false)
        #expect(empty["legal_name"] == .null && empty["address_lines"] == [])
        let lines = (1...4).map { _ in JSON.string(String(repeating: "ش", count: 200)) }
        let full = await ana.put(
            path,
            [
                "legal_name": "شركة المثال 🏢", "address_lines": .array(lines),
                "city": "القاهرة", "postcode": "11511", "country": "eg",
                "tax_number": "123-456-789", "email": "books@example.com", "language": "ar",
                "electronic_address": ["scheme": "0088", "value": "7300010000001"],
            ])
        #expect(full.status == 200, "\(full.text)")
        #expect(full["is_complete"] == true && full.string("country") == "EG")
        #expect(full["address_lines"] == .array(lines))
        #expect(full["electronic_address"]["scheme"] == "0088")
        let short = await ana.put(path, ["legal_name": "Example"])
        #expect(short["is_complete"] == false && short["email"] == .null)
        #expect(short.string("language") == "ar")
        #expect(app.defects == [])
    }

    @Test("BL-57, OV-29: each field that breaks a rule is told")
    func refused() async throws {
        let ana = try await TestTenant.create(app).member(.owner).client
        let long = JSON.string(String(repeating: "x", count: 201))
        let answer = await ana.put(
            path,
            [
                "legal_name": long, "address_lines": ["1", "2", "3", "4", "5"], "country": "XX",
                "email": "nobody", "language": "xx", "iban": "DE",
                "electronic_address": ["scheme": "!", "value": ""],
            ])
        #expect(
            answer.fieldErrors == [
                "/address_lines: too_many", "/country: invalid_country",
                "/electronic_address/scheme: invalid_format",
                "/electronic_address/value: required", "/email: invalid_email",
                "/iban: unknown_field", "/language: invalid_option", "/legal_name: too_long",
            ])
        #expect(await ana.put(path, ["address_lines": [long]]).fieldErrors.count == 1)
    }

    @Test("OV-45, BL-57: a write to a version that is not current changes nothing")
    func versions() async throws {
        let ana = try await TestTenant.create(app).member(.owner).client
        let first = await ana.put(path, ["legal_name": "One"])
        let tag = try #require(first.field("ETag"))
        #expect(await ana.with("If-Match", tag).put(path, ["legal_name": "Two"]).status == 200)
        let late = await ana.with("If-Match", tag).put(path, ["legal_name": "Three"])
        #expect(late.status == 412)
        #expect(await ana.get(path).string("legal_name") == "Two")
    }

    @Test("BL-120, BL-135, BL-81: an Admin reads, the Owner changes, staff read")
    func rights() async throws {
        let tenant = try await TestTenant.create(app)
        let ben = try await tenant.member(.admin).client
        #expect(await ben.get(path).status == 200)
        #expect(await ben.put(path, ["legal_name": "X"]).code == "permission_denied")
        #expect(try await tenant.member(.user).client.get(path).status == 403)
        let ana = try await tenant.member(.owner).client
        _ = await ana.put(path, ["legal_name": "Seen by staff"])
        let sam = try await TestStaff.signedIn(.billingStaff, on: app)
        let seen = await sam.client.get("/v1/platform/workspaces/\(tenant.id)/billing-profile")
        #expect(seen.string("legal_name") == "Seen by staff")
        let other = try await TestTenant.create(app).member(.owner).client
        #expect(await other.get(path)["legal_name"] == .null)
    }

    @Test("BL-57: erasing a workspace removes its profile")
    func erased() async throws {
        let tenant = try await TestTenant.create(app)
        _ = try await tenant.member(.owner).client.put(path, ["legal_name": "Gone"])
        let owner = try SessionConnection(address: try TestInstallation.shared.get().ownerURL)
        try owner.rows(
            "UPDATE platform.tenants SET erased_at = $2 WHERE number = $1",
            ["\(tenant.number)", app.clock.now.description])
        let left = try owner.rows(
            "SELECT 1 FROM platform.billing_profiles WHERE tenant_number = $1",
            ["\(tenant.number)"])
        #expect(left.isEmpty)
    }

    @Test("BL-50, BL-90: an administrator sets the seller and the tax rates; billing staff read")
    func platform() async throws {
        let admin = try await TestStaff.signedIn(.platformAdmin, on: app).client
        let sam = try await TestStaff.signedIn(.billingStaff, on: app).client
        let seller = "/v1/platform/billing/seller"
        #expect(await sam.put(seller, [:]).code == "permission_denied")
        #expect(
            await admin.put(seller, [:]).fieldErrors == [
                "/address_lines: required", "/country: required", "/legal_name: required",
            ])
        let set = await admin.put(
            seller,
            [
                "legal_name": "Courtyard Ltd", "address_lines": ["1 Market Street"],
                "country": "IE", "bank": ["account": "IE29AIBK93115212345678"],
            ])
        #expect(set.status == 200, "\(set.text)")
        #expect(await sam.get(seller)["bank"]["account"] == "IE29AIBK93115212345678")

        let rates = "/v1/platform/billing/tax-rates"
        let rate: JSON = [
            "country": "BV", "from_date": "2026-01-01", "rate_ppm": 220_000, "label": "VAT",
        ]
        #expect(await sam.post(rates, rate).code == "permission_denied")
        let made = await admin.post(rates, rate)
        #expect(made.status == 201 && made.string("category") == "S")
        #expect(await admin.post(rates, rate).code == "tax_rate_exists")
        #expect(await sam.get(rates).data.contains { $0["country"] == "BV" })
        #expect(
            await admin.post(
                rates,
                [
                    "country": "BV", "from_date": "2026-02-30", "rate_ppm": 1_000_001,
                    "category": "AE", "note": "Reverse charge",
                ]
            ).fieldErrors == ["/from_date: invalid_date", "/rate_ppm: out_of_range"])
        #expect(
            await admin.post(
                rates,
                ["country": "BV", "from_date": "2026-02-01", "rate_ppm": 0, "category": "AE"]
            ).fieldErrors == ["/note: required"])
        let id = try #require(made.string("id"))
        #expect(await admin.delete("\(rates)/\(id)").status == 204)
        #expect(await admin.delete("\(rates)/\(id)").status == 404)
        #expect(app.defects == [])
    }
}
