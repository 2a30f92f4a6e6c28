import HTTP
import Values

/// One request as handlers see it: who, what, and everything the pipeline has checked already.
///
/// Lives on one loop.
package final class Call: @unchecked Sendable {
    package let route: RouteDescription
    package let head: RequestHead
    package let peer: Peer
    package let requestID: String
    /// The ids of the path, in order.
    package let ids: [ID]
    /// None until ``readQuery()``.
    package private(set) var query = QueryParameters()
    package let body: [UInt8]
    /// For streamed content and for answers that outlive the handler.
    package let exchange: any Exchange

    package init(
        route: RouteDescription, head: RequestHead, peer: Peer, requestID: String, ids: [ID],
        body: [UInt8], exchange: any Exchange
    ) {
        self.route = route
        self.head = head
        self.peer = peer
        self.requestID = requestID
        self.ids = ids
        self.body = body
        self.exchange = exchange
    }

    /// The first id of the path.
    ///
    /// - Precondition: The route's path has one.
    package var id: ID {
        precondition(!ids.isEmpty, "the route \(route.id) has no id in its path")
        return ids[0]
    }

    /// Checks the query against what the route declares (OV-28).
    func readQuery() throws {
        guard !route.takesAnyQuery else { return }
        query = try QueryParameters(head, declared: route.parameters)
    }

    /// Checks and decodes the JSON body (OV-28, OV-29).
    package func input<Value: Input>(_ type: Value.Type) throws -> Value {
        try FieldReader.read(type, from: body)
    }

    /// Compares `If-Match` with the current version (OV-45).
    ///
    /// - Throws: ``Problem`` `version_mismatch`.
    package func checkVersion(_ current: Int64) throws {
        guard let wanted = head.string(.ifMatch), wanted != "*" else { return }
        let tags = wanted.split(separator: ",").map { $0.trimmingPrefix { $0 == " " } }
        guard tags.contains(where: { $0 == "\"\(current)\"" }) else {
            throw Problem(.versionMismatch)
        }
    }

    /// The text that stands for the caller's device in lists and history (ID-11).
    package var device: String {
        String(Text.normalized(head.string(.userAgent) ?? "").unicodeScalars.prefix(200))
    }
}
