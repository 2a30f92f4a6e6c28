import EventLoop
import HTTP
import Jobs
import Money
import Persistence
import Synchronization
import Tenancy
import TestSupport
import Testing
import Values

@testable import Billing

/// In 2090, where no job that another test runs finds anything to do.
@Suite struct `AI credits` {
    let app: TestApp

    init() throws {
        app = try TestApp([])
        app.clock.set(Self.november)
    }

    private static let november = testInstant("2090-11-10T09:00:00Z")
    private static let december = testInstant("2090-12-01T00:00:00Z")
    private static let january = testInstant("2091-01-01T00:00:00Z")

    @Test("BL-30, BL-34, BL-35: the example of the billing rules comes out to the unit")
    func example() async throws {
        let wallet = try await TestWallet.create(app, plan: "STARTER", bought: 1_000)
        #expect(try wallet.parts().description == "200 / 0, 1000 / 0")
        let first = try await wallet.reserve(250)
        #expect(try wallet.parts().description == "200 / 200, 1000 / 50")
        let settled = try await wallet.settle(first, 230)
        #expect(settled == CreditSettlement(state: .settled, charged: 230, shortfall: 0))
        #expect(try wallet.parts().description == "0 / 0, 970 / 0")
        app.clock.set(Self.december)
        try await wallet.touch()
        #expect(try wallet.parts().description == "200 / 0, 970 / 0")
        let second = try await wallet.reserve(50)
        app.clock.set(Self.january)
        try await wallet.touch()
        #expect(try wallet.parts().description == "250 / 50, 970 / 0")
        _ = try await wallet.settle(second, 40)
        #expect(try wallet.parts().description == "200 / 0, 970 / 0")
        #expect(
            try wallet.entries(after: 2) == [
                "reserve (0, 250) → 1200, 250", "settle (-230, -250) → 970, 0",
                "grant_included (200, 0) → 1170, 0", "reserve (0, 50) → 1170, 50",
                "expire (-150, 0) → 1020, 50", "grant_included (200, 0) → 1220, 50",
                "settle (-40, -40) → 1180, 10", "expire (-10, -10) → 1170, 0",
            ])
        #expect(try wallet.findings() == [])
    }

    @Test("BL-34: each plan brings its credits, and a larger one the difference at once")
    func plans() async throws {
        for (plan, credits) in [("FREE", 0), ("STARTER", 200), ("ENTERPRISE", 10_000)] {
            let wallet = try await TestWallet.create(app, plan: plan)
            #expect(try wallet.parts().included == Int64(credits))
        }
        let wallet = try await TestWallet.create(app, plan: "STARTER")
        let number = wallet.tenant.number
        for plan in ["GROWTH", "STARTER", "GROWTH"] {
            _ = try await app.run { services in
                let now = services.clock.now
                return try await services.database.write(
                    [
                        """
                        SELECT platform.switch_plan(\(number), \(plan), 1, 'monthly', 0,
                            \(now.utcDate.description)::date, \(now))
                        """
                    ], in: .staff)
            }
            try await wallet.touch()
            #expect(try wallet.parts().included == 1_000)
        }
        #expect(try wallet.findings() == [])
    }

    @Test("BL-36, R5: a thousand reservations on two processes share the last hundred credits")
    func race() async throws {
        let wallet = try await TestWallet.create(app, bought: 100)
        let other = try wallet.onSecondProcess()
        let granted = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<1_000 {
                group.addTask {
                    try await (number.isMultiple(of: 2) ? wallet : other).canReserve(1)
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(granted == 100)
        #expect(try wallet.parts().description == "0 / 0, 100 / 100")
        #expect(try wallet.findings() == [])
    }

    @Test("BL-115: what is not covered is refused with both numbers, and leaves nothing")
    func exhausted() async throws {
        let wallet = try await TestWallet.create(app, bought: 10)
        let error = await #expect(throws: Problem.self) { try await wallet.reserve(11) }
        #expect(error?.kind == .aiCreditsExhausted && error?.kind.status == 402)
        #expect(error?.extra.map(\.name) == ["needed", "available"])
        #expect(error?.extra.map(\.value) == [.integer(11), .integer(10)])
        #expect(try wallet.entries().count == 1)
        #expect(try await wallet.canReserve(10))
    }

    @Test("BL-35: who waits together is served in order, the smaller one after a refused one too")
    func order() async throws {
        let wallet = try await TestWallet.create(app, bought: 10)
        let outcomes = try await wallet.run { context in
            let services = context.services
            let outcomes = Mutex<[Int: Bool]>([:])
            let tasks = [4, 4, 4, 2, 1].enumerated().map { index, credits in
                let own = TenantContext(
                    tenant: context.tenant, job: "test", services: services)
                return services.loop.spawn {
                    let hold = try? await AICredits.reserve(
                        Int64(credits), purpose: .aiAnswer, key: "order \(index)", in: own)
                    outcomes.withLock { $0[index] = hold != nil }
                }
            }
            for task in tasks { await task.value }
            return outcomes.withLock { all in (0..<5).map { all[$0] ?? false } }
        }
        #expect(outcomes == [true, true, false, true, false])
    }

    @Test("BL-35, R5: one key reserves once, also when it comes twenty times at the same moment")
    func sameKey() async throws {
        let wallet = try await TestWallet.create(app, bought: 100)
        let other = try wallet.onSecondProcess()
        let holds = try await withThrowingTaskGroup(of: ID.self) { group in
            for number in 0..<20 {
                group.addTask {
                    try await (number < 10 ? wallet : other).reserve(7, key: "answer 1").id
                }
            }
            return try await group.reduce(into: Set<ID>()) { $0.insert($1) }
        }
        #expect(holds.count == 1)
        #expect(try wallet.parts().boughtHeld == 7)
        await #expect(throws: CreditMistake.keyReused) {
            try await wallet.reserve(8, key: "answer 1")
        }
        // Another workspace's keys are its own.
        let stranger = try await TestWallet.create(app, bought: 100)
        #expect(try await !holds.contains(stranger.reserve(7, key: "answer 1").id))
        #expect(try wallet.findings() == [])
    }

    @Test("BL-35: a repeated key finds the first hold after its end, and nothing is called again")
    func keyAfterEnd() async throws {
        let wallet = try await TestWallet.create(app, bought: 10)
        let hold = try await wallet.reserve(10, key: "once")
        _ = try await wallet.settle(hold, 10)
        let again = try await wallet.reserve(10, key: "once")
        #expect(again.id == hold.id && again.state == .settled)
    }

    @Test("R7: settled by twenty at the same moment, with different figures, a hold has one result")
    func settleTwice() async throws {
        let wallet = try await TestWallet.create(app, bought: 100)
        let other = try wallet.onSecondProcess()
        let hold = try await wallet.reserve(20)
        let results = try await withThrowingTaskGroup(of: CreditSettlement.self) { group in
            for number in 0..<20 {
                group.addTask {
                    try await (number.isMultiple(of: 2) ? wallet : other)
                        .settle(hold, Int64(number))
                }
            }
            return try await group.reduce(into: [CreditSettlement]()) { $0.append($1) }
        }
        #expect(results.allSatisfy { $0 == results[0] })
        #expect(try wallet.parts().bought == 100 - results[0].charged)
        #expect(try wallet.entries(after: 2).count == 1)
        #expect(try wallet.findings() == [])
    }

    @Test("BL-35: a failed call gives everything back, to where it came from")
    func release() async throws {
        let wallet = try await TestWallet.create(app, plan: "STARTER", bought: 100)
        let hold = try await wallet.reserve(250)
        #expect(
            try await wallet.release(hold)
                == CreditSettlement(state: .released, charged: 0, shortfall: 0))
        #expect(try wallet.parts().description == "200 / 0, 100 / 0")
        #expect(try await wallet.settle(hold, 5).state == .released)
    }

    @Test(
        "BL-36: what exceeds the hold is taken as far as it goes, and the platform bears the rest")
    func shortfall() async throws {
        let wallet = try await TestWallet.create(app, plan: "STARTER", bought: 100)
        let hold = try await wallet.reserve(50)
        let kept = try await wallet.reserve(30)
        #expect(
            try await wallet.settle(hold, 280)
                == CreditSettlement(state: .settled, charged: 270, shortfall: 10))
        #expect(try wallet.parts().description == "30 / 30, 0 / 0")
        let alarms = try await app.run { services in
            let rows: Rows = try await services.database.read(
                """
                SELECT details->>'missing' FROM platform.audit_events
                WHERE action = 'credits.shortfall' AND target_id = \(hold.id)
                """, in: .staff)
            return rows.map { $0.text(0) }
        }
        #expect(alarms == ["10"])
        _ = try await wallet.settle(kept, 30)
        #expect(try wallet.findings() == [])
    }

    @Test("BL-86: only bought credits that are neither spent nor reserved are refunded, once")
    func refund() async throws {
        let wallet = try await TestWallet.create(app, plan: "STARTER", bought: 10_000)
        let hold = try await wallet.reserve(2_545)
        _ = try await wallet.settle(hold, 2_545)
        #expect(try wallet.parts().bought == 7_655)
        let open = try await wallet.reserve(655)
        #expect(try await wallet.refund(7_001) == "used")
        let note = try await app.run { $0.newID() }
        #expect(try await wallet.refund(7_000, note: note) == "refunded")
        #expect(try await wallet.refund(7_000, note: note) == "repeated")
        #expect(try await wallet.refund(1) == "used")
        _ = try await wallet.release(open)
        #expect(try await wallet.refund(655) == "refunded")
        #expect(try wallet.parts().description == "0 / 0, 0 / 0")
        #expect(try wallet.findings() == [])
    }

    @Test("BL-85, BL-133, R5: an order brings its credits once, however often it is paid")
    func purchase() async throws {
        let wallet = try await TestWallet.create(app)
        let other = try wallet.onSecondProcess()
        let order = try await app.run { $0.newID() }
        let granted = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<10 {
                group.addTask {
                    try await (number < 5 ? wallet : other).buy(1_000, order: order)
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(granted == 1)
        #expect(try wallet.parts().bought == 1_000)
    }

    @Test("BL-30: credits of a call by its tokens")
    func credits() throws {
        for (tokens, credits) in [
            (0, 0), (1, 1), (999, 1), (1_000, 1), (1_001, 2), (14_750, 15), (16_346, 17),
        ] as [(Int64, Int64)] {
            #expect(CreditArithmetic.credits(forTokens: tokens) == credits)
        }
    }

    @Test("BL-37: at a fifth and at nothing readers of billing are warned, once a month each")
    func warnings() async throws {
        let wallet = try await TestWallet.create(app, plan: "STARTER", bought: 800)
        func spend(_ credits: Int64) async throws {
            _ = try await wallet.settle(wallet.reserve(credits), credits)
        }
        func notices() async throws -> [String] {
            // Whoever comes next is served after the warning has been queued.
            _ = try await wallet.canReserve(1_000_000)
            return try await wallet.tenant.run(
                """
                SELECT unique_key || ' ' || coalesce(payload->'event'->>'available', '-')
                FROM cell.own_jobs WHERE kind = 'billing.notice' ORDER BY id
                """
            ).map { $0.text(0) }
        }
        try await spend(799)
        #expect(try await notices() == [])
        try await spend(1)
        #expect(try await notices() == ["credits low 2090-11-01 200"])
        try await spend(100)
        try await spend(100)
        _ = try await wallet.buy(5)
        try await spend(5)
        let november = ["credits low 2090-11-01 200", "credits exhausted 2090-11-01 -"]
        #expect(try await notices() == november)
        // The month brings 200 more, and only then new warnings.
        app.clock.set(Self.december)
        try await spend(200)
        #expect(try await notices() == november + ["credits exhausted 2090-12-01 -"])
    }

    @Test("BL-37: a balance of nothing that was never anything warns nobody")
    func noWarning() async throws {
        let wallet = try await TestWallet.create(app)
        #expect(try await !wallet.canReserve(1))
        let jobs = try await wallet.tenant.run("SELECT FROM cell.own_jobs")
        #expect(jobs.isEmpty)
    }

    @Test("BL-35, OV-14: result and charge happen together, and a job charges if the process died")
    func safetyNet() async throws {
        let wallet = try await TestWallet.create(app, bought: 100)
        let (done, died, failed) = try await (
            wallet.reserve(10), wallet.reserve(20), wallet.reserve(30)
        )
        try await wallet.run { context in
            let stored = try await AICredits.settle(done, credits: 4, in: context) { transaction in
                try await transaction.run("UPDATE tenant.settings SET version = version + 1")
                return "stored"
            }
            #expect(stored.value == "stored" && stored.settlement.charged == 4)
            // The process dies here: the result is stored, and nobody has settled.
            try await context.transaction {
                $0.atCommit(HoldSettling.plan(died, credits: 15, in: context))
            }
            await #expect(throws: CancellationError.self) {
                _ = try await AICredits.settle(failed, credits: 5, in: context) { _ in
                    throw CancellationError()
                }
            }
        }
        #expect(try wallet.parts().description == "0 / 0, 96 / 20")
        let jobs = try await wallet.tenant.run(
            "SELECT payload FROM cell.own_jobs WHERE kind = \(HoldSettling.kind.name)")
        #expect(jobs.map { $0.json(0)["hold"]?.stringValue } == [died.id.description])
        for _ in 1...2 { _ = try await wallet.settle(died, 15) }
        #expect(try wallet.parts().description == "0 / 0, 81 / 0")
        #expect(try wallet.findings() == [])
    }
}
