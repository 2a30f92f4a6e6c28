import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Billing

@Suite struct `Routes of AI credits` {
    let app: TestApp

    init() throws {
        app = try TestApp(BillingRoutes.all)
        // No midnight in between, and no other month either.
        app.clock.set(testInstant("2090-11-10T23:30:00Z"))
    }

    @Test("BL-31: balance, its parts, what is held, and the month's use by purpose and day")
    func overview() async throws {
        let wallet = try await TestWallet.create(app, plan: "STARTER", bought: 1_000)
        try await wallet.tenant.run("UPDATE tenant.settings SET timezone = 'Asia/Jakarta'")
        _ = try await wallet.settle(wallet.reserve(50, purpose: .aiAnswer), 40)
        _ = try await wallet.settle(wallet.reserve(20, purpose: .analysis), 20)
        app.clock.advance(by: .seconds(86_400))
        _ = try await wallet.settle(wallet.reserve(5, purpose: .aiAnswer), 3)
        _ = try await wallet.reserve(150)
        let owner = try await wallet.tenant.member(.owner)
        let answer = await owner.client.get("/v1/billing/credits")
        #expect(answer.status == 200)
        #expect(
            answer.json == [
                "balance": 1_137, "included": 137, "bought": 1_000, "held": 150, "available": 987,
                "included_per_month": 200, "period_start": "2090-11-01",
                "period_end": "2090-12-01", "used": 63,
                "used_by_purpose": [
                    ["purpose": "ai_answer", "credits": 43],
                    ["purpose": "reply_suggestion", "credits": 0],
                    ["purpose": "analysis", "credits": 20],
                ],
                // Half past eleven in the evening is the next morning in Jakarta.
                "used_by_day": [
                    ["date": "2090-11-11", "credits": 60], ["date": "2090-11-12", "credits": 3],
                ],
            ])
        // Next month nothing of this is its use.
        app.clock.set(testInstant("2090-12-01T00:00:00Z"))
        let next = await (try await wallet.tenant.member(.owner)).client
            .get("/v1/billing/credits")
        #expect(next.integer("used") == 0 && next.integer("balance") == 1_337)
    }

    @Test("BL-32, BL-103: the ledger lists every movement, newest first, filtered and paged")
    func ledger() async throws {
        let wallet = try await TestWallet.create(app, plan: "STARTER", bought: 1_000)
        app.clock.advance(by: .seconds(60))
        let began = app.clock.now
        let hold = try await wallet.reserve(250, purpose: .aiAnswer)
        _ = try await wallet.settle(hold, 230)
        let client = try await wallet.tenant.member(.admin).client
        let all = await client.get("/v1/billing/credits/ledger")
        #expect(
            all.data.map { $0["kind"]?.stringValue } == [
                "settle", "reserve", "purchase", "grant_included",
            ])
        let settled = try #require(all.data.first)
        #expect(settled["amount"] == -230 && settled["held_change"] == -250)
        #expect(settled["balance_after"] == 970 && settled["held_after"] == 0)
        #expect(settled["purpose"] == "ai_answer" && settled["seq"] == 4)
        #expect(settled["reference"]?.stringValue == hold.id.description)
        for (query, count) in [
            ("kind=purchase", 1), ("kind=refund", 0), ("purpose=ai_answer", 2),
            ("purpose=analysis", 0), ("from=\(began)", 2), ("to=\(began)", 2),
            ("sort=created_at&limit=3", 3),
        ] {
            let answer = await client.get("/v1/billing/credits/ledger?\(query)")
            #expect(answer.data.count == count, "\(query)")
        }
        let first = await client.get("/v1/billing/credits/ledger?limit=3")
        let cursor = try #require(first.string("next_cursor"))
        let rest = await client.get("/v1/billing/credits/ledger?limit=3&cursor=\(cursor)")
        #expect(rest.data.map { $0["kind"]?.stringValue } == ["grant_included"])
        for query in ["kind=gift", "purpose=fun", "sort=amount", "from=yesterday"] {
            #expect(await client.get("/v1/billing/credits/ledger?\(query)").status == 400)
        }
    }

    @Test("BL-103, OV-40: the ledger is a file in the workspace's timezone, and that is audited")
    func file() async throws {
        let wallet = try await TestWallet.create(app, bought: 1_000)
        try await wallet.tenant.run("UPDATE tenant.settings SET timezone = 'Asia/Jakarta'")
        let client = try await wallet.tenant.member(.admin).client
        let file = await client.get("/v1/billing/credits/ledger/export.csv?kind=purchase")
        let lines = file.text.split(separator: "\r\n").map { String($0) }
        let header =
            "id,seq,created_at,kind,amount,held_change,balance_after,held_after,purpose,reference"
        #expect(lines.first == header)
        #expect(lines.count == 2)
        let line = try #require(lines.last)
        #expect(line.contains(",1,2090-11-11T06:30:") && line.contains("+07:00,purchase,1000,0,"))
        let audited = try await wallet.tenant.run(
            "SELECT details::text FROM tenant.audit_events WHERE action = 'ai_credits.export'")
        #expect(audited.count == 1)
    }

    @Test("BL-33: packs are a short catalogue")
    func packs() async throws {
        let tenant = try await TestTenant.create(app)
        let answer = await (try await tenant.member(.admin)).client
            .get("/v1/billing/credits/packs")
        #expect(answer["next_cursor"] == .null)
        let first: [JSON] = [
            [
                "name": "credits_1000", "credits": 1_000,
                "price": ["amount": 1_000, "currency": "USD"],
            ],
            [
                "name": "credits_10000", "credits": 10_000,
                "price": ["amount": 9_000, "currency": "USD"],
            ],
            [
                "name": "credits_50000", "credits": 50_000,
                "price": ["amount": 40_000, "currency": "USD"],
            ],
        ]
        #expect(first.allSatisfy { answer.data.contains($0) })
    }

    @Test("OV-72, OV-82: managers may not look, and a suspended workspace still may")
    func rights() async throws {
        let tenant = try await TestTenant.create(app)
        let manager = try await tenant.member(.manager).client
        let admin = try await tenant.member(.admin).client
        let paths = ["", "/ledger", "/ledger/export.csv", "/packs"].map {
            "/v1/billing/credits" + $0
        }
        for path in paths {
            let refused = await manager.get(path)
            #expect(refused.status == 403 && refused.code == "permission_denied")
        }
        _ = try await app.run { services in
            try await services.database.write(
                ["SELECT platform.set_tenant_state(\(tenant.number), '{active}', 'suspended')"],
                in: .staff)
        }
        for path in paths { #expect(await admin.get(path).status == 200) }
    }

    @Test("BL-33, BL-85, ST-28: a paid order of packs brings its credits, at the price it was made")
    func orders() async throws {
        let wallet = try await TestWallet.create(app)
        let owner = try await wallet.tenant.member(.owner).client
        let once = owner.with("Idempotency-Key", "pack-1")
        let body: JSON = ["pack": "credits_1000", "quantity": 3]
        let placed = await once.post("/v1/billing/credits/orders", body)
        #expect(placed.status == 201 && placed["kind"] == "ai_credits")
        #expect(placed["amount"] == ["amount": 3_000, "currency": "USD"])
        #expect(
            placed["lines"]
                == [["text": "AI credits: 1,000", "quantity": 3, "unit_price": 1_000]])
        #expect(await once.post("/v1/billing/credits/orders", body).id("id") == placed.id("id"))
        let listed = await owner.get("/v1/billing/orders?kind=ai_credits")
        #expect(listed.data.count == 1)
        #expect(try wallet.parts().bought == 0)
        let order = try #require(placed.id("id"))
        try await app.run { services in
            try await services.database.transaction(in: .staff) { transaction in
                let now = services.clock.now
                for statement: SQL in [
                    "UPDATE platform.orders SET status = 'invoiced' WHERE id = \(order)",
                    """
                    UPDATE platform.orders SET status = 'paid', paid_at = \(now)
                    WHERE id = \(order)
                    """,
                ] { try await transaction.run(statement) }
                for _ in 1...2 { try await Goods.grant(order, in: transaction, services) }
            }
        }
        #expect(try wallet.entries() == ["purchase (3000, 0) → 3000, 0"])
    }

    @Test("BL-110, BL-120, OV-29: what cannot be ordered, and who cannot order")
    func badOrders() async throws {
        let tenant = try await TestTenant.create(app)
        let owner = try await tenant.member(.owner).client
        let path = "/v1/billing/credits/orders"
        for (body, errors): (JSON, [String]) in [
            (["pack": "credits_7", "quantity": 1], ["/pack: invalid_option"]),
            (["pack": "credits_1000", "quantity": 0], ["/quantity: out_of_range"]),
            (["pack": "credits_1000", "quantity": 101], ["/quantity: out_of_range"]),
            (["pack": "credits_1000", "quantity": 1.5], ["/quantity: out_of_range"]),
            ([:], ["/pack: required", "/quantity: required"]),
            (
                ["pack": "credits_1000", "quantity": 1, "price": 1],
                ["/price: unknown_field"]
            ),
        ] {
            let answer = await owner.post(path, body)
            #expect(answer.status == 422 && answer.fieldErrors == errors, "\(body)")
        }
        let admin = try await tenant.member(.admin).client
        let refused = await admin.post(path, ["pack": "credits_1000", "quantity": 1])
        #expect(refused.status == 403 && refused.code == "permission_denied")
    }

    // MARK: Staff

    @Test("BL-81: billing staff read a workspace's credits and their movements")
    func staff() async throws {
        let wallet = try await TestWallet.create(app, plan: "STARTER", bought: 1_000)
        _ = try await wallet.settle(wallet.reserve(50), 40)
        let staff = try await TestStaff.signedIn(.billingStaff, on: app).client
        let path = "/v1/platform/workspaces/\(wallet.tenant.id)/credits"
        let answer = await staff.get(path)
        #expect(answer.integer("balance") == 1_160 && answer.integer("used") == 40)
        let ledger = await staff.get(path + "/ledger?limit=2")
        #expect(ledger.data.map { $0["seq"] } == [4, 3])
        let other = try await TestWallet.create(app)
        let cursor = try #require(ledger.string("next_cursor"))
        let foreign = await staff.get(
            "/v1/platform/workspaces/\(other.tenant.id)/credits/ledger?limit=2&cursor=\(cursor)")
        #expect(foreign.code == "invalid_cursor")
        let member = try await wallet.tenant.member(.owner).client
        #expect(await member.get(path).status == 401)
    }

    @Test("BL-87, BL-90: staff give credits and take them back, for a reason, in both logs")
    func adjusting() async throws {
        let wallet = try await TestWallet.create(app)
        let staff = try await TestStaff.signedIn(.billingStaff, on: app)
        let path = "/v1/platform/workspaces/\(wallet.tenant.id)/credits/adjustments"
        let given = await staff.client.post(path, ["credits": 500, "reason": "Apology"])
        #expect(given.status == 200 && given.integer("balance") == 500)
        _ = try await wallet.reserve(100)
        let refused = await staff.client.post(path, ["credits": -401, "reason": "Mistake"])
        #expect(refused.status == 409 && refused.code == "credits_already_used")
        let taken = await staff.client.post(path, ["credits": -400, "reason": "Mistake"])
        #expect(taken.integer("available") == 0)
        #expect(
            try wallet.entries() == [
                "adjust (500, 0) → 500, 0", "reserve (0, 100) → 500, 100",
                "adjust (-400, 0) → 100, 100",
            ])
        let own = try await wallet.tenant.run(
            """
            SELECT actor_kind FROM tenant.audit_events WHERE action = 'ai_credits.adjust'
            """)
        #expect(own.map { $0.text(0) } == ["platform", "platform"])
        for body: JSON in [
            ["credits": 0, "reason": "x"], ["credits": 1_000_001, "reason": "x"],
            ["credits": 5, "reason": " "], ["credits": 5], ["reason": "x"],
            ["credits": 1.5, "reason": "x"],
        ] {
            #expect(await staff.client.post(path, body).status == 422, "\(body)")
        }
        #expect(try wallet.findings() == [])
    }

    @Test("BL-33, BL-90: administrators edit the packs, and billing staff may not")
    func packEditing() async throws {
        let admin = try await TestStaff.signedIn(.platformAdmin, on: app).client
        let staff = try await TestStaff.signedIn(.billingStaff, on: app).client
        let name = "pack-" + String(try await app.run { $0.newID() }.description.suffix(12))
        let draft: JSON = [
            "name": .string(name), "credits": 123, "price": 456, "currency": "USD",
        ]
        #expect(await staff.post("/v1/platform/credit-packs", draft).status == 403)
        let made = await admin.post("/v1/platform/credit-packs", draft)
        #expect(made.status == 201)
        #expect(await admin.post("/v1/platform/credit-packs", draft).code == "name_taken")
        let id = try #require(made.id("id"))
        let path = "/v1/platform/credit-packs/\(id)"
        let changed = await admin.patch(path, ["price": 500, "is_offered": false])
        #expect(changed["price"] == ["amount": 500, "currency": "USD"])
        #expect(changed["credits"] == 123 && changed["is_offered"] == false)
        #expect(await staff.patch(path, ["price": 1]).status == 403)
        #expect(
            await admin.patch(path, ["name": "x"]).fieldErrors == ["/name: read_only"])
        let listed = await staff.get("/v1/platform/credit-packs")
        #expect(listed.data.contains { $0["name"]?.stringValue == name })
        let tenant = try await TestTenant.create(app)
        let offered = await (try await tenant.member(.owner)).client
            .get("/v1/billing/credits/packs")
        #expect(!offered.data.contains { $0["name"]?.stringValue == name })
        for (member, value): (String, JSON) in [
            ("credits", 0), ("credits", 2_000_000_000), ("price", -1), ("currency", "EUR"),
            ("name", "Large Pack"), ("name", ""), ("name", "-x"),
        ] {
            let answer = await admin.post(
                "/v1/platform/credit-packs", draft.with(member, value))
            #expect(answer.status == 422, "\(member) \(value)")
        }
    }
}
