import HTTP
import Persistence
import Tenancy
import Values

/// Limits that staff give one workspace in the place of its plan's, until they are taken back
/// (BL-05).
struct IndividualLimits: Input {
    let limits: LimitValues

    init(_ fields: FieldReader) {
        limits = fields.required("limits", .object(placeholder: LimitValues()))
    }

    static let schema = Schema.object(
        [
            ("workspace_id", .string(format: "uuid"), true), ("plan", .string(), true),
            ("limits", .array(LimitAnswer.schema), true),
        ], name: "WorkspaceLimits")

    /// Answers `GET /v1/platform/workspaces/{id}/limits` (BL-81): counts, and nothing of what is
    /// counted.
    static func read(_ context: StaffContext) async throws -> Response {
        let rows = try await context.read(select(context))
        guard let row = rows.first else { throw Problem.notFound }
        return response(row, context)
    }

    /// Answers `PUT /v1/platform/workspaces/{id}/limits`: exactly the limits named are individual
    /// from now on, on the next request of every process.
    static func set(_ context: StaffContext) async throws -> Response {
        let wanted = try context.call.input(IndividualLimits.self).limits.json
        return try await context.changeBilling { transaction, actor in
            let workspace = try await BilledWorkspace.find(context.call.id, in: transaction)
            let old = try await transaction.run(
                """
                SELECT coalesce(jsonb_object_agg(key, allowed), '{}')
                FROM platform.individual_limits WHERE tenant_number = \(workspace.number)
                """)[0].json(0)
            try await transaction.run(
                """
                SELECT platform.set_individual_limits(
                    \(workspace.number), \(wanted), \(context.now))
                """)
            let change = BillingChange(
                action: "workspace.set_limits", targetKind: "workspace", target: workspace.id,
                workspace: workspace.id, tenant: workspace.number,
                details: ["old": old, "new": wanted])
            for statement in actor.record(change, context.services) {
                transaction.atCommit(statement)
            }
            return response(try await transaction.run(select(context))[0], context)
        }
    }

    private static func select(_ context: StaffContext) -> SQL {
        let today = context.now.utcDate.description
        return """
            SELECT c.plan, c.limits, platform.count_limits(c.number, \(today)::date),
                coalesce((SELECT jsonb_object_agg(i.key, i.allowed)
                    FROM platform.individual_limits i WHERE i.tenant_number = c.number), '{}')
            FROM platform.tenants t JOIN cell.tenants c ON c.number = t.number
            WHERE t.id = \(context.call.id)
            """
    }

    private static func response(_ row: Row, _ context: StaffContext) -> Response {
        let (allowed, used, own) = (row.json(1), row.json(2), row.json(3))
        var writer = JSONWriter(capacity: 1_024)
        writer.beginObject()
        writer.key("workspace_id")
        writer.id(context.call.id)
        writer.key("plan")
        writer.string(row.text(0))
        writer.key("limits")
        writer.beginArray()
        for limit in PlanLimit.allCases {
            let name = limit.rawValue
            let use = LimitUse(
                limit,
                allowed: allowed[name] == nil
                    ? 0 : allowed[name]?.integerValue.map { $0 * limit.unitsPerPlanUnit },
                used: used[name]?.integerValue ?? 0)
            LimitAnswer.write(use, isIndividual: own[name] != nil, to: &writer)
        }
        writer.endArray()
        writer.endObject()
        return .json(.ok, writer.bytes)
    }
}

/// How the use of a limit stands in answers.
enum LimitAnswer {
    static let schema = Schema.object(
        [
            ("limit", .choice(PlanLimit.allCases.map(\.rawValue)), true),
            ("unit", .choice(["count", "bytes"]), true),
            ("allowed", .nullable(.integer()), true), ("used", .integer(), true),
            ("percent", .nullable(.integer()), true), ("is_individual", .boolean, true),
        ], name: "LimitUse")

    static func write(_ use: LimitUse, isIndividual: Bool, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("limit")
        writer.string(use.limit.rawValue)
        writer.key("unit")
        writer.string(use.limit == .mediaStorage ? "bytes" : "count")
        writer.key("allowed")
        if let allowed = use.allowed { writer.integer(allowed) } else { writer.null() }
        writer.key("used")
        writer.integer(use.used)
        writer.key("percent")
        if let percent = use.percent { writer.integer(percent) } else { writer.null() }
        writer.key("is_individual")
        writer.bool(isIndividual)
        writer.endObject()
    }
}

extension PlanLimit {
    /// How many of what is counted make one of what the catalogue says.
    var unitsPerPlanUnit: Int64 { self == .mediaStorage ? 1_073_741_824 : 1 }
}
