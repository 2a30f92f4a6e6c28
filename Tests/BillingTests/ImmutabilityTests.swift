import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Billing

/// R8: issued documents are out of reach of every role, also by SQL.
@Suite struct `Issued documents` {
    private static let tables = [
        "invoices", "invoice_lines", "payments", "receipts", "credit_notes", "credit_note_lines",
        "document_files", "document_logos", "document_series",
    ]

    private func paid(_ books: Books) async throws -> ID {
        let id = try await books.issued()
        _ = await books.pay(id, 2_900)
        _ = await books.credit(id, ["reason": "x", "lines": [["position": 1, "net": 100]]])
        return try #require(ID(id))
    }

    @Test("R8, BL-52: the staff's role changes nothing of an issued document and removes nothing")
    func staff() async throws {
        let books = try await Books()
        let id = try await paid(books)
        for statement: SQL in [
            "UPDATE platform.invoices SET total = 1 WHERE id = \(id)",
            "UPDATE platform.invoices SET note = 'x' WHERE id = \(id)",
            "UPDATE platform.invoices SET state = 'draft' WHERE id = \(id)",
            "UPDATE platform.invoices SET state = 'issued', paid_at = NULL WHERE id = \(id)",
            "UPDATE platform.invoices SET paid = 0 WHERE id = \(id)",
            "UPDATE platform.invoices SET snapshot = '{}' WHERE id = \(id)",
            "UPDATE platform.invoices SET issued_at = now() WHERE id = \(id)",
            "UPDATE platform.invoices SET workspace_name = 'x' WHERE id = \(id)",
            "DELETE FROM platform.invoices WHERE id = \(id)",
            "UPDATE platform.invoice_lines SET text = 'x' WHERE invoice_id = \(id)",
            "DELETE FROM platform.invoice_lines WHERE invoice_id = \(id)",
            "UPDATE platform.payments SET amount = 1 WHERE invoice_id = \(id)",
            "DELETE FROM platform.payments WHERE invoice_id = \(id)",
            "UPDATE platform.receipts SET amount = 1 WHERE invoice_id = \(id)",
            "DELETE FROM platform.receipts WHERE invoice_id = \(id)",
            "UPDATE platform.credit_notes SET total = 1 WHERE invoice_id = \(id)",
            "DELETE FROM platform.credit_notes WHERE invoice_id = \(id)",
            "DELETE FROM platform.credit_note_lines WHERE invoice_id = \(id)",
            "DELETE FROM platform.document_series",
            "TRUNCATE platform.invoices CASCADE",
            """
            INSERT INTO platform.payments (id, invoice_id, amount, currency, method, reference,
                paid_on, recorded_at)
            VALUES (\(id), \(id), 1, 'USD', 'cash', 'x', '2026-01-01', now())
            """,
        ] {
            await #expect(throws: DatabaseError.self, "\(statement)") {
                try await books.app.run { services in
                    _ = try await services.database.write([statement], in: .staff)
                }
            }
        }
        let dropped = try await books.rows(
            "SELECT platform.drop_draft(\(id)), platform.set_draft_lines(\(id), '[]')")
        #expect(!dropped[0].bool(0) && !dropped[0].bool(1))
        #expect(await books.read(id.description).string("status") == "paid")
    }

    @Test("R8: other roles have no right on the tables of documents at all")
    func others() async throws {
        let books = try await Books()
        let id = try await paid(books)
        let roles = ["identity", "worker", "logins", "tenants", "t_\(books.tenant.number)"]
        let owner = try SessionConnection(address: try TestInstallation.shared.get().ownerURL)
        for table in Self.tables {
            for role in roles {
                let held = try owner.rows(
                    """
                    SELECT 1 FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'])
                        AS right_name
                    WHERE has_table_privilege(current_database() || '_' || $1, $2, right_name)
                        OR right_name IN ('SELECT', 'INSERT', 'UPDATE')
                            AND has_any_column_privilege(
                                current_database() || '_' || $1, $2, right_name)
                    """, [role, "platform.\(table)"])
                #expect(held.isEmpty, "\(role) \(table)")
            }
        }
        for statement: SQL in [
            "UPDATE platform.own_invoices SET note = 'x' WHERE id = \(id)",
            "DELETE FROM platform.own_invoices WHERE id = \(id)",
            "DELETE FROM platform.own_receipts", "DELETE FROM platform.own_payments",
            "DELETE FROM platform.own_credit_notes", "SELECT platform.drop_draft(\(id))",
        ] {
            await #expect(throws: DatabaseError.self) { try await books.tenant.run(statement) }
        }
    }

    @Test("R8: not even the owner of the tables changes them in passing")
    func owner() async throws {
        let books = try await Books()
        let id = try await paid(books).description
        let owner = try SessionConnection(address: try TestInstallation.shared.get().ownerURL)
        for statement in [
            "UPDATE platform.invoices SET total = 1 WHERE id = $1",
            "UPDATE platform.invoice_lines SET text = 'x' WHERE invoice_id = $1",
            "DELETE FROM platform.invoices WHERE id = $1",
            "UPDATE platform.payments SET amount = 1 WHERE invoice_id = $1",
            "DELETE FROM platform.receipts WHERE invoice_id = $1",
            "UPDATE platform.credit_notes SET total = 1 WHERE invoice_id = $1",
        ] {
            #expect(throws: DatabaseError.self, "\(statement)") {
                try owner.rows(statement, [id])
            }
        }
    }

    @Test("BL-81, SEC-90: the staff's role has no right on any table of a workspace's schema")
    func workspaceTables() async throws {
        let books = try await Books()
        let owner = try SessionConnection(address: try TestInstallation.shared.get().ownerURL)
        let schema = "t_\(books.tenant.number)"
        let tables = try owner.rows(
            """
            SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
            """, [schema])
        #expect(tables.count > 15)
        let held = try owner.rows(
            """
            SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            CROSS JOIN (SELECT current_database() || '_staff' AS name) r
            WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
                AND (has_table_privilege(r.name, c.oid,
                        'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
                    OR has_any_column_privilege(r.name, c.oid, 'SELECT, INSERT, UPDATE'))
            """, [schema])
        #expect(held.isEmpty)
        let usage = try owner.rows(
            """
            SELECT 1 WHERE has_schema_privilege(
                current_database() || '_staff', $1, 'USAGE, CREATE')
            """, [schema])
        #expect(usage.isEmpty)
        let functions = try owner.rows(
            """
            SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE n.nspname = $1 AND p.prosecdef
                AND has_function_privilege(current_database() || '_staff', p.oid, 'EXECUTE')
            """, [schema])
        #expect(functions.isEmpty)
    }

    @Test("BL-52: documents outlive the workspace")
    func erased() async throws {
        let books = try await Books()
        let id = try await paid(books)
        let owner = try SessionConnection(address: try TestInstallation.shared.get().ownerURL)
        try owner.rows("SELECT platform.erase_tenant($1)", ["\(books.tenant.number)"])
        let read = await books.read(id.description)
        #expect(read.status == 200)
        #expect(read.string("workspace_name") == "Test workspace")
        #expect(read["buyer"]["legal_name"] == "Example Foods")
        let rest = await books.credit(id.description, ["reason": "After the end"])
        #expect(rest.status == 201, "\(rest.text)")
    }
}
