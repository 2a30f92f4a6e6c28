import Crypto
import EventLoop
import HTTP
import Persistence
import Values

/// Takes a request from its head to its answer (design §7).
///
/// One per loop.
///
/// Order of refusal is that of OV-33. What can be decided without waiting is decided before a task
/// is started.
package final class Pipeline: RequestHandler, @unchecked Sendable {
    private let routes: [Route]
    private let router: Router
    private let services: LoopServices
    private let observer: any RequestObserver
    private let guards: RequestGuards
    private var requestsInFlight = 0

    /// - Precondition: No two routes share method and path.
    package init(routes: [Route], services: LoopServices, observer: any RequestObserver) {
        self.routes = routes
        self.services = services
        self.observer = observer
        router = Router(routes.map(\.description))
        guards = RequestGuards(settings: services.settings)
    }

    package var inFlight: Int { requestsInFlight }

    package func bodyPolicy(for head: RequestHead, from peer: Peer) -> BodyPolicy {
        guard case .found(let index, _) = router.route(head) else {
            return .buffered(limit: 65_536)
        }
        if let limit = routes[index].description.body.streamLimit {
            return .streamed(limit: limit)
        }
        return .buffered(limit: 1 << 20)
    }

    package func answer(to failure: WireFailure) -> Response {
        let problem = Problem(failure)
        observer.refused(failure, status: problem.kind.status)
        return problem.response(instance: "")
    }

    package func handle(_ exchange: any Exchange) {
        let flight = Flight(exchange: exchange, startedAt: services.loop.now)
        switch router.route(exchange.head) {
        case .notFound: finish(flight, Problem.notFound)
        case .methodNotAllowed(let allow):
            if exchange.head.method == .options {
                return finish(flight, guards.preflight(exchange.head, allow: allow))
            }
            finish(flight, Problem(.methodNotAllowed, allow: allow))
        case .found(let index, let ids):
            let route = routes[index]
            flight.route = route.description
            do {
                try start(flight, route, ids)
            } catch {
                finish(flight, error)
            }
        }
    }

    private func start(_ flight: Flight, _ route: Route, _ ids: [ID]) throws {
        try guards.checkTransport(flight.exchange)
        if route.description.access.audience == .operators {
            try guards.checkOperator(flight.exchange.head)
        }
        let call = call(flight, route, ids)
        switch route.handler {
        case .immediate(let handler):
            try checkInput(call)
            finish(flight, try handler(call))
        case .anyone(let endpoint):
            try guards.checkOrigin(flight.exchange.head)
            // Refused at once where nothing has to be looked for first.
            if endpoint.subject == nil { try checkInput(call) }
            run(flight) { [self] in
                if route.description.access.isRateLimitedByAddress {
                    try await AddressLimit.take(call, services)
                }
                let context = PlatformContext(call: call, services: services)
                return try await endpoint.inOrder(context) {
                    if endpoint.subject != nil { try checkInput(call) }
                    return try await endpoint.handler(context)
                }
            }
        case .staff(let endpoint):
            guard let gate = StaffGate(flight.exchange.head) else {
                throw Problem(.unauthenticated)
            }
            run(flight) { [self] in
                let staff = try await gate.admit(services)
                try guards.checkStaff(
                    flight.exchange.head, gate, staff, route.description.access, services)
                let context = StaffContext(staff: staff, call: call, services: services)
                return try await endpoint.inOrder(context) {
                    try checkInput(call)
                    return try await endpoint.handler(context)
                }
            }
        case .tenant(let endpoint):
            guard let credential = Credential(flight.exchange.head) else {
                throw Problem(.unauthenticated)
            }
            try start(
                TenantRequest(
                    flight: flight, route: route, endpoint: endpoint, credential: credential,
                    call: call))
        }
    }

    // MARK: Tenants

    /// A request of a tenant's route on its way to the handler.
    private struct TenantRequest: Sendable {
        let flight: Flight
        let route: Route
        let endpoint: Endpoint<TenantContext>
        let credential: Credential
        let call: Call
    }

    private func start(_ request: TenantRequest) throws {
        guard let grant = services.grants.cached(request.credential.digest) else {
            return run(request.flight) { [self] in
                try await serveAnew(request, countsRate: true)
            }
        }
        do {
            try admit(request, grant)
        } catch let refusal as Problem where refusal.kind != .rateLimited {
            // What a remembered grant refuses may be allowed by now, or nobody's any more.
            return run(request.flight) { [self] in
                try await serveAnew(request, countsRate: false)
            }
        }
        run(request.flight) { [self] in try await serve(request, grant) }
    }

    /// Whether the credential opens the route, as far as that needs no database.
    private func admit(
        _ request: TenantRequest, _ grant: Grant, countsRate: Bool = true
    ) throws {
        request.flight.grant = grant
        if countsRate { try guards.checkRates(grant, services) }
        try guards.checkAccess(request.route, grant)
        if request.credential.carrier == .cookie {
            try guards.checkSession(request.call.head, request.credential, grant)
        }
        try guards.checkStepUp(
            request.route.description.access, grant, now: services.clock.now)
    }

    /// How often a request is judged anew when rights keep changing under it.
    private static let admissionAttempts = 8

    /// Serves under rights that were read for this request.
    private func serveAnew(_ request: TenantRequest, countsRate: Bool) async throws -> Response {
        let grant = try await resolve(request.credential)
        try admit(request, grant, countsRate: countsRate)
        return try await serve(request, grant)
    }

    /// Runs the handler; if the admission has changed meanwhile, reads the rights again and decides
    /// anew.
    ///
    /// A caller may lose several times in a row: its cached grant was old, and then somebody else
    /// changed rights while it waited for its turn to change them.
    private func serve(_ request: TenantRequest, _ grant: Grant) async throws -> Response {
        touch(grant, request.call)
        var grant = grant
        for _ in 0..<Self.admissionAttempts {
            do {
                return try await performProven(request, grant)
            } catch let error where error is NotAdmitted || error is ContentSpent {
                let renewed = try await resolve(request.credential)
                try admit(request, renewed, countsRate: false)
                if error is ContentSpent {
                    throw Problem(.databaseUnavailable, retryAfterSeconds: 1)
                }
                grant = renewed
            }
        }
        throw Problem(.overloaded, retryAfterSeconds: 1)
    }

    /// A refusal counts only for somebody who is still admitted: it may have come before the first
    /// statement, which is what proves that (OV-33, AC-133).
    private func performBelieved(
        _ request: TenantRequest, _ grant: Grant
    ) async throws -> Response {
        let context = TenantContext(grant: grant, call: request.call, services: services)
        do {
            return try await request.endpoint.inOrder(context) {
                if let feature = request.route.description.access.planFeature {
                    try guards.checkPlan(feature, grant)
                }
                try guards.checkExcess(request.route.description, grant)
                try checkInput(request.call)
                return try await perform(context, request.endpoint.handler)
            }
        } catch let refusal as Problem {
            if !context.isProven { try await context.proveAdmission() }
            throw refusal
        }
    }

    private func perform(
        _ context: TenantContext,
        _ handler: @escaping @Sendable (TenantContext) async throws -> Response
    ) async throws -> Response {
        let call = context.call
        if call.route.isIdempotent, let key = try Idempotency.key(of: call.head) {
            return try await Idempotency.perform(key, context, handler)
        }
        return try await handler(context)
    }

    /// Admission was lost after an upload had been read, which cannot be read again.
    private struct ContentSpent: Error {}

    /// Lets an upload begin only for who is admitted now: a cached grant that has become old must
    /// not cost the sender the upload.
    private func performProven(
        _ request: TenantRequest, _ grant: Grant
    ) async throws -> Response {
        guard request.route.description.body.streamLimit != nil else {
            return try await performBelieved(request, grant)
        }
        try await TenantContext(grant: grant, call: request.call, services: services)
            .proveAdmission()
        do {
            return try await performBelieved(request, grant)
        } catch is NotAdmitted {
            throw ContentSpent()
        }
    }

    /// The look-up takes two statements; when rights change between them it begins anew, since
    /// another member's change is no reason to refuse this one.
    private func resolve(_ credential: Credential) async throws -> Grant {
        for _ in 0..<5 {
            do {
                guard let grant = try await services.grants.resolve(credential.digest) else {
                    throw Problem(.unauthenticated)
                }
                return grant
            } catch is NotAdmitted {
                continue
            }
        }
        throw Problem(.overloaded, retryAfterSeconds: 1)
    }

    private func call(_ flight: Flight, _ route: Route, _ ids: [ID]) -> Call {
        let exchange = flight.exchange
        return Call(
            route: route.description, head: exchange.head, peer: exchange.peer,
            requestID: exchange.requestID, ids: ids, body: exchange.body, exchange: exchange)
    }

    /// What can be judged of the content before the handler reads it.
    private func checkInput(_ call: Call) throws {
        try guards.checkContentType(call.exchange, call.route.body)
        try call.readQuery()
    }

    /// Writes down that the credential was used, at most once a minute and off the request's path.
    private func touch(_ grant: Grant, _ call: Call) {
        let now = services.clock.now
        guard now - grant.touchedAt >= .seconds(60) else { return }
        grant.touchedAt = now
        services.loop.spawn { [services] in
            // Losing a touch only makes "last used" a minute older.
            _ = try? await services.database.write(
                [
                    """
                    UPDATE cell.admissions SET last_used_at = \(now),
                        last_used_from = \(call.peer.address),
                        expires_at = CASE WHEN idle_seconds IS NULL THEN expires_at ELSE
                            least(ends_at, \(now) + make_interval(secs => idle_seconds + 60)) END
                    WHERE token_hash = \(bytes: grant.digest.bytes) AND expires_at > \(now)
                    """
                ], in: .identity)
        }
    }

    // MARK: Answers

    private func run(_ flight: Flight, _ body: @escaping @Sendable () async throws -> Response) {
        requestsInFlight += 1
        services.loop.spawn { [self] in
            do {
                let response = try await body()
                requestsInFlight -= 1
                finish(flight, response)
            } catch {
                requestsInFlight -= 1
                finish(flight, error)
            }
        }
    }

    private func finish(_ flight: Flight, _ response: Response) {
        var response = response
        guards.addCrossOriginFields(flight.exchange.head, &response)
        flight.exchange.respond(response)
        observer.finished(flight.record(response.status.code, now: services.loop.currentTime, nil))
    }

    private func finish(_ flight: Flight, _ error: any Error) {
        let (problem, defect) = FailureTranslation.problem(for: error, route: flight.route)
        var response = problem.response(
            instance: flight.exchange.requestID, in: flight.language)
        guards.addCrossOriginFields(flight.exchange.head, &response)
        flight.exchange.respond(response)
        observer.finished(
            flight.record(
                response.status.code, now: services.loop.currentTime,
                defect.map { "\(problem.kind.code): \($0)" } ?? problem.kind.code,
                isDefect: defect != nil && problem.kind.status == 500))
    }
}
