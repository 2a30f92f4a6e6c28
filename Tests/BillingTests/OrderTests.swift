import HTTP
import Money
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Billing

@Suite struct `Orders` {
    let app: TestApp

    init() throws { app = try TestApp(BillingRoutes.all) }

    /// An order of the workspace's own, as buying something places it.
    private func place(
        _ tenant: TestTenant, price: Int64 = 2_900, kind: OrderKind = .other,
        currency: String = "USD"
    ) async throws -> Order.Placed {
        let draft = OrderDraft(
            kind: kind, currency: try #require(Currency(currency)),
            lines: [.init(text: "Sample", quantity: 2, unitPrice: price)], goods: [:])
        return try await app.run { services in
            let context = TenantContext(
                tenant: tenant.reference, job: "test", services: services)
            return try await context.transaction { transaction in
                try await Order.place(draft, in: transaction, of: context)
            }
        }
    }

    @Test("BL-40, BL-41: an order has its number, lines and amount, and no documents yet")
    func read() async throws {
        let tenant = try await TestTenant.create(app)
        let ben = try await tenant.member(.admin).client
        let placed = try await place(tenant)
        #expect(placed.number.wholeMatch(of: /ORD-\d{4}-\d{6,}/) != nil)
        let order = await ben.get("/v1/billing/orders/\(placed.id)")
        #expect(order.status == 200)
        #expect(order.string("number") == placed.number)
        #expect(order.string("status") == "pending" && order.string("kind") == "other")
        #expect(order["amount"] == ["amount": 5_800, "currency": "USD"])
        #expect(
            order["lines"] == [["text": "Sample", "quantity": 2, "unit_price": 2_900]])
        #expect(order["invoice"] == .null && order["receipts"] == [])
        #expect(app.defects == [])
    }

    @Test("BL-42, BL-120, BL-135: the Owner alone cancels, and a pending order once")
    func cancel() async throws {
        let tenant = try await TestTenant.create(app)
        let ana = try await tenant.member(.owner).client
        let path = "/v1/billing/orders/\(try await place(tenant).id)"
        let refused = try await tenant.member(.admin).client.post(path + "/cancel")
        #expect(refused.status == 403 && refused.code == "permission_denied")
        let cancelled = await ana.post(path + "/cancel")
        #expect(cancelled.string("status") == "cancelled")
        #expect(cancelled.string("cancelled_at") != nil)
        let again = await ana.post(path + "/cancel")
        #expect(again.status == 409 && again.code == "invalid_state")
        #expect(again.string("state") == "cancelled")
        let log = try await tenant.run(
            "SELECT action, details->>'number' FROM tenant.audit_events ORDER BY id")
        #expect(log.map { $0.text(0) } == ["order.cancel"])
    }

    @Test("BL-134, OV-11: an order of another workspace is not there")
    func foreign() async throws {
        let tenant = try await TestTenant.create(app)
        let other = try await TestTenant.create(app).member(.owner).client
        let placed = try await place(tenant)
        #expect(await other.get("/v1/billing/orders/\(placed.id)").status == 404)
        #expect(await other.post("/v1/billing/orders/\(placed.id)/cancel").status == 404)
        #expect(await other.get("/v1/billing/orders").data.isEmpty)
    }

    @Test("BL-100, BL-109: orders are filtered, sorted and exported")
    func lists() async throws {
        let tenant = try await TestTenant.create(app)
        let ana = try await tenant.member(.owner).client
        let sam = try await TestStaff.signedIn(.billingStaff, on: app)
        let cheap = try await place(tenant, price: 100)
        let dear = try await place(tenant, price: 900_000, kind: .aiCredits, currency: "JPY")
        func ids(_ query: String) async -> [String] {
            await ana.get("/v1/billing/orders?\(query)").data.compactMap { $0["id"]?.stringValue }
        }
        #expect(await ids("") == ["\(dear.id)", "\(cheap.id)"])
        #expect(await ids("sort=amount") == ["\(cheap.id)", "\(dear.id)"])
        #expect(await ids("kind=ai_credits") == ["\(dear.id)"])
        #expect(await ids("status=paid") == [])
        #expect(await ids("from=2100-01-01T00:00:00Z") == [])
        let staff = await sam.client.get("/v1/platform/orders?workspace_id=\(tenant.id)")
        #expect(staff.data.count == 2)
        #expect(staff.data[0]["workspace_name"] == "Test workspace")
        let file = await ana.get("/v1/billing/orders/export.csv?sort=amount")
        let rows = file.text.split(separator: "\r\n")
        #expect(rows.count == 3)
        #expect(rows[0].hasPrefix("id,number,kind,status,amount,currency,invoice,receipts,"))
        #expect(rows[1].contains(",other,pending,2.00,USD,,,"))
        #expect(rows[2].contains(",ai_credits,pending,1800000,JPY,,,"))
        let all = await sam.client.get(
            "/v1/platform/orders/export.csv?workspace_id=\(tenant.id)")
        #expect(all.text.split(separator: "\r\n").count == 3)
        #expect(app.defects == [])
    }

    @Test("BL-51, R1: orders placed in parallel are numbered without gap or repeat")
    func numbers() async throws {
        // A year of its own, in which nobody else orders.
        app.clock.set(try #require(Instant(rfc3339: "2191-06-01T00:00:00Z")))
        let tenant = try await TestTenant.create(app)
        let numbers = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<24 { group.addTask { try await place(tenant).number } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(numbers).count == 24)
        let series = try await app.run { services in
            try await services.database.read(
                """
                SELECT count(*), min(seq), max(seq) FROM platform.orders WHERE year = 2191
                """, in: .staff)
        }
        #expect(series[0].integer(0) == series[0].integer(2) && series[0].integer(1) == 1)
    }

    @Test("BL-40, R5: an order with a key is made once, and one of nothing is paid at once")
    func keyed() async throws {
        let tenant = try await TestTenant.create(app)
        let key = "test \(tenant.id)"
        let draft = OrderDraft(
            kind: .other, currency: .usd,
            lines: [
                .init(text: "New", quantity: 1, unitPrice: 500),
                .init(text: "Given back", quantity: 1, unitPrice: -500),
            ], goods: [:], uniqueKey: key)
        let placed = try await app.run { services in
            try await services.database.transaction(in: .staff) { transaction in
                [
                    try await Order.place(draft, for: tenant.number, in: transaction, services),
                    try await Order.place(draft, for: tenant.number, in: transaction, services),
                ]
            }
        }
        #expect(placed[0].id == placed[1].id && placed[0].isNew && !placed[1].isNew)
        let ana = try await tenant.member(.owner).client
        let order = await ana.get("/v1/billing/orders/\(placed[0].id)")
        #expect(order.string("status") == "paid")
        #expect(order["amount"] == ["amount": 0, "currency": "USD"])
    }

    @Test("R8: a workspace's role cannot make its orders paid, nor change or remove them")
    func rights() async throws {
        let tenant = try await TestTenant.create(app)
        let id = try await place(tenant).id
        for statement: SQL in [
            "UPDATE platform.own_orders SET status = 'paid' WHERE id = \(id)",
            "UPDATE platform.own_orders SET amount = 1 WHERE id = \(id)",
            "UPDATE platform.own_pending_orders SET status = 'paid' WHERE id = \(id)",
            "UPDATE platform.orders SET status = 'cancelled' WHERE id = \(id)",
            "DELETE FROM platform.own_orders WHERE id = \(id)",
            "DELETE FROM platform.orders WHERE id = \(id)",
            "SELECT next FROM platform.document_series",
            "UPDATE platform.document_series SET next = next + 1",
        ] {
            await #expect(throws: DatabaseError.self) { try await tenant.run(statement) }
        }
    }
}
