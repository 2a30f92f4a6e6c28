/// A request method that the server knows; every other one is refused with 501 before routing.
package enum Method: String, Sendable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"

    /// Whether the method may change state (RFC 9110 §9.2.1 names the others safe).
    package var isChanging: Bool {
        switch self {
        case .get, .head, .options: false
        case .post, .put, .patch, .delete: true
        }
    }
}

/// The request fields that Courtyard reads; recognised while parsing so that look-ups are cheap.
package enum FieldName: String, Sendable, CaseIterable {
    case accept = "accept"
    case acceptLanguage = "accept-language"
    case authorization = "authorization"
    case connection = "connection"
    case contentEncoding = "content-encoding"
    case contentLength = "content-length"
    case contentType = "content-type"
    case cookie = "cookie"
    case corsRequestHeaders = "access-control-request-headers"
    case corsRequestMethod = "access-control-request-method"
    case csrfToken = "x-csrf-token"
    case expect = "expect"
    case forwardedFor = "x-forwarded-for"
    case forwardedProto = "x-forwarded-proto"
    case host = "host"
    case idempotencyKey = "idempotency-key"
    case ifMatch = "if-match"
    case ifNoneMatch = "if-none-match"
    case lastEventID = "last-event-id"
    case origin = "origin"
    case requestID = "x-request-id"
    case secFetchSite = "sec-fetch-site"
    case transferEncoding = "transfer-encoding"
    case userAgent = "user-agent"
    case workspace = "x-courtyard-workspace"
    case acceptEncoding = "accept-encoding"
}

/// The head of one request: its bytes as received, and where the parts lie in them.
///
/// Built only by a parser that has checked RFC 9112 syntax, so every range is inside `bytes`, field
/// values carry no surrounding white space, and no byte is a control character.
package struct RequestHead: Sendable {
    package struct Field: Sendable {
        package var name: Range<Int32>
        package var value: Range<Int32>
        package var known: FieldName?

        package init(name: Range<Int32>, value: Range<Int32>, known: FieldName?) {
            self.name = name
            self.value = value
            self.known = known
        }
    }

    package let bytes: [UInt8]
    package let method: Method
    /// The path of the target, still percent-encoded; begins with `/`, or is `*` for OPTIONS.
    package let path: Range<Int>
    /// The query without its question mark, still percent-encoded.
    package let query: Range<Int>?
    package let fields: [Field]

    package init(
        bytes: [UInt8], method: Method, path: Range<Int>, query: Range<Int>?, fields: [Field]
    ) {
        self.bytes = bytes
        self.method = method
        self.path = path
        self.query = query
        self.fields = fields
    }

    /// Where the first field of that name has its value in ``bytes``.
    package func range(of name: FieldName) -> Range<Int>? {
        for field in fields where field.known == name {
            return Int(field.value.lowerBound)..<Int(field.value.upperBound)
        }
        return nil
    }

    /// The value of the first field of that name; not UTF-8 reads as absent.
    package func string(_ name: FieldName) -> String? {
        range(of: name).flatMap { String(validating: bytes[$0], as: UTF8.self) }
    }

    /// How many fields of that name the request carries.
    package func count(of name: FieldName) -> Int {
        fields.reduce(0) { $0 + ($1.known == name ? 1 : 0) }
    }
}
