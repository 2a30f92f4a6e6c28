import Jobs
import Money
import Persistence
import Tenancy
import Values

/// Tells a workspace's Owners three days before an invoice is due, and when it is overdue (BL-55).
///
/// Each is told once, however often this runs; a day that was missed is made up for while it still
/// makes sense.
enum InvoiceReminder {
    private enum Occasion: String {
        case dueSoon = "due_soon"
        case overdue

        func event(number: String, total: String, due: CivilDate) -> BillingEvent {
            switch self {
            case .dueSoon: .invoiceDueSoon(number: number, total: total, dueOn: due)
            case .overdue: .invoiceOverdue(number: number, total: total, dueOn: due)
            }
        }
    }

    private static let batch = 200

    static func run(_ services: LoopServices, checkpoint: () throws -> Void) async throws {
        let today = services.clock.now.utcDate
        for occasion in [Occasion.dueSoon, .overdue] {
            while try await remind(occasion, on: today, services) == batch { try checkpoint() }
        }
    }

    private static func remind(
        _ occasion: Occasion, on today: CivilDate, _ services: LoopServices
    ) async throws -> Int {
        let now = services.clock.now
        return try await services.database.transaction(in: .staff) { transaction in
            let rows = try await transaction.run(
                """
                INSERT INTO platform.invoice_reminders (invoice_id, occasion, queued_at)
                SELECT i.id, \(occasion.rawValue), \(now)
                FROM platform.invoices i
                WHERE \(condition(occasion, today)) AND NOT EXISTS (
                    SELECT FROM platform.invoice_reminders r
                    WHERE r.invoice_id = i.id AND r.occasion = \(occasion.rawValue))
                ORDER BY i.due_date, i.id LIMIT \(batch)
                ON CONFLICT DO NOTHING
                RETURNING invoice_id
                """)
            let invoices = try await transaction.run(
                """
                SELECT id, number, tenant_number, total - paid, currency, due_date::text
                FROM platform.invoices
                WHERE id = ANY (\(rows.map { $0.id(0) })) AND tenant_number IS NOT NULL
                ORDER BY id
                """)
            for row in invoices.map({ $0 }) {
                guard let currency = Currency(row.text(4)), let due = CivilDate(row.text(5)) else {
                    continue
                }
                transaction.atCommit(
                    BillingNotice.enqueue(
                        occasion.event(
                            number: row.text(1), total: currency.printed(row.integer(3)), due: due),
                        key: "invoice \(row.id(0)) \(occasion.rawValue)", to: row.integer(2),
                        services))
            }
            return rows.count
        }
    }

    private static func condition(_ occasion: Occasion, _ today: CivilDate) -> SQL {
        switch occasion {
        case .dueSoon:
            let last = today.adding(days: 3)
            return """
                i.state = 'issued' AND i.due_date >= \(today.description)::date
                    AND i.due_date <= \(last.description)::date
                """
        case .overdue:
            return "i.state = 'issued' AND i.due_date < \(today.description)::date"
        }
    }
}
