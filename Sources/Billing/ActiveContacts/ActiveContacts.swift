import HTTP
import Persistence
import Tenancy
import Values

/// Counts the contacts that sent or were sent a message in the calendar month, in UTC (BL-12).
///
/// The entry point of whatever stores messages: called in the transaction that stores one, so that
/// a message that is rolled back counts nobody. Call it late: until the transaction ends, others
/// that make a contact active wait.
package enum ActiveContacts {
    /// Counts who wrote in; beyond the limit too (BL-13).
    package static func received(
        from contact: ID, in transaction: TenantTransaction, of context: TenantContext
    ) async throws {
        _ = try await activate([contact], isInbound: true, transaction, context)
    }

    /// Counts whom a message is stored for.
    ///
    /// - Throws: ``Problem`` `plan_limit_reached` for a contact that is not active this month when
    ///   as many are as the plan allows (BL-13).
    package static func sending(
        to contact: ID, in transaction: TenantTransaction, of context: TenantContext
    ) async throws {
        let result = try await activate([contact], isInbound: false, transaction, context)
        guard let result, !result.skipped.isEmpty else { return }
        throw LimitUse(.monthlyActiveContacts, allowed: result.allowed, used: result.used).problem
    }

    /// Counts the recipients of a broadcast, in their order, as far as the plan allows.
    ///
    /// - Returns: Those for whom nothing may be stored: skip them with the reason `mac_limit`.
    package static func sending(
        toEach contacts: [ID], in transaction: TenantTransaction, of context: TenantContext
    ) async throws -> Set<ID> {
        let result = try await activate(contacts, isInbound: false, transaction, context)
        return Set(result?.skipped ?? [])
    }

    /// The first day of the month that a message stored now counts in.
    static func month(at now: Instant) -> String {
        now.utcDate.description.prefix(8) + "01"
    }

    private struct Result {
        let skipped: [ID]
        let used: Int64
        let allowed: Int64?
    }

    /// Nil when all were known to be active.
    private static func activate(
        _ contacts: [ID], isInbound: Bool, _ transaction: TenantTransaction,
        _ context: TenantContext
    ) async throws -> Result? {
        let month = month(at: context.now)
        let memory = context.services.component(ActiveContactMemory.self)
        let unknown = memory.unknown(of: contacts, tenant: context.tenant.number, month: month)
        guard !unknown.isEmpty else { return nil }
        let row = try await transaction.run(
            """
            SELECT known, skipped, added, used, allowed
            FROM tenant.activate_contacts(\(month)::date, \(unknown), \(isInbound))
            """)[0]
        memory.remember(row.ids(0), tenant: context.tenant.number, month: month)
        let (used, allowed) = (row.optionalInteger(3) ?? 0, row.optionalInteger(4))
        if row.integer(2) > 0, let allowed, 5 * Int128(used) >= 4 * Int128(allowed) {
            // Tells readers of billing at four fifths and at the limit (BL-14).
            transaction.atCommit("SELECT cell.watch_own_limits(\(context.newID()), \(context.now))")
        }
        return Result(skipped: row.ids(1), used: used, allowed: allowed)
    }
}
