import HTTP
import Persistence
import Tenancy
import Values

/// `GET /v1/workspace/retention` (WS-28).
///
/// Nothing is deleted before there are conversations: until then no run is planned and none has
/// been.
enum RetentionState {
    static let schema = Schema.object(
        [
            ("data_retention", .choice(DataRetention.allCases.map(\.rawValue)), true),
            ("cutoff_at", .nullable(.string(format: "date-time")), true),
            ("next_run_at", .nullable(.string(format: "date-time")), true),
            ("last_run_at", .nullable(.string(format: "date-time")), true),
            ("last_run_deleted_messages", .integer(), true),
        ], name: "RetentionState")

    static func read(_ context: TenantContext) async throws -> Response {
        let rows = try await context.read("SELECT data_retention, timezone FROM tenant.settings")
        guard let row = rows.first, let retention = DataRetention(rawValue: row.text(0)) else {
            throw Problem.notFound
        }
        let zone = TimeZoneInfo.named(row.text(1)) ?? TimeZoneInfo.named("UTC")
        let cutoff = zone.flatMap { retention.cutoff(at: context.now, in: $0) }
        let state: JSON = [
            "data_retention": .string(retention.rawValue),
            "cutoff_at": cutoff.map { .string($0.description) } ?? .null,
            "next_run_at": .null, "last_run_at": .null, "last_run_deleted_messages": 0,
        ]
        return .json(.ok, state.serialized)
    }
}

/// `GET /v1/workspace/onboarding`: the recommended opening steps, computed from what is there
/// (WS-70).
enum Onboarding {
    /// In the order in which they are recommended; none blocks another.
    private static let steps: [(id: String, title: Phrase)] = [
        ("dashboard", "Look at the dashboard"), ("contacts", "Add contacts"),
        ("contact_groups", "Create contact groups"), ("media", "Upload media files"),
        ("templates", "Create templates"), ("broadcast_types", "Set up broadcast types"),
        ("broadcasts", "Create broadcasts"), ("quick_replies", "Create quick replies"),
        ("flows", "Set up chatbot flows"), ("inbox", "Configure the conversation inbox"),
    ]

    static let schema = Schema.object(
        [
            (
                "steps",
                .array(
                    .object([
                        ("id", .choice(steps.map(\.id)), true), ("title", .string(), true),
                        ("done", .boolean, true),
                    ])), true
            )
        ], name: "Onboarding")

    /// What does not exist yet is not done.
    static func read(_ context: TenantContext) async throws -> Response {
        let rows = try await context.read(
            "SELECT EXISTS (SELECT FROM tenant.contacts), EXISTS (SELECT FROM tenant.groups)")
        let done: [String: Bool] = [
            "contacts": rows[0].bool(0), "contact_groups": rows[0].bool(1),
        ]
        let language = Language(code: context.grant.language)
        let list = steps.map { step -> JSON in
            [
                "id": .string(step.id), "title": .string(step.title.text(in: language)),
                "done": .bool(done[step.id] ?? false),
            ]
        }
        return .json(.ok, JSON.object([.init(name: "steps", value: .array(list))]).serialized)
    }
}
