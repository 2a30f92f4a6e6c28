/// One entry of the problem catalogue: a code that never changes, its status and its title (OV-30).
package struct ProblemKind: Sendable, Hashable {
    /// Stable snake_case; the slug is the same text with dashes.
    package let code: String
    package let status: Int
    package let title: String

    package init(_ code: StaticString, _ status: Int, _ title: StaticString) {
        self.code = code.description
        self.status = status
        self.title = title.description
    }

    package var slug: String { String(code.map { $0 == "_" ? "-" : $0 }) }
    package var type: String { "/problems/" + slug }
}

// The common codes of part 0 §8; features add their own beside their routes.
extension ProblemKind {
    package static let malformedRequest = ProblemKind(
        "malformed_request", 400, "The request could not be read")
    package static let invalidParameter = ProblemKind(
        "invalid_parameter", 400, "A query parameter has an invalid value")
    package static let unknownParameter = ProblemKind(
        "unknown_parameter", 400, "The query parameter is unknown")
    package static let repeatedParameter = ProblemKind(
        "repeated_parameter", 400, "A query parameter was given twice")
    package static let invalidCursor = ProblemKind(
        "invalid_cursor", 400, "The cursor does not belong to this list")
    package static let invalidSort = ProblemKind(
        "invalid_sort", 400, "The list cannot be sorted by this field")
    package static let unauthenticated = ProblemKind(
        "unauthenticated", 401, "Valid credentials are needed")
    package static let planFeatureUnavailable = ProblemKind(
        "plan_feature_unavailable", 402, "The plan does not include this feature")
    package static let planLimitReached = ProblemKind(
        "plan_limit_reached", 402, "The plan's limit is reached")
    package static let permissionDenied = ProblemKind(
        "permission_denied", 403, "The permission is missing")
    package static let scopeMissing = ProblemKind(
        "scope_missing", 403, "The token lacks the scope")
    package static let csrfFailed = ProblemKind(
        "csrf_failed", 403, "The request did not prove that it came from the console")
    package static let workspaceSuspended = ProblemKind(
        "workspace_suspended", 403, "The workspace is suspended")
    package static let privilegeEscalation = ProblemKind(
        "privilege_escalation", 403, "Nobody can give rights they do not hold")
    package static let stepUpRequired = ProblemKind(
        "step_up_required", 403, "A new proof of password and second factor is needed")
    package static let secureTransportRequired = ProblemKind(
        "secure_transport_required", 403, "The API is served over TLS only")
    package static let notFound = ProblemKind("not_found", 404, "There is nothing here")
    package static let methodNotAllowed = ProblemKind(
        "method_not_allowed", 405, "The method is not allowed here")
    package static let requestTimeout = ProblemKind(
        "request_timeout", 408, "The request came too slowly")
    package static let workspaceMismatch = ProblemKind(
        "workspace_mismatch", 409, "The session has moved to another workspace")
    package static let idempotencyConflict = ProblemKind(
        "idempotency_conflict", 409, "The idempotency key was used for another request")
    package static let idempotencyInProgress = ProblemKind(
        "idempotency_in_progress", 409, "The first request with this key is still running")
    package static let nameTaken = ProblemKind("name_taken", 409, "The name is already in use")
    package static let invalidState = ProblemKind(
        "invalid_state", 409, "The present state does not allow this")
    package static let versionMismatch = ProblemKind(
        "version_mismatch", 412, "The resource has changed since it was read")
    package static let payloadTooLarge = ProblemKind(
        "payload_too_large", 413, "The content is too large")
    package static let targetTooLong = ProblemKind(
        "target_too_long", 414, "The address is too long")
    package static let unsupportedMediaType = ProblemKind(
        "unsupported_media_type", 415, "The content is of a type that is not accepted here")
    package static let expectationFailed = ProblemKind(
        "expectation_failed", 417, "The expectation cannot be met")
    package static let validationFailed = ProblemKind(
        "validation_failed", 422, "Some fields break a rule")
    package static let tooManyItems = ProblemKind(
        "too_many_items", 422, "Too many items in one request")
    package static let rateLimited = ProblemKind("rate_limited", 429, "Too many requests")
    package static let headTooLarge = ProblemKind(
        "head_too_large", 431, "The header fields are too large")
    package static let internalError = ProblemKind(
        "internal_error", 500, "Something went wrong on our side")
    package static let notImplemented = ProblemKind(
        "not_implemented", 501, "The method or coding is not supported")
    package static let databaseUnavailable = ProblemKind(
        "database_unavailable", 503, "The service is briefly unavailable")
    package static let overloaded = ProblemKind(
        "overloaded", 503, "The service is busy")
    package static let workspaceMigrating = ProblemKind(
        "workspace_migrating", 503, "The workspace is being updated")
    package static let providerNotConfigured = ProblemKind(
        "provider_not_configured", 503, "A service this needs is not set up")
    package static let httpVersionUnsupported = ProblemKind(
        "http_version_unsupported", 505, "Only HTTP/1.1 is spoken here")

    /// What any route may answer; not listed again by each (OV-70…OV-83).
    package static let common: Set<ProblemKind> = [
        .malformedRequest, .invalidParameter, .unknownParameter, .repeatedParameter,
        .unauthenticated, .planFeatureUnavailable, .planLimitReached, .permissionDenied,
        .scopeMissing, .csrfFailed, .workspaceSuspended, .notFound, .methodNotAllowed,
        .workspaceMismatch, .payloadTooLarge, .unsupportedMediaType, .validationFailed,
        .rateLimited, .internalError, .databaseUnavailable, .overloaded, .workspaceMigrating,
        .invalidCursor, .invalidSort, .secureTransportRequired, .requestTimeout,
    ]
}
