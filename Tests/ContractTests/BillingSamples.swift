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
        if path.contains("/tax-rates/") { return try await taxRate(tenant) }
        if path.contains("/platform/orders/") { return try await order(tenant) }
        return nil
    }

    /// The id of something of the workspace's books, in its own path.
    static func own(_ path: String, in tenant: TestTenant) async throws -> String {
        try await order(tenant)
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
