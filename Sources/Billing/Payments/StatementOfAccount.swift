import HTTP
import Persistence
import Tabular
import Tenancy
import Values

/// What a workspace was charged, paid and was given back: its account in the platform's books.
enum StatementOfAccount {
    private static let entry = Schema.object(
        [
            ("kind", .choice(["invoice", "payment", "credit_note"]), true),
            ("id", .string(format: "uuid"), true), ("number", .string(), true),
            ("date", .string(format: "date"), true),
            ("change", .integer(), true), ("balance", .integer(), true),
        ], name: "StatementEntry")
    private static let account = Schema.object(
        [
            ("currency", .string(), true), ("opening_balance", .integer(), true),
            ("entries", .array(entry), true), ("closing_balance", .integer(), true),
        ], name: "StatementAccount")
    private static let schema = Schema.object(
        [
            ("workspace_id", .string(format: "uuid"), true),
            ("accounts", .array(account), true),
        ], name: "StatementOfAccount")

    static let route = Route.staffRead(
        "/v1/platform/workspaces/{id}/statement", of: .billedWorkspace,
        id: "platformStatementRead",
        "Read a workspace's account, a balance for each currency; above 0 is owed by it",
        parameters: Order.period, returns: .json(.ok, schema), handler: read)

    /// Charges count up, payments and credit notes down; a void invoice charged nothing.
    ///
    /// A credit note gives back what was paid, so that a balance below 0 is owed to the workspace.
    private static func select(_ workspace: ID, _ from: Instant, _ to: Instant) -> SQL {
        """
        SELECT e.currency, e.kind, e.id, e.number, (e.at AT TIME ZONE 'UTC')::date::text,
            e.change, sum(e.change) OVER (
                PARTITION BY e.currency ORDER BY e.at, e.id)::bigint,
            e.at < \(from)
        FROM (
            SELECT i.currency, 'invoice' AS kind, i.id, i.number, i.issued_at AS at,
                i.total AS change
            FROM platform.invoices i
            WHERE i.workspace_id = \(workspace) AND i.state IN ('issued', 'paid')
            UNION ALL
            SELECT p.currency, 'payment', r.id, r.number, p.recorded_at, -p.amount
            FROM platform.payments p
            JOIN platform.invoices i ON i.id = p.invoice_id
            JOIN platform.receipts r ON r.payment_id = p.id
            WHERE i.workspace_id = \(workspace)
            UNION ALL
            SELECT c.currency, 'credit_note', c.id, c.number, c.issued_at, -c.total
            FROM platform.credit_notes c WHERE c.workspace_id = \(workspace)
        ) e
        WHERE e.at < \(to)
        ORDER BY e.currency, e.at, e.id
        """
    }

    private static func read(_ context: StaffContext) async throws -> Response {
        let query = context.call.query
        let rows = try await context.read(
            select(
                context.call.id, query.instant("from") ?? .earliest,
                query.instant("to") ?? .latest))
        var writer = JSONWriter(capacity: 256 + rows.count * 200)
        writer.beginObject()
        writer.key("workspace_id")
        writer.id(context.call.id)
        writer.key("accounts")
        writer.beginArray()
        var index = 0
        while index < rows.count { writeAccount(rows, &index, &writer) }
        writer.endArray()
        writer.endObject()
        return .json(.ok, writer.bytes)
    }

    /// Writes the account of one currency, whose rows begin at `index`.
    private static func writeAccount(_ rows: Rows, _ index: inout Int, _ writer: inout JSONWriter) {
        let currency = rows[index].text(0)
        var balance: Int64 = 0
        while index < rows.count, rows[index].text(0) == currency, rows[index].bool(7) {
            balance = rows[index].integer(6)
            index += 1
        }
        writer.beginObject()
        writer.key("currency")
        writer.string(currency)
        writer.key("opening_balance")
        writer.integer(balance)
        writer.key("entries")
        writer.beginArray()
        while index < rows.count, rows[index].text(0) == currency {
            balance = rows[index].integer(6)
            write(rows[index], &writer)
            index += 1
        }
        writer.endArray()
        writer.key("closing_balance")
        writer.integer(balance)
        writer.endObject()
    }

    private static func write(_ row: Row, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("kind")
        writer.string(row.text(1))
        writer.key("id")
        writer.id(row.id(2))
        writer.key("number")
        writer.string(row.text(3))
        writer.key("date")
        writer.string(row.text(4))
        writer.key("change")
        writer.integer(row.integer(5))
        writer.key("balance")
        writer.integer(row.integer(6))
        writer.endObject()
    }
}
