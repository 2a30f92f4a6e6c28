import HTTP
import Persistence
import Values

/// The right to create things of which the plan allows only so many.
///
/// Only a route that names the limit hands one to its handler, so that nothing limited can be
/// created by a route that does not say so.
package struct LimitedPlace: Sendable {
    package let limit: PlanLimit

    init(_ limit: PlanLimit) { self.limit = limit }

    /// Takes places for what the transaction is about to create, or refuses.
    ///
    /// Locks, then counts, in two statements: of parallel creations for one free place exactly one
    /// succeeds (BL-16). Take several limits of one transaction in alphabetical order.
    ///
    /// - Throws: ``Problem`` `plan_limit_reached`.
    package func take(
        _ count: Int64 = 1, in transaction: TenantTransaction, of context: TenantContext
    ) async throws {
        let rows = try await transaction.run(
            "SELECT allowed FROM tenant.limits WHERE key = \(limit.rawValue) FOR UPDATE")
        let used = try await transaction.run(limit.usage(at: context.now))
        let use = try judge(count, rows, used)
        guard let allowed = use.allowed, 5 * (use.used + count) >= 4 * allowed else { return }
        transaction.atCommit("SELECT cell.watch_own_limits(\(context.newID()), \(context.now))")
    }

    /// Refuses early, before a body is judged (OV-33); what counts is ``take(_:in:of:)``.
    func check(_ context: TenantContext) async throws {
        let results = try await context.read([
            "SELECT allowed FROM tenant.limits WHERE key = \(limit.rawValue)",
            limit.usage(at: context.now),
        ])
        _ = try judge(1, results[0], results[1])
    }

    /// A limit without a row allows nothing.
    private func judge(_ count: Int64, _ allowed: Rows, _ used: Rows) throws -> LimitUse {
        let use = LimitUse(
            limit, allowed: allowed.isEmpty ? 0 : allowed[0].optionalInteger(0),
            used: used.first?.integer(0) ?? 0)
        guard use.hasRoom(for: count) else { throw use.problem }
        return use
    }
}
