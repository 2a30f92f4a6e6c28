import HTTP
import Money
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Billing

/// A workspace whose subscription is followed through time, in years that no other test touches.
struct PlanWorld: Sendable {
    let app: TestApp
    let tenant: TestTenant
    private let ownerMember: TestMember

    init(_ plan: Plan, _ interval: BillingInterval = .monthly, on date: String) async throws {
        app = try TestApp(BillingRoutes.all)
        try app.move(to: date)
        tenant = try await TestTenant.create(app, plan: plan.rawValue)
        ownerMember = try await tenant.member(.owner)
        if interval == .annual {
            let set = await (try await admin()).put(
                "/v1/platform/workspaces/\(tenant.id)/plan",
                ["plan": .string(plan.rawValue), "interval": "annual"])
            try #require(set.status == 200, "\(set.text)")
        }
    }

    var ownerAddress: String { ownerMember.email }

    /// The Owner, signed in on the day that it is.
    func owner() async throws -> Client {
        try await tenant.signIn(ownerMember.id, ownerMember.personID)
    }

    func staff() async throws -> Client {
        try await TestStaff.signedIn(.billingStaff, on: app).client
    }

    func admin() async throws -> Client {
        try await TestStaff.signedIn(.platformAdmin, on: app).client
    }

    /// Asks for a plan; the answer holds the request.
    func request(_ plan: Plan, _ interval: BillingInterval? = .monthly) async throws -> Answer {
        var body: [JSON.Member] = [JSON.Member(name: "plan", value: .string(plan.rawValue))]
        if let interval {
            body.append(JSON.Member(name: "interval", value: .string(interval.rawValue)))
        }
        return await (try await owner()).post("/v1/billing/upgrade-requests", .object(body))
    }

    /// Asks for a plan and approves it.
    func change(
        to plan: Plan, _ interval: BillingInterval? = .monthly, activatesNow: Bool = false
    ) async throws -> Answer {
        let request = try await request(plan, interval)
        try #require(request.status == 201, "\(request.text)")
        return await (try await staff()).post(
            "/v1/platform/upgrade-requests/\(request.string("id") ?? "")/approve",
            ["activate_now": .bool(activatesNow)])
    }

    func plan() async throws -> Answer { await (try await owner()).get("/v1/billing/plan") }

    /// What the jobs of subscriptions do, for this workspace alone.
    func upkeep() async throws {
        let number = tenant.number
        try await app.run { try await SubscriptionUpkeep.run($0, only: number) }
    }

    func setProfile() async throws {
        let seller = await (try await admin()).put(
            "/v1/platform/billing/seller",
            [
                "legal_name": "Courtyard Ltd", "address_lines": ["1 Market Street"],
                "city": "Dublin", "country": "IE", "tax_number": "IE1234567T",
            ])
        try #require(seller.status == 200, "\(seller.text)")
        let profile = await (try await owner()).put(
            "/v1/billing/profile",
            [
                "legal_name": "Example Foods", "address_lines": ["2 High Street"],
                "city": "Cork", "country": "AQ", "email": "books@example.com", "language": "en",
            ])
        try #require(profile.status == 200, "\(profile.text)")
    }

    /// Invoices of the workspace, drafts included, oldest first: id, state, total.
    func invoices() async throws -> [(id: String, state: String, total: Int64)] {
        let number = tenant.number
        return try await app.run { services in
            let rows: Rows = try await services.database.read(
                """
                SELECT i.id, i.state, i.total FROM platform.invoices i
                WHERE i.tenant_number = \(number) ORDER BY i.created_at, i.id
                """, in: .staff)
            return rows.map { ($0.id(0).description, $0.text(1), $0.integer(2)) }
        }
    }

    func issue(_ invoice: String) async throws {
        let answer = await (try await staff()).post("/v1/platform/invoices/\(invoice)/issue")
        try #require(answer.status == 200, "\(answer.text)")
    }

    func pay(_ invoice: String, _ amount: Int64) async throws -> Answer {
        await (try await staff()).post(
            "/v1/platform/invoices/\(invoice)/payments",
            [
                "amount": .integer(amount), "method": "bank_transfer",
                "reference": .string("bank \(invoice)"),
                "paid_on": .string(app.clock.now.utcDate.description),
            ])
    }

    /// The events that the workspace's people are told of, oldest first.
    func notices() async throws -> [JSON] {
        try await tenant.run(
            """
            SELECT payload->'event' FROM cell.own_jobs
            WHERE kind = 'billing.notice' ORDER BY created_at, id
            """
        ).map { $0.json(0) }
    }
}
