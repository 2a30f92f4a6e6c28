/// A status code (RFC 9110 §15).
package struct Status: Sendable, Equatable, Hashable, ExpressibleByIntegerLiteral {
    package let code: Int

    package init(integerLiteral code: Int) { self.code = code }
    package init(_ code: Int) { self.code = code }

    package static let ok: Status = 200
    package static let created: Status = 201
    package static let accepted: Status = 202
    package static let noContent: Status = 204
}

/// One answer: status, fields and content.
///
/// The server adds framing, date, request id and the security fields that every answer carries.
package struct Response: Sendable {
    package enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// Content that is made while it is sent; chunked, since its length is not known.
        case stream(@Sendable (any BodyWriter) async throws -> Void)
    }

    package var status: Status
    /// The media type with its charset where one fits; nil only for answers without content.
    package var contentType: StaticString?
    /// Further fields in order; names as they stand on the wire, values free of control characters.
    package var fields: [(name: StaticString, value: String)] = []
    package var body: Body
    /// Whether the connection ends after this answer.
    package var closesConnection = false
    /// Whether content may be compressed; never set it where a secret stands beside caller's input.
    package var mayCompress = false

    package init(
        _ status: Status, contentType: StaticString? = nil, body: Body = .none,
        fields: [(name: StaticString, value: String)] = []
    ) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.fields = fields
    }

    package static func json(_ status: Status, _ bytes: [UInt8]) -> Response {
        Response(status, contentType: "application/json; charset=utf-8", body: .bytes(bytes))
    }
}

/// Takes the pieces of a streamed answer.
package protocol BodyWriter: Sendable {
    /// Queues `bytes` for sending and suspends while the client reads slower than we write.
    ///
    /// - Throws: ``ClientGone`` once the connection is closed.
    func write(_ bytes: [UInt8]) async throws
}

/// The connection ended before the exchange did.
package struct ClientGone: Error {
    package init() {}
}
