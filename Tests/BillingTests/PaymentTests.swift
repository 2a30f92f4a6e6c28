import Documents
import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Billing

@Suite struct `Payments` {
    @Test("BL-54, BL-84, BL-102: parts are recorded, each with its receipt, until all is paid")
    func parts() async throws {
        let books = try await Books()
        let id = try await books.issued([Books.line(10_000, rate: 0)])
        let first = await books.pay(id, 4_000)
        #expect(first.status == 201, "\(first.text)")
        #expect(first.string("status") == "issued" && first["due"].minorUnits == 6_000)
        #expect(await books.pay(id, 6_001, reference: "bank 2").code == "overpayment")
        let last = await books.pay(id, 6_000, reference: "bank 2")
        #expect(last.string("status") == "paid" && last["due"].minorUnits == 0)
        #expect(last.string("paid_at") != nil)
        let over = await books.pay(id, 1, reference: "bank 3")
        #expect(over.status == 409 && over.code == "overpayment")

        let receipts = await books.owner.get("/v1/billing/receipts")
        #expect(receipts.data.map { $0["amount"]?.minorUnits } == [6_000, 4_000])
        let newest = try #require(receipts.data.first)
        #expect(newest["method"] == "bank_transfer" && newest["reference"] == "bank 2")
        let receipt = try #require(newest["id"]?.stringValue.flatMap { ID($0) })
        let row = try await books.rows(
            "SELECT snapshot FROM platform.receipts WHERE id = \(receipt)")[0]
        let snapshot = try DocumentSnapshot(json: try JSON.parse(Array(row.text(0).utf8)))
        #expect(snapshot.kind == .receipt && snapshot.addsUp)
        #expect(snapshot.payment?.amount == 6_000 && snapshot.totals.paid == 10_000)
        #expect(snapshot.references.invoice == last.string("number"))
        let found = await books.owner.get(
            "/v1/billing/receipts?q=\(snapshot.number.lowercased())")
        #expect(found.data.count == 1)
        #expect(await books.owner.get("/v1/billing/receipts/\(receipt)").status == 200)
        let other = try await Books()
        #expect(await other.owner.get("/v1/billing/receipts/\(receipt)").status == 404)
        #expect(books.app.defects == [])
    }

    @Test("BL-84, R5: one reference is one payment, also in parallel and when all is paid")
    func duplicates() async throws {
        let books = try await Books()
        let id = try await books.issued([Books.line(10_000, rate: 0)])
        let codes = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<8 { group.addTask { await books.pay(id, 1_000, reference: "same").code } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.filter { $0 == nil }.count == 1)
        #expect(codes.filter { $0 == "duplicate_payment" }.count == 7)
        #expect(await books.read(id)["paid"].minorUnits == 1_000)
        #expect(await books.pay(id, 9_000, reference: "rest").string("status") == "paid")
        #expect(await books.pay(id, 9_000, reference: "rest").code == "duplicate_payment")
    }

    @Test("BL-132, R2: payments in parallel never come to more than the total")
    func races() async throws {
        let books = try await Books()
        let id = try await books.issued([Books.line(10_000, rate: 0)])
        let codes = await withTaskGroup(of: String?.self) { group in
            for index in 0..<12 {
                group.addTask { await books.pay(id, 1_500, reference: "part \(index)").code }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.filter { $0 == nil }.count == 6)
        #expect(codes.filter { $0 == "overpayment" }.count == 6)
        #expect(await books.read(id)["paid"].minorUnits == 9_000)
        #expect(await books.read(id)["payments"].arrayValue?.count == 6)
    }

    @Test("BL-119: amounts of 0, below it, with fractions, too large, or in another currency")
    func amounts() async throws {
        let books = try await Books()
        let id = try await books.issued()
        for amount: JSON in [0, -1, 12.5, 1_000_000_000_000_001] {
            let answer = await books.pay(id, amount)
            #expect(answer.status == 422)
            #expect(answer.fieldErrors == ["/amount: out_of_range"])
        }
        #expect(await books.pay(id, "29.00").code == "malformed_request")
        let foreign = await books.pay(id, 2_900, currency: "EUR")
        #expect(foreign.fieldErrors == ["/currency: currency_mismatch"])
        let empty = await books.staff.client.post("/v1/platform/invoices/\(id)/payments", [:])
        #expect(
            empty.fieldErrors == [
                "/amount: required", "/method: required", "/paid_on: required",
                "/reference: required",
            ])
        #expect(await books.pay(id, 2_900, currency: "USD").status == 201)
        #expect(books.app.defects == [])
    }

    @Test("BL-118, BL-117: nothing is paid on a draft or a void invoice, nothing paid is voided")
    func states() async throws {
        let books = try await Books()
        let draft = try await books.draft()
        #expect(await books.pay(draft, 2_900).code == "invalid_state")
        let id = try await books.issued()
        let void = "/v1/platform/invoices/\(id)/void"
        #expect(await books.pay(id, 100).status == 201)
        let refused = await books.staff.client.post(void, ["reason": "x"])
        #expect(refused.status == 409 && refused.code == "invoice_paid")
        let other = try await books.issued()
        _ = await books.staff.client.post(
            "/v1/platform/invoices/\(other)/void", ["reason": "x"])
        #expect(await books.pay(other, 2_900).code == "invalid_state")
    }

    @Test("BL-117, BL-118: of voiding and paying at the same time one happens")
    func voidRace() async throws {
        let books = try await Books()
        for round in 0..<6 {
            let id = try await books.issued()
            async let paid = books.pay(id, 2_900, reference: "race \(round)")
            async let void = books.staff.client.post(
                "/v1/platform/invoices/\(id)/void", ["reason": "race"])
            let (one, two) = (await paid, await void)
            #expect((one.status == 201) != (two.status == 200), "\(one.text) \(two.text)")
            let status = await books.read(id).string("status")
            #expect(status == (one.status == 201 ? "paid" : "void"))
        }
    }

    @Test("BL-85, BL-133: full payment pays the order and grants its goods once")
    func goods() async throws {
        let books = try await Books()
        let order = try await books.order(5_000)
        let made = await books.staff.client.post(
            "/v1/platform/invoices", ["order_id": .string(order.description)])
        let id = try #require(made.string("id"))
        _ = await books.issue(id)
        #expect(await books.pay(id, 4_999).string("status") == "issued")
        let path = "/v1/billing/orders/\(order)"
        #expect(await books.owner.get(path).string("status") == "invoiced")
        #expect(await books.pay(id, 1, reference: "rest").string("status") == "paid")
        let paid = await books.owner.get(path)
        #expect(paid.string("status") == "paid")
        #expect(paid["receipts"].arrayValue?.count == 2)
        let granted = try await books.rows(
            "SELECT goods_granted_at IS NOT NULL FROM platform.orders WHERE id = \(order)")
        #expect(granted[0].bool(0))
    }

    @Test("R10, BL-81: a workspace's account is the sum of its documents, for each currency")
    func statement() async throws {
        let books = try await Books()
        let one = try await books.issued([Books.line(10_000, rate: 220_000)])
        let yen = try await books.issued([Books.line(700, rate: 0)], currency: "JPY")
        let void = try await books.issued()
        _ = await books.staff.client.post(
            "/v1/platform/invoices/\(void)/void", ["reason": "x"])
        _ = await books.pay(one, 12_200)
        _ = await books.credit(one, ["reason": "x", "lines": [["position": 1, "net": 1_000]]])
        let path = "/v1/platform/workspaces/\(books.tenant.id)/statement"
        let statement = await books.staff.client.get(path)
        #expect(statement.status == 200, "\(statement.text)")
        let accounts = statement["accounts"].arrayValue ?? []
        #expect(accounts.map { $0["currency"] } == ["JPY", "USD"])
        #expect(accounts.map { $0["closing_balance"] } == [700, -1_220])
        let changes = accounts[1]["entries"]?.arrayValue?.map { $0["change"] }
        #expect(changes == [12_200, -12_200, -1_220])
        let later = await books.staff.client.get(path + "?from=2199-01-01T00:00:00Z")
        #expect(later["accounts"].arrayValue?.map { $0["opening_balance"] } == [700, -1_220])
        let payments = await books.staff.client.get(
            "/v1/platform/payments?workspace_id=\(books.tenant.id)")
        #expect(payments.data.count == 1)
        let file = await books.staff.client.get(
            "/v1/platform/payments/export.csv?workspace_id=\(books.tenant.id)")
        #expect(file.text.contains(",bank_transfer,bank 1,2026-11-20,"))
        #expect(file.text.contains(",122.00,USD\r\n"))
        #expect(yen != one && books.app.defects == [])
    }
}
