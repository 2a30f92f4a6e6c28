import HTTP
import Persistence
import Tenancy
import Values

/// What a workspace has and what this month has used (BL-31).
enum CreditOverview {
    static let answer = AnswerShape.json(
        .ok,
        .object(
            [
                ("balance", .integer(), true), ("included", .integer(), true),
                ("bought", .integer(), true), ("held", .integer(), true),
                ("available", .integer(), true), ("included_per_month", .integer(), true),
                ("period_start", .string(format: "date"), true),
                ("period_end", .string(format: "date"), true), ("used", .integer(), true),
                (
                    "used_by_purpose",
                    .array(
                        .object([
                            ("purpose", .choice(CreditPurpose.allCases.map(\.rawValue)), true),
                            ("credits", .integer(), true),
                        ])), true
                ),
                (
                    "used_by_day",
                    .array(
                        .object([
                            ("date", .string(format: "date"), true),
                            ("credits", .integer(), true),
                        ])), true
                ),
            ], name: "AICredits"))

    /// `GET /v1/billing/credits`: days are those of the workspace's timezone.
    static func read(_ context: TenantContext) async throws -> Response {
        let now = context.now
        let results = try await context.read([
            "SELECT \(columns) FROM platform.own_credits(\(now)) c",
            """
            SELECT e.purpose, (e.created_at AT TIME ZONE s.timezone)::date::text,
                sum(-e.amount)::bigint
            FROM platform.own_credits(\(now)) c
            CROSS JOIN tenant.settings s
            JOIN platform.own_credit_entries e ON \(isUseOfMonth)
            GROUP BY 1, 2 ORDER BY 2
            """,
        ])
        return try response(results[0], use: results[1])
    }

    /// `GET /v1/platform/workspaces/{id}/credits`: the same for the platform's staff, by UTC days.
    static func read(of number: Int64, _ context: StaffContext) async throws -> Response {
        let now = context.now
        let wallet = try await context.read(
            "SELECT \(columns) FROM platform.credits_at(\(number), \(now)) c")
        let use = try await context.read(
            """
            SELECT e.purpose, (e.created_at AT TIME ZONE 'UTC')::date::text,
                sum(-e.amount)::bigint
            FROM platform.credits_at(\(number), \(now)) c
            JOIN platform.credit_entries e ON e.tenant_number = \(number) AND \(isUseOfMonth)
            GROUP BY 1, 2 ORDER BY 2
            """)
        return try response(wallet, use: use)
    }

    private static let columns = """
        c.included, c.bought, c.included_held + c.bought_held, c.granted, c.period::text,
        c.period_ends::text
        """ as SQL

    private static let isUseOfMonth = """
        e.kind = 'settle' AND e.created_at >= c.period::timestamp AT TIME ZONE 'UTC'
        AND e.created_at < c.period_ends::timestamp AT TIME ZONE 'UTC'
        """ as SQL

    private static func response(_ wallet: Rows, use: Rows) throws -> Response {
        guard let row = wallet.first else { throw Problem.notFound }
        let balance = row.integer(0) + row.integer(1)
        var purposes: [String: Int64] = [:]
        var days: [(date: String, credits: Int64)] = []
        for index in 0..<use.count {
            let (purpose, date) = (use[index].text(0), use[index].text(1))
            let credits = use[index].integer(2)
            purposes[purpose, default: 0] += credits
            if days.last?.date == date {
                days[days.count - 1].credits += credits
            } else {
                days.append((date, credits))
            }
        }
        return .json(
            .ok,
            JSON.object([
                JSON.Member(name: "balance", value: .integer(balance)),
                JSON.Member(name: "included", value: .integer(row.integer(0))),
                JSON.Member(name: "bought", value: .integer(row.integer(1))),
                JSON.Member(name: "held", value: .integer(row.integer(2))),
                JSON.Member(name: "available", value: .integer(balance - row.integer(2))),
                JSON.Member(name: "included_per_month", value: .integer(row.integer(3))),
                JSON.Member(name: "period_start", value: .string(row.text(4))),
                JSON.Member(name: "period_end", value: .string(row.text(5))),
                JSON.Member(name: "used", value: .integer(purposes.values.reduce(0, +))),
                JSON.Member(
                    name: "used_by_purpose",
                    value: .array(
                        CreditPurpose.allCases.map {
                            [
                                "purpose": .string($0.rawValue),
                                "credits": .integer(purposes[$0.rawValue] ?? 0),
                            ]
                        })),
                JSON.Member(
                    name: "used_by_day",
                    value: .array(
                        days.map { ["date": .string($0.date), "credits": .integer($0.credits)] })),
            ]).serialized)
    }
}
