import HTTP
import Money
import Persistence
import Tenancy
import Values

/// `POST /v1/platform/upgrade-requests/{id}/approve`.
struct UpgradeApproval: Input {
    /// Whether the plan begins at once instead of with its payment (BL-22).
    let activatesNow: Bool

    init(_ fields: FieldReader) {
        activatesNow = fields.optional("activate_now", .bool) ?? false
    }

    static func approve(_ context: StaffContext) async throws -> Response {
        let approval = try context.call.input(UpgradeApproval.self)
        return try await context.changeBilling { transaction, actor in
            let request = try await UndecidedRequest.lock(context.call.id, in: transaction)
            let outcome = try await PlanChange(request, in: transaction, context.services)
                .carryOut(activatesNow: approval.activatesNow, by: actor.staffID)
            for statement in outcome.statements(request, context.services) {
                try await transaction.run(statement)
            }
            request.record("upgrade_request.approve", outcome.details, actor, context, transaction)
            return UpgradeRequest.staffResource.response(
                try await transaction.run(UpgradeRequest.staffSelect(request.id))[0])
        }
    }
}

/// `POST /v1/platform/upgrade-requests/{id}/reject`: with a reason that the workspace sees (BL-82).
struct UpgradeRejection: Input {
    let reason: String

    init(_ fields: FieldReader) {
        reason = fields.required("reason", .text(1...500, allowsLines: true))
    }

    static func reject(_ context: StaffContext) async throws -> Response {
        let reason = try context.call.input(UpgradeRejection.self).reason
        return try await context.changeBilling { transaction, actor in
            let request = try await UndecidedRequest.lock(context.call.id, in: transaction)
            try await transaction.run(
                """
                UPDATE platform.upgrade_requests
                SET status = 'rejected', reason = \(reason), decided_at = \(context.now)
                WHERE id = \(request.id)
                """)
            transaction.atCommit(
                request.notice(.rejected(reason: reason), "rejected", context.services))
            request.record(
                "upgrade_request.reject", ["reason": .string(reason)], actor, context, transaction)
            return UpgradeRequest.staffResource.response(
                try await transaction.run(UpgradeRequest.staffSelect(request.id))[0])
        }
    }
}

/// A request that staff is about to decide on; its row is locked.
struct UndecidedRequest: Sendable {
    var id: ID
    var workspace: BilledWorkspace
    var plan: Plan
    var interval: BillingInterval?

    /// - Throws: ``Problem`` `invalid_state` once it is decided on or cancelled.
    static func lock(_ id: ID, in transaction: Transaction) async throws -> UndecidedRequest {
        let rows = try await transaction.run(
            """
            SELECT r.status, r.plan, r.interval, t.id, t.number
            FROM platform.upgrade_requests r JOIN platform.tenants t ON t.number = r.tenant_number
            WHERE r.id = \(id) FOR UPDATE OF r
            """)
        guard let row = rows.first, let plan = Plan(rawValue: row.text(1)) else {
            throw Problem.notFound
        }
        guard row.text(0) == "requested" else {
            throw Problem(
                .invalidState,
                extra: [JSON.Member(name: "state", value: .string(row.text(0)))])
        }
        return UndecidedRequest(
            id: id, workspace: BilledWorkspace(id: row.id(3), number: row.integer(4)), plan: plan,
            interval: row.optionalText(2).flatMap(BillingInterval.init(rawValue:)))
    }

    func notice(
        _ state: BillingEvent.RequestState, _ name: String, _ services: LoopServices
    ) -> SQL {
        BillingNotice.enqueue(
            .request(state, plan: plan.rawValue, isAnnual: interval == .annual),
            key: "request \(id) \(name)", to: workspace.number, services)
    }

    func record(
        _ action: String, _ details: JSON, _ actor: BillingActor, _ context: StaffContext,
        _ transaction: Transaction
    ) {
        let change = BillingChange(
            action: action, targetKind: "upgrade_request", target: id, workspace: workspace.id,
            tenant: workspace.number,
            details: .object(
                [JSON.Member(name: "plan", value: .string(plan.rawValue))]
                    + (details.objectValue ?? [])))
        for statement in actor.record(change, context.services) { transaction.atCommit(statement) }
    }
}
