/// A call to another server.
package struct OutgoingRequest: Sendable {
    /// A token of RFC 9110 §9.1, in capitals.
    package var method: String
    /// Absolute; ``AddressPolicy/publicOnly`` takes `https` alone.
    package var url: String
    package var fields: [(name: String, value: String)]
    package var body: [UInt8]?
    /// From the look-up of the name to the end of the TLS handshake.
    package var connectTimeout: Duration
    /// The whole exchange.
    package var timeout: Duration
    /// How many bytes of content are taken; more is a failure.
    package var responseLimitBytes: Int
    package var addresses: AddressPolicy

    package init(
        _ method: String = "GET", _ url: String,
        fields: [(name: String, value: String)] = [], body: [UInt8]? = nil,
        connectTimeout: Duration = .seconds(5), timeout: Duration = .seconds(15),
        responseLimitBytes: Int = 1_024 * 1_024, addresses: AddressPolicy = .publicOnly
    ) {
        (self.method, self.url, self.fields, self.body) = (method, url, fields, body)
        (self.connectTimeout, self.timeout) = (connectTimeout, timeout)
        (self.responseLimitBytes, self.addresses) = (responseLimitBytes, addresses)
    }
}

/// What another server answered; redirects are answers like any other.
package struct IncomingResponse: Sendable {
    package let status: Int
    /// In the order received, repetitions apart; trailers are dropped.
    package let fields: [(name: String, value: String)]
    package let body: [UInt8]

    package init(status: Int, fields: [(name: String, value: String)], body: [UInt8]) {
        (self.status, self.fields, self.body) = (status, fields, body)
    }

    /// The first field of this name, whatever its case.
    package subscript(field name: String) -> String? {
        let wanted = name.lowercased()
        return fields.first { $0.name.lowercased() == wanted }?.value
    }
}

/// Why there is no answer.
package enum HTTPClientFailure: Error, Sendable, Equatable {
    /// Not a URL of an allowed scheme, or a method or field that cannot be sent.
    case invalidRequest
    case resolve
    /// The address is not one that ``AddressPolicy`` allows; nothing was connected to.
    case refusedAddress
    case connect
    /// The handshake failed, or the certificate is not trusted or not for this name.
    case tls
    case timeout
    /// The response has more content, or more fields, than is taken.
    case tooLarge
    /// The task was cancelled or the client closed.
    case cancelled
    /// Anything else, by libcurl's error number (libcurl-errors(3)).
    case other(Int)
}

/// Whatever sends requests: an ``HTTPClient``, or a test that answers by itself.
package protocol HTTPSending: Sendable {
    /// Sends a request and gathers the whole answer.
    func send(
        _ request: OutgoingRequest
    ) async throws(HTTPClientFailure) -> IncomingResponse
}

extension HTTPClient: HTTPSending {}
