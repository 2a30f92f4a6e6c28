import HTTP
import Persistence
import Tabular
import Tenancy
import Values

/// Attempts to log in as a member, as this workspace may see them (ID-111, ID-113, ID-116).
enum LoginHistoryList {
    private static let results = [
        "success", "wrong_password", "wrong_code", "blocked", "sso_success", "sso_rejected",
    ]
    private static let methods = ["password", "totp", "sms", "email", "recovery_code", "sso"]

    static let listing = Listing(
        Resource(
            "LoginEvent",
            [
                .field("id", "e.id", .id),
                .field("created_at", "e.created_at", .instant),
                .field("result", "e.result", .text),
                .field("method", "e.method", .text),
                .field("address", "e.address", .text),
                .field("device", "e.device", .text),
            ]),
        from: "FROM tenant.login_events e", identity: "e.id",
        sorts: [Listing.Sort("created_at", "e.created_at", .instant)],
        defaultSort: "-created_at",
        filters: [
            Parameter("result", .choice(results), "Only attempts that ended so."),
            Parameter("method", .choice(methods), "Only attempts by this means."),
            Parameter("from", .instant, "Only attempts at or after this instant."),
            Parameter("to", .instant, "Only attempts before this instant."),
        ])

    /// What holds for the attempts of `member` that the request asks for.
    static func conditions(_ member: ID, _ context: TenantContext) -> [SQL] {
        let query = context.call.query
        var conditions: [SQL] = [
            "e.member_id = \(member)",
            "e.created_at > \(context.now)::timestamptz - interval '12 months'",
        ]
        if let result = query.text("result") { conditions.append("e.result = \(result)") }
        if let method = query.text("method") { conditions.append("e.method = \(method)") }
        if let from = query.instant("from") { conditions.append("e.created_at >= \(from)") }
        if let to = query.instant("to") { conditions.append("e.created_at < \(to)") }
        return conditions
    }

    static let history = MemberHistory(
        name: "LoginHistory", path: "login-history", what: "logins", listing: listing,
        conditions: conditions
    ) { row, zone, writer in
        writer.cell(row.id(0).description)
        writer.cell(zone.text(row.instant(1)))
        for column in 2...5 { writer.cell(row.text(column)) }
    }
}

/// What a member did, from the audit log (ID-112, ID-117).
enum ActivityList {
    private static let anyObject = Schema(json: ["type": "object"])

    static let listing = Listing(
        Resource(
            "Activity",
            [
                .field("id", "e.id", .id),
                .field("created_at", "e.created_at", .instant),
                .field("action", "e.action", .text),
                .field("target_kind", "e.target_kind", .text),
                .field("target_id", "e.target_id", .id, nullable: true),
                .field("details", "e.details", .json(anyObject)),
            ]),
        from: "FROM tenant.audit_events e", identity: "e.id",
        sorts: [Listing.Sort("created_at", "e.created_at", .instant)],
        defaultSort: "-created_at",
        filters: [
            Parameter("action", .text(1...100), "Only this action, such as member.invite."),
            Parameter("target_kind", .text(1...100), "Only what was done to things of this kind."),
            Parameter("from", .instant, "Only entries at or after this instant."),
            Parameter("to", .instant, "Only entries before this instant."),
        ])

    static func conditions(_ member: ID, _ context: TenantContext) -> [SQL] {
        let query = context.call.query
        var conditions: [SQL] = [
            "e.actor_kind = 'member'", "e.actor_id = \(member)",
            "e.created_at > \(context.now)::timestamptz - interval '24 months'",
        ]
        if let action = query.text("action") { conditions.append("e.action = \(action)") }
        if let kind = query.text("target_kind") { conditions.append("e.target_kind = \(kind)") }
        if let from = query.instant("from") { conditions.append("e.created_at >= \(from)") }
        if let to = query.instant("to") { conditions.append("e.created_at < \(to)") }
        return conditions
    }

    static let history = MemberHistory(
        name: "Activity", path: "activity", what: "activity", listing: listing,
        conditions: conditions
    ) { row, zone, writer in
        writer.cell(row.id(0).description)
        writer.cell(zone.text(row.instant(1)))
        writer.cell(row.text(2))
        writer.cell(row.text(3))
        writer.cell(row.optionalID(4)?.description ?? "")
        writer.cell(row.optionalJSONBytes(5).map { String(decoding: $0, as: UTF8.self) } ?? "")
    }
}
