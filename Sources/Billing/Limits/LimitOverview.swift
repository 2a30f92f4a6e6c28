import Persistence
import Tenancy
import Values

/// What the workspace uses of each limit at this moment, counted (BL-15).
enum LimitOverview {
    /// The statements whose rows ``uses(_:)`` reads.
    static func statements(at now: Instant) -> [SQL] {
        ["SELECT key, allowed FROM tenant.limits"] + PlanLimit.allCases.map { $0.usage(at: now) }
    }

    /// In the order of ``PlanLimit``; a limit without a row allows nothing.
    static func uses(_ results: ArraySlice<Rows>) -> [LimitUse] {
        var allowed: [String: Int64?] = [:]
        for row in (results.first?.map { $0 } ?? []) {
            allowed[row.text(0)] = row.optionalInteger(1)
        }
        return zip(PlanLimit.allCases, results.dropFirst()).map { limit, rows in
            LimitUse(
                limit, allowed: allowed[limit.rawValue] ?? 0, used: rows.first?.integer(0) ?? 0)
        }
    }
}
