import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Billing

/// BL-130: numbers of a year form 1…n; each test has a year of its own.
@Suite struct `Numbers of documents` {
    private struct Interrupted: Error {}

    private func drafts(_ books: Books, _ count: Int) async throws -> [ID] {
        var ids: [ID] = []
        for _ in 0..<count { ids.append(try #require(ID(try await books.draft()))) }
        return ids
    }

    /// Issues in a transaction that fails after everything was written.
    private func issueAndFail(_ id: ID, _ books: Books) async throws {
        await #expect(throws: Interrupted.self) {
            try await books.app.run { services in
                try await services.database.transaction(in: .staff) { transaction in
                    let number = try await HeldNumber.hold(
                        .invoice, in: transaction, services.clock)
                    try await transaction.run(number.take)
                    throw Interrupted()
                }
            }
        }
    }

    @Test("BL-130, BL-51, R1: many issue at once, some fail after numbering, no hole is left")
    func parallel() async throws {
        let books = try await Books(year: 2_401)
        let ids = try await drafts(books, 40)
        let issued = try await withThrowingTaskGroup(of: String?.self) { group in
            for (index, id) in ids.enumerated() {
                group.addTask {
                    if index % 4 == 0 {
                        try await issueAndFail(id, books)
                        return nil
                    }
                    return await books.issue(id.description).string("number")
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }.compactMap { $0 }
        }
        #expect(issued.count == 30 && Set(issued).count == 30)
        let series = try await books.series(2_401)
        #expect(series.numbers == Array(1...30) && series.isOrdered)
        #expect(issued.contains("INV-2401-000030"))
        #expect(books.app.defects == [])
    }

    @Test("BL-51, R1: receipts and credit notes count by the same rule")
    func others() async throws {
        let books = try await Books(year: 2_402)
        var paid: [String] = []
        for _ in 0..<4 { paid.append(try await books.issued()) }
        await withTaskGroup(of: Void.self) { group in
            for id in paid {
                for part in 0..<3 {
                    group.addTask { _ = await books.pay(id, 900, reference: "\(part)") }
                }
            }
        }
        for id in paid { _ = await books.pay(id, 200, reference: "rest") }
        await withTaskGroup(of: Void.self) { group in
            for id in paid { group.addTask { _ = await books.credit(id, ["reason": "x"]) } }
        }
        let receipts = try await books.rows(
            "SELECT number FROM platform.receipts WHERE year = 2402 ORDER BY seq")
        #expect(receipts.count == 16 && receipts[15].text(0) == "RCP-2402-000016")
        let notes = try await books.rows(
            "SELECT number FROM platform.credit_notes WHERE year = 2402 ORDER BY seq")
        #expect(notes.map { $0.text(0) } == (1...4).map { "CRN-2402-00000\($0)" })
    }

    @Test("BL-51, R1: the year turns at midnight UTC while fifty are issued")
    func yearTurn() async throws {
        let books = try await Books(year: 2_403)
        let ids = try await drafts(books, 50)
        books.app.clock.set(try #require(Instant(rfc3339: "2403-12-31T23:59:59.000Z")))
        let staff = try await TestStaff.signedIn(.billingStaff, on: books.app).client
        try await withThrowingTaskGroup(of: Int.self) { group in
            for (index, id) in ids.enumerated() {
                group.addTask {
                    if index == 25 {
                        books.app.clock.set(
                            try #require(Instant(rfc3339: "2404-01-01T00:00:00Z")))
                    }
                    return await staff.post("/v1/platform/invoices/\(id)/issue").status
                }
            }
            for try await status in group { #expect(status == 200) }
        }
        let (old, new) = (try await books.series(2_403), try await books.series(2_404))
        #expect(old.numbers == (0..<old.numbers.count).map { Int64($0 + 1) } && old.isOrdered)
        #expect(new.numbers == (0..<new.numbers.count).map { Int64($0 + 1) } && new.isOrdered)
        #expect(old.numbers.count + new.numbers.count == 50 && !new.numbers.isEmpty)
        let mixed = try await books.rows(
            """
            SELECT count(*) FROM platform.invoices
            WHERE year IN (2403, 2404) AND year <> extract(year FROM issue_date)
            """)
        #expect(mixed[0].integer(0) == 0)
    }

    @Test("BL-51, R1: a clock that is set back does not bring dates back")
    func clock() async throws {
        let books = try await Books(year: 2_405)
        let start = books.app.clock.now
        _ = try await books.issued()
        let ids = try await drafts(books, 2)
        books.app.clock.set(start - .seconds(3 * 86_400))
        let staff = try await TestStaff.signedIn(.billingStaff, on: books.app).client
        for id in ids { _ = await staff.post("/v1/platform/invoices/\(id)/issue") }
        let series = try await books.series(2_405)
        #expect(series.numbers == [1, 2, 3] && series.isOrdered)
    }

    @Test("BL-116, R1: one draft issued from two processes has one number")
    func twice() async throws {
        let books = try await Books(year: 2_406)
        let other = try TestApp(BillingRoutes.all)
        other.clock.set(books.app.clock.now)
        for _ in 0..<4 {
            let id = try await books.draft()
            async let one = books.issue(id)
            async let two = books.staff.client.through(other).post(
                "/v1/platform/invoices/\(id)/issue")
            let answers = [await one, await two]
            #expect(answers.filter { $0.status == 200 }.count == 1)
            #expect(answers.filter { $0.code == "invoice_immutable" }.count == 1)
        }
        #expect(try await books.series(2_406).numbers == [1, 2, 3, 4])
    }

    @Test("BL-130, R8: a number cannot be taken without its document, nor taken back")
    func orphans() async throws {
        let books = try await Books(year: 2_407)
        _ = try await books.issued()
        for statement: SQL in [
            """
            UPDATE platform.document_series SET next = next + 1
            WHERE kind = 'invoice' AND year = 2407
            """,
            """
            UPDATE platform.document_series SET next = next - 1
            WHERE kind = 'invoice' AND year = 2407
            """,
            """
            UPDATE platform.document_series SET next = next + 5
            WHERE kind = 'invoice' AND year = 2407
            """,
        ] {
            await #expect(throws: DatabaseError.self) {
                try await books.app.run { services in
                    _ = try await services.database.write([statement], in: .staff)
                }
            }
        }
        #expect(await books.issue(try await books.draft()).string("number") == "INV-2407-000002")
    }

    @Test("BL-51: beyond 999,999 a number gets longer")
    func long() {
        func text(_ sequence: Int64) -> String {
            HeldNumber(
                kind: .invoice, year: 2_026, sequence: sequence, issuedAt: Instant(microseconds: 0)
            ).text
        }
        #expect(text(1) == "INV-2026-000001")
        #expect(text(999_999) == "INV-2026-999999")
        #expect(text(1_000_000) == "INV-2026-1000000")
    }
}
