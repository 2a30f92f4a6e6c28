import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Billing

@Suite struct `The ledger of AI credits` {
    let app: TestApp

    init() throws {
        app = try TestApp([])
        app.clock.set(testInstant("2090-06-10T00:00:00Z"))
    }

    private static let changes: [SQL] = [
        "UPDATE platform.credit_entries SET amount = amount + 1",
        "DELETE FROM platform.credit_entries",
        "TRUNCATE platform.credit_entries",
        """
        INSERT INTO platform.credit_entries (tenant_number, seq, id, kind, amount, held_change,
            balance_after, held_after, included_after, reference, key, created_at)
        SELECT tenant_number, seq + 1, gen_random_uuid(), 'purchase', 5, 0, 5, 0, 0, 'x', 'x',
            created_at
        FROM platform.credit_entries
        """,
        "UPDATE platform.credit_wallets SET bought = bought + 1",
        "UPDATE platform.credit_holds SET charged = 0",
        "SELECT platform.lock_credit_wallet(1, '2026-01-01Z')",
    ]

    @Test("BL-32, SEC-72: no role of the server can change an entry, a wallet or a hold")
    func roles() async throws {
        let wallet = try await TestWallet.create(app, bought: 10)
        _ = try await wallet.settle(wallet.reserve(5), 3)
        let before = try wallet.entries()
        let version = app.services.settings.schemaVersion
        let scopes = [
            Scope.identity, .worker, .staff, .login,
            wallet.tenant.reference.scope(schemaVersion: version),
        ]
        for scope in scopes {
            for change in Self.changes {
                let error = await #expect(throws: DatabaseError.self) {
                    try await app.run { _ = try await $0.database.write([change], in: scope) }
                }
                #expect(error?.isPermissionDenied == true)
            }
        }
        #expect(try wallet.entries() == before)
    }

    @Test("BL-32: not even the owner of the tables changes an entry")
    func owner() async throws {
        let wallet = try await TestWallet.create(app, bought: 10)
        let owner = try SessionConnection(address: try TestInstallation.shared.get().ownerURL)
        for change in [
            "UPDATE platform.credit_entries SET amount = 11 WHERE tenant_number = $1",
            "DELETE FROM platform.credit_entries WHERE tenant_number = $1",
            "DELETE FROM platform.credit_wallets WHERE tenant_number = $1",
        ] {
            #expect(throws: DatabaseError.self) {
                try owner.rows(change, ["\(wallet.tenant.number)"])
            }
        }
        #expect(throws: DatabaseError.self) { try owner.run("TRUNCATE platform.credit_entries") }
        #expect(try wallet.findings() == [])
    }

    @Test("BL-134, OV-11: a workspace moves and sees its own credits alone")
    func isolation() async throws {
        let (mine, theirs) = try await (
            TestWallet.create(app, bought: 10), TestWallet.create(app, bought: 20)
        )
        let hold = try await theirs.reserve(5)
        await #expect(throws: CreditMistake.unknownHold) { try await mine.settle(hold, 5) }
        #expect(try theirs.parts().boughtHeld == 5)
        let seen = try await mine.tenant.run(
            "SELECT sum(amount)::bigint, count(*) FROM platform.own_credit_entries")
        #expect(seen[0].integer(0) == 10 && seen[0].integer(1) == 1)
        let number = theirs.tenant.number
        let statements: [SQL] = [
            "SELECT platform.credits_at(\(number), '2026-01-01Z')",
            "SELECT platform.adjust_credits(gen_random_uuid(), \(number), 5, '2026-01-01Z')",
            """
            SELECT platform.grant_purchased_credits(
                gen_random_uuid(), \(number), 5, '2026-01-01Z', gen_random_uuid())
            """,
            """
            SELECT platform.refund_purchased_credits(
                gen_random_uuid(), \(number), 5, '2026-01-01Z', gen_random_uuid())
            """,
        ]
        for statement in statements {
            let error = await #expect(throws: DatabaseError.self) {
                try await mine.tenant.run(statement)
            }
            #expect(error?.isPermissionDenied == true)
        }
        // And nobody reserves without a workspace.
        let error = await #expect(throws: DatabaseError.self) {
            try await app.run { services in
                _ = try await services.database.write(
                    ["SELECT platform.own_credits('2026-01-01Z')"], in: .staff)
            }
        }
        #expect(error?.isPermissionDenied == true)
    }

    @Test(
        "BL-131, R4: whoever changes the books past the server is found, with the place",
        arguments: [
            (
                "UPDATE platform.credit_entries SET amount = 799, balance_after = 999 "
                    + "WHERE seq = 2",
                "Entry 3 (reserve) moves 0 credits from a balance of 999"
            ),
            ("DELETE FROM platform.credit_entries WHERE seq = 2", "After entry 1 comes entry 3"),
            (
                "UPDATE platform.credit_entries SET held_after = 5 WHERE seq = 4",
                "Entry 4 (settle) changes holds of 5 by -5 and says that 5 are held"
            ),
            ("DELETE FROM platform.credit_entries WHERE seq = 7", "has seen 7 entries"),
            (
                "UPDATE platform.credit_wallets SET bought = bought + 1",
                "The wallet has 998 credits"
            ),
            (
                "UPDATE platform.credit_wallets SET bought = bought + 1, included = included - 1",
                "The wallet has 196 included credits"
            ),
            (
                "UPDATE platform.credit_holds SET charged = 1 WHERE state = 'settled'",
                "was charged 1"
            ),
            (
                "UPDATE platform.credit_holds SET state = 'held', ended_at = NULL",
                "is open, and the ledger has given back"
            ),
            ("DELETE FROM platform.credit_holds WHERE state = 'held'", "which is not there"),
        ])
    func tampering(_ change: String, _ finding: String) async throws {
        let wallet = try await TestWallet.create(app, plan: "STARTER", bought: 800)
        _ = try await wallet.settle(wallet.reserve(5), 3)
        _ = try await wallet.reserve(10)
        _ = try await wallet.settle(wallet.reserve(1), 0)
        #expect(try wallet.findings() == [])
        let superuser = try SessionConnection(
            address: try #require(TestEnvironment["COURTYARD_TEST_SUPERUSER_URL"]))
        try superuser.run("SET session_replication_role = replica")
        let condition = change.contains(" WHERE ") ? " AND " : " WHERE "
        try superuser.rows(
            change + condition + "tenant_number = $1", ["\(wallet.tenant.number)"])
        let findings = try wallet.findings()
        #expect(findings.contains { $0.contains(finding) }, "\(findings)")
    }
}
