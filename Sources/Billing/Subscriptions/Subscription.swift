import HTTP
import Money
import Persistence
import Tenancy
import Values

/// What a workspace has at present: plan version, price and period, pinned until the next period.
struct Subscription: Sendable {
    var tenant: Int64
    var plan: Plan
    /// Nil for FREE.
    var interval: BillingInterval?
    /// Of a whole period, in minor units.
    var price: Int64
    var currency: Currency
    var period: BillingPeriod
    var nextPlan: Plan?

    /// Reads the subscription and keeps it from changing until the transaction ends.
    static func lock(_ tenant: Int64, in transaction: Transaction) async throws -> Subscription {
        let rows = try await transaction.run(
            """
            SELECT s.plan, s.interval, s.price, v.currency, s.period_start::text,
                s.period_end::text, s.next_plan
            FROM platform.lock_subscription(\(tenant)) s
            JOIN platform.plan_versions v ON v.plan = s.plan AND v.version = s.version
            """)
        guard let row = rows.first, let plan = Plan(rawValue: row.text(0)),
            let currency = Currency(row.text(3)), let start = CivilDate(row.text(4)),
            let end = CivilDate(row.text(5))
        else { throw Problem.notFound }
        return Subscription(
            tenant: tenant, plan: plan,
            interval: row.optionalText(1).flatMap(BillingInterval.init(rawValue:)),
            price: row.integer(2), currency: currency,
            period: BillingPeriod(start: start, end: end),
            nextPlan: row.optionalText(6).flatMap(Plan.init(rawValue:)))
    }

    /// As the platform's staff sees it.
    static let resource = Resource(
        "PlatformSubscription",
        [
            .field("workspace_id", "t.id", .id),
            .field("plan", "s.plan", .text),
            .field("version", "s.version", .integer),
            .field("interval", "s.interval", .text, nullable: true),
            .field(
                "price", "jsonb_build_object('amount', s.price, 'currency', v.currency)",
                Amount.kind),
            .field("period_start", "s.period_start::text", .text),
            .field("period_end", "s.period_end::text", .text),
            .field("scheduled_change", scheduled, .json(scheduledSchema), nullable: true),
        ])

    static let scheduledSchema = Schema.object(
        [
            ("plan", .string(), true), ("interval", .nullable(.string()), true),
            ("takes_effect_on", .string(format: "date"), true),
        ], name: "ScheduledChange")
    static let scheduled: StaticString = """
        CASE WHEN s.next_on IS NOT NULL THEN jsonb_build_object('plan', s.next_plan,
            'interval', s.next_interval, 'takes_effect_on', s.next_on) END
        """

    static func select(_ workspace: ID) -> SQL {
        """
        SELECT \(resource.columns)
        FROM platform.tenants t
        JOIN platform.subscriptions s ON s.tenant_number = t.number
        JOIN platform.plan_versions v ON v.plan = s.plan AND v.version = s.version
        WHERE t.id = \(workspace)
        """
    }

    /// Answers `GET /v1/platform/workspaces/{id}/plan`.
    static func read(_ context: StaffContext) async throws -> Response {
        guard let row = try await context.read(select(context.call.id)).first else {
            throw Problem.notFound
        }
        return resource.response(row)
    }
}

/// `PUT /v1/platform/workspaces/{id}/plan`: another plan at once, without an order (BL-90).
struct PlanChoice: Input {
    let plan: String
    let interval: String?

    init(_ fields: FieldReader) {
        plan = fields.required("plan", .choice(Plan.names))
        interval = fields.optional("interval", .choice(Plan.intervals))
        if plan == Plan.free.rawValue, interval != nil {
            fields.report("interval", "not_allowed", "FREE has no interval.")
        }
    }

    static func set(_ context: StaffContext) async throws -> Response {
        let choice = try context.call.input(PlanChoice.self)
        guard let plan = Plan(rawValue: choice.plan) else { throw PlanFault.noOffer }
        return try await context.changeBilling { transaction, actor in
            let workspace = try await BilledWorkspace.find(context.call.id, in: transaction)
            let present = try await Subscription.lock(workspace.number, in: transaction)
            let offer = try await PlanOffer.find(plan, in: transaction)
            let interval: BillingInterval? =
                plan == .free
                ? nil
                : choice.interval.flatMap(BillingInterval.init(rawValue:)) ?? present.interval
                    ?? .monthly
            let day = context.now.utcDate.description
            try await transaction.run([
                "SELECT platform.drop_renewals(\(workspace.number), \(context.now))",
                """
                SELECT platform.switch_plan(\(workspace.number), \(plan.rawValue),
                    \(offer.version)::integer, \(interval?.rawValue), \(offer.price(interval)),
                    \(day)::date, \(context.now))
                """,
            ])
            let change = BillingChange(
                action: "workspace.set_plan", targetKind: "workspace", target: workspace.id,
                workspace: workspace.id, tenant: workspace.number,
                details: [
                    "old": .string(present.plan.rawValue), "new": .string(plan.rawValue),
                ])
            for statement in actor.record(change, context.services) {
                transaction.atCommit(statement)
            }
            if present.plan != plan {
                transaction.atCommit(
                    BillingNotice.enqueue(
                        .planChanged(from: present.plan.rawValue, to: plan.rawValue),
                        key: "plan \(context.newID())", to: workspace.number, context.services))
            }
            return Subscription.resource.response(
                try await transaction.run(Subscription.select(workspace.id))[0])
        }
    }
}
