import Crypto
import HTTP
import Values

/// The checks between a request and its handler that need no waiting.
struct RequestGuards: Sendable {
    private let settings: ServiceSettings

    init(settings: ServiceSettings) {
        self.settings = settings
    }

    /// Checklist 29: API calls over plain HTTP are refused, not redirected.
    func checkTransport(_ exchange: any Exchange) throws {
        guard settings.requiresTLS, !exchange.peer.isSecure else { return }
        throw Problem(.secureTransportRequired)
    }

    func checkOperator(_ head: RequestHead) throws {
        guard let expected = settings.operatorToken, let value = head.string(.authorization),
            value.lowercased().hasPrefix("bearer "),
            SHA256.digest(of: String(value.dropFirst(7))) == expected
        else { throw Problem(.unauthenticated) }
    }

    func checkRates(_ grant: Grant, _ services: LoopServices) throws {
        let now = services.clock.now
        let limit =
            grant.principal.isMember ? settings.requestsPerSession : settings.requestsPerToken
        try services.rates.take(.credential(grant.credentialID), limit: limit, now: now)
        try services.rates.take(
            .workspace(grant.tenant.number), limit: settings.requestsPerWorkspace, now: now)
    }

    func checkAccess(_ route: Route, _ grant: Grant) throws {
        let access = route.description.access
        if grant.isSuspended, !access.isOpenWhenSuspended { throw Problem(.workspaceSuspended) }
        if let permission = route.permission {
            guard !grant.permissions.contains(permission) else { return }
            let name = permission.rawValue
            throw grant.principal.isMember
                ? Problem(
                    .permissionDenied,
                    extra: [.init(name: "required_permission", value: .string(name))])
                : Problem(
                    .scopeMissing, extra: [.init(name: "required_scope", value: .string(name))])
        }
        if access.audience == .session, !grant.principal.isMember {
            throw Problem(.permissionDenied, "This is for signed-in members only.")
        }
    }

    func checkStepUp(_ access: Access, _ grant: Grant, now: Instant) throws {
        if access.needsStepUp { try grant.checkFreshProof(now: now) }
    }

    func checkPlan(_ feature: String, _ grant: Grant) throws {
        guard !grant.tenant.features.contains(feature) else { return }
        let plan = PlanFeature(rawValue: feature)?.requiredPlan ?? "ENTERPRISE"
        throw Problem(
            .planFeatureUnavailable,
            extra: [
                .init(name: "feature", value: .string(feature)),
                .init(name: "required_plan", value: .string(plan)),
            ])
    }

    /// Whoever is one more than the plan allows reads what they may and changes nothing of the
    /// workspace; what belongs to themselves, such as their session, stays theirs (BL-25).
    func checkExcess(_ route: RouteDescription, _ grant: Grant) throws {
        guard let excess = grant.excess, route.method.isChanging,
            case .permission = route.access.audience
        else { return }
        throw excess.problem
    }

    /// OV-21: what a request by cookie must prove, and the stale tab.
    func checkSession(_ head: RequestHead, _ credential: Credential, _ grant: Grant) throws {
        if head.method.isChanging {
            guard let expected = credential.csrfToken, let given = head.string(.csrfToken),
                constantTimeEquals(Array(expected.utf8), Array(given.utf8)),
                isSameOrigin(head) == true
            else { throw Problem(.csrfFailed) }
        }
        if let workspace = head.string(.workspace), ID(workspace) != grant.tenant.id {
            throw Problem(.workspaceMismatch)
        }
    }

    /// A browser's request from elsewhere is refused also where no session is involved (login
    /// CSRF).
    func checkOrigin(_ head: RequestHead) throws {
        guard head.method.isChanging, isSameOrigin(head) == false else { return }
        throw Problem(.csrfFailed)
    }

    /// Whether the browser says that the request comes from our own pages; nil without evidence.
    func isSameOrigin(_ head: RequestHead) -> Bool? {
        if let origin = head.string(.origin) {
            if settings.corsOrigins.contains(origin) { return true }
            if let own = settings.origin { return origin == own }
            guard let host = head.string(.host) else { return false }
            return origin == "http://" + host || origin == "https://" + host
        }
        if let site = head.string(.secFetchSite) { return site == "same-origin" }
        return nil
    }

    /// Bodies are JSON or the upload that the route declares (OV-20, OV-47).
    func checkContentType(_ exchange: any Exchange, _ shape: BodyShape) throws {
        if case .json = shape, !exchange.body.isEmpty,
            exchange.head.string(.contentType) == "application/json"
        {
            return
        }
        let type = exchange.head.string(.contentType)?.lowercased()
        if case .multipart = shape {
            guard let type, type.hasPrefix("multipart/form-data;") else {
                throw Problem(.unsupportedMediaType, "Send multipart/form-data.")
            }
            return
        }
        if case .upload = shape {
            let isForm = type?.hasPrefix("multipart/form-data;") == true
            guard isForm || Self.type(type, is: "application/json") else {
                throw Problem(
                    .unsupportedMediaType, "Send multipart/form-data or application/json.")
            }
            return
        }
        guard !exchange.body.isEmpty else {
            if case .json = shape { throw Problem(.malformedRequest, "A JSON body is needed.") }
            return
        }
        if case .form = shape {
            guard Self.type(type, is: "application/x-www-form-urlencoded") else {
                throw Problem(.unsupportedMediaType, "Send application/x-www-form-urlencoded.")
            }
            return
        }
        guard Self.type(type, is: "application/json") else {
            throw Problem(.unsupportedMediaType, "Send application/json.")
        }
        if case .none = shape { _ = try FieldReader.read(NoInput.self, from: exchange.body) }
    }

    /// Whether a media type is `essence`, whatever its parameters.
    private static func type(_ type: String?, is essence: Substring) -> Bool {
        type?.split(separator: ";").first.map { $0.split(separator: " ") } == [essence]
    }

    // MARK: Cross-origin

    func preflight(_ head: RequestHead, allow: String) -> Response {
        var response = Response(.noContent, fields: [(name: "Allow", value: allow)])
        guard let origin = head.string(.origin), settings.corsOrigins.contains(origin),
            head.range(of: .corsRequestMethod) != nil
        else { return response }
        response.fields.append((name: "Access-Control-Allow-Methods", value: allow))
        response.fields.append(
            (
                name: "Access-Control-Allow-Headers",
                value: "Authorization, Content-Type, Idempotency-Key, If-Match, X-CSRF-Token, "
                    + "X-Courtyard-Workspace, X-Request-Id"
            ))
        response.fields.append((name: "Access-Control-Max-Age", value: "600"))
        return response
    }

    func addCrossOriginFields(_ head: RequestHead, _ response: inout Response) {
        guard !settings.corsOrigins.isEmpty, let origin = head.string(.origin) else { return }
        response.fields.append((name: "Vary", value: "Origin"))
        guard settings.corsOrigins.contains(origin) else { return }
        response.fields.append((name: "Access-Control-Allow-Origin", value: origin))
        response.fields.append((name: "Access-Control-Allow-Credentials", value: "true"))
        response.fields.append(
            (name: "Access-Control-Expose-Headers", value: "ETag, Retry-After, X-Request-Id"))
    }
}

/// The body of a route that takes none: empty, or an object without members.
struct NoInput: Input {
    init(_ fields: FieldReader) {}
}

extension Grant {
    /// How long a proof of password and second factor serves for sensitive actions (ID-72).
    private static let proofLifetime: Duration = .seconds(600)

    /// For a route of which only some fields are sensitive; others say it with
    /// ``TenantAccess/steppedUp``.
    ///
    /// - Throws: ``Problem`` `step_up_required` for people without a fresh proof.
    package func checkFreshProof(now: Instant) throws {
        guard principal.isMember else { return }
        guard let provenAt, now - provenAt <= Self.proofLifetime else {
            throw Problem(.stepUpRequired)
        }
    }
}
