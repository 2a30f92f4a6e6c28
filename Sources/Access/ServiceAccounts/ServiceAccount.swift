import HTTP
import Persistence
import Tenancy
import Values

/// An identity for automations, scripts and command-line tools (AC-60…AC-69).
///
/// It has exactly its scopes and never takes a seat.
enum ServiceAccount {
    static let resource = Resource(
        "ServiceAccount",
        [
            .field("id", "s.id", .id),
            .field("name", "s.name", .text),
            .field("description", "s.description", .text),
            .field("scopes", "s.scopes", .texts),
            .field("status", "s.status", .text),
            .field("created_by", "s.created_by", .id, nullable: true),
            .field("created_at", "s.created_at", .instant),
            .field("last_used_at", "u.last_used_at", .instant, nullable: true),
        ])

    private static let source: StaticString = """
        FROM tenant.service_accounts s
        LEFT JOIN LATERAL (
            SELECT max(a.last_used_at) AS last_used_at
            FROM cell.own_admissions a
            WHERE a.kind = 'service_account' AND a.principal_id = s.id
        ) u ON true
        """

    static let subject = Subject<TenantContext>.row {
        "SELECT FROM tenant.service_accounts WHERE id = \($0.id)"
    }

    static let listing = Listing(
        resource, from: source, identity: "s.id",
        sorts: [
            Listing.Sort("name", #"s.name_key COLLATE "C""#, .text),
            Listing.Sort("last_used_at", "coalesce(u.last_used_at, 'epoch')", .instant),
        ],
        defaultSort: "name",
        filters: [
            Parameter("status", .choice(["active", "disabled"]), "Only accounts of this status."),
            Parameter("scope", .text(1...100), "Only accounts with this scope."),
            Parameter("q", .text(1...200), "Part of the name."),
        ])

    /// AC-104.
    static func conditions(_ query: QueryParameters) -> [SQL] {
        var conditions: [SQL] = []
        if let status = query.text("status") { conditions.append("s.status = \(status)") }
        if let scope = query.text("scope") { conditions.append("\(scope) = ANY (s.scopes)") }
        if let text = query.text("q") { conditions.append(SQL.contains("s.name_key", text)) }
        return conditions
    }

    static func select(_ id: ID) -> SQL {
        var sql: SQL = "SELECT \(resource.columns) "
        sql.append(SQL(stringLiteral: source))
        sql.append(" WHERE s.id = \(id)")
        return sql
    }

    static func response(_ rows: Rows, status: Status = .ok) throws -> Response {
        guard let row = rows.first else { throw Problem.notFound }
        return resource.response(row, status: status)
    }

    /// A service account as it stands, locked until the transaction ends.
    struct Present {
        var name: String
        var scopes: PermissionSet
        var isActive: Bool
    }

    /// - Throws: ``Problem`` `not_found`.
    static func find(_ id: ID, in transaction: TenantTransaction) async throws -> Present {
        let rows = try await transaction.run(
            """
            SELECT name, scopes, status FROM tenant.service_accounts WHERE id = \(id) FOR UPDATE
            """)
        guard let row = rows.first else { throw Problem.notFound }
        return Present(
            name: row.text(0),
            scopes: PermissionSet(row.texts(1).compactMap(Permission.init(rawValue:))),
            isActive: row.text(2) == "active")
    }

    /// The statements that revoke every token of an account (AC-66).
    static func revokeAll(_ id: ID) -> [SQL] {
        [
            """
            DELETE FROM cell.own_admissions
            WHERE kind = 'service_account' AND principal_id = \(id)
            """,
            "DELETE FROM tenant.service_account_tokens WHERE service_account_id = \(id)",
        ]
    }
}
