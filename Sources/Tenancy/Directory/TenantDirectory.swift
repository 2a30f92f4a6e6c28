import Crypto
import Persistence
import Values

/// What an operator does with workspaces, over a blocking connection as the owner of the database.
///
/// Each call is one transaction: all of it happens or nothing (OV-12).
package struct TenantDirectory {
    /// A sentence that tells an operator why nothing was done.
    package struct Refusal: Error, CustomStringConvertible {
        package var description: String
        package init(_ description: String) { self.description = description }
    }

    /// One workspace as a list shows it.
    package struct Entry: Sendable {
        package var number: Int64
        package var id: String
        package var slug: String
        package var name: String
        package var plan: String
        package var state: String
        package var schemaVersion: Int
    }

    let connection: SessionConnection
    let ring: KeyRing?

    /// - Parameters:
    ///   - connection: As the owner of the database, which must be migrated.
    ///   - ring: Wraps the data keys of new workspaces; without it they get them at first use.
    package init(_ connection: SessionConnection, ring: KeyRing? = nil) {
        self.connection = connection
        self.ring = ring
    }

    package func list() throws -> [Entry] {
        try connection.rows(Self.selection + " ORDER BY p.slug").map(Self.entry)
    }

    /// - Throws: ``Refusal`` when no workspace has the slug.
    package func find(_ slug: String) throws -> Entry {
        let rows = try connection.rows(Self.selection + " WHERE p.slug = $1", [slug])
        guard let row = rows.first else {
            throw Refusal(
                "There is no workspace “\(slug)”; 'courtyard tenant list' names them all.")
        }
        return Self.entry(row)
    }

    private static let selection = """
        SELECT p.number, p.id, p.slug, p.name, c.plan, c.state, c.schema_version
        FROM platform.tenants p JOIN cell.tenants c USING (number)
        """

    private static func entry(_ row: [String?]) -> Entry {
        Entry(
            number: Int64(row[0] ?? "") ?? 0, id: row[1] ?? "", slug: row[2] ?? "",
            name: row[3] ?? "", plan: row[4] ?? "", state: row[5] ?? "",
            schemaVersion: Int(row[6] ?? "") ?? 0)
    }

    // MARK: Changing

    /// Creates a workspace without members.
    ///
    /// - Throws: ``Refusal`` for a taken or malformed slug, a bad name or an unknown plan.
    /// - Returns: Its number.
    @discardableResult
    package func create(slug: String, name: String, plan: String, id: ID, now: Instant) throws
        -> Int64
    {
        do {
            let rows = try connection.rows(
                "SELECT platform.create_tenant($1, $2, $3, $4, $5)",
                [id.description, slug, name, plan, now.description])
            let number = Int64(rows.first?[0] ?? "") ?? 0
            if let ring { try addDataKey(ring, number, id, now) }
            return number
        } catch {
            throw Self.refusal(error, slug: slug, plan: plan)
        }
    }

    private func addDataKey(
        _ ring: KeyRing, _ number: Int64, _ id: ID, _ now: Instant
    ) throws(DatabaseError) {
        let wrapped = ring.wrap(.random(), of: .tenant(id), number: 1)
        try connection.rows(
            """
            INSERT INTO cell.data_keys (tenant_number, number, ring_key, wrapped, created_at)
            VALUES ($1, 1, $2, decode($3, 'hex'), $4)
            """,
            [
                String(number), String(wrapped.ringKey), Hex.encode(wrapped.bytes),
                now.description,
            ])
    }

    static func refusal(_ error: DatabaseError, slug: String, plan: String) -> any Error {
        switch error.constraint {
        case "tenants_slug_key": Refusal("The slug “\(slug)” is taken; choose another.")
        case "tenants_slug_check":
            Refusal(
                "“\(slug)” is no slug: use 3 to 40 lower-case letters, digits and hyphens, "
                    + "beginning and ending with a letter or digit.")
        case "tenants_name_check": Refusal("The name must have 1 to 80 characters.")
        case "tenants_plan_fkey":
            Refusal("There is no plan “\(plan)”; use FREE, STARTER, GROWTH or ENTERPRISE.")
        default: error
        }
    }

    /// Refuses everything but what a suspended workspace may still do, from the next request on.
    package func suspend(_ slug: String, id: ID, now: Instant) throws {
        try change(slug, from: ["active"], to: "suspended", action: "workspace.suspend", id, now)
    }

    /// Opens a suspended or closed workspace again.
    package func resume(_ slug: String, id: ID, now: Instant) throws {
        try change(
            slug, from: ["suspended", "closed"], to: "active", action: "workspace.resume", id, now)
    }

    /// Ends every session and token of the workspace; its data stays until it is erased.
    package func close(_ slug: String, id: ID, now: Instant) throws {
        try change(
            slug, from: ["active", "suspended"], to: "closed", action: "workspace.close", id, now)
    }

    private func change(
        _ slug: String, from states: [String], to state: String, action: String, _ id: ID,
        _ now: Instant
    ) throws {
        let tenant = try find(slug)
        try transaction {
            let changed = try connection.rows(
                """
                UPDATE cell.tenants SET state = $2, epoch = epoch + 1
                WHERE number = $1 AND state = ANY ($3::text[]) RETURNING number
                """,
                [String(tenant.number), state, "{" + states.joined(separator: ",") + "}"])
            guard !changed.isEmpty else {
                throw Refusal(
                    "The workspace “\(slug)” is \(tenant.state); only one that is "
                        + "\(states.joined(separator: " or ")) can become \(state).")
            }
            try connection.rows(
                """
                UPDATE platform.tenants SET closed_at = $2 WHERE number = $1
                """, [String(tenant.number), state == "closed" ? now.description : nil])
            if state == "closed" {
                try connection.rows(
                    "DELETE FROM cell.admissions WHERE tenant_number = $1", [String(tenant.number)])
                try connection.rows(
                    "DELETE FROM platform.sessions WHERE tenant_number = $1",
                    [String(tenant.number)])
            }
            try audit(action, tenant, from: tenant.state, id: id, now: now)
        }
    }

    private func audit(
        _ action: String, _ tenant: Entry, from state: String, id: ID, now: Instant
    ) throws {
        try connection.rows(
            """
            INSERT INTO t_\(tenant.number).audit_events
                (id, created_at, actor_kind, actor_id, actor_name, action, target_kind, target_id,
                details, request_id, address)
            VALUES ($1, $2, 'operator', NULL, 'Operator', $3, 'workspace', $4,
                jsonb_build_object('state', $5::text), 'courtyard tenant', '')
            """,
            [id.description, now.description, action, tenant.id, state])
    }

    /// Removes the workspace with everything it owns: schema, database role, sessions, tokens,
    /// jobs, and the logins of people who belong to no other workspace.
    package func erase(_ slug: String) throws {
        let tenant = try find(slug)
        let number = String(tenant.number)
        try transaction {
            try connection.run("SET LOCAL lock_timeout = '15s'")
            let people = try connection.rows(
                "SELECT person_id FROM platform.memberships WHERE tenant_number = $1", [number])
            try connection.rows("SELECT platform.erase_tenant($1)", [number])
            try connection.rows(
                """
                DELETE FROM platform.persons p
                WHERE p.id = ANY ($1::uuid[])
                    AND NOT EXISTS (
                        SELECT FROM platform.memberships m WHERE m.person_id = p.id)
                    AND NOT EXISTS (
                        SELECT FROM platform.mail_links l
                        WHERE l.email_key = p.email_key AND l.purpose = 'sign_up')
                """, ["{" + people.compactMap { $0[0] }.joined(separator: ",") + "}"])
            try connection.rows(
                "DELETE FROM platform.rate_counters WHERE key = 'w:' || $1", [number])
        }
    }

    /// Runs `body` between BEGIN and COMMIT; whatever it throws undoes everything.
    package func transaction<Value>(_ begin: String = "BEGIN", _ body: () throws -> Value) throws
        -> Value
    {
        try connection.run(begin)
        do {
            let value = try body()
            try connection.run("COMMIT")
            return value
        } catch {
            try? connection.run("ROLLBACK")
            throw error
        }
    }
}
