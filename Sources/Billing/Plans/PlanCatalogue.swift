import HTTP
import Persistence
import Tenancy
import Values

/// All plans side by side (BL-04), and their next versions (BL-02).
enum PlanCatalogue {
    /// Each limit by its name, null for unlimited; media storage is in GiB.
    static let limitsSchema = Schema.object(
        PlanLimit.allCases.map { ($0.rawValue, .nullable(.integer()), true) }, name: "PlanLimits")

    private static let fields: [Resource.Field] = [
        .field("plan", "c.plan", .text),
        .field("version", "c.version", .integer),
        .field(
            "monthly_price",
            "jsonb_build_object('amount', c.monthly_price, 'currency', c.currency)", Amount.kind),
        .field(
            "annual_price",
            "jsonb_build_object('amount', c.annual_price, 'currency', c.currency)", Amount.kind),
        .field(
            "annual_saving",
            """
            jsonb_build_object('amount', greatest(0, 12 * c.monthly_price - c.annual_price),
                'currency', c.currency)
            """, Amount.kind),
        .field("limits", "c.limits", .json(limitsSchema)),
        .field("ai_credits_per_month", "c.ai_credits", .integer),
        .field("features", "c.features", .texts),
    ]

    /// As a workspace sees it.
    static let resource = Resource(
        "Plan", fields + [.field("is_current", "c.plan = s.plan", .bool)])
    /// As the platform's staff sees it.
    static let staffResource = Resource(
        "PlatformPlan", fields + [.field("created_at", "c.created_at", .instant)])

    /// Answers `GET /v1/billing/plans`: the whole catalogue, smallest plan first.
    static func list(_ context: TenantContext) async throws -> Response {
        let rows = try await context.read(
            """
            SELECT \(resource.columns)
            FROM platform.plan_catalogue c CROSS JOIN platform.own_subscription s
            ORDER BY c.position
            """)
        return whole(rows, resource)
    }

    /// Answers `GET /v1/platform/plans`.
    static func listForStaff(_ context: StaffContext) async throws -> Response {
        let rows = try await context.read(
            """
            SELECT \(staffResource.columns) FROM platform.plan_catalogue c ORDER BY c.position
            """)
        return whole(rows, staffResource)
    }

    private static func whole(_ rows: Rows, _ resource: Resource) -> Response {
        var writer = JSONWriter(capacity: 4_096)
        writer.beginObject()
        writer.key("data")
        writer.beginArray()
        for index in 0..<rows.count { resource.write(rows[index], to: &writer) }
        writer.endArray()
        writer.key("next_cursor")
        writer.null()
        writer.endObject()
        return .json(.ok, writer.bytes)
    }
}

/// `PUT /v1/platform/plans`: the next version of one plan.
struct PlanDraft: Input {
    let plan: String
    let currency: String
    let monthlyPrice: Int64
    let annualPrice: Int64
    let aiCredits: Int64
    let features: [String]
    let limits: LimitValues

    private static let price = FieldType<Int64>.integer(0...1_000_000_000_000_000)

    init(_ fields: FieldReader) {
        plan = fields.required("plan", .choice(Plan.names))
        currency = fields.required("currency", InvoiceDraftInput.currencyField)
        monthlyPrice = fields.required("monthly_price", Self.price)
        annualPrice = fields.required("annual_price", Self.price)
        aiCredits = fields.required("ai_credits_per_month", .integer(0...1_000_000_000))
        features = fields.required(
            "features",
            .list(of: .choice(PlanFeature.allCases.map(\.rawValue)), 0...PlanFeature.allCases.count)
        )
        limits = fields.required("limits", .object(placeholder: LimitValues()))
        if fields.has("limits"), !limits.missing.isEmpty {
            fields.report("limits", "required", "Every limit is needed; null is unlimited.")
        }
        if plan == Plan.free.rawValue {
            for (name, price) in [("monthly_price", monthlyPrice), ("annual_price", annualPrice)]
            where price != 0 {
                fields.report(name, "out_of_range", "FREE costs nothing.")
            }
        }
    }

    /// Makes the next version, unless the newest one is just so.
    ///
    /// What is paid keeps its version until its next period, and documents theirs for good (BL-02).
    static func publish(_ context: StaffContext) async throws -> Response {
        let draft = try context.call.input(PlanDraft.self)
        return try await context.change { transaction in
            // Two edits at once come one after the other.
            try await transaction.run(
                "SELECT pg_advisory_xact_lock(hashtext('courtyard plan version'))")
            let limits = draft.limits.json
            let inserted = try await transaction.run(
                """
                INSERT INTO platform.plan_versions (plan, version, currency, monthly_price,
                    annual_price, limits, ai_credits, features, created_at, created_by)
                SELECT c.plan, c.version + 1, \(draft.currency), \(draft.monthlyPrice),
                    \(draft.annualPrice), \(limits), \(draft.aiCredits), \(draft.features),
                    \(context.now), \(context.staff.id)
                FROM platform.plan_catalogue c
                WHERE c.plan = \(draft.plan)
                    AND (c.currency, c.monthly_price, c.annual_price, c.limits, c.ai_credits,
                        c.features) IS DISTINCT FROM (\(draft.currency), \(draft.monthlyPrice),
                        \(draft.annualPrice), \(limits), \(draft.aiCredits), \(draft.features))
                RETURNING version
                """)
            let rows = try await transaction.run(
                """
                SELECT \(PlanCatalogue.staffResource.columns)
                FROM platform.plan_catalogue c WHERE c.plan = \(draft.plan)
                """)
            let details: JSON = [
                "plan": .string(draft.plan), "version": .integer(rows[0].integer(1)),
                "is_new": .bool(inserted.count == 1),
            ]
            return (
                PlanCatalogue.staffResource.response(rows[0]), AuditNote("plan", nil, details)
            )
        }
    }
}
