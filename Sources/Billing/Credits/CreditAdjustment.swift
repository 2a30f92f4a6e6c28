import HTTP
import Persistence
import Tenancy
import Values

/// Credits that staff give without an order, or take back what was given by mistake.
///
/// `POST /v1/platform/workspaces/{id}/credits/adjustments`; they count as bought ones.
struct CreditAdjustment: Input {
    /// Other than 0; below 0 takes back.
    let credits: Int64
    let reason: String

    private static let largest: Int64 = 1_000_000

    init(_ fields: FieldReader) {
        credits = fields.required("credits", .integer(-Self.largest...Self.largest))
        reason = fields.required("reason", .text(1...500))
        if fields.has("credits"), credits == 0 {
            fields.report("credits", "out_of_range", "Any number but 0.")
        }
    }

    static func apply(_ context: StaffContext) async throws -> Response {
        let adjustment = try context.call.input(CreditAdjustment.self)
        let id = context.call.id
        let entry = context.newID()
        let number = try await PlatformCredits.number(of: id, context)
        try await context.change { transaction in
            let done = try await transaction.run(
                """
                SELECT platform.adjust_credits(\(entry), \(number), \(adjustment.credits),
                    \(context.now))
                """)
            guard done.first?.bool(0) == true else { throw Problem(.creditsAlreadyUsed) }
            let details: JSON = [
                "credits": .integer(adjustment.credits), "reason": .string(adjustment.reason),
                "workspace_id": .string(id.description),
            ]
            transaction.atCommit(
                """
                SELECT platform.record_platform_audit(\(number), \(context.newID()),
                    \(context.now), \(context.call.route.audit ?? ""), 'workspace', \(id),
                    \(details), \(context.call.requestID))
                """)
            return ((), AuditNote("workspace", id, details))
        }
        return try await CreditOverview.read(of: number, context)
    }
}

/// A workspace's credits as the platform's staff see them (BL-81).
enum PlatformCredits {
    static let subject = Subject<StaffContext>.row {
        "SELECT FROM cell.tenants WHERE id = \($0.id)"
    }

    static func number(of id: ID, _ context: StaffContext) async throws -> Int64 {
        let rows = try await context.read("SELECT number FROM cell.tenants WHERE id = \(id)")
        guard let row = rows.first else { throw Problem.notFound }
        return row.integer(0)
    }
}
