import HTTP
import TestSupport
import Testing
import Values

@testable import App

/// What the specification promises of one list: a row of the "Lists" section of its part.
struct PromisedList: Sendable, CustomTestStringConvertible {
    let requirement: String
    let path: String
    let filters: [String]
    let sorts: [String]
    var hasFile = false

    var testDescription: String { "\(requirement): \(path)" }

    private static let period = ["from", "to"]
    private static let byTime = ["-created_at", "created_at"]
    private static let logins = ["result", "method"] + period
    private static let activity = ["action", "target_kind"] + period

    static let all: [PromisedList] = [
        PromisedList(
            requirement: "AC-100", path: "/v1/members",
            filters: ["status", "role_id", "team_id", "q"],
            sorts: ["name", "-created_at", "-last_login_at"]),
        PromisedList(
            requirement: "AC-101", path: "/v1/roles", filters: ["kind", "q"], sorts: ["name"]),
        PromisedList(
            requirement: "AC-102", path: "/v1/roles/{id}/members", filters: ["status"],
            sorts: ["name"]),
        PromisedList(
            requirement: "AC-103", path: "/v1/teams", filters: ["member_id", "kind", "q"],
            sorts: ["name"]),
        PromisedList(
            requirement: "AC-104", path: "/v1/service-accounts",
            filters: ["status", "scope", "q"], sorts: ["name", "-last_used_at"]),
        PromisedList(
            requirement: "AC-105", path: "/v1/service-accounts/{id}/tokens",
            filters: ["status"], sorts: ["-created_at"]),
        PromisedList(
            requirement: "WS-85", path: "/v1/workspace/audit",
            filters: ["actor_id", "actor_kind"] + activity, sorts: byTime, hasFile: true),
        PromisedList(
            requirement: "ID-115", path: "/v1/me/sessions", filters: [],
            sorts: ["-last_used_at"]),
        PromisedList(
            requirement: "ID-116", path: "/v1/me/login-history", filters: logins, sorts: byTime,
            hasFile: true),
        PromisedList(
            requirement: "ID-116", path: "/v1/members/{id}/login-history", filters: logins,
            sorts: byTime, hasFile: true),
        PromisedList(
            requirement: "ID-117", path: "/v1/me/activity", filters: activity, sorts: byTime,
            hasFile: true),
        PromisedList(
            requirement: "ID-117", path: "/v1/members/{id}/activity", filters: activity,
            sorts: byTime, hasFile: true),
        PromisedList(
            requirement: "MS-240", path: "/v1/contacts",
            filters: [
                "q", "group_id", "tag", "opted_out", "created_from", "created_to", "attribute",
                "has_conversation",
            ], sorts: ["name", "-created_at", "-last_message_at"], hasFile: true),
        PromisedList(
            requirement: "MS-242", path: "/v1/contacts/imports", filters: ["state"],
            sorts: ["-created_at"]),
        PromisedList(
            requirement: "MS-243", path: "/v1/groups", filters: ["q"],
            sorts: ["name", "-created_at", "-member_count"]),
        PromisedList(
            requirement: "MS-244", path: "/v1/groups/{id}/members",
            filters: ["q", "opted_out"], sorts: ["name"], hasFile: true),
        PromisedList(
            requirement: "BL-100", path: "/v1/billing/orders",
            filters: ["kind", "status"] + period, sorts: byTime + ["amount"], hasFile: true),
        PromisedList(
            requirement: "BL-101", path: "/v1/billing/invoices", filters: ["status", "q"] + period,
            sorts: ["-issued_at", "issued_at", "total"], hasFile: true),
        PromisedList(
            requirement: "BL-102", path: "/v1/billing/receipts", filters: ["q"] + period,
            sorts: ["-issued_at"]),
        PromisedList(
            requirement: "BL-103", path: "/v1/billing/credits/ledger",
            filters: ["kind", "purpose"] + period, sorts: ["-created_at"], hasFile: true),
        PromisedList(
            requirement: "BL-81", path: "/v1/platform/workspaces/{id}/credits/ledger",
            filters: ["kind", "purpose"] + period, sorts: ["-created_at"]),
        PromisedList(
            requirement: "BL-107", path: "/v1/platform/invoices",
            filters: ["status", "workspace_id", "q"] + period, sorts: ["-issued_at", "number"],
            hasFile: true),
        PromisedList(
            requirement: "BL-104", path: "/v1/billing/upgrade-requests", filters: ["status"],
            sorts: ["-created_at"]),
        PromisedList(
            requirement: "BL-106", path: "/v1/platform/upgrade-requests",
            filters: ["status", "plan", "workspace_id"], sorts: ["created_at", "-created_at"]),
        PromisedList(
            requirement: "BL-84", path: "/v1/platform/payments",
            filters: ["workspace_id", "method", "q"] + period, sorts: ["-recorded_at"],
            hasFile: true),
        PromisedList(
            requirement: "BL-109", path: "/v1/platform/orders",
            filters: ["status", "kind", "workspace_id"], sorts: ["-created_at"], hasFile: true),
        PromisedList(
            requirement: "BL-105", path: "/v1/platform/workspaces",
            filters: ["status", "plan", "q"], sorts: ["name", "-created_at"], hasFile: true),
        PromisedList(
            requirement: "BL-108", path: "/v1/platform/audit",
            filters: ["staff_id", "action", "workspace_id"] + period, sorts: ["-created_at"],
            hasFile: true),
    ]

    /// Short catalogues, which are returned whole.
    static let catalogues: Set<String> = [
        "/v1/permissions", "/v1/meta/endpoints", "/v1/meta/avatars",
        "/v1/platform/billing/tax-rates", "/v1/billing/credits/packs",
        "/v1/platform/credit-packs",
        "/v1/billing/plans", "/v1/platform/plans",
    ]
}

@Suite struct `Lists` {
    private static func isList(_ route: RouteDescription) -> Bool {
        guard route.method == .get, case .json(_, let schema) = route.answer else { return false }
        return schema.json["properties"]?["next_cursor"] != nil
    }

    private func sample(_ path: String) throws -> RouteSample {
        try #require(
            RouteSample.all.first { $0.route.path == path && $0.route.method == .get },
            "There is no \(path).")
    }

    @Test("OV-42: every list is one that the specification knows, or a catalogue given whole")
    func known() {
        let promised = Set(PromisedList.all.map(\.path))
        for route in AllRoutes.descriptions where Self.isList(route) {
            #expect(
                promised.contains(route.path) != PromisedList.catalogues.contains(route.path),
                "\(route.path)")
        }
    }

    @Test(
        "OV-42, OV-38, OV-35: a list has its filters, its sort keys and paging",
        arguments: PromisedList.all)
    func promised(list: PromisedList) async throws {
        let sample = try sample(list.path)
        let names = sample.route.parameters.map(\.name)
        #expect(Set(names) == Set(list.filters + ["sort", "limit", "cursor"]))
        #expect(Set(names).count == names.count)
        let caller = try await sample.caller()
        for sort in list.sorts {
            let answer = await caller.client.get("\(caller.path)?sort=\(sort)&limit=1")
            #expect(answer.status == 200, "\(sort): \(answer.text)")
            #expect(answer.data.count <= 1)
            #expect(answer.json["next_cursor"] != nil)
        }
        for (query, code) in [
            ("sort=surprise", "invalid_sort"), ("sort=--\(list.sorts[0])", "invalid_sort"),
            ("limit=many", "invalid_parameter"), ("cursor=damaged", "invalid_cursor"),
        ] {
            let answer = await caller.client.get("\(caller.path)?\(query)")
            #expect(answer.status == 400, "\(query)")
            #expect(answer.code == code)
        }
        for limit in ["0", "-5", "1000000"] {
            #expect(await caller.client.get("\(caller.path)?limit=\(limit)").status == 200)
        }
    }

    @Test("OV-40, OV-42: a list and its file take the same filters", arguments: PromisedList.all)
    func file(list: PromisedList) throws {
        let export = AllRoutes.descriptions.first { $0.path == list.path + "/export.csv" }
        #expect((export != nil) == list.hasFile)
        guard let export else { return }
        #expect(Set(export.parameters.map(\.name)) == Set(list.filters + ["sort"]))
        #expect(export.audit != nil)
    }

    @Test("OV-42: a catalogue is given whole", arguments: PromisedList.catalogues.sorted())
    func catalogue(path: String) async throws {
        let sample = try sample(path)
        #expect(sample.route.parameters.isEmpty)
        let caller = try await sample.caller()
        let answer = await caller.client.get(path)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.json["data"]?.arrayValue != nil)
        #expect(answer.json["next_cursor"] == .null)
        #expect(await caller.client.get("\(path)?limit=1").code == "unknown_parameter")
    }
}
