/// Everything about an endpoint that can be said as data.
///
/// The router, the API description, the authorization table, metrics labels and audit actions are
/// derived from it (design §7).
package final class RouteDescription: Sendable {
    package let method: Method
    /// As the specification writes it, such as `/v1/contacts/{id}`; parameters are ids.
    package let path: String
    /// Noun first, then verb: `contactCreate`.
    package let id: String
    package let summary: String
    package let access: Access
    /// What the audit log calls a call that changed something; required for changing methods.
    package let audit: String?
    package let parameters: [Parameter]
    package let body: BodyShape
    package let answer: AnswerShape
    /// What the route may answer besides the common problems.
    package let failures: [ProblemKind]
    /// Accepts `Idempotency-Key` (OV-46).
    package let isIdempotent: Bool
    /// A page whose query is another site\'s business; it is passed over (OV-28 is for the API).
    package let takesAnyQuery: Bool

    package init(
        _ method: Method, _ path: String, id: String, summary: String, access: Access,
        audit: String? = nil, parameters: [Parameter] = [], body: BodyShape = .none,
        answer: AnswerShape, failures: [ProblemKind] = [], isIdempotent: Bool = false,
        takesAnyQuery: Bool = false
    ) {
        self.method = method
        self.path = path
        self.id = id
        self.summary = summary
        self.access = access
        self.audit = audit
        self.parameters = parameters
        self.body = body
        self.answer = answer
        self.failures = failures
        self.isIdempotent = isIdempotent
        self.takesAnyQuery = takesAnyQuery
    }
}

/// Who may call a route.
package struct Access: Sendable, Equatable {
    package enum Audience: Sendable, Equatable {
        /// Needs no credentials.
        case anyone
        /// Any signed-in member; machines have no business here (AC-69).
        case session
        /// A member or machine that holds the permission of this name.
        case permission(String)
        /// Whoever satisfies the operator's rule for metrics and the API description (OV-64).
        case operators
        /// The platform's staff with this role or one that includes it (BL-80).
        case staff(String)
    }

    package var audience: Audience
    /// The plan feature that the workspace needs, such as `custom_roles`.
    package var planFeature: String?
    /// What the route creates and the plan limits, such as `seats`.
    package var planLimit: String?
    /// Stays open while the workspace is suspended (OV-82).
    package var isOpenWhenSuspended = false
    /// People need proof not older than ten minutes; machines are exempt (ID-72).
    package var needsStepUp = false
    /// Counts against the limit for unauthenticated calls by address (OV-48).
    package var isRateLimitedByAddress = false

    package init(
        _ audience: Audience, planFeature: String? = nil, isOpenWhenSuspended: Bool = false,
        isRateLimitedByAddress: Bool = false
    ) {
        self.audience = audience
        self.planFeature = planFeature
        self.isOpenWhenSuspended = isOpenWhenSuspended
        self.isRateLimitedByAddress = isRateLimitedByAddress
    }
}

/// One query parameter.
package struct Parameter: Sendable {
    package enum Kind: Sendable {
        case text(ClosedRange<Int>)
        case boolean
        case integer
        case id
        case instant
        case choice([String])
        /// Any name of the form `prefix[key]`; the value is text.
        case keyed(ClosedRange<Int>)
    }

    package var name: String
    package var kind: Kind
    package var summary: String

    package init(_ name: String, _ kind: Kind, _ summary: String) {
        self.name = name
        self.kind = kind
        self.summary = summary
    }
}

/// What a request carries.
package enum BodyShape: Sendable {
    case none
    /// `application/json` up to 1 MiB (OV-47).
    case json(Schema)
    /// `application/json` that may be left out altogether.
    case optionalJSON(Schema)
    /// `application/x-www-form-urlencoded`, as other servers send it that know no JSON.
    case form(Schema)
    /// `multipart/form-data`, streamed; `limit` counts the whole body in bytes.
    case multipart(Schema, limit: Int)
    /// Either `multipart/form-data` or a small `application/json`, both streamed.
    case upload(Schema, orJSON: Schema, limit: Int)

    /// What a streamed body may have in bytes; nil for one that is collected first.
    package var streamLimit: Int? {
        switch self {
        case .none, .json, .optionalJSON, .form: nil
        case .multipart(_, let limit), .upload(_, orJSON: _, let limit): limit
        }
    }
}

/// What a successful answer carries.
package enum AnswerShape: Sendable {
    case empty(Status)
    case json(Status, Schema)
    /// Another media type, such as `text/csv`.
    case media(Status, String)

    package var status: Status {
        switch self {
        case .empty(let status), .json(let status, _), .media(let status, _): status
        }
    }
}
