import Values

/// Writes the OpenAPI 3.1 document of a set of routes (`GET /v1/openapi.json`).
package struct APIDescription {
    private let routes: [RouteDescription]
    private let version: String
    private var components: [String: JSON] = [:]

    package init(_ routes: [RouteDescription], version: String) {
        self.routes = routes
        self.version = version
    }

    package mutating func document() -> JSON {
        let paths = self.paths()
        return object(
            ("openapi", .string("3.1.0")),
            (
                "info",
                object(
                    ("title", .string("Courtyard")), ("version", .string(version)),
                    (
                        "description",
                        .string(
                            "Hosted, multi-tenant customer messaging. Errors are RFC 9457 "
                                + "problems; lists page by opaque cursor."
                        )
                    ),
                    ("license", object(("name", .string("Proprietary"))))
                )
            ),
            ("servers", .array([object(("url", .string("/")))])),
            ("security", .array([])),
            ("paths", paths),
            (
                "components",
                object(
                    (
                        "schemas",
                        .object(
                            (components.merging(["Problem": Self.problemSchema]) { first, _ in first
                            })
                            .sorted { $0.key < $1.key }
                            .map { JSON.Member(name: $0.key, value: $0.value) })
                    ),
                    (
                        "securitySchemes",
                        object(
                            (
                                "session",
                                object(
                                    ("type", .string("apiKey")), ("in", .string("cookie")),
                                    ("name", .string("__Host-courtyard")))
                            ),
                            (
                                "staffSession",
                                object(
                                    ("type", .string("apiKey")), ("in", .string("cookie")),
                                    ("name", .string("__Host-courtyard-staff")))
                            ),
                            (
                                "token",
                                object(("type", .string("http")), ("scheme", .string("bearer")))
                            ))
                    ))
            ))
    }

    private mutating func paths() -> JSON {
        var order: [String] = []
        var byPath: [String: [JSON.Member]] = [:]
        for route in routes {
            if byPath[route.path] == nil { order.append(route.path) }
            byPath[route.path, default: []].append(
                JSON.Member(name: route.method.rawValue.lowercased(), value: operation(route)))
        }
        return .object(
            order.sorted().map { JSON.Member(name: $0, value: .object(byPath[$0] ?? [])) })
    }

    private mutating func operation(_ route: RouteDescription) -> JSON {
        var members: [(String, JSON)] = [
            ("operationId", .string(route.id)), ("summary", .string(route.summary)),
            ("tags", .array([.string(Self.tag(route))])),
        ]
        switch route.access.audience {
        case .anyone: members.append(("security", .array([])))
        case .session:
            members.append(("security", .array([object(("session", .array([])))])))
        case .permission(let permission):
            members.append(
                (
                    "security",
                    .array([object(("session", .array([]))), object(("token", .array([])))])
                ))
            members.append(("x-permission", .string(permission)))
        case .operators:
            members.append(("security", .array([object(("token", .array([])))])))
        case .staff(let role):
            members.append(("security", .array([object(("staffSession", .array([])))])))
            members.append(("x-staff-role", .string(role)))
        }
        if route.access.needsStepUp { members.append(("x-step-up", .bool(true))) }
        if let audit = route.audit { members.append(("x-audit-action", .string(audit))) }
        if let feature = route.access.planFeature {
            members.append(("x-plan-feature", .string(feature)))
        }
        if let limit = route.access.planLimit {
            members.append(("x-plan-limit", .string(limit)))
        }
        let parameters = parameters(route)
        if !parameters.isEmpty { members.append(("parameters", .array(parameters))) }
        if let body = requestBody(route) { members.append(("requestBody", body)) }
        members.append(("responses", responses(route)))
        return .object(members.map { JSON.Member(name: $0.0, value: $0.1) })
    }

    private func parameters(_ route: RouteDescription) -> [JSON] {
        var result: [JSON] = []
        for segment in route.path.split(separator: "/") where segment.hasPrefix("{") {
            result.append(
                object(
                    ("name", .string(String(segment.dropFirst().dropLast()))),
                    ("in", .string("path")), ("required", .bool(true)),
                    ("schema", Schema.string(format: "uuid").json)))
        }
        for parameter in route.parameters {
            var members: [(String, JSON)] = [
                ("name", .string(parameter.name)), ("in", .string("query")),
                ("description", .string(parameter.summary)),
                ("schema", Self.schema(parameter.kind)),
            ]
            if case .keyed = parameter.kind {
                members.append(("style", .string("deepObject")))
                members.append(("explode", .bool(true)))
            }
            result.append(.object(members.map { JSON.Member(name: $0.0, value: $0.1) }))
        }
        if route.isIdempotent {
            result.append(
                object(
                    ("name", .string("Idempotency-Key")), ("in", .string("header")),
                    (
                        "description",
                        .string("Repeats within 24 hours give the first answer again.")
                    ),
                    ("schema", Schema.text(1...128).json)))
        }
        return result
    }

    private static func schema(_ kind: Parameter.Kind) -> JSON {
        switch kind {
        case .text(let length): Schema.text(length).json
        case .boolean: Schema.boolean.json
        case .integer: Schema.integer().json
        case .id: Schema.string(format: "uuid").json
        case .instant: Schema.string(format: "date-time").json
        case .choice(let options): Schema.choice(options).json
        case .keyed(let length): Schema.map(of: .text(length)).json
        }
    }

    private mutating func requestBody(_ route: RouteDescription) -> JSON? {
        switch route.body {
        case .none: return nil
        case .json(let schema): return content("application/json", schema, isRequired: true)
        case .optionalJSON(let schema):
            return content("application/json", schema, isRequired: false)
        case .form(let schema):
            return content("application/x-www-form-urlencoded", schema, isRequired: true)
        case .multipart(let schema, _):
            return content("multipart/form-data", schema, isRequired: true)
        case .upload(let form, orJSON: let json, _):
            register(form)
            register(json)
            return object(
                ("required", .bool(true)),
                (
                    "content",
                    object(
                        ("multipart/form-data", object(("schema", form.reference))),
                        ("application/json", object(("schema", json.reference))))
                ))
        }
    }

    private mutating func content(_ type: String, _ schema: Schema, isRequired: Bool) -> JSON {
        register(schema)
        return object(
            ("required", .bool(isRequired)),
            ("content", object((type, object(("schema", schema.reference))))))
    }

    private mutating func responses(_ route: RouteDescription) -> JSON {
        var members: [(String, JSON)] = []
        let code = String(route.answer.status.code)
        switch route.answer {
        case .empty: members.append((code, object(("description", .string("Done.")))))
        case .json(_, let schema):
            register(schema)
            members.append(
                (
                    code,
                    object(
                        ("description", .string("Done.")),
                        (
                            "content",
                            object(("application/json", object(("schema", schema.reference))))
                        ))
                ))
        case .media(_, let type):
            members.append(
                (
                    code,
                    object(
                        ("description", .string("Done.")),
                        ("content", object((type, object(("schema", Schema.string().json))))))
                ))
        }
        let failures = Dictionary(grouping: route.failures, by: \.status)
        for (status, kinds) in failures.sorted(by: { $0.key < $1.key }) {
            let codes = kinds.map { "`\($0.code)`" }.sorted().joined(separator: ", ")
            members.append((String(status), Self.problem(codes)))
        }
        members.append(("default", Self.problem("any other problem")))
        return .object(members.map { JSON.Member(name: $0.0, value: $0.1) })
    }

    private mutating func register(_ schema: Schema) {
        if let name = schema.name { components[name] = schema.json }
        for named in schema.nested { if let name = named.name { components[name] = named.json } }
    }

    private static func problem(_ text: String) -> JSON {
        object(
            ("description", .string(text)),
            (
                "content",
                object(
                    (
                        "application/problem+json",
                        object(
                            (
                                "schema",
                                object(("$ref", .string("#/components/schemas/Problem")))
                            ))
                    ))
            ))
    }

    private static let problemSchema: JSON = {
        let text = Schema.string().json
        return object(
            ("type", .string("object")),
            (
                "properties",
                object(
                    ("type", text), ("title", text), ("status", Schema.integer().json),
                    ("detail", text), ("instance", text), ("code", text),
                    (
                        "errors",
                        Schema.array(
                            .object([
                                ("pointer", .string(), true), ("code", .string(), true),
                                ("detail", .string(), true),
                            ])
                        ).json
                    ))
            ),
            (
                "required",
                .array(["type", "title", "status", "instance", "code"].map { .string($0) })
            ))
    }()

    /// The first segment after the version: what a reader looks for.
    private static func tag(_ route: RouteDescription) -> String {
        let segments = route.path.split(separator: "/")
        return String(
            segments.first == "v1" ? segments.dropFirst().first ?? "v1" : segments.first ?? "")
    }
}

private func object(_ members: (String, JSON)...) -> JSON {
    .object(members.map { JSON.Member(name: $0.0, value: $0.1) })
}
