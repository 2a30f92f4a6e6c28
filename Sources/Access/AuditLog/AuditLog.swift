import HTTP
import Persistence
import Tenancy
import Values

/// What was done in the workspace, by whom and from where (WS-85).
enum AuditLog {
    private static let anyObject = Schema(json: ["type": "object"])

    static let resource = Resource(
        "AuditEvent",
        [
            .field("id", "e.id", .id),
            .field("created_at", "e.created_at", .instant),
            .field("actor_kind", "e.actor_kind", .text),
            .field("actor_id", "e.actor_id", .id, nullable: true),
            .field("actor_name", "e.actor_name", .text),
            .field("action", "e.action", .text),
            .field("target_kind", "e.target_kind", .text),
            .field("target_id", "e.target_id", .id, nullable: true),
            .field("details", "e.details", .json(anyObject)),
            .field("request_id", "e.request_id", .text),
            .field("address", "e.address", .text),
        ])

    private static let actorKinds = [
        "member", "service_account", "account_api", "system", "operator", "platform",
    ]

    static let filters = [
        Parameter("actor_id", .id, "Only what this member or machine did."),
        Parameter("actor_kind", .choice(actorKinds), "Only what actors of this kind did."),
        Parameter("action", .text(1...100), "Only this action, such as member.invite."),
        Parameter("target_kind", .text(1...100), "Only what was done to things of this kind."),
        Parameter("from", .instant, "Only entries at or after this instant."),
        Parameter("to", .instant, "Only entries before this instant."),
    ]

    static let listing = Listing(
        resource, from: "FROM tenant.audit_events e", identity: "e.id",
        sorts: [Listing.Sort("created_at", "e.created_at", .instant)],
        defaultSort: "-created_at", filters: filters)

    static func conditions(_ query: QueryParameters) -> [SQL] {
        var conditions: [SQL] = []
        if let id = query.id("actor_id") { conditions.append("e.actor_id = \(id)") }
        if let kind = query.text("actor_kind") { conditions.append("e.actor_kind = \(kind)") }
        if let action = query.text("action") { conditions.append("e.action = \(action)") }
        if let kind = query.text("target_kind") { conditions.append("e.target_kind = \(kind)") }
        if let from = query.instant("from") { conditions.append("e.created_at >= \(from)") }
        if let to = query.instant("to") { conditions.append("e.created_at < \(to)") }
        return conditions
    }
}
