import HTTP
import Money
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Billing

/// A workspace with a billing profile, its Owner, and the platform's staff who bill it.
struct Books: Sendable {
    let app: TestApp
    let tenant: TestTenant
    let owner: Client
    let staff: TestStaff

    /// In a year of its own, whose series no other test touches, or in the present; without a
    /// country the buyer's profile stays empty.
    init(year: Int? = nil, country: String? = "AQ") async throws {
        app = try TestApp(BillingRoutes.all)
        if let year { app.clock.set(try #require(Instant(rfc3339: "\(year)-03-01T12:00:00Z"))) }
        let admin = try await TestStaff.signedIn(.platformAdmin, on: app)
        let seller = await admin.client.put(
            "/v1/platform/billing/seller",
            [
                "legal_name": "Courtyard Ltd", "address_lines": ["1 Market Street"],
                "city": "Dublin", "country": "IE", "tax_number": "IE1234567T",
            ])
        try #require(seller.status == 200)
        staff = try await TestStaff.signedIn(.billingStaff, on: app)
        tenant = try await TestTenant.create(app)
        owner = try await tenant.member(.owner).client
        if let country { try await setProfile(country) }
    }

    func setProfile(_ country: String, language: String = "en") async throws {
        let answer = await owner.put(
            "/v1/billing/profile",
            [
                "legal_name": "Example Foods", "address_lines": ["2 High Street"],
                "city": "Cork", "country": .string(country), "email": "books@example.com",
                "language": .string(language),
            ])
        try #require(answer.status == 200)
    }

    static func line(
        _ price: Int64, quantity: Int64 = 1, rate: Int64? = nil, text: String = "Sample"
    ) -> JSON {
        var members = [
            JSON.Member(name: "text", value: .string(text)),
            JSON.Member(name: "quantity", value: .integer(quantity)),
            JSON.Member(name: "unit_price", value: .integer(price)),
        ]
        if let rate { members.append(JSON.Member(name: "tax_rate_ppm", value: .integer(rate))) }
        return .object(members)
    }

    /// A draft of free lines; answers its id.
    func draft(
        _ lines: [JSON] = [Books.line(2_900, rate: 0)], currency: String = "USD"
    ) async throws -> String {
        let answer = await staff.client.post(
            "/v1/platform/invoices",
            [
                "workspace_id": .string(tenant.id.description), "currency": .string(currency),
                "lines": .array(lines),
            ])
        try #require(answer.status == 201, "\(answer.text)")
        return try #require(answer.string("id"))
    }

    func issued(
        _ lines: [JSON] = [Books.line(2_900, rate: 0)], currency: String = "USD"
    ) async throws -> String {
        let id = try await draft(lines, currency: currency)
        let answer = await issue(id)
        try #require(answer.status == 200, "\(answer.text)")
        return id
    }

    func issue(_ id: String) async -> Answer {
        await staff.client.post("/v1/platform/invoices/\(id)/issue")
    }

    func pay(
        _ id: String, _ amount: JSON, reference: String = "bank 1", currency: String? = nil
    ) async -> Answer {
        var members: [JSON.Member] = [
            JSON.Member(name: "amount", value: amount),
            JSON.Member(name: "method", value: "bank_transfer"),
            JSON.Member(name: "reference", value: .string(reference)),
            JSON.Member(name: "paid_on", value: "2026-11-20"),
        ]
        if let currency {
            members.append(JSON.Member(name: "currency", value: .string(currency)))
        }
        return await staff.client.post("/v1/platform/invoices/\(id)/payments", .object(members))
    }

    func credit(_ id: String, _ body: JSON) async -> Answer {
        await staff.client.post("/v1/platform/invoices/\(id)/credit-notes", body)
    }

    func read(_ id: String) async -> Answer {
        await staff.client.get("/v1/platform/invoices/\(id)")
    }

    /// An order of the workspace's own.
    func order(
        _ price: Int64 = 2_900, kind: OrderKind = .other, goods: JSON = [:]
    ) async throws -> ID {
        let draft = OrderDraft(
            kind: kind, currency: .usd,
            lines: [.init(text: "Sample", quantity: 1, unitPrice: price)], goods: goods)
        return try await app.run { [tenant] services in
            let context = TenantContext(tenant: tenant.reference, job: "test", services: services)
            return try await context.transaction { transaction in
                try await Order.place(draft, in: transaction, of: context).id
            }
        }
    }

    /// Rows that the staff's database role reads.
    func rows(_ sql: SQL) async throws -> Rows {
        try await app.run { try await $0.database.read(sql, in: .staff) }
    }

    /// The numbers of a year, and whether times decrease along them (R1).
    func series(_ year: Int) async throws -> (numbers: [Int64], isOrdered: Bool) {
        let rows = try await rows(
            """
            SELECT seq, issued_at FROM platform.invoices
            WHERE year = \(year)::integer ORDER BY seq
            """)
        let times = rows.map { $0.instant(1) }
        return (rows.map { $0.integer(0) }, zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
    }
}

extension JSON {
    /// The amount of an amount with its currency.
    var minorUnits: Int64? { self["amount"]?.integerValue }
}
