import HTTP
import Persistence
import Tenancy
import Values

/// The workspace's own plan and how much of it is in use (BL-03, BL-15).
enum PlanStatus {
    private static let resource = Resource(
        "PlanStatus",
        [
            .field("plan", "s.plan", .text),
            .field("version", "s.version", .integer),
            .field("interval", "s.interval", .text, nullable: true),
            .field(
                "price", "jsonb_build_object('amount', s.price, 'currency', s.currency)",
                Amount.kind),
            .field("period_start", "s.period_start::text", .text),
            .field("period_end", "s.period_end::text", .text),
            .field(
                "scheduled_change", Subscription.scheduled, .json(Subscription.scheduledSchema),
                nullable: true),
            .field("ai_credits_per_month", "s.ai_credits", .integer),
            .field("features", "s.features", .texts),
        ])

    static let schema = resource.schema(
        named: "PlanStatus", with: [("limits", .array(LimitAnswer.schema), true)])

    /// Answers `GET /v1/billing/plan`: figures are counted in one round trip with the plan.
    static func read(_ context: TenantContext) async throws -> Response {
        let results = try await context.read(
            [
                "SELECT \(resource.columns) FROM platform.own_subscription s",
                "SELECT key FROM platform.own_individual_limits",
            ] + LimitOverview.statements(at: context.now))
        guard let row = results[0].first else { throw Problem.notFound }
        let individual = Set(results[1].map { $0.text(0) })
        var writer = JSONWriter(capacity: 2_048)
        writer.beginObject()
        resource.writeMembers(row, to: &writer)
        writer.key("limits")
        writer.beginArray()
        for use in LimitOverview.uses(results.dropFirst(2)) {
            LimitAnswer.write(
                use, isIndividual: individual.contains(use.limit.rawValue), to: &writer)
        }
        writer.endArray()
        writer.endObject()
        return .json(.ok, writer.bytes)
    }
}
