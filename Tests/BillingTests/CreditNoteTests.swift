import Documents
import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Billing

@Suite struct `Credit notes` {
    private func paid(_ books: Books, _ lines: [JSON]) async throws -> String {
        let id = try await books.issued(lines)
        let total = await books.read(id)["total"].minorUnits ?? 0
        let answer = await books.pay(id, .integer(total))
        try #require(answer.string("status") == "paid")
        return id
    }

    @Test("R3, BL-52: three parts of 33.33 at 22 % give back exactly the invoice's tax")
    func cumulative() async throws {
        let books = try await Books()
        let id = try await paid(books, [Books.line(9_999, rate: 220_000)])
        var taxes: [Int64] = []
        for _ in 0..<3 {
            let answer = await books.credit(
                id, ["reason": "Returned", "lines": [["position": 1, "net": 3_333]]])
            #expect(answer.status == 201, "\(answer.text)")
        }
        let rows = try await books.rows(
            """
            SELECT tax, snapshot FROM platform.credit_notes
            WHERE invoice_id = \(try #require(ID(id))) ORDER BY seq
            """)
        taxes = rows.map { $0.integer(0) }
        #expect(taxes == [733, 734, 733])
        for row in rows.map({ $0 }) {
            let snapshot = try DocumentSnapshot(json: try JSON.parse(Array(row.text(1).utf8)))
            #expect(snapshot.kind == .creditNote && snapshot.addsUp)
            #expect(snapshot.reason == "Returned")
        }
        let invoice = await books.read(id)
        #expect(invoice["credited"].minorUnits == invoice["total"].minorUnits)
        #expect(await books.credit(id, ["reason": "More"]).code == "overcredit")
        let seen = await books.owner.get("/v1/billing/invoices/\(id)")
        #expect(seen["credit_notes"].arrayValue?.count == 3)
        #expect(seen.string("status") == "paid")
        #expect(books.app.defects == [])
    }

    @Test("R3: without lines all that is left is credited, lines that give back included")
    func rest() async throws {
        let books = try await Books()
        let id = try await paid(
            books,
            [
                Books.line(29_000, rate: 99_750), Books.line(-1_160, rate: 99_750),
                Books.line(335, quantity: 7, rate: 90_000),
            ])
        let part = await books.credit(
            id, ["reason": "Part", "lines": [["position": 2, "net": -160], ["position": 3]]])
        #expect(part.status == 201, "\(part.text)")
        #expect(await books.credit(id, ["reason": "Rest"]).status == 201)
        let invoice = await books.read(id)
        #expect(invoice["credited"].minorUnits == invoice["total"].minorUnits)
        let sums = try await books.rows(
            """
            SELECT l.net = sum(c.net) FROM platform.invoice_lines l
            JOIN platform.credit_note_lines c
                ON c.invoice_id = l.invoice_id AND c.position = l.position
            WHERE l.invoice_id = \(try #require(ID(id))) GROUP BY l.position, l.net
            """)
        #expect(sums.count == 3 && sums.map { $0.bool(0) }.allSatisfy { $0 })
    }

    @Test("BL-52, R3: only paid invoices are credited, and no line beyond what is left of it")
    func refused() async throws {
        let books = try await Books()
        let open = try await books.issued()
        #expect(await books.credit(open, ["reason": "x"]).code == "invalid_state")
        let id = try await paid(books, [Books.line(1_000, rate: 0), Books.line(-100, rate: 0)])
        for line: JSON in [
            ["position": 1, "net": 1_001], ["position": 1, "net": -1], ["position": 2, "net": 5],
            ["position": 2, "net": -101],
        ] {
            let answer = await books.credit(id, ["reason": "x", "lines": [line]])
            #expect(answer.status == 409 && answer.code == "overcredit", "\(answer.text)")
        }
        func errors(_ body: JSON) async -> [String] { await books.credit(id, body).fieldErrors }
        #expect(await errors([:]) == ["/reason: required"])
        #expect(
            await errors(["reason": "x", "lines": [["position": 3]]]) == [
                "/lines/0/position: unknown_line"
            ])
        #expect(
            await errors(["reason": "x", "lines": [["position": 1], ["position": 1]]]) == [
                "/lines: duplicate"
            ])
        #expect(
            await errors(["reason": "x", "lines": [["position": 1, "net": 0]]]) == [
                "/lines/0/net: out_of_range"
            ])
        #expect(
            await errors(["reason": "x", "lines": [["position": 2]]]) == ["/lines: out_of_range"])
        #expect(await errors(["reason": "x", "credits": 5]) == ["/credits: not_allowed"])
        #expect(books.app.defects == [])
    }

    @Test("R3: credit notes in parallel give back at most the line")
    func races() async throws {
        let books = try await Books()
        let id = try await paid(books, [Books.line(1_000, rate: 220_000)])
        let codes = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    await books.credit(
                        id, ["reason": "x", "lines": [["position": 1, "net": 300]]]
                    ).code
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.filter { $0 == nil }.count == 3)
        #expect(codes.filter { $0 == "overcredit" }.count == 5)
        #expect(await books.read(id)["credited"].minorUnits == 1_098)
    }

    @Test("BL-40: a fully credited order is refunded")
    func order() async throws {
        let books = try await Books()
        let order = try await books.order(5_000)
        let made = await books.staff.client.post(
            "/v1/platform/invoices", ["order_id": .string(order.description)])
        let id = try #require(made.string("id"))
        _ = await books.issue(id)
        _ = await books.pay(id, 5_000)
        let path = "/v1/billing/orders/\(order)"
        _ = await books.credit(id, ["reason": "x", "lines": [["position": 1, "net": 2_000]]])
        #expect(await books.owner.get(path).string("status") == "paid")
        _ = await books.credit(id, ["reason": "x"])
        #expect(await books.owner.get(path).string("status") == "refunded")
    }

    @Test("BL-86, BL-85, R5: a credit note takes back bought credits, at most those that are left")
    func credits() async throws {
        let books = try await Books()
        let order = try await books.order(9_000, kind: .aiCredits, goods: ["credits": 10_000])
        let made = await books.staff.client.post(
            "/v1/platform/invoices", ["order_id": .string(order.description)])
        let id = try #require(made.string("id"))
        _ = await books.issue(id)
        #expect(await books.pay(id, 9_000).string("status") == "paid")
        func bought() async -> JSON? { await books.owner.get("/v1/billing/credits")["bought"] }
        #expect(await bought() == 10_000)

        let both = await books.credit(
            id, ["reason": "x", "credits": 1, "lines": [["position": 1]]])
        #expect(both.fieldErrors == ["/lines: not_allowed"])
        let part = await books.credit(id, ["reason": "Unused", "credits": 7_655])
        #expect(part.status == 201, "\(part.text)")
        #expect(part["credited"].minorUnits == 6_890)
        #expect(await bought() == 2_345)
        for credits: JSON in [2_346, 10_001] {
            let answer = await books.credit(id, ["reason": "x", "credits": credits])
            #expect(answer.status == 409 && answer.code == "credits_already_used")
        }
        let rest = await books.credit(id, ["reason": "Rest"])
        #expect(rest["credited"].minorUnits == 9_000, "\(rest.text)")
        #expect(await bought() == 0)
        let path = "/v1/billing/orders/\(order)"
        #expect(await books.owner.get(path).string("status") == "refunded")
        #expect(books.app.defects == [])
    }
}
