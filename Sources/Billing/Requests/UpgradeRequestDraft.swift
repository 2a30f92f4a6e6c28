import HTTP
import Money
import Persistence
import Tenancy
import Values

/// `POST /v1/billing/upgrade-requests`: asks for another plan (BL-20).
struct UpgradeRequestDraft: Input {
    let plan: String
    /// Nil for FREE.
    let interval: String?
    let note: String?

    init(_ fields: FieldReader) {
        plan = fields.required("plan", .choice(Plan.names))
        interval = fields.optional("interval", .choice(Plan.intervals))
        note = fields.optional("note", .text(1...500, allowsLines: true))
        if plan == Plan.free.rawValue {
            if interval != nil {
                fields.report("interval", "not_allowed", "FREE has no interval.")
            }
        } else if Plan.names.contains(plan), !fields.has("interval") {
            fields.report("interval", "required", "This field is needed.")
        }
    }

    static func send(_ context: TenantContext) async throws -> Response {
        let draft = try context.call.input(UpgradeRequestDraft.self)
        do {
            return try await context.transaction { transaction in
                try await draft.store(context, transaction)
            }
        } catch let error as DatabaseError where error.violates("upgrade_requests_open_key") {
            throw Problem(.upgradeRequestOpen)
        }
    }

    private func store(
        _ context: TenantContext, _ transaction: TenantTransaction
    ) async throws -> Response {
        let present = try await transaction.run(
            "SELECT plan, interval FROM platform.own_subscription")[0]
        let current = present.text(0)
        guard plan != current || interval != present.optionalText(1) else {
            throw Problem(.planUnchanged)
        }
        if let wanted = Plan(rawValue: plan), let active = Plan(rawValue: current), wanted < active
        {
            try await checkFit(context, transaction)
        }
        let id = context.newID()
        try await transaction.run(
            """
            INSERT INTO platform.own_upgrade_requests (id, tenant_number, plan, interval, note,
                requested_by, created_at)
            VALUES (\(id), \(context.tenant.number), \(plan), \(interval), \(note),
                \(context.principal.id), \(context.now))
            """)
        transaction.audit(
            AuditNote(
                "upgrade_request", id,
                [
                    "plan": .string(plan), "interval": interval.map { .string($0) } ?? .null,
                ]))
        transaction.atCommit(
            BillingNotice.enqueue(
                .request(.requested, plan: plan, isAnnual: interval == "annual"),
                key: "request \(id) requested", in: context))
        let rows = try await transaction.run(UpgradeRequest.select(id))
        return UpgradeRequest.resource.response(rows[0], status: .created)
    }

    /// BL-24: a smaller plan needs usage that fits it; this is judged again when it begins.
    private func checkFit(
        _ context: TenantContext, _ transaction: TenantTransaction
    ) async throws {
        let rows = try await transaction.run(
            """
            SELECT e.key, CASE WHEN i.key IS NULL THEN (e.value #>> '{}')::bigint
                ELSE i.allowed END
            FROM platform.plan_catalogue c
            CROSS JOIN LATERAL jsonb_each(c.limits) e
            LEFT JOIN platform.own_individual_limits i ON i.key = e.key
            WHERE c.plan = \(plan)
            """)
        var allowed: [String: Int64] = [:]
        for row in rows.map({ $0 }) { allowed[row.text(0)] = row.optionalInteger(1) }
        let counts = try await transaction.run(LimitOverview.statements(at: context.now))
        let exceeded = LimitOverview.uses(counts[...]).compactMap { use -> LimitUse? in
            guard let limit = allowed[use.limit.rawValue] else { return nil }
            let lower = limit * use.limit.unitsPerPlanUnit
            return use.used > lower
                ? LimitUse(use.limit, allowed: lower, used: use.used) : nil
        }
        guard exceeded.isEmpty else { throw Problem.usageExceeds(exceeded) }
    }

    /// Answers `POST /v1/billing/upgrade-requests/{id}/cancel` (BL-113).
    static func cancel(_ context: TenantContext) async throws -> Response {
        let id = context.call.id
        return try await context.transaction { transaction in
            let cancelled = try await transaction.run(
                """
                UPDATE platform.own_undecided_requests
                SET status = 'cancelled', decided_at = \(context.now)
                WHERE id = \(id) AND status = 'requested'
                RETURNING id
                """)
            guard let row = try await transaction.run(UpgradeRequest.select(id)).first else {
                throw Problem.notFound
            }
            guard cancelled.count == 1 else {
                throw Problem(
                    .invalidState,
                    extra: [JSON.Member(name: "state", value: .string(row.text(4)))])
            }
            transaction.atCommit(
                BillingNotice.enqueue(
                    .request(
                        .cancelled, plan: row.text(1), isAnnual: row.optionalText(2) == "annual"),
                    key: "request \(id) cancelled", in: context))
            transaction.audit(AuditNote("upgrade_request", id, ["plan": .string(row.text(1))]))
            return UpgradeRequest.resource.response(row)
        }
    }
}

extension Problem {
    /// BL-24: names each limit that usage exceeds.
    static func usageExceeds(_ uses: [LimitUse]) -> Problem {
        let exceeded = uses.map { use -> JSON in
            [
                "limit": .string(use.limit.rawValue),
                "allowed": use.allowed.map { .integer($0) } ?? .null, "used": .integer(use.used),
            ]
        }
        return Problem(
            .usageExceedsPlan, extra: [JSON.Member(name: "exceeded", value: .array(exceeded))])
    }
}
