import Jobs
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Billing

/// The jobs look at every wallet: these tests run one by one, in 2080, between the present in which
/// others test and the year 2090 of all other wallets.
@Suite(.serialized) struct `Upkeep of AI credits` {
    let app: TestApp

    init() throws {
        app = try TestApp([])
        app.clock.set(Self.january)
    }

    private static let january = testInstant("2080-01-20T12:00:00Z")
    private static let february = testInstant("2080-02-01T00:00:00Z")

    @Test("BL-35, OV-14: the hold of an owner that died is given back, and charges nothing later")
    func sweeper() async throws {
        let wallet = try await TestWallet.create(app, plan: "STARTER", bought: 100)
        let hold = try await wallet.reserve(250)
        app.clock.set(Self.january + .seconds(170))
        try await app.run { try await CreditUpkeep.expireHolds($0) }
        #expect(try wallet.parts().description == "200 / 200, 100 / 50")
        app.clock.set(Self.january + .seconds(240))
        try await app.run { try await CreditUpkeep.expireHolds($0) }
        #expect(try wallet.parts().description == "200 / 0, 100 / 0")
        let late = try await wallet.settle(hold, 200)
        #expect(late == CreditSettlement(state: .expired, charged: 0, shortfall: 0))
        #expect(try wallet.entries(after: 3) == ["release (0, -250) → 300, 0"])
        #expect(try wallet.findings() == [])
    }

    @Test("BL-131, OV-14: damaged books keep no other workspace waiting, and the job says so")
    func damage() async throws {
        let damaged = try await TestWallet.create(app, bought: 10)
        let sound = try await TestWallet.create(app, bought: 10)
        for wallet in [damaged, sound] { _ = try await wallet.reserve(10) }
        let owner = try SessionConnection(address: try TestInstallation.shared.get().ownerURL)
        let number = "\(damaged.tenant.number)"
        try owner.rows(
            "UPDATE platform.credit_wallets SET bought_held = 4 WHERE tenant_number = $1", [number])
        app.clock.set(Self.january + .seconds(240))
        await #expect(throws: JobFailure.self) {
            try await app.run { try await CreditUpkeep.expireHolds($0) }
        }
        #expect(try sound.parts().description == "0 / 0, 10 / 0")
        #expect(try damaged.parts().description == "0 / 0, 10 / 4")
        #expect(try damaged.findings().count == 2)
        // The following tests find no damage.
        try owner.rows("SELECT platform.erase_tenant($1)", [number])
    }

    @Test("BL-35, OV-15: who lacks credits does not wait for the sweeper")
    func sweepOnDemand() async throws {
        let wallet = try await TestWallet.create(app, bought: 10)
        _ = try await wallet.reserve(10)
        #expect(try await !wallet.canReserve(10))
        app.clock.set(Self.january + .seconds(240))
        #expect(try await wallet.canReserve(10))
        app.clock.set(Self.january + .seconds(600))
        #expect(try await wallet.refund(10) == "refunded")
        #expect(try wallet.findings() == [])
    }

    @Test(
        "BL-34, OV-14: the month is turned once, by any number of processes, and again next month")
    func months() async throws {
        let wallet = try await TestWallet.create(app, plan: "STARTER")
        let other = try wallet.onSecondProcess()
        let open = try await wallet.reserve(60)
        for month in ["2080-02-01T00:00:00Z", "2080-03-02T03:04:05Z"] {
            let now = try #require(Instant(rfc3339: month))
            for process in [wallet, other] { process.app.clock.set(now) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for process in [wallet, other, wallet] {
                    group.addTask {
                        try await process.app.run { try await CreditUpkeep.turnMonths($0) }
                    }
                }
                try await group.waitForAll()
            }
        }
        #expect(
            try wallet.entries(after: 2) == [
                "expire (-140, 0) → 60, 60", "grant_included (200, 0) → 260, 60",
                "expire (-200, 0) → 60, 60", "grant_included (200, 0) → 260, 60",
            ])
        // What the hold keeps belongs to a month that has ended long ago.
        _ = try await wallet.release(open)
        #expect(try wallet.entries(after: 6) == ["expire (-60, -60) → 200, 0"])
        #expect(try wallet.findings() == [])
    }

    @Test("BL-34: a clock that is set back neither takes nor gives anything")
    func clockSetBack() async throws {
        let wallet = try await TestWallet.create(app, plan: "STARTER")
        app.clock.set(Self.february)
        try await wallet.touch()
        let entries = try wallet.entries()
        app.clock.set(Self.january)
        try await wallet.touch()
        try await app.run { try await CreditUpkeep.turnMonths($0) }
        #expect(try await wallet.settle(wallet.reserve(5), 5).charged == 5)
        app.clock.set(Self.february)
        try await wallet.touch()
        #expect(Array(try wallet.entries().prefix(entries.count)) == entries)
        #expect(try wallet.entries().count == entries.count + 2)
        #expect(try wallet.findings() == [])
    }

    @Test(
        "BL-34: before anything has turned the month, reading shows it turned and changes nothing")
    func reading() async throws {
        let wallet = try await TestWallet.create(app, plan: "STARTER", bought: 70)
        _ = try await wallet.reserve(60)
        app.clock.set(Self.february)
        let seen = try await wallet.tenant.run(
            """
            SELECT included, included_held, bought, bought_held, period::text
            FROM platform.own_credits(\(Self.february))
            """)[0]
        #expect((0...3).map { seen.integer($0) } == [260, 60, 70, 0])
        #expect(seen.text(4) == "2080-02-01")
        #expect(try wallet.parts().description == "200 / 60, 70 / 0")
        try await wallet.touch()
        #expect(try wallet.parts().description == "260 / 60, 70 / 0")
    }

    @Test("WS-82: a workspace is erased with its wallet, ledger and holds")
    func erasing() async throws {
        for isClosed in [false, true] {
            let wallet = try await TestWallet.create(app, plan: "STARTER", bought: 10)
            _ = try await wallet.settle(wallet.reserve(5), 5)
            _ = try await wallet.reserve(5)
            let number = wallet.tenant.number
            let owner = try SessionConnection(
                address: try TestInstallation.shared.get().ownerURL)
            if isClosed {
                try owner.rows(
                    "SELECT platform.close_tenant($1, '2080-01-21T00:00:00Z')", ["\(number)"])
                try owner.rows(
                    "SELECT cell.erase_closed_tenant($1, $2, $2)",
                    ["\(number)", "2080-03-01T00:00:00Z"])
            } else {
                try owner.rows("SELECT platform.erase_tenant($1)", ["\(number)"])
            }
            let left = try owner.rows(
                """
                SELECT (SELECT count(*) FROM platform.credit_wallets WHERE tenant_number = $1)
                    + (SELECT count(*) FROM platform.credit_entries WHERE tenant_number = $1)
                    + (SELECT count(*) FROM platform.credit_holds WHERE tenant_number = $1)
                """, ["\(number)"])
            #expect(left[0][0] == "0")
            // A payment that arrives afterwards finds no wallet.
            #expect(try await !wallet.buy(100))
        }
    }
}
