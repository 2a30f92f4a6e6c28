import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Contacts

/// The plans that PostgreSQL makes for lists, with the settings of the server's connections.
@Suite struct `Plans of contact lists` {
    private func plan(_ book: ContactBook, _ sql: SQL) async throws -> String {
        let rows = try await book.tenant.run("EXPLAIN (COSTS OFF) \(sql)")
        return rows.map { $0.text(0) }.joined(separator: "\n")
    }

    private func seeded() async throws -> ContactBook {
        let book = try await ContactBook()
        try await book.fill(3_000)
        let owner = try SessionConnection(address: TestInstallation.shared.get().ownerURL)
        try owner.run("ANALYZE t_\(book.tenant.number).contacts")
        return book
    }

    @Test("MS-240: each order of the list reads its index and sorts nothing")
    func orders() async throws {
        let book = try await seeded()
        let now = book.app.clock.now
        let id = try await book.app.run { $0.newID() }
        let columns = Contact.resource.columns
        let cases: [(SQL, String)] = [
            (
                """
                SELECT \(columns) FROM tenant.contacts c
                WHERE (c.created_at, c.id) < (\(now), \(id))
                ORDER BY c.created_at DESC, c.id DESC LIMIT 51
                """, "contacts_created_at_idx"
            ),
            (
                """
                SELECT \(columns) FROM tenant.contacts c WHERE (c.name_key, c.id) > (\("n"), \(id))
                ORDER BY c.name_key, c.id LIMIT 51
                """, "contacts_name_idx"
            ),
            (
                """
                SELECT \(columns) FROM tenant.contacts c
                WHERE (coalesce(c.last_message_at, timestamptz '1970-01-01 00:00:00+00'), c.id)
                    < (\(now), \(id))
                ORDER BY coalesce(c.last_message_at, timestamptz '1970-01-01 00:00:00+00') DESC,
                    c.id DESC LIMIT 51
                """, "contacts_last_message_at_idx"
            ),
        ]
        for (sql, index) in cases {
            let plan = try await plan(book, sql)
            #expect(plan.contains("using \(index) on contacts c\n"), "\(plan)")
            // The subselects sort the groups of one contact; the rows themselves come in order.
            #expect(!plan.hasPrefix("Limit\n  ->  Sort"), "\(plan)")
            #expect(!plan.contains("Seq Scan on contacts"), "\(plan)")
        }
    }

    @Test("MS-06, MS-04: one contact and a phone are looked up by index")
    func lookUps() async throws {
        let book = try await seeded()
        let id = try await book.app.run { $0.newID() }
        #expect(try await plan(book, Contact.select(id)).contains("contacts_pkey"))
        let byPhone: SQL = "SELECT id FROM tenant.contacts WHERE phone = \("+4917012345")"
        #expect(try await plan(book, byPhone).contains("contacts_phone_key"))
    }
}
