import HTTP
import Persistence
import Tenancy
import Values

/// Who is in a group (MS-41, MS-42).
///
/// Adding twice and removing twice are harmless.
enum GroupMembership {
    /// Keeps the group from being deleted until the transaction ends; false if there is none.
    static func lock(_ groupID: ID, _ transaction: TenantTransaction) async throws -> Bool {
        try await !transaction.run(
            "SELECT id FROM tenant.groups WHERE id = \(groupID) FOR KEY SHARE"
        ).isEmpty
    }

    static func add(
        _ ids: BulkIDs, to groupID: ID, _ transaction: TenantTransaction
    ) async throws -> BulkOutcome {
        // The locks keep contacts from going before the foreign key is checked.
        let rows = try await transaction.run([
            """
            SELECT id FROM tenant.contacts WHERE id = ANY(\(ids.wellFormed))
            ORDER BY id FOR KEY SHARE
            """,
            """
            INSERT INTO tenant.group_members (group_id, contact_id)
            SELECT \(groupID), id FROM tenant.contacts WHERE id = ANY(\(ids.wellFormed))
            ORDER BY id ON CONFLICT DO NOTHING
            """,
        ])
        return BulkOutcome(ids, done: Set(rows[0].map { $0.id(0) }))
    }

    static func remove(
        _ ids: BulkIDs, from groupID: ID, _ transaction: TenantTransaction
    ) async throws -> BulkOutcome {
        let rows = try await transaction.run([
            """
            DELETE FROM tenant.group_members
            WHERE group_id = \(groupID) AND contact_id = ANY(\(ids.wellFormed))
            """,
            "SELECT id FROM tenant.contacts WHERE id = ANY(\(ids.wellFormed))",
        ])
        return BulkOutcome(ids, done: Set(rows[1].map { $0.id(0) }))
    }

    /// Adds all contacts that match; returns one row: how many match, how many were new.
    static func add(_ filter: ContactFilter, to groupID: ID) -> SQL {
        """
        WITH matched AS (
            SELECT c.id FROM tenant.contacts c WHERE true\(all(filter))
            ORDER BY c.id FOR KEY SHARE),
        added AS (
            INSERT INTO tenant.group_members (group_id, contact_id)
            SELECT \(groupID), id FROM matched ON CONFLICT DO NOTHING RETURNING 1)
        SELECT (SELECT count(*) FROM matched), (SELECT count(*) FROM added)
        """
    }

    /// Removes all contacts that match; returns one row: how many match, how many were members.
    static func remove(_ filter: ContactFilter, from groupID: ID) -> SQL {
        """
        WITH matched AS MATERIALIZED (
            SELECT c.id FROM tenant.contacts c WHERE true\(all(filter))),
        removed AS (
            DELETE FROM tenant.group_members gm USING matched
            WHERE gm.group_id = \(groupID) AND gm.contact_id = matched.id RETURNING 1)
        SELECT (SELECT count(*) FROM matched), (SELECT count(*) FROM removed)
        """
    }

    private static func all(_ filter: ContactFilter) -> SQL {
        filter.conditions.reduce(into: SQL.empty) { $0.append(" AND \($1)") }
    }
}
