import Foundation
import Synchronization
import TestSupport
import Testing
import Values

@Suite struct `Stories of AI credits` {
    @Test(
        "ST-28, BL-30, BL-33, BL-35, BL-84, BL-85: credits are bought, paid once, used and run out")
    func credits() throws {
        let world = try World()
        let ana = try world.signUp("Harbour Books", "Ana Ruiz", "ana@harbour.example")
        let staff = try world.signInStaff()
        try sell(to: ana, by: staff)
        #expect(try ana.get("/v1/billing/credits")["balance"] == "1000")

        let analysis = try generate(ana, "analysis 1", purpose: "analysis", 60_000, uses: 39_001)
        #expect(analysis.status == 200 && analysis["charged"] == "40")
        // The same generation again is not paid again.
        let again = try generate(ana, "analysis 1", purpose: "analysis", 60_000, uses: 39_001)
        #expect(again["charged"] == "40")
        let entries = try ana.get("/v1/billing/credits/ledger?sort=created_at").rows
        #expect(entries.map { $0["kind"]?.stringValue } == ["purchase", "reserve", "settle"])
        #expect(try ana.get("/v1/billing/credits")["balance"] == "960")
        let failed = try generate(ana, "analysis 2", purpose: "analysis", 60_000, uses: 0)
        #expect(failed["state"] == "released" && failed["charged"] == "0")

        // Down to what ten suggestions reserve, and then fifty of them at the same moment.
        let large = try generate(ana, "analysis 3", purpose: "analysis", 940_000, uses: 940_000)
        #expect(large["charged"] == "940")
        let statuses = Mutex<[Int]>([])
        let account = try #require(
            try ana.post("/v1/service-accounts", ["name": "ci", "scopes": ["contact.read"]])["id"])
        let issued = try ana.post("/v1/service-accounts/\(account)/tokens", ["name": "first"])
        let secret = try #require(issued["secret"])
        let group = DispatchGroup()
        for number in 0..<50 {
            let browser = Browser(world.server, bearer: secret)
            DispatchQueue.global().async(group: group) {
                let answer = try? generate(
                    browser, "suggestion \(number)", purpose: "reply_suggestion", 2_000,
                    uses: 2_000)
                statuses.withLock { $0.append(answer?.status ?? 0) }
            }
        }
        group.wait()
        let all = statuses.withLock { $0 }
        #expect(all.count { $0 == 200 } == 10)
        #expect(all.count { $0 == 402 } == 40)
        let refused = try generate(ana, "last", purpose: "ai_answer", 1_000, uses: 1_000)
        #expect(refused.status == 402 && refused.code == "ai_credits_exhausted")
        let overview = try ana.get("/v1/billing/credits")
        #expect(overview["balance"] == "0" && overview["used"] == "1000")
        let verified = try ServerProcess.command(["ledger", "verify"], on: world.database)
        #expect(verified.contains("1 ledger verified, all sound."))
    }

    /// An order, its invoice, and its payment, which is recorded a second time in vain.
    private func sell(to ana: Browser, by staff: Browser) throws {
        let profile = try ana.put(
            "/v1/billing/profile",
            [
                "legal_name": "Harbour Books", "address_lines": ["2 Quay"], "city": "Cork",
                "country": "AQ",
            ])
        #expect(profile.status == 200, "\(profile.body)")
        let seller = try staff.put(
            "/v1/platform/billing/seller",
            [
                "legal_name": "Courtyard Ltd", "address_lines": ["1 Market Street"],
                "city": "Dublin", "country": "IE", "tax_number": "IE1234567T",
            ])
        #expect(seller.status == 200, "\(seller.body)")
        let order = try ana.post(
            "/v1/billing/credits/orders", ["pack": "credits_1000", "quantity": 1])
        #expect(order.status == 201, "\(order.body)")
        let draft = try staff.post(
            "/v1/platform/invoices", ["order_id": .string(try #require(order["id"]))])
        #expect(draft.status == 201, "\(draft.body)")
        let path = "/v1/platform/invoices/" + (try #require(draft["id"]))
        let issued = try staff.post(path + "/issue")
        #expect(issued.status == 200, "\(issued.body)")
        #expect(try ana.get("/v1/billing/credits")["balance"] == "0")
        let payment: JSON = [
            "amount": 1_000, "method": "bank_transfer", "reference": "wire 7",
            "paid_on": .string(String(Instant.system.description.prefix(10))),
        ]
        let paid = try staff.post(path + "/payments", payment)
        #expect(paid.status == 201, "\(paid.body)")
        let twice = try staff.post(path + "/payments", payment)
        #expect(twice.status == 409 && twice.code == "duplicate_payment", "\(twice.body)")
    }
}

/// A pretended generation, which reserves for so many tokens and uses so many.
private func generate(
    _ browser: Browser, _ key: String, purpose: String, _ maximum: Int64, uses tokens: Int64
) throws -> Browser.Page {
    try browser.post(
        "/v1/test/generation",
        [
            "key": .string(key), "purpose": .string(purpose), "maximum_tokens": .integer(maximum),
            "tokens": .integer(tokens),
        ])
}
