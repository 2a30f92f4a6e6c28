/// Who sent a request, after trusted proxies have been taken into account.
package struct Peer: Sendable, Equatable {
    /// Textual IP address without port, such as `203.0.113.7` or `2001:db8::1`.
    package var address: String
    /// Whether the client reached us, or the proxy in front of us, over TLS.
    package var isSecure: Bool

    package init(address: String, isSecure: Bool) {
        self.address = address
        self.isSecure = isSecure
    }
}

/// What the server does with the content of a request, decided from its head alone.
package enum BodyPolicy: Sendable {
    /// Collect up to `limit` bytes before the handler runs; more is 413.
    case buffered(limit: Int)
    /// Run the handler at once; it reads the content piece by piece, up to `limit` bytes in all.
    case streamed(limit: Int)
    /// Answer without reading the content and close the connection if there is any.
    case refused(Response)
}

/// Why the server itself refuses a request, before any route sees it.
package enum WireFailure: Error, Sendable, Equatable {
    /// 400: not HTTP/1.1 as RFC 9112 has it, or open to two readings; the connection is closed.
    case malformed(reason: String)
    /// 505
    case unsupportedVersion
    /// 501: method or transfer coding that is not implemented.
    case notImplemented
    /// 414
    case targetTooLong
    /// 431
    case headTooLarge
    /// 413
    case contentTooLarge
    /// 408: head or content came too slowly.
    case timedOut
    /// 417: an expectation other than `100-continue`.
    case expectationFailed
    /// 503: too many requests or connections at the same time.
    case overloaded
}

/// One request and the place for its answer.
///
/// Lives on one loop.
package protocol Exchange: AnyObject, Sendable {
    var head: RequestHead { get }
    var peer: Peer { get }
    /// The caller's `X-Request-Id` if it is 1 to 64 printable ASCII characters, else a new one.
    var requestID: String { get }
    /// The whole content under ``BodyPolicy/buffered(limit:)``, else empty.
    var body: [UInt8] { get }
    /// The next piece of content under ``BodyPolicy/streamed(limit:)``, or nil at its end.
    ///
    /// - Throws: ``ClientGone``, or a ``WireFailure`` for content too large, too slow or malformed.
    func readBody() async throws -> [UInt8]?
    /// Answers; must be called exactly once.
    ///
    /// An answer that comes before the content was read to its end closes the connection.
    func respond(_ response: Response)
}

/// What the server calls for every request that is well-formed.
package protocol RequestHandler: AnyObject, Sendable {
    func bodyPolicy(for head: RequestHead, from peer: Peer) -> BodyPolicy
    /// Runs on the connection's loop; must arrange that `exchange` is answered.
    func handle(_ exchange: any Exchange)
    /// The answer to a request that never became one.
    func answer(to failure: WireFailure) -> Response
}
