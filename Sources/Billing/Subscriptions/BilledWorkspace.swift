import HTTP
import Persistence
import Tenancy
import Values

/// A workspace as staff work on its billing names it.
struct BilledWorkspace: Sendable {
    var id: ID
    var number: Int64

    static let subject = Subject<StaffContext>.row {
        """
        SELECT FROM platform.tenants t JOIN cell.tenants c ON c.number = t.number
        WHERE t.id = \($0.id)
        """
    }

    /// - Throws: ``Problem`` `not_found`.
    static func find(_ id: ID, in transaction: Transaction) async throws -> BilledWorkspace {
        let rows = try await transaction.run(
            """
            SELECT t.number FROM platform.tenants t JOIN cell.tenants c ON c.number = t.number
            WHERE t.id = \(id)
            """)
        guard let row = rows.first else { throw Problem.notFound }
        return BilledWorkspace(id: id, number: row.integer(0))
    }
}
