import Documents
import HTTP
import Money
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Billing

@Suite struct `Invoices` {
    @Test("BL-50, BL-83, BL-87: a draft is written, changed, issued and then seen by the workspace")
    func life() async throws {
        let books = try await Books()
        let lines = [
            Books.line(9_900, rate: 220_000), Books.line(1_000, quantity: 3, rate: 220_000),
            Books.line(335, quantity: 7, rate: 90_000),
        ]
        let id = try await books.draft([Books.line(1)])
        let path = "/v1/platform/invoices/\(id)"
        #expect(await books.owner.get("/v1/billing/invoices/\(id)").status == 404)
        #expect(await books.owner.get("/v1/billing/invoices").data.isEmpty)
        let changed = await books.staff.client.patch(
            path, ["lines": .array(lines), "note": "Thank you.\nPay soon."])
        #expect(changed.status == 200, "\(changed.text)")
        #expect(changed.string("status") == "draft" && changed["number"] == .null)
        #expect(changed["total"] == ["amount": 18_294, "currency": "USD"])

        let issued = await books.issue(id)
        #expect(issued.status == 200, "\(issued.text)")
        let number = try #require(issued.string("number"))
        #expect(number.wholeMatch(of: /INV-\d{4}-\d{6,}/) != nil)
        let seen = await books.owner.get("/v1/billing/invoices/\(id)")
        #expect(seen.string("number") == number && seen.string("status") == "issued")
        #expect(seen["net"].minorUnits == 15_245 && seen["tax"].minorUnits == 3_049)
        #expect(seen["due"].minorUnits == 18_294)
        #expect(seen["taxes"].arrayValue?.map { $0["base"] } == [12_900, 2_345])
        #expect(seen["taxes"].arrayValue?.map { $0["tax"] } == [2_838, 211])
        #expect(seen["lines"].arrayValue?.map { $0["net"] } == [9_900, 3_000, 2_345])
        #expect(seen["buyer"]["legal_name"] == "Example Foods")
        #expect(seen["seller"]["legal_name"] == "Courtyard Ltd")
        let issuedOn = try #require(CivilDate(seen.string("issue_date") ?? ""))
        #expect(seen.string("due_date") == issuedOn.adding(days: 14).description)

        let own = try await books.tenant.run(
            "SELECT action, actor_kind FROM tenant.audit_events ORDER BY created_at, id")
        #expect(own.map { $0.text(0) } == ["billing_profile.replace", "invoice.issue"])
        #expect(own[1].text(1) == "platform")
        let log = try await books.rows(
            """
            SELECT action FROM platform.audit_events
            WHERE target_id = \(try #require(ID(id))) ORDER BY created_at, id
            """)
        #expect(log.map { $0.text(0) } == ["invoice.draft", "invoice.update", "invoice.issue"])
        #expect(books.app.defects == [])
    }

    @Test("BL-116, BL-52: what is issued is neither edited nor deleted nor issued again")
    func immutable() async throws {
        let books = try await Books()
        let id = try await books.issued()
        let path = "/v1/platform/invoices/\(id)"
        for answer in [
            await books.staff.client.patch(path, ["note": "x"]),
            await books.staff.client.delete(path), await books.issue(id),
        ] {
            #expect(answer.status == 409 && answer.code == "invoice_immutable")
        }
        let draft = try await books.draft()
        #expect(
            await books.staff.client.delete("/v1/platform/invoices/\(draft)").status == 204)
        #expect(await books.read(draft).status == 404)
    }

    @Test("BL-57: nothing is issued while the buyer's name, address or country is missing")
    func incomplete() async throws {
        let books = try await Books(year: 2_301, country: nil)
        let id = try await books.draft()
        _ = await books.owner.put("/v1/billing/profile", ["legal_name": "Example"])
        let answer = await books.issue(id)
        #expect(answer.status == 409 && answer.code == "billing_profile_incomplete")
        #expect(answer["missing"] == ["address_lines", "country"])
        try await books.setProfile("AQ")
        #expect(await books.issue(id).string("number") == "INV-2301-000001")
    }

    @Test("BL-53: lines take the rate of the buyer's country and keep it, or the one staff chose")
    func rates() async throws {
        let admin = try await TestStaff.signedIn(.platformAdmin, on: try TestApp(BillingRoutes.all))
        let rates = "/v1/platform/billing/tax-rates"
        func rate(_ date: String, _ ppm: Int64) async {
            _ = await admin.client.post(
                rates,
                [
                    "country": "GS", "from_date": .string(date), "rate_ppm": .integer(ppm),
                    "label": "GST",
                ])
        }
        await rate("2020-01-01", 100_000)
        let books = try await Books(country: "GS")
        let id = try await books.draft([Books.line(1_000), Books.line(1_000, rate: 50_000)])
        #expect(await books.read(id)["tax"].minorUnits == 150)
        // A rate that changes between draft and issue does not reach the draft.
        await rate("2020-06-01", 200_000)
        let issued = await books.issue(id)
        #expect(issued["tax"].minorUnits == 150)
        #expect(issued["lines"].arrayValue?[0]["tax_label"] == "GST")
        // Another country does, for the lines that staff did not tax.
        let moved = try await books.draft([Books.line(1_000), Books.line(1_000, rate: 50_000)])
        #expect(await books.read(moved)["tax"].minorUnits == 250)
        try await books.setProfile("AQ")
        let after = await books.issue(moved)
        #expect(after["tax"].minorUnits == 50 && after["total"].minorUnits == 2_050)
    }

    @Test("BL-83, OV-29: a draft's fields are refused one by one")
    func refused() async throws {
        let books = try await Books()
        func errors(_ body: JSON) async -> [String] {
            await books.staff.client.post("/v1/platform/invoices", body).fieldErrors
        }
        let workspace = JSON.string(books.tenant.id.description)
        func free(_ lines: JSON, _ currency: JSON = "USD") -> JSON {
            ["workspace_id": workspace, "currency": currency, "lines": lines]
        }
        #expect(
            await errors([:]) == [
                "/currency: required", "/lines: required", "/workspace_id: required",
            ])
        #expect(
            await errors(["order_id": workspace, "lines": []]) == [
                "/lines: not_allowed", "/lines: required",
            ])
        #expect(await errors(["order_id": workspace]) == ["/order_id: unknown_id"])
        #expect(await errors(free([Books.line(1)], "ZZZ")) == ["/currency: invalid_currency"])
        let limit = Money.limit
        for (price, quantity) in [(limit + 1, 1), (limit, 2), (100, 0), (100, 1_000_001)] {
            let lines: JSON = [Books.line(price, quantity: Int64(quantity))]
            #expect(await errors(free(lines)).count == 1, "\(price) \(quantity)")
        }
        #expect(
            await errors(free([["text": "x", "unit_price": 1.5]])) == [
                "/lines/0/unit_price: out_of_range"
            ])
        #expect(await errors(free([Books.line(0)])) == ["/lines: out_of_range"])
        #expect(await errors(free([Books.line(-5)])) == ["/lines: out_of_range"])
        let half = Books.line(limit)
        #expect(await errors(free([half, half])) == ["/lines: out_of_range"])
        #expect(
            await errors(
                free([["text": "x", "unit_price": 1, "tax_rate_ppm": 0, "tax_category": "AE"]]))
                == ["/lines/0/tax_note: required"])
        #expect(
            await errors(free([["text": "x", "unit_price": 1, "tax_label": "VAT"]])) == [
                "/lines/0/tax_rate_ppm: required"
            ])
        let many = JSON.array((0..<501).map { _ in Books.line(1) })
        #expect(await errors(free(many)) == ["/lines: too_many"])
        #expect(books.app.defects == [])
    }

    @Test("BL-50, BL-132: an invoice of 500 lines, and currencies of 0, 2 and 3 decimals, add up")
    func sizes() async throws {
        let books = try await Books()
        let lines = (1...500).map { Books.line(Int64($0) * 7, rate: $0 % 2 == 0 ? 99_750 : 0) }
        for currency in ["JPY", "USD", "KWD"] {
            let id = try await books.issued(lines, currency: currency)
            let row = try await books.rows(
                """
                SELECT snapshot, net, tax, total, snapshot_sha256 = sha256(snapshot::bytea)
                FROM platform.invoices WHERE id = \(try #require(ID(id)))
                """)[0]
            let snapshot = try DocumentSnapshot(json: try JSON.parse(Array(row.text(0).utf8)))
            #expect(snapshot.addsUp && snapshot.lines.count == 500)
            #expect(snapshot.currency.code == currency)
            #expect(snapshot.totals.net == row.integer(1) && snapshot.totals.tax == row.integer(2))
            #expect(row.integer(1) + row.integer(2) == row.integer(3))
        }
    }

    @Test("BL-55: an invoice is overdue from the day after it was due, when it is read")
    func overdue() async throws {
        let books = try await Books(year: 2_302)
        let id = try await books.issued()
        let start = books.app.clock.now
        func status(after days: Int) async throws -> String? {
            books.app.clock.set(start + .seconds(days * 86_400))
            return try await TestStaff.signedIn(.billingStaff, on: books.app).client
                .get("/v1/platform/invoices/\(id)").string("status")
        }
        #expect(try await status(after: 14) == "issued")
        #expect(try await status(after: 15) == "overdue")
        let sam = try await TestStaff.signedIn(.billingStaff, on: books.app).client
        let path = "/v1/platform/invoices?workspace_id=\(books.tenant.id)&status="
        #expect(await sam.get(path + "overdue").data.count == 1)
        #expect(await sam.get(path + "issued").data.isEmpty)
    }

    @Test("BL-40, BL-42, BL-83: an order is invoiced, and ends with its voided invoice")
    func orders() async throws {
        let books = try await Books()
        let order = try await books.order()
        let sam = books.staff.client
        func draft() async -> Answer {
            await sam.post("/v1/platform/invoices", ["order_id": .string(order.description)])
        }
        let made = await draft()
        #expect(made.status == 201, "\(made.text)")
        let id = try #require(made.string("id"))
        #expect(await draft().code == "invalid_state")
        #expect(
            await sam.patch("/v1/platform/invoices/\(id)", ["lines": [Books.line(1)]]).fieldErrors
                == ["/lines: amount_mismatch"])
        #expect(await books.issue(id).status == 200)
        let path = "/v1/billing/orders/\(order)"
        #expect(await books.owner.get(path).string("status") == "invoiced")
        #expect(await books.owner.get(path)["invoice"]["id"] == .string(id))
        #expect(await books.owner.post(path + "/cancel").code == "invalid_state")
        let void = await sam.post("/v1/platform/invoices/\(id)/void", ["reason": "Wrong buyer"])
        #expect(void.string("status") == "void" && void.string("number") != nil)
        #expect(await books.owner.get(path).string("status") == "cancelled")
        #expect(await draft().code == "invalid_state")
        #expect(
            await sam.post("/v1/platform/invoices/\(id)/void", ["reason": "Again"]).code
                == "invalid_state")
        #expect(
            await sam.post("/v1/platform/invoices/\(id)/void", [:]).fieldErrors == [
                "/reason: required"
            ])

        let cancelled = try await books.order()
        let late = await sam.post(
            "/v1/platform/invoices", ["order_id": .string(cancelled.description)])
        #expect(await books.owner.post("/v1/billing/orders/\(cancelled)/cancel").status == 200)
        #expect(await books.issue(late.string("id") ?? "").code == "invalid_state")
    }

    @Test("BL-134, BL-101, BL-107: a workspace lists its own invoices, the staff all")
    func lists() async throws {
        let books = try await Books()
        let other = try await Books()
        let one = try await books.issued([Books.line(500, rate: 0)])
        let two = try await books.issued([Books.line(900, rate: 0)])
        _ = try await books.draft()
        #expect(await other.owner.get("/v1/billing/invoices/\(one)").status == 404)
        #expect(await other.owner.get("/v1/billing/invoices").data.isEmpty)
        func ids(_ client: Client, _ target: String) async -> [String] {
            await client.get(target).data.compactMap { $0["id"]?.stringValue }
        }
        let own = "/v1/billing/invoices?"
        #expect(await ids(books.owner, own) == [two, one])
        #expect(await ids(books.owner, own + "sort=total") == [one, two])
        let number = await books.read(one).string("number") ?? ""
        #expect(await ids(books.owner, own + "q=\(number.suffix(6))").contains(one))
        #expect(await ids(books.owner, own + "status=paid") == [])
        let all = "/v1/platform/invoices?workspace_id=\(books.tenant.id)&"
        #expect(await ids(books.staff.client, all).count == 3)
        #expect(await ids(books.staff.client, all + "status=draft").count == 1)
        #expect(await ids(books.staff.client, all + "sort=number").prefix(2) == [one, two])
        let file = await books.owner.get("/v1/billing/invoices/export.csv?sort=total").text
        let rows = file.split(separator: "\r\n")
        #expect(rows.count == 3 && rows[1].contains(",5.00,0.00,5.00,0.00,0.00,USD,"))
        let export = await books.staff.client.get(
            "/v1/platform/invoices/export.csv?workspace_id=\(books.tenant.id)")
        #expect(export.text.split(separator: "\r\n").count == 4)
        #expect(books.app.defects == [])
    }
}
