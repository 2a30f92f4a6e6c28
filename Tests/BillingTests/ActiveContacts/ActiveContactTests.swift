import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Billing

/// In 2095: each test has its own process, with a memory and a clock of its own.
@Suite struct `Monthly active contacts` {
    let app: TestApp

    init() throws {
        app = try TestApp([])
        app.clock.set(testInstant("2095-03-10T00:00:00Z"))
    }

    private func traffic(_ allowed: Int64?) async throws -> TestTraffic {
        try await TestTraffic.create(app, allowed: allowed)
    }

    @Test("BL-12: a contact counts once a month, whoever writes and however often")
    func once() async throws {
        let traffic = try await traffic(10)
        let contact = try await traffic.contact()
        for isInbound in [true, false, true, false] {
            #expect(try await traffic.message(contact, isInbound: isInbound))
        }
        #expect(try await traffic.send(toEach: [contact, contact]) == [])
        #expect(try await traffic.used() == 1)
        #expect(try await traffic.counted() == 1)
    }

    @Test("BL-13: at the limit nothing is sent to a new contact, and whoever writes in is served")
    func limit() async throws {
        let traffic = try await traffic(2)
        let contacts = try await traffic.contacts(5)
        for contact in contacts[..<2] { #expect(try await traffic.message(contact)) }
        let error = await #expect(throws: Problem.self) { try await traffic.send(to: contacts[2]) }
        #expect(error?.kind == .planLimitReached && error?.kind.status == 402)
        #expect(
            error?.extra.map { "\($0.name) \($0.value)" } == [
                "limit \(JSON.string("monthly_active_contacts"))", "allowed \(JSON.integer(2))",
                "used \(JSON.integer(2))",
            ])
        // Who is active already is written to, and who writes in becomes active beyond the limit.
        #expect(try await traffic.message(contacts[0]))
        #expect(try await traffic.message(contacts[2], isInbound: true))
        #expect(try await traffic.message(contacts[2]))
        #expect(try await !traffic.message(contacts[3]))
        #expect(try await traffic.used() == 3)
        #expect(try await traffic.counted() == 3)
    }

    @Test("BL-13: a broadcast reaches the first new contacts there is room for, and skips the rest")
    func broadcast() async throws {
        let traffic = try await traffic(5)
        let contacts = try await traffic.contacts(10)
        for contact in [contacts[9], contacts[4]] { #expect(try await traffic.message(contact)) }
        let order = [3, 1, 9, 1, 7, 4, 0, 2].map { contacts[$0] }
        #expect(
            try await traffic.send(toEach: order) == [contacts[0], contacts[2]])
        #expect(try await traffic.send(toEach: order) == [contacts[0], contacts[2]])
        #expect(try await traffic.used() == 5)
        #expect(try await traffic.counted() == 5)
        #expect(try await traffic.send(toEach: []) == [])
    }

    @Test(
        "BL-13, BL-16: unlimited reaches all, a limit of none nobody, and a raise counts at once"
    )
    func otherLimits() async throws {
        let unlimited = try await traffic(nil)
        #expect(try await unlimited.send(toEach: unlimited.contacts(500)) == [])
        #expect(try await unlimited.used() == 500)
        let none = try await traffic(0)
        let contact = try await none.contact()
        #expect(try await !none.message(contact))
        try await none.allow(1)
        #expect(try await none.message(contact))
    }

    @Test("BL-12: the month turns at midnight UTC, and a clock set back counts in its own month")
    func months() async throws {
        let traffic = try await traffic(1)
        let (first, second) = try await (traffic.contact(), traffic.contact())
        app.clock.set(testInstant("2095-03-31T23:59:00Z"))
        #expect(try await traffic.message(first))
        #expect(try await !traffic.message(second))
        app.clock.set(testInstant("2095-04-01T00:00:00Z"))
        #expect(try await traffic.used() == 0)
        #expect(try await traffic.message(second))
        #expect(try await !traffic.message(first))
        #expect(try await traffic.used() == 1)
        app.clock.set(testInstant("2095-03-31T23:59:00Z"))
        #expect(try await traffic.message(first))
        #expect(try await !traffic.message(second))
        #expect(try await traffic.used() == 1)
    }

    @Test("BL-15: a message that is rolled back counts nobody, and is not remembered")
    func rollback() async throws {
        let traffic = try await traffic(1)
        let contact = try await traffic.contact()
        await #expect(throws: CancellationError.self) {
            try await traffic.run { context in
                try await context.transaction { transaction in
                    for _ in 1...2 {
                        try await ActiveContacts.sending(to: contact, in: transaction, of: context)
                    }
                    throw CancellationError()
                }
            }
        }
        #expect(try await traffic.used() == 0)
        #expect(try await traffic.counted() == 0)
        #expect(try await traffic.remembered() == 0)
        #expect(try await traffic.message(traffic.contact()))
        #expect(try await !traffic.message(contact))
    }

    @Test("BL-16, R6: sixty sends on two processes for twenty places reach exactly twenty contacts")
    func race() async throws {
        let traffic = try await traffic(20)
        let other = try traffic.onSecondProcess()
        let contacts = try await traffic.contacts(30)
        let reached = try await withThrowingTaskGroup(of: ID?.self) { group in
            for (index, contact) in (contacts + contacts.reversed()).enumerated() {
                group.addTask {
                    let process = index.isMultiple(of: 2) ? traffic : other
                    return try await process.message(contact) ? contact : nil
                }
            }
            return try await group.reduce(into: Set<ID>()) { if let id = $1 { $0.insert(id) } }
        }
        #expect(reached.count == 20)
        #expect(try await traffic.used() == 20)
        #expect(try await traffic.counted() == 20)
    }

    @Test("BL-13, BL-16: batches of the same contacts in other orders neither block nor oversell")
    func batches() async throws {
        let traffic = try await traffic(50)
        let other = try traffic.onSecondProcess()
        let contacts = try await traffic.contacts(80)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<12 {
                group.addTask {
                    var random = SeededGenerator(seed: UInt64(number))
                    let process = number.isMultiple(of: 2) ? traffic : other
                    let order = Array(contacts.shuffled(using: &random).prefix(40))
                    let skipped = try await process.send(toEach: order)
                    #expect(skipped.isSubset(of: order))
                }
                group.addTask {
                    _ = try await other.message(contacts[number], isInbound: true)
                }
            }
            try await group.waitForAll()
        }
        let used = try await traffic.used()
        #expect(used == (try await traffic.counted()))
        #expect((50...62).contains(used))
    }

    @Test(
        "BL-12, BL-13, BL-15: generated traffic counts what the rules say",
        arguments: [1, 2, 3] as [UInt64])
    func generated(_ seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let first = try await traffic(25)
        let second = try first.onSecondProcess()
        let contacts = try await first.contacts(60)
        for month in ["2095-05-20T12:00:00Z", "2095-06-01T00:00:00Z"] {
            for process in [first, second] { process.app.clock.set(testInstant(month)) }
            var active: Set<ID> = []
            for step in 0..<120 {
                let traffic = Bool.random(using: &random) ? first : second
                let contact = contacts[Int.random(in: 0..<60, using: &random)]
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<3:
                    #expect(try await traffic.message(contact, isInbound: true))
                    active.insert(contact)
                case 3..<9:
                    let isReached = active.contains(contact) || active.count < 25
                    #expect(
                        try await traffic.message(contact) == isReached, "seed \(seed) \(step)")
                    if isReached { active.insert(contact) }
                default:
                    let batch = Array(contacts.shuffled(using: &random).prefix(5))
                    var skipped: Set<ID> = []
                    for contact in batch where !active.contains(contact) {
                        if active.count < 25 {
                            active.insert(contact)
                        } else {
                            skipped.insert(contact)
                        }
                    }
                    #expect(try await traffic.send(toEach: batch) == skipped)
                }
            }
            #expect(try await first.used() == Int64(active.count))
            #expect(try await first.counted() == Int64(active.count))
        }
        #expect(try await first.remembered() > 0)
    }

    @Test("BL-14: whoever reads billing will be told when four fifths are active")
    func notice() async throws {
        let traffic = try await traffic(5)
        let jobs: @Sendable () async throws -> Int = {
            try await traffic.tenant.run(
                "SELECT FROM cell.own_jobs WHERE kind = 'billing.limits'"
            ).count
        }
        for contact in try await traffic.contacts(3) {
            #expect(try await traffic.message(contact))
        }
        #expect(try await jobs() == 0)
        #expect(try await traffic.message(traffic.contact()))
        #expect(try await jobs() == 1)
    }

    @Test("BL-12: what is remembered has a bound, and is one month's")
    func memory() async throws {
        let app = self.app
        try await app.run { services in
            let memory = ActiveContactMemory(services)
            let contacts = (0..<ActiveContactMemory.capacity).map { _ in services.newID() }
            memory.remember(contacts, tenant: 1, month: "2095-03-01")
            #expect(memory.unknown(of: contacts, tenant: 1, month: "2095-03-01") == [])
            #expect(memory.unknown(of: [contacts[0]], tenant: 2, month: "2095-03-01").count == 1)
            #expect(memory.unknown(of: [contacts[0]], tenant: 1, month: "2095-04-01").count == 1)
            memory.remember([services.newID()], tenant: 1, month: "2095-03-01")
            #expect(memory.count == 1)
        }
    }
}

/// Messages of one workspace, as messaging will store them.
private struct TestTraffic: Sendable {
    let tenant: TestTenant
    let app: TestApp

    static func create(_ app: TestApp, allowed: Int64?) async throws -> TestTraffic {
        let traffic = TestTraffic(tenant: try await TestTenant.create(app), app: app)
        try await traffic.allow(allowed)
        return traffic
    }

    func allow(_ allowed: Int64?) async throws {
        let owner = try SessionConnection(address: try TestInstallation.shared.get().ownerURL)
        try owner.rows(
            """
            UPDATE t_\(tenant.number).limits SET allowed = $1::bigint
            WHERE key = 'monthly_active_contacts'
            """, [allowed.map { "\($0)" }])
    }

    func onSecondProcess() throws -> TestTraffic {
        let other = try TestApp([])
        other.clock.set(app.clock.now)
        return TestTraffic(tenant: tenant, app: other)
    }

    func contact() async throws -> ID { try await app.run { $0.newID() } }

    func contacts(_ count: Int) async throws -> [ID] {
        try await app.run { services in (0..<count).map { _ in services.newID() } }
    }

    func run<Value: Sendable>(
        _ body: @escaping @Sendable (TenantContext) async throws -> Value
    ) async throws -> Value {
        try await app.run { [tenant] services in
            try await body(
                TenantContext(tenant: tenant.reference, job: "test", services: services))
        }
    }

    func send(to contact: ID) async throws {
        try await run { context in
            try await context.transaction { transaction in
                try await ActiveContacts.sending(to: contact, in: transaction, of: context)
            }
        }
    }

    /// Whether the message was stored.
    func message(_ contact: ID, isInbound: Bool = false) async throws -> Bool {
        guard isInbound else {
            do {
                try await send(to: contact)
                return true
            } catch let problem as Problem where problem.kind == .planLimitReached {
                return false
            }
        }
        try await run { context in
            try await context.transaction { transaction in
                try await ActiveContacts.received(from: contact, in: transaction, of: context)
            }
        }
        return true
    }

    /// Those that were skipped.
    func send(toEach contacts: [ID]) async throws -> Set<ID> {
        try await run { context in
            try await context.transaction { transaction in
                try await ActiveContacts.sending(
                    toEach: contacts, in: transaction, of: context)
            }
        }
    }

    /// What the usage of the plan shows.
    func used() async throws -> Int64 {
        try await tenant.run(PlanLimit.monthlyActiveContacts.usage(at: app.clock.now))[0].integer(0)
    }

    /// What a count of the records of this month gives.
    func counted() async throws -> Int64 {
        try await tenant.run(
            """
            SELECT count(*) FROM tenant.mac
            WHERE month = \(ActiveContacts.month(at: app.clock.now))::date
            """)[0].integer(0)
    }

    func remembered() async throws -> Int {
        try await app.run { $0.component(ActiveContactMemory.self).count }
    }
}
