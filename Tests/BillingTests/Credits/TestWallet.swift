import HTTP
import Persistence
import Tenancy
import TestSupport
import Values

@testable import Billing

/// The wallet of a workspace made for one test, and what is done with it.
struct TestWallet: Sendable {
    let tenant: TestTenant
    /// The server process that acts.
    let app: TestApp

    /// A wallet whose month has been turned at the present of `app`, so that nothing else does it.
    static func create(
        _ app: TestApp, plan: String = "FREE", bought: Int64 = 0
    ) async throws -> TestWallet {
        let tenant = try await TestTenant.create(app, plan: plan)
        let wallet = TestWallet(tenant: tenant, app: app)
        try await wallet.touch()
        if bought > 0 { _ = try await wallet.buy(bought) }
        return wallet
    }

    /// Another server process at the same wallet, at the same time.
    func onSecondProcess() throws -> TestWallet {
        let other = try TestApp([])
        other.clock.set(app.clock.now)
        return TestWallet(tenant: tenant, app: other)
    }

    func run<Value: Sendable>(
        _ body: @escaping @Sendable (TenantContext) async throws -> Value
    ) async throws -> Value {
        try await app.run { [tenant] services in
            try await body(
                TenantContext(tenant: tenant.reference, job: "test", services: services))
        }
    }

    /// Turns the month if it is due.
    func touch() async throws {
        try await tenant.run("SELECT platform.note_credit_warning(0::smallint, \(app.clock.now))")
    }

    func reserve(
        _ credits: Int64, key: String? = nil, purpose: CreditPurpose = .analysis
    ) async throws -> CreditHold {
        try await run { context in
            try await AICredits.reserve(
                credits, purpose: purpose, key: key ?? context.newID().description, in: context)
        }
    }

    /// Whether the reservation was granted; false when credits lack.
    func canReserve(_ credits: Int64) async throws -> Bool {
        do {
            _ = try await reserve(credits)
            return true
        } catch let problem as Problem where problem.kind == .aiCreditsExhausted {
            return false
        }
    }

    func settle(_ hold: CreditHold, _ credits: Int64) async throws -> CreditSettlement {
        try await run { try await AICredits.settle(hold, credits: credits, in: $0) }
    }

    func release(_ hold: CreditHold) async throws -> CreditSettlement {
        try await run { try await AICredits.release(hold, in: $0) }
    }

    // MARK: What the platform does

    private func asStaff(_ sql: SQL) async throws -> Rows {
        try await app.run { try await $0.database.write([sql], in: .staff)[0] }
    }

    @discardableResult
    func buy(_ credits: Int64, order: ID? = nil) async throws -> Bool {
        let entry = try await app.run { $0.newID() }
        return try await asStaff(
            """
            SELECT platform.grant_purchased_credits(\(order ?? entry), \(tenant.number),
                \(credits), \(app.clock.now), \(entry))
            """)[0].bool(0)
    }

    func refund(_ credits: Int64, note: ID? = nil) async throws -> String {
        let entry = try await app.run { $0.newID() }
        return try await asStaff(
            """
            SELECT platform.refund_purchased_credits(\(note ?? entry), \(tenant.number),
                \(credits), \(app.clock.now), \(entry))
            """)[0].text(0)
    }

    func adjust(_ credits: Int64) async throws -> Bool {
        let entry = try await app.run { $0.newID() }
        return try await asStaff(
            """
            SELECT platform.adjust_credits(\(entry), \(tenant.number), \(credits),
                \(app.clock.now))
            """)[0].bool(0)
    }

    // MARK: What is so

    /// The stored parts of a wallet.
    struct Parts: Equatable, CustomStringConvertible {
        var included: Int64 = 0
        var includedHeld: Int64 = 0
        var bought: Int64 = 0
        var boughtHeld: Int64 = 0

        var available: Int64 { included - includedHeld + bought - boughtHeld }
        /// As the billing rules write them.
        var description: String {
            "\(included) / \(includedHeld), \(bought) / \(boughtHeld)"
        }
    }

    private func owner() throws -> SessionConnection {
        try SessionConnection(address: TestInstallation.shared.get().ownerURL)
    }

    func parts() throws -> Parts {
        let rows = try owner().rows(
            """
            SELECT included, included_held, bought, bought_held FROM platform.credit_wallets
            WHERE tenant_number = $1
            """, ["\(tenant.number)"])
        let numbers = rows.first?.map { Int64($0 ?? "") ?? -1 } ?? [-1, -1, -1, -1]
        return Parts(
            included: numbers[0], includedHeld: numbers[1], bought: numbers[2],
            boughtHeld: numbers[3])
    }

    /// The entries behind `seq`, as `kind (amount, held) → balance, held`.
    func entries(after seq: Int = 0) throws -> [String] {
        try owner().rows(
            """
            SELECT format('%s (%s, %s) → %s, %s', kind, amount, held_change, balance_after,
                held_after)
            FROM platform.credit_entries WHERE tenant_number = $1 AND seq > $2 ORDER BY seq
            """, ["\(tenant.number)", "\(seq)"]
        ).compactMap { $0[0] }
    }

    /// What `courtyard ledger verify` finds.
    func findings() throws -> [String] {
        var findings: [String] = []
        try CreditVerification(owner()).verify(tenant.slug) { findings = $0.findings }
        return findings
    }
}

/// A stream of numbers that is the same for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}

/// A moment that a test names; what is no moment is the earliest of all.
func testInstant(_ text: String) -> Instant { Instant(rfc3339: text) ?? .earliest }
