import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Billing

/// Moves a clock to noon of a day in UTC.
extension TestApp {
    func move(to date: String) throws {
        let day = try #require(CivilDate(date))
        clock.set(Instant(microseconds: (Int64(day.daysSinceEpoch) * 86_400 + 43_200) * 1_000_000))
    }
}

@Suite struct `Plans` {
    let app: TestApp

    init() throws { app = try TestApp(BillingRoutes.all) }

    @Test("BL-01, BL-02, BL-04: the catalogue stands side by side, with the yearly saving")
    func catalogue() async throws {
        let tenant = try await TestTenant.create(app, plan: "STARTER")
        let ben = try await tenant.member(.admin).client
        let plans = await ben.get("/v1/billing/plans")
        #expect(plans.data.compactMap { $0["plan"]?.stringValue } == Plan.names)
        #expect(plans["next_cursor"] == .null)
        let growth = plans.data[2]
        #expect(growth["annual_price"]?["currency"] == "USD")
        let saving =
            12 * (growth["monthly_price"]?["amount"]?.integerValue ?? 0)
            - (growth["annual_price"]?["amount"]?.integerValue ?? 0)
        #expect(growth["annual_saving"]?["amount"] == .integer(saving))
        #expect(growth["limits"]?.objectValue?.count == 8)
        #expect(plans.data.map { $0["is_current"] } == [false, true, false, false])
        #expect(try await tenant.member(.user).client.get("/v1/billing/plans").status == 403)
        #expect(app.defects == [])
    }

    @Test("BL-03, BL-15: the plan shows period, limits and what is counted at that moment")
    func status() async throws {
        try app.move(to: "2026-01-31")
        let tenant = try await TestTenant.create(app, plan: "STARTER")
        let owner = try await tenant.member(.owner).client
        _ = try await tenant.member(.user)
        _ = try await tenant.serviceAccount([.contactRead])
        let plan = await owner.get("/v1/billing/plan")
        #expect(plan.status == 200, "\(plan.text)")
        #expect(plan.string("plan") == "STARTER" && plan.string("interval") == "monthly")
        #expect(plan.string("period_start") == "2026-01-31")
        #expect(plan.string("period_end") == "2026-02-28")
        #expect(plan["scheduled_change"] == .null)
        let limits = plan["limits"].arrayValue ?? []
        #expect(
            limits.compactMap { $0["limit"]?.stringValue } == PlanLimit.allCases.map(\.rawValue))
        let seats = try #require(limits.first { $0["limit"] == "seats" })
        #expect(seats["used"] == 2 && seats["allowed"] == 5 && seats["percent"] == 40)
        let accounts = try #require(limits.first { $0["limit"] == "service_accounts" })
        #expect(accounts["used"] == 1 && accounts["percent"] == 20)
        let storage = try #require(limits.first { $0["limit"] == "media_storage" })
        #expect(storage["unit"] == "bytes" && storage["allowed"] == 5_368_709_120)
        try await tenant.run(
            "UPDATE tenant.members SET status = 'deactivated' WHERE status = 'active'")
        let count = try await tenant.run(PlanLimit.seats.usage(at: app.clock.now))
        #expect(count[0].integer(0) == 0)
        #expect(app.defects == [])
    }

    @Test("BL-05, BL-81, BL-87: individual limits override the plan's until they are taken back")
    func individual() async throws {
        let tenant = try await TestTenant.create(app, plan: "FREE")
        let owner = try await tenant.member(.owner).client.through(try TestApp(BillingRoutes.all))
        let staff = try await TestStaff.signedIn(.platformAdmin, on: app)
        let path = "/v1/platform/workspaces/\(tenant.id)/limits"
        #expect(await owner.get("/v1/billing/plan").status == 200)
        let set = await staff.client.put(
            path, ["limits": ["seats": 7, "active_flows": nil, "media_storage": 0]])
        #expect(set.status == 200, "\(set.text)")
        let limits = await owner.get("/v1/billing/plan")["limits"].arrayValue ?? []
        #expect(limits[3]["allowed"] == 7 && limits[3]["is_individual"] == true)
        #expect(limits[4]["allowed"] == .null && limits[4]["percent"] == .null)
        #expect(limits[7]["allowed"] == 0 && limits[7]["percent"] == 100)
        #expect(limits[6]["is_individual"] == false && limits[6]["allowed"] == 1)
        // A change of plan leaves them.
        let plan = "/v1/platform/workspaces/\(tenant.id)/plan"
        #expect(await staff.client.put(plan, ["plan": "GROWTH"]).status == 200)
        let after = await owner.get("/v1/billing/plan")["limits"].arrayValue ?? []
        #expect(after[3]["allowed"] == 7 && after[6]["allowed"] == 20)
        #expect(await staff.client.put(path, ["limits": [:]]).status == 200)
        let back = await owner.get("/v1/billing/plan")["limits"].arrayValue ?? []
        #expect(back[3]["allowed"] == 20 && back[3]["is_individual"] == false)
        let read = await staff.client.get(path)
        #expect(read["limits"].arrayValue?.count == 8)
        #expect((read["limits"].arrayValue ?? [])[3]["used"] == 1)
        for wrong: JSON in [
            ["limits": ["seats": -1]], ["limits": ["gold": 1]], ["limits": ["seats": 1.5]], [:],
        ] {
            #expect([400, 422].contains(await staff.client.put(path, wrong).status))
        }
        let billing = try await TestStaff.signedIn(.billingStaff, on: app)
        #expect(await billing.client.put(path, ["limits": [:]]).status == 403)
        #expect(await billing.client.get(path).status == 200)
        let own = try await tenant.run(
            "SELECT action FROM tenant.audit_events WHERE actor_kind = 'platform' ORDER BY id")
        #expect(own.map { $0.text(0) }.contains("workspace.set_limits"))
        #expect(app.defects == [])
    }

    @Test("BL-90, BL-87: an administrator gives a plan at once; the next request anywhere has it")
    func set() async throws {
        try app.move(to: "2026-03-10")
        let other = try TestApp(BillingRoutes.all)
        other.clock.set(app.clock.now)
        let tenant = try await TestTenant.create(app, plan: "FREE")
        let owner = try await tenant.member(.owner).client
        #expect(await owner.through(other).get("/v1/billing/plan").string("plan") == "FREE")
        let staff = try await TestStaff.signedIn(.platformAdmin, on: app)
        let path = "/v1/platform/workspaces/\(tenant.id)/plan"
        let set = await staff.client.put(path, ["plan": "ENTERPRISE", "interval": "annual"])
        #expect(set.string("plan") == "ENTERPRISE" && set.string("interval") == "annual")
        #expect(set.string("period_end") == "2027-03-10")
        let seen = await owner.through(other).get("/v1/billing/plan")
        #expect(seen.string("plan") == "ENTERPRISE")
        #expect(
            await staff.client.put(path, ["plan": "GOLD"]).fieldErrors
                == ["/plan: invalid_option"])
        #expect(
            await staff.client.put(path, ["plan": "FREE", "interval": "annual"]).fieldErrors
                == ["/interval: not_allowed"])
        let own = try await tenant.run(
            "SELECT details FROM tenant.audit_events WHERE action = 'workspace.set_plan'")
        #expect(own.map { $0.json(0) } == [["new": "ENTERPRISE", "old": "FREE"]])
        let bill = try await TestStaff.signedIn(.billingStaff, on: app)
        #expect(await bill.client.put(path, ["plan": "FREE"]).code == "permission_denied")
        #expect(await bill.client.get(path).string("plan") == "ENTERPRISE")
        #expect(app.defects == [])
    }
}

/// Editing the catalogue touches every other test's prices, so it stands alone.
@Suite(.serialized) struct `Plan catalogue` {
    @Test("BL-02: nobody changes a version of a plan, whatever role asks")
    func immutable() async throws {
        let app = try TestApp([])
        for statement: SQL in [
            "UPDATE platform.plan_versions SET monthly_price = 1",
            "DELETE FROM platform.plan_versions",
        ] {
            await #expect(throws: DatabaseError.self) {
                _ = try await app.run { services in
                    try await services.database.write([statement], in: .staff)
                }
            }
            let owner = try SessionConnection(address: try TestInstallation.shared.get().ownerURL)
            #expect(throws: (any Error).self) {
                try owner.rows("UPDATE platform.plan_versions SET monthly_price = 1", [])
            }
        }
    }

    @Test("BL-02, BL-110: faults of a plan's next version are named, and change nothing")
    func faults() async throws {
        let app = try TestApp(BillingRoutes.all)
        let staff = try await TestStaff.signedIn(.platformAdmin, on: app)
        let empty = await staff.client.put("/v1/platform/plans", ["plan": "GOLD"])
        #expect(empty.status == 422)
        #expect(empty.fieldErrors.contains("/plan: invalid_option"))
        #expect(empty.fieldErrors.contains("/limits: required"))
        let bill = try await TestStaff.signedIn(.billingStaff, on: app)
        #expect(await bill.client.put("/v1/platform/plans", ["plan": "FREE"]).status == 403)
        // Just what it is makes no new version.
        let plans = await staff.client.get("/v1/platform/plans")
        let free = try #require(plans.data.first { $0["plan"] == "FREE" })
        let same: JSON = [
            "plan": "FREE", "currency": "USD", "monthly_price": 0, "annual_price": 0,
            "limits": free["limits"] ?? .null,
            "ai_credits_per_month": free["ai_credits_per_month"] ?? .null,
            "features": free["features"] ?? .null,
        ]
        let again = await staff.client.put("/v1/platform/plans", same)
        #expect(again.status == 200, "\(again.text)")
        #expect(again["version"] == free["version"])
        #expect(app.defects == [])
    }
}
