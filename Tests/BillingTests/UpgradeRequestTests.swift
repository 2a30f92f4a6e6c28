import HTTP
import Money
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Billing

@Suite struct `Requests for plans` {
    @Test("ST-29, BL-20, BL-21, BL-22, BL-85: from the request to the paid plan, once")
    func life() async throws {
        let world = try await PlanWorld(.starter, on: "2221-11-01")
        try world.app.move(to: "2221-11-16")
        let request = try await world.request(.growth)
        #expect(request.status == 201 && request.string("status") == "requested")
        let id = try #require(request.string("id"))
        let staff = try await world.staff()
        let open = await staff.get(
            "/v1/platform/upgrade-requests?status=requested&workspace_id=\(world.tenant.id)")
        #expect(open.data.map { $0["id"] } == [.string(id)])
        #expect(open.data[0]["current_plan"] == "STARTER")
        let approved = await staff.post("/v1/platform/upgrade-requests/\(id)/approve", [:])
        #expect(approved.string("status") == "approved", "\(approved.text)")
        #expect(try await world.plan().string("plan") == "STARTER")
        try await world.setProfile()
        let invoice = try #require(try await world.invoices().first)
        #expect(invoice.state == "draft" && invoice.total == 3_500)
        try await world.issue(invoice.id)
        let paid = try await world.pay(invoice.id, 3_500)
        #expect(paid.status == 201, "\(paid.text)")
        #expect(try await world.pay(invoice.id, 3_500).status == 409)
        let plan = try await world.plan()
        #expect(plan.string("plan") == "GROWTH" && plan.string("period_end") == "2221-12-01")
        let owner = try await world.owner()
        let done = await owner.get("/v1/billing/upgrade-requests/\(id)")
        #expect(done.string("status") == "completed" && done.string("completed_at") != nil)
        #expect(await owner.get("/v1/billing/receipts").data.count == 1)
        let states = try await world.notices().compactMap { $0["state"]?.stringValue }
        #expect(states == ["requested", "approved", "completed"])
        let order = try #require(ID(approved.string("order_id") ?? ""))
        // Again, by any path, it gives nothing more.
        let again = try await world.app.run { services in
            try await services.database.write(
                ["SELECT platform.activate_plan_order(\(order), \(services.clock.now))"],
                in: .staff)
        }
        #expect(again[0][0].isNull(0))
        #expect(world.app.defects == [])
    }

    @Test("BL-112, BL-20: of many requests at once one is open")
    func race() async throws {
        let world = try await PlanWorld(.free, on: "2222-03-01")
        let other = try TestApp(BillingRoutes.all)
        other.clock.set(world.app.clock.now)
        let owner = try await world.owner()
        let answers = await withTaskGroup(of: Answer.self) { group in
            for index in 0..<10 {
                let client = index.isMultiple(of: 2) ? owner : owner.through(other)
                group.addTask {
                    await client.post(
                        "/v1/billing/upgrade-requests", ["plan": "STARTER", "interval": "monthly"])
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.filter { $0.status == 201 }.count == 1)
        #expect(answers.filter { $0.code == "upgrade_request_open" }.count == 9)
    }

    @Test("BL-22, R5: of approvals and rejections at once one decides, with one order")
    func decisions() async throws {
        let world = try await PlanWorld(.free, on: "2223-03-01")
        let other = try TestApp(BillingRoutes.all)
        other.clock.set(world.app.clock.now)
        let request = try await world.request(.growth)
        let path = "/v1/platform/upgrade-requests/\(request.string("id") ?? "")"
        let staff = try await world.staff()
        let answers = await withTaskGroup(of: Answer.self) { group in
            for index in 0..<8 {
                let client = index.isMultiple(of: 2) ? staff : staff.through(other)
                group.addTask {
                    index < 6
                        ? await client.post(path + "/approve", [:])
                        : await client.post(path + "/reject", ["reason": "No."])
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.filter { $0.status == 200 }.count == 1)
        #expect(answers.filter { $0.code == "invalid_state" }.count == 7)
        #expect(try await world.invoices().count <= 1)
    }

    @Test("BL-110, BL-111, BL-113, OV-29: what makes no request is refused by name")
    func refused() async throws {
        let world = try await PlanWorld(.starter, on: "2224-03-01")
        let owner = try await world.owner()
        let path = "/v1/billing/upgrade-requests"
        let unknown = await owner.post(path, ["plan": "GOLD", "interval": "weekly"])
        #expect(unknown.fieldErrors == ["/interval: invalid_option", "/plan: invalid_option"])
        #expect(
            await owner.post(path, ["plan": "GROWTH"]).fieldErrors == ["/interval: required"])
        #expect(
            await owner.post(path, ["plan": "FREE", "interval": "annual"]).fieldErrors
                == ["/interval: not_allowed"])
        let same = await owner.post(path, ["plan": "STARTER", "interval": "monthly"])
        #expect(same.status == 409 && same.code == "plan_unchanged")
        let request = try await world.request(.growth)
        let id = request.string("id") ?? ""
        #expect(await owner.post("\(path)/\(id)/cancel").string("status") == "cancelled")
        let again = await owner.post("\(path)/\(id)/cancel")
        #expect(again.code == "invalid_state" && again.string("state") == "cancelled")
        let staff = try await world.staff()
        let late = await staff.post("/v1/platform/upgrade-requests/\(id)/approve", [:])
        #expect(late.code == "invalid_state")
        // Another can be made.
        #expect(try await world.request(.growth).status == 201)
        #expect(await owner.get(path).data.count == 2)
        #expect(await owner.get("\(path)?status=cancelled").data.count == 1)
        #expect(world.app.defects == [])
    }

    @Test("BL-82, BL-26: a rejection needs its reason, which the workspace sees")
    func rejection() async throws {
        let world = try await PlanWorld(.starter, on: "2225-03-01")
        let id = try await world.request(.growth).string("id") ?? ""
        let staff = try await world.staff()
        let path = "/v1/platform/upgrade-requests/\(id)/reject"
        #expect(await staff.post(path, [:]).fieldErrors == ["/reason: required"])
        let rejected = await staff.post(path, ["reason": "No purchase order."])
        #expect(rejected.string("status") == "rejected")
        let seen = await (try await world.owner()).get("/v1/billing/upgrade-requests/\(id)")
        #expect(seen.string("reason") == "No purchase order.")
        #expect(
            try await world.notices().compactMap { $0["state"]?.stringValue } == [
                "requested", "rejected",
            ])
        let own = try await world.tenant.run(
            """
            SELECT action FROM tenant.audit_events WHERE actor_kind = 'platform' ORDER BY id
            """)
        #expect(own.map { $0.text(0) } == ["upgrade_request.reject"])
        #expect(world.app.defects == [])
    }

    @Test("BL-120, BL-134, OV-11: others ask for nothing and see nothing of it")
    func rights() async throws {
        let world = try await PlanWorld(.starter, on: "2226-03-01")
        let id = try await world.request(.growth).string("id") ?? ""
        let admin = try await world.tenant.member(.admin).client
        let body: JSON = ["plan": "GROWTH", "interval": "monthly"]
        let refused = await admin.post("/v1/billing/upgrade-requests", body)
        #expect(refused.status == 403 && refused.code == "permission_denied")
        #expect(await admin.get("/v1/billing/upgrade-requests/\(id)").status == 200)
        let stranger = try await TestTenant.create(world.app).member(.owner).client
        #expect(await stranger.get("/v1/billing/upgrade-requests/\(id)").status == 404)
        #expect(await stranger.post("/v1/billing/upgrade-requests/\(id)/cancel").status == 404)
        for statement: SQL in [
            "UPDATE platform.own_upgrade_requests SET status = 'approved'",
            "UPDATE platform.own_undecided_requests SET status = 'approved'",
            "SELECT platform.switch_plan(1, 'FREE', 1, NULL, 0, '2026-01-01', now())",
            "UPDATE platform.own_subscription SET plan = 'ENTERPRISE'",
        ] {
            await #expect(throws: DatabaseError.self) { try await world.tenant.run(statement) }
        }
    }

    @Test("BL-42: an order that is cancelled ends the request, and another can be made")
    func cancelledOrder() async throws {
        let world = try await PlanWorld(.starter, on: "2227-03-01")
        let approved = try await world.change(to: .growth)
        let owner = try await world.owner()
        let order = approved.string("order_id") ?? ""
        #expect(await owner.post("/v1/billing/orders/\(order)/cancel").status == 200)
        let request = await owner.get(
            "/v1/billing/upgrade-requests/\(approved.string("id") ?? "")")
        #expect(request.string("status") == "cancelled")
        #expect(try await world.request(.growth).status == 201)
    }

    @Test("BL-23: the next period is brought to the new price when it was billed at the old one")
    func billedAhead() async throws {
        let world = try await PlanWorld(.starter, on: "2228-11-01")
        try world.app.move(to: "2228-11-17")
        try await world.upkeep()
        try await world.setProfile()
        let renewal = try #require(try await world.invoices().first)
        try await world.issue(renewal.id)
        try world.app.move(to: "2228-11-21")
        let approved = try await world.change(to: .growth, activatesNow: true)
        // 10 of 30 days, and the whole of December.
        #expect(approved["amount"]["amount"] == 9_333)
        let annual = try await PlanWorld(.starter, on: "2229-11-01")
        try annual.app.move(to: "2229-11-17")
        try await annual.upkeep()
        // A draft of it is taken back, since it is not to come.
        let order = try await annual.change(to: .growth, activatesNow: true)
        #expect(order["amount"]["amount"] == 3_267)
        #expect(try await annual.invoices().map(\.total) == [3_267])
        try await annual.upkeep()
        #expect(try await annual.invoices().map(\.total) == [3_267, 9_900])
    }
}
