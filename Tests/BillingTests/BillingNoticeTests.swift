import HTTP
import Jobs
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Billing

extension TestApp {
    /// A process that does the work of billing; mails stay in the queue.
    func billingProcess() throws -> TestProcess {
        var handlers = JobHandlers()
        BillingNotice.register(in: &handlers)
        LimitWatch.register(in: &handlers)
        return try TestProcess(self, handlers)
    }
}

extension TestTenant {
    /// Mails of the workspace that wait to be sent, oldest first.
    func mails(to address: String? = nil) async throws -> [JSON] {
        try await run(
            """
            SELECT payload FROM cell.own_jobs
            WHERE kind = 'mail.send' AND (\(address) IS NULL OR payload->>'to' = \(address))
            ORDER BY id
            """
        ).map { $0.json(0) }
    }
}

@Suite struct `Billing notices` {
    private static let due = CivilDate(daysSinceEpoch: 20_000)

    private static let events: [BillingEvent] = [
        .limit(.seats, percent: 80, used: 4, allowed: 5),
        .limit(.monthlyActiveContacts, percent: 100, used: 250, allowed: 250),
        .limit(.mediaStorage, percent: 80, used: 1_048_576, allowed: 1_048_577),
        .request(.requested, plan: "GROWTH", isAnnual: true),
        .request(.approved(startsOn: nil), plan: "GROWTH", isAnnual: false),
        .request(.approved(startsOn: due), plan: "GROWTH", isAnnual: false),
        .request(.rejected(reason: "No \"purchase\" order."), plan: "GROWTH", isAnnual: false),
        .request(.cancelled, plan: "GROWTH", isAnnual: false),
        .request(.completed, plan: "GROWTH", isAnnual: false),
        .planChanged(from: "FREE", to: "GROWTH"),
        .downgradeImpossible(plan: "FREE", renewed: "GROWTH", over: [.seats, .activeFlows]),
        .creditsLow(available: 12), .creditsExhausted,
        .invoiceIssued(number: "INV-2026-000001", total: "99.00 USD", dueOn: due),
        .invoiceDueSoon(number: "INV-2026-000001", total: "99.00 USD", dueOn: due),
        .invoiceOverdue(number: "INV-2026-000001", total: "99.00 USD", dueOn: due),
        .fellToFree(plan: "GROWTH", invoice: "INV-2026-000001"),
    ]

    @Test("BL-26, BL-55: what is told survives the queue", arguments: events)
    func payload(_ event: BillingEvent) {
        #expect(BillingEvent(event.payload) == event)
        for language in Language.allCases {
            for phrase in [event.subject] + event.paragraphs {
                #expect(!phrase.text(in: language).isEmpty)
                #expect(!phrase.text(in: language).contains("{"))
            }
        }
    }

    @Test("BL-26: a payload that nobody wrote is no event")
    func malformed() {
        for payload: JSON in [
            nil, [:], ["event": "limit", "limit": "gold"], ["event": "request", "state": "lost"],
            ["event": "invoice_issued", "due_on": "2026-02-30"],
        ] {
            #expect(BillingEvent(payload) == nil)
        }
    }

    @Test("BL-14, BL-24, BL-26: owners, administrators or holders of billing.read are told, once")
    func audiences() async throws {
        let app = try TestApp([])
        let tenant = try await TestTenant.create(app)
        let owner = try await tenant.member(.owner)
        let admin = try await tenant.member(.admin)
        let reader = try await tenant.member(holding: [.billingRead])
        let others = [
            try await tenant.member(.manager), try await tenant.member(.user),
            try await tenant.member(holding: [.contactRead]),
        ]
        let former = try await tenant.member(.owner)
        try await tenant.run(
            "UPDATE tenant.members SET status = 'deactivated' WHERE id = \(former.id)")
        let process = try app.billingProcess()
        process.start()
        let number = tenant.number
        for (event, key) in zip(
            [
                BillingEvent.fellToFree(plan: "GROWTH", invoice: "INV-2026-000001"),
                .planChanged(from: "FREE", to: "GROWTH"), .creditsExhausted,
            ], ["fall", "plan", "credits"])
        {
            // Twice by the tenant and twice by staff, before and after the first has gone out.
            for _ in 0..<2 {
                try await tenant.enqueue { BillingNotice.enqueue(event, key: key, in: $0) }
                _ = try await app.run { services in
                    try await services.database.write(
                        [BillingNotice.enqueue(event, key: key, to: number, services)],
                        in: .staff)
                }
                #expect(try await eventually { try await tenant.jobs(BillingNotice.kind).isEmpty })
            }
        }
        #expect(try await tenant.mails(to: owner.email).count == 3)
        #expect(try await tenant.mails(to: admin.email).count == 2)
        #expect(
            try await tenant.mails(to: reader.email).map { $0["subject"] }
                == ["AI credits are used up"])
        for other in others + [former] {
            #expect(try await tenant.mails(to: other.email).isEmpty)
        }
        await process.stop()
    }

    @Test("BL-26, ID-37: each recipient reads the notice in their own language")
    func languages() async throws {
        let app = try TestApp([])
        let tenant = try await TestTenant.create(app)
        let owner = try await tenant.member(.owner)
        let person = owner.personID
        _ = try await app.run { services in
            try await services.database.write(
                ["UPDATE platform.persons SET language = 'ar' WHERE id = \(person)"],
                in: .identity)
        }
        let process = try app.billingProcess()
        process.start()
        try await tenant.enqueue {
            BillingNotice.enqueue(.planChanged(from: "FREE", to: "GROWTH"), key: "plan", in: $0)
        }
        #expect(
            try await eventually { try await tenant.mails(to: owner.email).count == 1 })
        let mail = try #require(try await tenant.mails().first)
        #expect(mail["language"] == "ar")
        let text = mail["text"]?.stringValue ?? ""
        #expect(text.contains("Test workspace"))
        #expect(!text.contains("has taken"))
        await process.stop()
    }

    @Test("BL-26: nothing is queued for a workspace that was erased")
    func erased() async throws {
        let app = try TestApp([])
        let rows = try await app.run { services in
            try await services.database.write(
                [BillingNotice.enqueue(.creditsExhausted, key: "x", to: -7, services)],
                in: .staff)
        }
        #expect(rows[0].isEmpty)
    }
}
