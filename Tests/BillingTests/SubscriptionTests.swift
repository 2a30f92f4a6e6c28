import HTTP
import Money
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Billing

/// Subscriptions through time; dates are the billing rules' own, in years of their own.
@Suite struct `Subscriptions` {
    /// Plan, interval, its start, the plan wanted, the day of the change, and what is due.
    struct Upgrade: Sendable {
        var old: Plan
        var interval: BillingInterval
        var start: String
        var new: Plan
        var day: String
        var due: Int64
    }

    static let upgrades = [
        Upgrade(
            old: .starter, interval: .monthly, start: "2201-11-01", new: .growth,
            day: "2201-11-16", due: 3_500),
        Upgrade(
            old: .starter, interval: .monthly, start: "2201-10-01", new: .growth,
            day: "2201-10-22", due: 2_258),
        Upgrade(
            old: .starter, interval: .monthly, start: "2201-10-01", new: .growth,
            day: "2201-10-31", due: 226),
        Upgrade(
            old: .starter, interval: .monthly, start: "2201-10-01", new: .growth,
            day: "2201-10-01", due: 7_000),
        Upgrade(
            old: .starter, interval: .annual, start: "2201-01-01", new: .growth,
            day: "2201-04-11", due: 50_822),
        Upgrade(
            old: .growth, interval: .monthly, start: "2201-02-01", new: .enterprise,
            day: "2201-02-19", due: 14_286),
        Upgrade(
            old: .free, interval: .monthly, start: "2201-02-01", new: .starter,
            day: "2201-02-19", due: 2_900),
    ]

    @Test(
        "BL-23, BL-22: an upgrade costs the days left, on the order from its approval on",
        arguments: upgrades)
    func upgrade(_ example: Upgrade) async throws {
        let world = try await PlanWorld(
            example.old, example.interval, on: example.start)
        try world.app.move(to: example.day)
        let approved = try await world.change(to: example.new, example.interval)
        #expect(approved.string("status") == "approved", "\(approved.text)")
        #expect(approved["amount"] == ["amount": .integer(example.due), "currency": "USD"])
        #expect(approved.string("order_id") != nil)
        #expect(try await world.invoices().map(\.total) == [example.due])
        #expect(try await world.plan().string("plan") == example.old.rawValue)
        #expect(world.app.defects == [])
    }

    @Test("BL-23, R9: two upgrades cost the time-weighted price; anchor and period stay")
    func twoUpgrades() async throws {
        let world = try await PlanWorld(.starter, on: "2202-11-01")
        try world.app.move(to: "2202-11-11")
        let first = try await world.change(to: .growth, activatesNow: true)
        #expect(first["amount"]["amount"] == 4_667)
        #expect(try await world.plan().string("plan") == "GROWTH")
        // It is open until it is paid.
        #expect(try await world.request(.enterprise).code == "upgrade_request_open")
        try await world.setProfile()
        let invoice = try #require(try await world.invoices().first)
        try await world.issue(invoice.id)
        #expect(try await world.pay(invoice.id, invoice.total).status == 201)
        try world.app.move(to: "2202-11-21")
        let second = try await world.change(to: .enterprise, activatesNow: true)
        #expect(second["amount"]["amount"] == 13_333)
        let plan = try await world.plan()
        #expect(plan.string("plan") == "ENTERPRISE")
        #expect(plan.string("period_start") == "2202-11-01")
        #expect(plan.string("period_end") == "2202-12-01")
        // A third of each price, within a cent for each step.
        let paid = 2_900 + (first["amount"].minorUnits ?? 0) + (second["amount"].minorUnits ?? 0)
        let fair: Int64 = (2_900 + 9_900 + 49_900) / 3
        #expect((fair - 2...fair + 2).contains(paid))
        #expect(world.app.defects == [])
    }

    @Test("R9, BL-24: A to B to A costs the upgrade once and gives nothing back before the end")
    func thereAndBack() async throws {
        let world = try await PlanWorld(.starter, on: "2203-11-01")
        try world.app.move(to: "2203-11-16")
        #expect(
            try await world.change(to: .growth, activatesNow: true)["amount"]["amount"] == 3_500)
        try await world.setProfile()
        let invoice = try #require(try await world.invoices().first)
        try await world.issue(invoice.id)
        #expect(try await world.pay(invoice.id, invoice.total).status == 201)
        let back = try await world.change(to: .starter)
        #expect(back.string("status") == "completed")
        #expect(back.string("takes_effect_on") == "2203-12-01")
        #expect(back["amount"] == .null && back["order_id"] == .null)
        let plan = try await world.plan()
        #expect(plan.string("plan") == "GROWTH")
        #expect(plan["scheduled_change"]["plan"] == "STARTER")
        try world.app.move(to: "2203-12-01")
        try await world.upkeep()
        let after = try await world.plan()
        #expect(after.string("plan") == "STARTER" && after["scheduled_change"] == .null)
        #expect(after.string("period_end") == "2204-01-01")
        // The renewal of the smaller plan is drafted when it begins.
        #expect(try await world.invoices().map(\.total) == [3_500, 2_900])
        #expect(world.app.defects == [])
    }

    @Test("BL-23: a change of interval begins a period and gives back the unused days as a line")
    func interval() async throws {
        let world = try await PlanWorld(.starter, on: "2204-11-01")
        try world.app.move(to: "2204-11-19")
        let approved = try await world.change(to: .starter, .annual, activatesNow: true)
        #expect(approved["amount"]["amount"] == 27_840)
        let plan = try await world.plan()
        #expect(plan.string("interval") == "annual")
        #expect(plan.string("period_start") == "2204-11-19")
        #expect(plan.string("period_end") == "2205-11-19")
        let order = try #require(approved.string("order_id"))
        let lines = await (try await world.owner()).get("/v1/billing/orders/\(order)")["lines"]
        #expect(lines.arrayValue?.map { $0["unit_price"] } == [29_000, -1_160])
        #expect(world.app.defects == [])
    }

    @Test("BL-23: a change of interval that would give money back waits for the period's end")
    func intervalDown() async throws {
        let world = try await PlanWorld(.starter, .annual, on: "2205-01-31")
        try world.app.move(to: "2205-03-01")
        let approved = try await world.change(to: .starter, .monthly)
        #expect(approved.string("status") == "completed")
        #expect(approved.string("takes_effect_on") == "2206-01-31")
        try world.app.move(to: "2206-01-31")
        try await world.upkeep()
        let plan = try await world.plan()
        #expect(plan.string("interval") == "monthly")
        #expect(plan.string("period_start") == "2206-01-31")
        #expect(plan.string("period_end") == "2206-02-28")
        #expect(world.app.defects == [])
    }

    @Test("BL-24, BL-114: a smaller plan is refused while more is in use, naming each limit")
    func exceeded() async throws {
        let world = try await PlanWorld(.starter, on: "2206-05-01")
        for _ in 0..<2 { _ = try await world.tenant.member(.user) }
        for _ in 0..<2 { _ = try await world.tenant.serviceAccount([.contactRead]) }
        let refused = try await world.request(.free, nil)
        #expect(refused.status == 409 && refused.code == "usage_exceeds_plan")
        #expect(
            refused["exceeded"] == [
                ["limit": "seats", "allowed": 2, "used": 3],
                ["limit": "service_accounts", "allowed": 1, "used": 2],
            ])
        #expect(world.app.defects == [])
    }

    @Test("BL-24: if usage has grown by the period's end the old plan is renewed and told of")
    func grown() async throws {
        let world = try await PlanWorld(.starter, on: "2207-05-01")
        #expect(
            try await world.change(to: .free, nil).string("takes_effect_on") == "2207-06-01")
        for _ in 0..<2 { _ = try await world.tenant.member(.user) }
        try world.app.move(to: "2207-06-01")
        try await world.upkeep()
        let plan = try await world.plan()
        #expect(plan.string("plan") == "STARTER" && plan["scheduled_change"] == .null)
        #expect(plan.string("period_end") == "2207-07-01")
        #expect(try await world.invoices().map(\.total) == [2_900])
        let told = try await world.notices().filter { $0["event"] == "downgrade_impossible" }
        #expect(told.count == 1)
        #expect(told.first?["over"] == ["seats"] && told.first?["plan"] == "FREE")
        #expect(world.app.defects == [])
    }

    @Test("BL-25: a smaller plan that fits begins at the period's end, FREE without an invoice")
    func fits() async throws {
        let world = try await PlanWorld(.starter, on: "2208-05-01")
        _ = try await world.change(to: .free, nil)
        try world.app.move(to: "2208-05-31")
        try await world.upkeep()
        #expect(try await world.plan().string("plan") == "STARTER")
        #expect(try await world.invoices().isEmpty)
        try world.app.move(to: "2208-06-01")
        try await world.upkeep()
        let plan = try await world.plan()
        #expect(plan.string("plan") == "FREE" && plan["interval"] == .null)
        #expect(try await world.invoices().isEmpty)
    }

    @Test("BL-25: periods are counted from the anchor, also over months that the clock skipped")
    func periods() async throws {
        let world = try await PlanWorld(.starter, on: "2209-01-31")
        for (day, end) in [
            ("2209-02-27", "2209-02-28"), ("2209-02-28", "2209-03-31"),
            ("2209-03-31", "2209-04-30"), ("2209-04-30", "2209-05-31"),
            // A clock that jumps catches up, one period after the other.
            ("2209-08-15", "2209-08-31"),
        ] {
            try world.app.move(to: day)
            try await world.upkeep()
            #expect(try await world.plan().string("period_end") == end)
        }
        // Set back, it changes nothing.
        try world.app.move(to: "2209-06-01")
        try await world.upkeep()
        #expect(try await world.plan().string("period_end") == "2209-08-31")
        // March to July and what comes on 31 August; each period once.
        #expect(try await world.invoices().count == 6)
    }

    @Test("BL-25, R5: a renewal is drafted 14 days ahead, once, however many workers try")
    func renewal() async throws {
        let world = try await PlanWorld(.growth, on: "2210-11-01")
        try world.app.move(to: "2210-11-16")
        try await world.upkeep()
        #expect(try await world.invoices().isEmpty)
        try world.app.move(to: "2210-11-17")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<6 { group.addTask { try await world.upkeep() } }
            try await group.waitForAll()
        }
        let drafts = try await world.invoices()
        #expect(drafts.map(\.state) == ["draft"] && drafts.map(\.total) == [9_900])
        // The workspace sees the order, not the draft.
        let owner = try await world.owner()
        #expect(await owner.get("/v1/billing/orders").data.count == 1)
        #expect(await owner.get("/v1/billing/invoices").data.isEmpty)
        try world.app.move(to: "2210-12-01")
        try await world.upkeep()
        try await world.upkeep()
        #expect(try await world.plan().string("period_start") == "2210-12-01")
        #expect(try await world.invoices().count == 1)
        // A draft that staff have not issued takes nobody's plan away.
        try world.app.move(to: "2210-12-28")
        try await world.upkeep()
        #expect(try await world.plan().string("plan") == "GROWTH")
        #expect(world.app.defects == [])
    }

    @Test("BL-25: FREE limits from the 14th day after an issued invoice was due; paid, it is back")
    func fall() async throws {
        let world = try await PlanWorld(.growth, on: "2211-11-01")
        for _ in 0..<3 { _ = try await world.tenant.member(.admin) }
        try await world.setProfile()
        try world.app.move(to: "2211-11-17")
        try await world.upkeep()
        let invoice = try #require(try await world.invoices().first)
        try await world.issue(invoice.id)
        // Issued on 17 November, due on 1 December.
        try world.app.move(to: "2211-12-14")
        try await world.upkeep()
        #expect(try await world.plan().string("plan") == "GROWTH")
        try world.app.move(to: "2211-12-15")
        try await world.upkeep()
        try await world.upkeep()
        let fallen = try await world.plan()
        #expect(fallen.string("plan") == "FREE")
        #expect((fallen["limits"].arrayValue ?? [])[3]["allowed"] == 2)
        #expect((fallen["limits"].arrayValue ?? [])[3]["used"] == 4)
        let told = try await world.notices().filter { $0["event"] == "fell_to_free" }
        #expect(told.count == 1 && told.first?["plan"] == "GROWTH")
        // Nothing was deleted.
        let members = try await world.tenant.run("SELECT id FROM tenant.members")
        #expect(members.count == 4)
        #expect(try await world.pay(invoice.id, invoice.total).status == 201)
        let back = try await world.plan()
        #expect(back.string("plan") == "GROWTH")
        #expect(back.string("period_end") == "2212-01-01")
        #expect(world.app.defects == [])
    }

    @Test("BL-42, BL-25: whoever cancels the order of a renewal lets the plan end")
    func cancelledRenewal() async throws {
        let world = try await PlanWorld(.starter, on: "2212-05-01")
        try world.app.move(to: "2212-05-20")
        try await world.upkeep()
        let owner = try await world.owner()
        let orders = await owner.get("/v1/billing/orders")
        let order = try #require(orders.data.first?["id"]?.stringValue)
        #expect(await owner.post("/v1/billing/orders/\(order)/cancel").status == 200)
        try await world.upkeep()
        #expect(await owner.get("/v1/billing/orders").data.count == 1)
        try world.app.move(to: "2212-06-01")
        try await world.upkeep()
        #expect(try await world.plan().string("plan") == "FREE")
    }

    @Test("BL-02, BL-22: a plan edited while someone buys it leaves them the price they were told")
    func editedMeanwhile() async throws {
        let world = try await PlanWorld(.free, on: "2213-05-01")
        let approved = try await world.change(to: .enterprise, .annual)
        let due = try #require(approved["amount"]["amount"]?.integerValue)
        let admin = try await world.admin()
        let catalogue = await admin.get("/v1/platform/plans")
        let present = try #require(catalogue.data.last)
        var next: [JSON.Member] = [
            JSON.Member(name: "currency", value: "USD"),
            JSON.Member(name: "annual_price", value: .integer(due + 100)),
            JSON.Member(name: "monthly_price", value: present["monthly_price"]?["amount"] ?? 0),
        ]
        for name in ["plan", "limits", "features", "ai_credits_per_month"] {
            next.append(JSON.Member(name: name, value: present[name] ?? .null))
        }
        let edited = await admin.put("/v1/platform/plans", .object(next))
        #expect(edited.status == 200, "\(edited.text)")
        #expect(edited["annual_price"]["amount"] == .integer(due + 100))
        try await world.setProfile()
        let invoice = try #require(try await world.invoices().first)
        try await world.issue(invoice.id)
        #expect(try await world.pay(invoice.id, due).status == 201)
        let plan = try await world.plan()
        #expect(plan.string("plan") == "ENTERPRISE")
        #expect(plan["price"]["amount"] == .integer(due))
        #expect(plan["version"] == present["version"])
        // The new version reaches it at its next period.
        try world.app.move(to: "2214-04-20")
        try await world.upkeep()
        #expect(try await world.invoices().last?.total == due + 100)
        #expect(world.app.defects == [])
    }
}
