import Persistence
import Tenancy
import Values

/// Proves that every balance of AI credits is explained by its ledger (R4, BL-131).
///
/// Over the owner's connection, for `courtyard ledger verify`.
package struct CreditVerification {
    /// What was found out about one workspace.
    package struct Report: Sendable {
        package var workspace: String
        package var entries: Int64
        package var balance: Int64
        package var held: Int64
        /// Sentences that say what does not hold, and where; empty for a sound ledger.
        package var findings: [String]
    }

    private let connection: SessionConnection

    package init(_ connection: SessionConnection) {
        self.connection = connection
    }

    /// Verifies each ledger in one snapshot, while others go on writing.
    ///
    /// - Parameters:
    ///   - slug: One workspace; nil for all.
    ///   - take: Is told of each, in the order of their numbers.
    /// - Throws: ``TenantDirectory/Refusal`` when no workspace has the slug.
    package func verify(_ slug: String? = nil, _ take: (Report) -> Void) throws {
        let directory = TenantDirectory(connection)
        if let slug {
            return take(try verify(try directory.find(slug).number, slug, directory))
        }
        var last = "0"
        while true {
            let rows = try connection.rows(
                """
                SELECT w.tenant_number, t.slug
                FROM platform.credit_wallets w
                JOIN platform.tenants t ON t.number = w.tenant_number
                WHERE w.tenant_number > $1 ORDER BY w.tenant_number LIMIT 500
                """, [last])
            guard let final = rows.last?[0] else { return }
            for row in rows {
                take(try verify(Int64(row[0] ?? "") ?? 0, row[1] ?? "", directory))
            }
            last = final
        }
    }

    private func verify(
        _ number: Int64, _ slug: String, _ directory: TenantDirectory
    ) throws -> Report {
        let key = [String(number)]
        return try directory.transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") {
            let summary = try connection.rows(Self.wallet, key)
            guard let row = summary.first else {
                return Report(
                    workspace: slug, entries: 0, balance: 0, held: 0,
                    findings: ["The wallet is not there."])
            }
            let findings =
                try connection.rows(Self.entries, key) + connection.rows(Self.holds, key)
            return Report(
                workspace: slug, entries: Self.number(row[0]), balance: Self.number(row[1]),
                held: Self.number(row[2]),
                findings: findings.compactMap { $0[0] } + row[3...].compactMap { $0 })
        }
    }

    private static func number(_ text: String?) -> Int64 { Int64(text ?? "") ?? 0 }

    /// Each entry against the one before it: then the sums hold from the first to the last.
    private static let entries = """
        SELECT CASE
            WHEN seq <> last_seq + 1 THEN format(
                'After entry %s comes entry %s: something is missing between them.', last_seq, seq)
            WHEN balance_after <> last_balance + amount THEN format(
                'Entry %s (%s) moves %s credits from a balance of %s and says that %s are left.',
                seq, kind, amount, last_balance, balance_after)
            WHEN held_after <> last_held + held_change THEN format(
                'Entry %s (%s) changes holds of %s by %s and says that %s are held.',
                seq, kind, last_held, held_change, held_after)
            WHEN held_after < 0 OR held_after > balance_after THEN format(
                'After entry %s (%s) %s credits are held of a balance of %s.',
                seq, kind, held_after, balance_after)
            WHEN included_after < 0 OR included_after > balance_after THEN format(
                'After entry %s (%s) %s included credits are left of a balance of %s.',
                seq, kind, included_after, balance_after)
            WHEN NOT is_explained THEN format(
                'Entry %s (%s) moves %s credits and the included ones from %s to %s.',
                seq, kind, amount, last_included, included_after)
            END
        FROM (
            SELECT seq, kind, amount, held_change, balance_after, held_after, included_after,
                last_seq, last_balance, last_held, last_included,
                CASE WHEN kind IN ('grant_included', 'expire')
                    THEN included_after = last_included + amount
                WHEN kind = 'settle' THEN included_after BETWEEN last_included + amount
                    AND last_included
                ELSE included_after = last_included END AS is_explained
            FROM (
                SELECT seq, kind, amount, held_change, balance_after, held_after, included_after,
                    lag(seq, 1, 0::bigint) OVER by_seq AS last_seq,
                    lag(balance_after, 1, 0::bigint) OVER by_seq AS last_balance,
                    lag(held_after, 1, 0::bigint) OVER by_seq AS last_held,
                    lag(included_after, 1, 0::bigint) OVER by_seq AS last_included
                FROM platform.credit_entries
                WHERE tenant_number = $1
                WINDOW by_seq AS (ORDER BY seq)
            ) e
        ) e
        WHERE seq <> last_seq + 1 OR balance_after <> last_balance + amount
            OR held_after <> last_held + held_change
            OR held_after < 0 OR held_after > balance_after
            OR included_after < 0 OR included_after > balance_after OR NOT is_explained
        ORDER BY seq LIMIT 20
        """

    /// Each hold against the entries that refer to it.
    private static let holds = """
        SELECT CASE
            WHEN h.id IS NULL THEN format(
                'Entry %s refers to the hold %s, which is not there.', e.first_seq, e.reference)
            WHEN e.reserved IS DISTINCT FROM h.credits THEN format(
                'The hold %s is of %s credits, and the ledger reserved %s for it.',
                h.id, h.credits, coalesce(e.reserved, 0))
            WHEN h.state = 'held' AND e.open <> h.credits THEN format(
                'The hold %s is open, and the ledger has given back %s of its %s credits.',
                h.id, h.credits - e.open, h.credits)
            WHEN h.state <> 'held' AND e.open <> 0 THEN format(
                'The hold %s has ended (%s), and the ledger still holds %s credits for it.',
                h.id, h.state, e.open)
            ELSE format('The hold %s was charged %s credits, and the ledger took %s for it.',
                h.id, h.charged, e.settled) END
        FROM (
            SELECT id, state, credits, charged FROM platform.credit_holds WHERE tenant_number = $1
        ) h
        FULL JOIN (
            SELECT reference, min(seq) AS first_seq,
                sum(held_change) FILTER (WHERE kind = 'reserve') AS reserved,
                sum(held_change) AS open,
                -coalesce(sum(amount) FILTER (WHERE kind = 'settle'), 0) AS settled
            FROM platform.credit_entries
            WHERE tenant_number = $1 AND held_change <> 0
            GROUP BY reference
        ) e ON e.reference = h.id::text
        WHERE h.id IS NULL OR e.reserved IS DISTINCT FROM h.credits
            OR e.open <> CASE WHEN h.state = 'held' THEN h.credits ELSE 0 END
            OR e.settled <> h.charged
        ORDER BY e.first_seq NULLS FIRST LIMIT 20
        """

    /// The wallet against its newest entry and its open holds.
    private static let wallet = """
        SELECT coalesce(e.count, 0), w.included + w.bought, w.included_held + w.bought_held,
            CASE WHEN w.seq <> coalesce(l.seq, 0) THEN format(
                'The wallet has seen %s entries, and the newest one in the ledger is %s.',
                w.seq, coalesce(l.seq, 0)) END,
            CASE WHEN w.included + w.bought <> coalesce(e.amount, 0) THEN format(
                'The wallet has %s credits, and all entries together make %s.',
                w.included + w.bought, coalesce(e.amount, 0)) END,
            CASE WHEN w.included <> coalesce(l.included_after, 0) THEN format(
                'The wallet has %s included credits, and the newest entry says %s.',
                w.included, coalesce(l.included_after, 0)) END,
            CASE WHEN w.included_held + w.bought_held <> coalesce(e.held, 0) THEN format(
                'The wallet holds %s credits, and all entries together make %s.',
                w.included_held + w.bought_held, coalesce(e.held, 0)) END,
            CASE WHEN w.included_held <> coalesce(h.included, 0)
                OR w.bought_held <> coalesce(h.bought, 0) THEN format(
                'The wallet holds %s included and %s bought credits, and its open holds %s and %s.',
                w.included_held, w.bought_held, coalesce(h.included, 0), coalesce(h.bought, 0)) END
        FROM platform.credit_wallets w
        LEFT JOIN LATERAL (
            SELECT count(*) AS count, sum(amount) AS amount, sum(held_change) AS held
            FROM platform.credit_entries WHERE tenant_number = w.tenant_number
        ) e ON true
        LEFT JOIN LATERAL (
            SELECT seq, included_after FROM platform.credit_entries
            WHERE tenant_number = w.tenant_number ORDER BY seq DESC LIMIT 1
        ) l ON true
        LEFT JOIN LATERAL (
            SELECT sum(included) AS included, sum(bought) AS bought FROM platform.credit_holds
            WHERE tenant_number = w.tenant_number AND state = 'held'
        ) h ON true
        WHERE w.tenant_number = $1
        """
}
