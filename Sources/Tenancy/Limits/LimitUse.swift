import HTTP
import Persistence
import Values

/// How much of a limit is in use.
package struct LimitUse: Sendable, Equatable {
    package let limit: PlanLimit
    /// Nil is unlimited.
    package let allowed: Int64?
    package let used: Int64

    package init(_ limit: PlanLimit, allowed: Int64?, used: Int64) {
        self.limit = limit
        self.used = used
        self.allowed = [allowed, limit.ceiling].compactMap(\.self).min()
    }

    package func hasRoom(for count: Int64) -> Bool {
        allowed.map { used + count <= $0 } ?? true
    }

    /// Whole percent, rounded down so that 100 means that the limit is reached; nil if unlimited.
    package var percent: Int64? {
        allowed.map { $0 == 0 ? 100 : Int64(Int128(used) * 100 / Int128($0)) }
    }

    /// OV-75.
    package var problem: Problem {
        Problem(
            .planLimitReached,
            extra: [
                JSON.Member(name: "limit", value: .string(limit.rawValue)),
                JSON.Member(name: "allowed", value: allowed.map { .integer($0) } ?? .null),
                JSON.Member(name: "used", value: .integer(used)),
            ])
    }
}

extension PlanLimit {
    /// What no plan goes beyond (AC-69).
    package var ceiling: Int64? { self == .serviceAccounts ? 50 : nil }

    /// The statement that counts what is in use, as one number; never a stored count, except of
    /// bytes and of contacts by month (billing rules §6).
    package func usage(at now: Instant) -> SQL {
        switch self {
        case .seats:
            "SELECT count(*) FROM tenant.members WHERE status IN ('invited', 'active')"
        case .serviceAccounts: "SELECT count(*) FROM tenant.service_accounts"
        case .mediaStorage: "SELECT used FROM tenant.limits WHERE key = 'media_storage'"
        // None of these can be created yet.
        case .whatsappLines, .otherChannels, .activeFlows, .knowledgeDocuments:
            "SELECT 0::bigint"
        case .monthlyActiveContacts:
            """
            SELECT coalesce((
                SELECT used FROM tenant.mac_months
                WHERE month = date_trunc('month', \(now)::timestamptz AT TIME ZONE 'UTC')::date), 0)
            """
        }
    }
}
