import CLinux
import EventLoop

/// Looks up addresses with the system's resolver, which blocks, on threads of its own.
struct Resolver: Sendable {
    enum Failure: Error { case unknown, late, cancelled }

    /// Enough for a few slow name servers at once; more waiting than this is refused.
    static let pool = BlockingPool(name: "resolve", threads: 4, queueLimit: 256)

    /// Blocks; an empty list means that the name is not known.
    var lookUp: @Sendable (_ host: String) -> [NetworkAddress] = Self.system

    /// The addresses of `host`; the caller must run on `loop`.
    ///
    /// The look-up itself cannot be stopped, so a late or cancelled caller goes on without it.
    func addresses(
        of host: String, within limit: Duration, on loop: EventLoop
    ) async throws(Failure) -> [NetworkAddress] {
        let wait = Wait()
        let lookUp = lookUp
        let result = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                wait.begin(continuation)
                let timer = loop.schedule(after: limit) { wait.end(.failure(.late)) }
                loop.spawn {
                    let found = try? await Self.pool.run(startingWithin: limit) { lookUp(host) }
                    loop.cancel(timer)
                    let known = found.flatMap { $0.isEmpty ? nil : $0 }
                    wait.end(known.map { .success($0) } ?? .failure(.unknown))
                }
            }
        } onCancel: {
            loop.execute { wait.end(.failure(.cancelled)) }
        }
        return try result.get()
    }

    private static func system(_ host: String) -> [NetworkAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [NetworkAddress] = []
        var next = list
        while let entry = next, found.count < 32 {
            if let address = entry.pointee.ai_addr.flatMap({ NetworkAddress($0) }) {
                found.append(address)
            }
            next = entry.pointee.ai_next
        }
        return found
    }

    /// Lets the answer, the timer and a cancellation race; lives on the loop.
    private final class Wait: @unchecked Sendable {
        typealias Outcome = Result<[NetworkAddress], Failure>
        private var continuation: UnsafeContinuation<Outcome, Never>?

        func begin(_ continuation: UnsafeContinuation<Outcome, Never>) {
            self.continuation = continuation
        }

        func end(_ outcome: Outcome) {
            continuation?.resume(returning: outcome)
            continuation = nil
        }
    }
}
