import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

/// What paths of billing name, made for one call.
enum BillingSamples {
    /// The id of something of the workspace's books, in the path of a staff route; nil for paths
    /// that name the workspace.
    static func platform(_ path: String, in tenant: TestTenant) async throws -> String? {
        if path.contains("/upgrade-requests/") { return try await upgradeRequest(tenant) }
        if path.contains("/tax-rates/") { return try await taxRate(tenant) }
        if path.contains("/platform/orders/") { return try await order(tenant) }
        if path.hasSuffix("/print") || path.hasSuffix(".pdf") || path.hasSuffix(".xml") {
            return try await own(path, in: tenant)
        }
        if path.contains("/platform/invoices/") { return try await draft(tenant) }
        if path.contains("/credit-packs/") { return try await creditPack(tenant) }
        return nil
    }

    /// The id of something of the workspace's books, in its own path.
    static func own(_ path: String, in tenant: TestTenant) async throws -> String {
        if path.contains("/upgrade-requests/") { return try await upgradeRequest(tenant) }
        if path.contains("/invoices/") { return try await issued(tenant).invoice }
        if path.contains("/receipts/") { return try await issued(tenant).receipt }
        if path.contains("/credit-notes/") { return try await creditNote(tenant) }
        return try await order(tenant)
    }

    /// A request that was cancelled, since one at most is open.
    private static func upgradeRequest(_ tenant: TestTenant) async throws -> String {
        let id = try await tenant.app.run { $0.newID() }
        let owner = try SessionConnection(address: try TestInstallation.shared.get().ownerURL)
        try owner.rows(
            """
            INSERT INTO platform.upgrade_requests (id, tenant_number, plan, interval, status,
                created_at)
            VALUES ($1, $2, 'GROWTH', 'monthly', 'cancelled', $3)
            """,
            [id.description, String(tenant.number), tenant.app.clock.now.description])
        return id.description
    }

    private static func draft(_ tenant: TestTenant) async throws -> String {
        let staff = try await TestStaff.signedIn(.platformAdmin, on: tenant.app)
        let draft = await staff.client.post(
            "/v1/platform/invoices",
            [
                "workspace_id": .string(tenant.id.description), "currency": "USD",
                "lines": [["text": "Sample", "unit_price": 2_900, "tax_rate_ppm": 0]],
            ])
        return try #require(draft.string("id"), "\(draft.text)")
    }

    private static func creditNote(_ tenant: TestTenant) async throws -> String {
        let invoice = try await issued(tenant).invoice
        let staff = try await TestStaff.signedIn(.platformAdmin, on: tenant.app).client
        let credited = await staff.post(
            "/v1/platform/invoices/\(invoice)/credit-notes", ["reason": "Sample"])
        let note = try #require(credited["credit_notes"].arrayValue?.first, "\(credited.text)")
        return try #require(note["id"]?.stringValue)
    }

    /// An invoice that is paid, and its receipt.
    private static func issued(
        _ tenant: TestTenant
    ) async throws -> (invoice: String, receipt: String) {
        let staff = try await TestStaff.signedIn(.platformAdmin, on: tenant.app).client
        let party: JSON = ["legal_name": "Sample", "address_lines": ["1 Road"], "country": "IE"]
        _ = await staff.put("/v1/platform/billing/seller", party)
        try await tenant.run(
            """
            INSERT INTO platform.own_billing_profile (tenant_number, legal_name, address_lines,
                country, updated_at)
            VALUES (\(tenant.number), 'Sample', '{1 Road}', 'IE', \(tenant.app.clock.now))
            ON CONFLICT (tenant_number) DO UPDATE SET legal_name = excluded.legal_name,
                address_lines = excluded.address_lines, country = excluded.country
            """)
        let invoice = try await draft(tenant)
        let path = "/v1/platform/invoices/\(invoice)"
        let issued = await staff.post(path + "/issue")
        try #require(issued.status == 200, "\(issued.text)")
        let paid = await staff.post(
            path + "/payments",
            ["amount": 2_900, "method": "cash", "reference": "1", "paid_on": "2026-11-20"])
        let payment = try #require(paid["payments"].arrayValue?.first, "\(paid.text)")
        return (invoice, try #require(payment["receipt"]?["id"]?.stringValue))
    }

    private static func order(_ tenant: TestTenant) async throws -> String {
        let id = try await tenant.app.run { $0.newID() }
        try await tenant.run(
            """
            INSERT INTO platform.own_orders (id, tenant_number, kind, currency, amount, lines,
                goods, created_at)
            VALUES (\(id), \(tenant.number), 'other', 'USD', 2900,
                '[{"text": "Sample", "quantity": 1, "unit_price": 2900}]', '{}',
                \(tenant.app.clock.now))
            """)
        return id.description
    }

    private static func creditPack(_ tenant: TestTenant) async throws -> String {
        try await tenant.app.run { services in
            let packs: Rows = try await services.database.read(
                "SELECT id FROM platform.credit_packs ORDER BY credits LIMIT 1", in: .staff)
            return packs[0].id(0).description
        }
    }

    private static func taxRate(_ tenant: TestTenant) async throws -> String {
        let now = tenant.app.clock.now
        return try await tenant.app.run { services in
            let id = services.newID()
            let day = CivilDate(daysSinceEpoch: Int(id.low % 100_000)).description
            _ = try await services.database.write(
                [
                    """
                    INSERT INTO platform.tax_rates (id, country, from_date, rate, category,
                        created_at)
                    VALUES (\(id), 'AQ', \(day)::date, 0, 'Z', \(now))
                    """
                ], in: .staff)
            return id.description
        }
    }
}
