import CCurl
import EventLoop

/// Calls other HTTP servers from one event loop, keeping connections for the next call.
///
/// TLS is verified always, redirects are never followed, and neither cookies nor proxies nor
/// compression are used. Source: checklist rule 28, decision 0005.
package final class HTTPClient: @unchecked Sendable {
    // Unchecked: lives on one EventLoop.
    private let loop: EventLoop
    private let caFile: String?
    private let resolver: Resolver
    /// Guarded calls share no connection or name with the others, which may reach inside.
    private let guarded: CurlMulti
    private let trusted: CurlMulti

    /// - Parameters:
    ///   - loop: Where calls run and ``close()`` is called.
    ///   - caFile: PEM certificates to trust instead of the system's.
    package convenience init(loop: EventLoop, caFile: String? = nil) {
        self.init(loop: loop, caFile: caFile, resolver: Resolver())
    }

    init(loop: EventLoop, caFile: String?, resolver: Resolver) {
        (self.loop, self.caFile, self.resolver) = (loop, caFile, resolver)
        guarded = CurlMulti(loop: loop)
        trusted = CurlMulti(loop: loop)
    }

    /// Aborts what runs with ``HTTPClientFailure/cancelled`` and closes all connections; must be
    /// called on the loop before the client goes.
    package func close() {
        guarded.close()
        trusted.close()
    }

    /// Sends a request and gathers the whole answer; the caller must run on the client's loop.
    ///
    /// Cancelling the task aborts the exchange at once.
    package func send(
        _ request: OutgoingRequest
    ) async throws(HTTPClientFailure) -> IncomingResponse {
        let began = loop.currentTime
        let isGuarded = request.addresses.isPublicOnly
        guard let target = TargetURL(request.url, isGuarded: isGuarded),
            RequestSyntax.isToken(request.method),
            request.fields.allSatisfy({ RequestSyntax.isField($0.name, $0.value) })
        else { throw .invalidRequest }
        var pins: [NetworkAddress] = []
        if isGuarded { pins = try await checkedAddresses(of: target, for: request) }
        let spent = Duration.nanoseconds(loop.currentTime - began)
        let transfer = Transfer(
            url: request.url, protocols: isGuarded ? "https" : "http,https",
            timeouts: (request.connectTimeout - spent, request.timeout - spent), caFile: caFile,
            policy: request.addresses, receiveLimit: request.responseLimitBytes)
        prepare(transfer, for: request)
        if !pins.isEmpty {
            // The plus lets libcurl forget the entry after a minute, as it does its own.
            let list = pins.map(\.pin).joined(separator: ",")
            transfer.set(CURLOPT_RESOLVE, ["+\(target.host):\(target.port):\(list)"])
        }
        guard let code = await (isGuarded ? guarded : trusted).perform(transfer) else {
            throw .cancelled
        }
        if let failure = Self.failure(code, of: transfer) { throw failure }
        return IncomingResponse(
            status: transfer.lastCode, fields: transfer.fields, body: transfer.received)
    }

    /// Looks the name up and refuses it if any of its addresses is refused, for a name that mixes
    /// inside and outside means no good.
    private func checkedAddresses(
        of target: TargetURL, for request: OutgoingRequest
    ) async throws(HTTPClientFailure) -> [NetworkAddress] {
        if let literal = target.literal {
            if !request.addresses.allows(literal) { throw .refusedAddress }
            return []
        }
        if !target.isOrdinaryName { throw .refusedAddress }
        let limit = min(request.connectTimeout, request.timeout)
        let found: [NetworkAddress]
        do {
            found = try await resolver.addresses(of: target.host, within: limit, on: loop)
        } catch {
            switch error {
            case .unknown: throw .resolve
            case .late: throw .timeout
            case .cancelled: throw .cancelled
            }
        }
        if !found.allSatisfy(request.addresses.allows) { throw .refusedAddress }
        return found
    }

    private func prepare(_ transfer: Transfer, for request: OutgoingRequest) {
        transfer.set(CURLOPT_HTTP_VERSION, 2)  // CURL_HTTP_VERSION_1_1
        transfer.set(CURLOPT_MAXFILESIZE, min(request.responseLimitBytes, Int(Int32.max)))
        if request.method == "HEAD" {
            transfer.set(CURLOPT_NOBODY, 1)
        } else if let body = request.body ?? (Self.carriesBody(request.method) ? [] : nil) {
            transfer.set(CURLOPT_POST, 1)
            transfer.setBody(body)
        }
        if request.method != "HEAD" { transfer.set(CURLOPT_CUSTOMREQUEST, request.method) }
        var lines = request.fields.map { name, value in
            value.isEmpty ? "\(name);" : "\(name): \(value)"
        }
        // A name without value takes away what libcurl would add of its own accord.
        let given = Set(request.fields.map { $0.name.lowercased() })
        lines += ["Expect", "Content-Type"].filter { !given.contains($0.lowercased()) }
            .map { "\($0):" }
        transfer.set(CURLOPT_HTTPHEADER, lines)
    }

    /// Methods whose requests say that they have no content by a length of zero (RFC 9110 §8.6).
    private static func carriesBody(_ method: String) -> Bool {
        method == "POST" || method == "PUT" || method == "PATCH"
    }

    private static func failure(_ code: CURLcode, of transfer: Transfer) -> HTTPClientFailure? {
        if code == CURLE_OK { return nil }
        if transfer.isRefused { return .refusedAddress }
        if transfer.isTooLarge { return .tooLarge }
        return switch code {
        case CURLE_FILESIZE_EXCEEDED: .tooLarge
        case CURLE_OPERATION_TIMEDOUT: .timeout
        case CURLE_COULDNT_RESOLVE_HOST: .resolve
        case CURLE_COULDNT_CONNECT: .connect
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .invalidRequest
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_INVALIDCERTSTATUS:
            .tls
        default: .other(Int(code.rawValue))
        }
    }
}
