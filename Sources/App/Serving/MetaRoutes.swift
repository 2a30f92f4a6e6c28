import HTTP
import Tenancy
import Values

/// Lists that clients would otherwise have to know by heart (OV-62, AC-41).
enum MetaRoutes {
    /// The routes of the lists.
    ///
    /// - Parameter descriptions: Every route, these included; asked at the first request.
    /// - Returns: The routes, in the order of the description.
    static func all(_ descriptions: @escaping @Sendable () -> [RouteDescription]) -> [Route] {
        [
            .immediate(
                "/v1/meta", id: "metaRead", "List languages, plans, protocols and other choices",
                returns: .json(.ok, metaSchema)
            ) { _ in .json(.ok, meta) },
            .immediate(
                "/v1/meta/endpoints", id: "metaEndpointsList",
                "List every endpoint and the permission it needs",
                returns: .json(.ok, .page(of: endpointSchema))
            ) { _ in .json(.ok, endpoints(descriptions())) },
        ]
    }

    /// ID-37, WS-20, BL-02, CH-01, and the languages of the code examples (CH-134).
    private static let choices: [(name: String, values: [String])] = [
        ("languages", Language.codes),
        (
            "data_retention_options",
            ["5_days", "1_month", "3_months", "6_months", "12_months", "24_months", "never"]
        ),
        ("plans", ["FREE", "STARTER", "GROWTH", "ENTERPRISE"]),
        ("protocols", ["meta_cloud", "coster", "qontak", "linked_device"]),
        (
            "code_example_languages",
            ["curl", "javascript", "python", "php", "java", "csharp", "go", "swift"]
        ),
    ]

    private static let metaSchema = Schema.object(
        choices.map { ($0.name, .array(.choice($0.values)), true) }, name: "Meta")

    private static let meta = JSON.object(
        choices.map { choice in
            JSON.Member(name: choice.name, value: .array(choice.values.map { .string($0) }))
        }
    ).serialized

    private static let endpointSchema = Schema.object(
        [
            ("method", .string(), true), ("path", .string(), true), ("id", .string(), true),
            ("summary", .string(), true), ("permission", .nullable(.string()), true),
            ("access", .choice(["anyone", "session", "permission", "operator", "staff"]), true),
            ("plan_feature", .nullable(.string()), true),
        ], name: "Endpoint")

    private static func endpoints(_ descriptions: [RouteDescription]) -> [UInt8] {
        let rows = descriptions.map { route -> JSON in
            var permission: JSON = .null
            var access = "anyone"
            switch route.access.audience {
            case .anyone: break
            case .session: access = "session"
            case .operators: access = "operator"
            case .staff: access = "staff"
            case .permission(let name):
                access = "permission"
                permission = .string(name)
            }
            return [
                "method": .string(route.method.rawValue), "path": .string(route.path),
                "id": .string(route.id), "summary": .string(route.summary),
                "permission": permission, "access": .string(access),
                "plan_feature": route.access.planFeature.map { .string($0) } ?? .null,
                "plan_limit": route.access.planLimit.map { .string($0) } ?? .null,
            ]
        }
        return JSON.object([
            .init(name: "data", value: .array(rows)), .init(name: "next_cursor", value: .null),
        ]).serialized
    }
}
