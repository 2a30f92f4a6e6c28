import Persistence
import Tenancy
import Values

/// The kinds of documents that are numbered without gaps (BL-51).
enum DocumentKind: String, Sendable {
    case invoice
    case receipt
    case creditNote = "credit_note"

    /// What the document's numbers begin with.
    var prefix: String {
        switch self {
        case .invoice: "INV"
        case .receipt: "RCP"
        case .creditNote: "CRN"
        }
    }
}

/// The next number of a series, held by a transaction until it ends (billing rules §5.2).
///
/// A rollback or a crash gives the number back. Nothing may be locked after it, and nothing slow
/// may happen.
struct HeldNumber: Sendable {
    let kind: DocumentKind
    let year: Int
    /// 1 for the first document of the year.
    let sequence: Int64
    /// Read after the series was locked, and never before the document with the previous number.
    let issuedAt: Instant

    var date: CivilDate { issuedAt.utcDate }

    /// Such as `INV-2026-000001`; beyond 999,999 it gets longer.
    var text: String {
        let digits = String(sequence)
        let zeros = String(repeating: "0", count: max(0, 6 - digits.utf8.count))
        return "\(kind.prefix)-\(year)-\(zeros)\(digits)"
    }

    /// Locks the series of the present year and reads its next number.
    ///
    /// The year may turn while the lock is waited for: then it is the new year's series that
    /// counts.
    static func hold(
        _ kind: DocumentKind, in transaction: Transaction, _ clock: Clock
    ) async throws -> HeldNumber {
        var year = clock.now.utcDate.year
        while true {
            let series = try await lock(kind, year, in: transaction)
            let now = clock.now
            guard now.utcDate.year == year else {
                year = now.utcDate.year
                continue
            }
            return HeldNumber(
                kind: kind, year: year, sequence: series.integer(0),
                issuedAt: max(now, series.optionalInstant(1) ?? now))
        }
    }

    /// The statement that takes the number; it travels with the document itself.
    var take: SQL {
        """
        UPDATE platform.document_series SET next = next + 1, last_at = \(issuedAt)
        WHERE kind = \(kind.rawValue) AND year = \(year)::integer
        """
    }

    private static func lock(
        _ kind: DocumentKind, _ year: Int, in transaction: Transaction
    ) async throws -> Row {
        while true {
            let rows = try await transaction.run(
                """
                SELECT next, last_at FROM platform.document_series
                WHERE kind = \(kind.rawValue) AND year = \(year)::integer
                FOR UPDATE
                """)
            if let row = rows.first { return row }
            try await transaction.run(
                """
                INSERT INTO platform.document_series (kind, year)
                VALUES (\(kind.rawValue), \(year)::integer) ON CONFLICT DO NOTHING
                """)
        }
    }
}
