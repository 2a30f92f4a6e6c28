import Crypto
import HTTP
import Jobs
import Persistence
import Synchronization
import Tenancy
import TestSupport
import Testing
import Values

@testable import Billing

@Suite struct `Documents to look at` {
    /// The paths below `/v1/billing` of an invoice, its receipt and its credit note.
    private func documents(_ books: Books) async throws -> [(kind: DocumentKind, path: String)] {
        let id = try await books.issued([Books.line(2_900, rate: 220_000)])
        _ = await books.pay(id, 3_538)
        _ = await books.credit(id, ["reason": "Returned"])
        let invoice = await books.read(id)
        let receipt = invoice["payments"].arrayValue?[0]["receipt"]?["id"]?.stringValue
        let note = invoice["credit_notes"].arrayValue?[0]["id"]?.stringValue
        return [
            (.invoice, "/invoices/\(id)"), (.receipt, "/receipts/\(try #require(receipt))"),
            (.creditNote, "/credit-notes/\(try #require(note))"),
        ]
    }

    @Test("BL-56, BL-134, SEC-37: a page to print is whole in itself, and its workspace's alone")
    func pages() async throws {
        let books = try await Books()
        let other = try await Books()
        for (kind, path) in try await documents(books) {
            let page = await books.owner.get("/v1/billing\(path)/print")
            #expect(page.status == 200, "\(page.text)")
            #expect(page.contentType == "text/html; charset=utf-8")
            #expect(page.field("Content-Security-Policy")?.hasPrefix("default-src 'none'") == true)
            #expect(page.text.contains("\(kind.prefix)-"))
            #expect(page.text.contains("Example Foods") && page.text.contains("29.00"))
            #expect(!page.text.contains("<script") && !page.text.contains("http:"))
            #expect(await other.owner.get("/v1/billing\(path)/print").status == 404)
            #expect(await other.owner.get("/v1/billing\(path)/document.pdf").status == 404)
            let seen = await books.staff.client.get("/v1/platform\(path)/print")
            #expect(seen.text == page.text)
        }
        let draft = try await books.draft()
        #expect(await books.owner.get("/v1/billing/invoices/\(draft)/print").status == 404)
        let refused = await books.staff.client.get("/v1/platform/invoices/\(draft)/print")
        #expect(refused.code == "invalid_state")
        #expect(books.app.defects == [])
    }

    @Test("BL-52, BL-56: the PDF is made once; all get the bytes whose hash is stored")
    func files() async throws {
        let books = try await Books()
        for (kind, path) in try await documents(books) {
            let bodies = await withTaskGroup(of: [UInt8].self) { group in
                for (client, root) in [
                    (books.owner, "/v1/billing"), (books.staff.client, "/v1/platform"),
                    (books.owner, "/v1/billing"),
                ] {
                    group.addTask { await client.get(root + path + "/document.pdf").body }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(bodies[0].starts(with: Array("%PDF-".utf8)))
            #expect(bodies[1] == bodies[0] && bodies[2] == bodies[0])
            let id = try #require(ID(String(path.split(separator: "/")[1])))
            let stored = try await books.rows(
                """
                SELECT sha256 FROM platform.document_files
                WHERE kind = \(kind.rawValue) AND document_id = \(id)
                """)
            #expect(stored.count == 1)
            #expect(stored[0].byteArray(0) == SHA256.digest(of: bodies[0]).bytes)
            let answer = await books.owner.get("/v1/billing\(path)/document.pdf")
            #expect(answer.contentType == "application/pdf")
            let disposition = answer.field("Content-Disposition") ?? ""
            #expect(disposition.hasPrefix("attachment; filename=\"\(kind.prefix.lowercased())-"))
        }
        #expect(books.app.defects == [])
    }

    @Test("BL-50, BL-134: an e-invoice is made of what was frozen, or refused with what is missing")
    func eInvoices() async throws {
        let books = try await Books()
        let id = try await books.issued([Books.line(2_900, rate: 220_000)])
        let path = "/v1/billing/invoices/\(id)/ubl.xml"
        let answer = await books.owner.get(path)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.contentType == "application/xml")
        let number = await books.read(id).string("number") ?? "?"
        #expect(answer.text.contains(number))
        #expect(await books.staff.client.get("/v1/platform/invoices/\(id)/ubl.xml").status == 200)
        let dinars = try await books.issued([Books.line(2_900, rate: 0)], currency: "KWD")
        let refused = await books.owner.get("/v1/billing/invoices/\(dinars)/ubl.xml")
        #expect(refused.status == 409 && refused.code == "e_invoice_incomplete")
        #expect(refused["missing"].arrayValue?.contains("currency") == true)
        let other = try await Books()
        #expect(await other.owner.get(path).status == 404)
        #expect(books.app.defects == [])
    }

    @Test("BL-50: a voided invoice's page says so")
    func void() async throws {
        let books = try await Books()
        let id = try await books.issued()
        let path = "/v1/billing/invoices/\(id)/print"
        #expect(await !books.owner.get(path).text.contains("Void"))
        _ = await books.staff.client.post(
            "/v1/platform/invoices/\(id)/void", ["reason": "Wrong"])
        #expect(await books.owner.get(path).text.contains("Void"))
    }

    @Test("BL-54, ID-37: a document is mailed with its file, in the language of the profile")
    func mail() async throws {
        let books = try await Books()
        try await books.setProfile("AQ", language: "ar")
        let sent = Mutex<[Mail]>([])
        for (kind, path) in try await documents(books) {
            let id = try #require(ID(String(path.split(separator: "/")[1])))
            try await books.app.run { services in
                try await DocumentDelivery.deliver(kind, id, as: id, services) { mail, message in
                    #expect(message == id)
                    sent.withLock { $0.append(mail) }
                }
            }
        }
        let mails = sent.withLock { $0 }
        #expect(mails.map(\.to) == Array(repeating: "books@example.com", count: 3))
        #expect(mails.allSatisfy { $0.language == .arabic && $0.attachments.count == 1 })
        #expect(mails[0].subject.contains("INV-") && mails[0].subject.hasPrefix("الفاتورة"))
        #expect(mails[0].attachments[0].name.hasPrefix("inv-"))
        #expect(mails[2].attachments[0].content.starts(with: Array("%PDF-".utf8)))
    }

    @Test("BL-55, OV-14: issuing queues the file, the mail and the notice in its transaction")
    func queued() async throws {
        let books = try await Books(year: 2_303)
        let id = try await books.issued()
        let owner = try SessionConnection(address: try TestInstallation.shared.get().ownerURL)
        let jobs = try owner.rows(
            """
            SELECT kind FROM cell.jobs
            WHERE unique_key IN ('invoice ' || $1, 'invoice ' || $1 || ' issued') ORDER BY kind
            """, [id])
        // Another process may have done some of it by now.
        #expect(jobs.count <= 2)
        let told = try await books.tenant.run(
            """
            SELECT count(*) FROM (
                SELECT 1 FROM cell.own_jobs WHERE kind = 'billing.notice'
                UNION ALL SELECT 1 FROM tenant.billing_notices
            ) notices
            """)
        #expect(told[0].integer(0) >= 1)
    }

    @Test("BL-55: Owners are reminded three days before an invoice is due, and once it is overdue")
    func reminders() async throws {
        // Long ago, so that no other test's invoices are due then.
        let books = try await Books(year: 2_001)
        let id = try #require(ID(try await books.issued()))
        let start = books.app.clock.now
        func occasions(after days: Int) async throws -> [String] {
            books.app.clock.set(start + .seconds(days * 86_400))
            for _ in 0..<2 {
                try await books.app.run { try await InvoiceReminder.run($0) {} }
            }
            return try await books.rows(
                """
                SELECT occasion FROM platform.invoice_reminders
                WHERE invoice_id = \(id) ORDER BY occasion
                """
            ).map { $0.text(0) }
        }
        // Processes of other tests live in the present, where this one is overdue already.
        #expect(try await !occasions(after: 10).contains("due_soon"))
        #expect(try await occasions(after: 11).contains("due_soon"))
        #expect(try await occasions(after: 15) == ["due_soon", "overdue"])
    }
}
