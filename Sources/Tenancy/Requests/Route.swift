import HTTP
import Values

/// An endpoint: its description and the one function behind it.
///
/// `access` decides the context the handler gets, so that code which forgot to authorize does not
/// compile; a method that changes something cannot be declared without its audit action.
package struct Route: Sendable {
    package enum Handler: Sendable {
        /// Answers at once, without a task and without a database.
        case immediate(@Sendable (Call) throws -> Response)
        case anyone(Endpoint<PlatformContext>)
        case tenant(Endpoint<TenantContext>)
        case staff(Endpoint<StaffContext>)

        /// Whether what the path names can be looked for (OV-33); those who need no credentials
        /// may be told less than that something is not there.
        fileprivate var hasSubject: Bool {
            switch self {
            case .immediate, .anyone: true
            case .tenant(let endpoint): endpoint.subject != nil
            case .staff(let endpoint): endpoint.subject != nil
            }
        }
    }

    package let description: RouteDescription
    package let handler: Handler
    /// What the caller must hold, if the route asks for a permission.
    let permission: Permission?

    private init(_ description: RouteDescription, _ handler: Handler) {
        precondition(
            !description.path.contains("{") || handler.hasSubject,
            "\(description.id) has ids in its path and no subject")
        self.description = description
        self.handler = handler
        if case .permission(let name) = description.access.audience {
            guard let permission = Permission(rawValue: name) else {
                preconditionFailure("\(description.id) asks for the unknown permission \(name)")
            }
            self.permission = permission
        } else {
            permission = nil
        }
    }

    /// A reading route inside a tenant.
    ///
    /// A path with ids says what they name: the `subject`.
    /// `audit` is for reads that must be written down: exports.
    package static func read(
        _ path: String, of subject: Subject<TenantContext>? = nil, id: String, _ summary: String,
        access: TenantAccess,
        parameters: [Parameter] = [], returns answer: AnswerShape, fails: [ProblemKind] = [],
        audit: String? = nil, handler: @escaping @Sendable (TenantContext) async throws -> Response
    ) -> Route {
        Route(
            RouteDescription(
                .get, path, id: id, summary: summary, access: access.access, audit: audit,
                parameters: parameters, answer: answer, failures: access.failures + fails),
            .tenant(Endpoint(subject: subject, handler: handler)))
    }

    /// A changing route inside a tenant.
    package static func change(
        _ method: Method, _ path: String, of subject: Subject<TenantContext>? = nil, id: String,
        _ summary: String, access: TenantAccess,
        audit: String, parameters: [Parameter] = [], accepts body: BodyShape = .none,
        returns answer: AnswerShape, fails: [ProblemKind] = [], isIdempotent: Bool = false,
        handler: @escaping @Sendable (TenantContext) async throws -> Response
    ) -> Route {
        precondition(method.isChanging)
        if isIdempotent, case .media = answer {
            preconditionFailure("\(id) cannot be answered twice with the same stream")
        }
        return Route(
            RouteDescription(
                method, path, id: id, summary: summary, access: access.access, audit: audit,
                parameters: parameters, body: body, answer: answer,
                failures: access.failures + fails, isIdempotent: isIdempotent),
            .tenant(Endpoint(subject: subject, handler: handler)))
    }

    /// A changing route that creates something of which the plan allows only so many (BL-10…).
    ///
    /// It is refused when nothing is free. The handler gets the right to take the place, which it
    /// does in the transaction that creates.
    package static func change(
        _ method: Method, _ path: String, of subject: Subject<TenantContext>? = nil, id: String,
        _ summary: String, access: TenantAccess, limit: PlanLimit,
        audit: String, parameters: [Parameter] = [], accepts body: BodyShape = .none,
        returns answer: AnswerShape, fails: [ProblemKind] = [], isIdempotent: Bool = false,
        handler: @escaping @Sendable (TenantContext, LimitedPlace) async throws -> Response
    ) -> Route {
        let place = LimitedPlace(limit)
        // Told before the content is judged (OV-33); without content the taking tells.
        let checksFirst = if case .none = body { false } else { true }
        return change(
            method, path, of: subject, id: id, summary, access: access.limited(limit),
            audit: audit, parameters: parameters, accepts: body, returns: answer,
            fails: fails + [.planLimitReached], isIdempotent: isIdempotent
        ) { context in
            if checksFirst { try await place.check(context) }
            return try await handler(context, place)
        }
    }

    /// A route without credentials, under the limit for such calls by address (OV-48).
    package static func open(
        _ method: Method, _ path: String, of subject: Subject<PlatformContext>? = nil, id: String,
        _ summary: String, audit: String? = nil, parameters: [Parameter] = [],
        accepts body: BodyShape = .none, returns answer: AnswerShape,
        fails: [ProblemKind] = [], isRateLimited: Bool = true,
        handler: @escaping @Sendable (PlatformContext) async throws -> Response
    ) -> Route {
        precondition(!method.isChanging || audit != nil, "\(id) changes and names no audit action")
        return Route(
            RouteDescription(
                method, path, id: id, summary: summary,
                access: Access(.anyone, isRateLimitedByAddress: isRateLimited), audit: audit,
                parameters: parameters, body: body, answer: answer, failures: fails),
            .anyone(Endpoint(subject: subject, handler: handler)))
    }

    /// A reading route for whoever satisfies the operator's rule (OV-64).
    package static func operators(
        _ path: String, id: String, _ summary: String, returns answer: AnswerShape,
        fails: [ProblemKind] = [],
        handler: @escaping @Sendable (PlatformContext) async throws -> Response
    ) -> Route {
        Route(
            RouteDescription(
                .get, path, id: id, summary: summary, access: Access(.operators), answer: answer,
                failures: fails),
            .anyone(Endpoint(subject: nil, handler: handler)))
    }

    /// A reading route of the platform's staff; `audit` is for exports, which are written down.
    package static func staffRead(
        _ path: String, of subject: Subject<StaffContext>? = nil, id: String,
        _ summary: String, role: StaffRole = .billingStaff,
        parameters: [Parameter] = [], returns answer: AnswerShape, fails: [ProblemKind] = [],
        audit: String? = nil, handler: @escaping @Sendable (StaffContext) async throws -> Response
    ) -> Route {
        Route(
            RouteDescription(
                .get, path, id: id, summary: summary, access: Access(.staff(role.rawValue)),
                audit: audit, parameters: parameters, answer: answer, failures: fails),
            .staff(Endpoint(subject: subject, handler: handler)))
    }

    /// A changing route of the platform's staff.
    package static func staffChange(
        _ method: Method, _ path: String, of subject: Subject<StaffContext>? = nil, id: String,
        _ summary: String, role: StaffRole = .billingStaff, audit: String,
        accepts body: BodyShape = .none,
        returns answer: AnswerShape, fails: [ProblemKind] = [],
        handler: @escaping @Sendable (StaffContext) async throws -> Response
    ) -> Route {
        precondition(method.isChanging)
        return Route(
            RouteDescription(
                method, path, id: id, summary: summary, access: Access(.staff(role.rawValue)),
                audit: audit, body: body, answer: answer, failures: fails),
            .staff(Endpoint(subject: subject, handler: handler)))
    }

    /// A reading route that needs nothing but the request.
    package static func immediate(
        _ path: String, id: String, _ summary: String, access: Access = Access(.anyone),
        parameters: [Parameter] = [], returns answer: AnswerShape, fails: [ProblemKind] = [],
        takesAnyQuery: Bool = false, handler: @escaping @Sendable (Call) throws -> Response
    ) -> Route {
        Route(
            RouteDescription(
                .get, path, id: id, summary: summary, access: access, parameters: parameters,
                answer: answer, failures: fails, takesAnyQuery: takesAnyQuery),
            .immediate(handler))
    }
}

/// What a route inside a tenant asks of its caller.
package struct TenantAccess: Sendable {
    let access: Access

    /// A member or machine that holds the permission; optionally only on plans with the feature.
    package static func holding(
        _ permission: Permission, plan feature: PlanFeature? = nil, evenSuspended: Bool = false
    ) -> TenantAccess {
        TenantAccess(
            access: Access(
                .permission(permission.rawValue), planFeature: feature?.rawValue,
                isOpenWhenSuspended: evenSuspended))
    }

    /// The same, and of people a proof of password and second factor not older than ten minutes.
    package var steppedUp: TenantAccess {
        var copy = access
        copy.needsStepUp = true
        return TenantAccess(access: copy)
    }

    fileprivate func limited(_ limit: PlanLimit) -> TenantAccess {
        var copy = access
        copy.planLimit = limit.rawValue
        return TenantAccess(access: copy)
    }

    var failures: [ProblemKind] { access.needsStepUp ? [.stepUpRequired] : [] }

    /// Any signed-in member.
    package static let member = TenantAccess(access: Access(.session))
    package static let memberEvenSuspended = TenantAccess(
        access: Access(.session, isOpenWhenSuspended: true))
}

/// Features that only some plans have (BL-02).
package enum PlanFeature: String, Sendable, CaseIterable {
    case customRoles = "custom_roles"
    case apiCampaigns = "api_campaigns"
    case sso

    /// The smallest plan of the initial catalogue that has it.
    package var requiredPlan: String {
        switch self {
        case .customRoles, .apiCampaigns: "STARTER"
        case .sso: "ENTERPRISE"
        }
    }
}
