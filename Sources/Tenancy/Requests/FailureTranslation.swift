import EventLoop
import HTTP
import Persistence

/// Turns whatever a handler threw into what the caller may know (checklist 35, OV-83).
enum FailureTranslation {
    /// - Returns: The problem to answer, and for faults of ours or the database what the log says.
    static func problem(
        for error: any Error, route: RouteDescription?
    ) -> (problem: Problem, defect: String?) {
        switch error {
        case let problem as Problem:
            guard let route, !ProblemKind.common.contains(problem.kind),
                !route.failures.contains(problem.kind)
            else { return (problem, nil) }
            return (
                Problem(.internalError), "\(route.id) answered the undeclared \(problem.kind.code)"
            )
        case let error as DatabaseError:
            if error.isUnavailable {
                return (Problem(.databaseUnavailable, retryAfterSeconds: 2), error.description)
            }
            if error.isTimeout || error.isRetryable {
                return (Problem(.overloaded, retryAfterSeconds: 1), error.description)
            }
            return (Problem(.internalError), error.description)
        case is NotAdmitted: return (Problem(.unauthenticated), nil)
        case is BlockingPool.Overloaded:
            return (Problem(.overloaded, retryAfterSeconds: 2), "blocking pool is full")
        case let failure as WireFailure: return (Problem(failure), nil)
        case is ClientGone, is CancellationError:
            return (Problem(.requestTimeout), "the client left")
        default: return (Problem(.internalError), String(describing: type(of: error)))
        }
    }
}
