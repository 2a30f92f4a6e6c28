import EventLoop

/// Lets everybody who wants the same thing at the same time wait for one look-up.
///
/// Unchecked: lives on one EventLoop.
final class SharedFetch<Value: Sendable>: @unchecked Sendable {
    typealias Outcome = Result<Value, ProviderFailure>

    private let loop: EventLoop
    private var waiters: [String: [UnsafeContinuation<Outcome, Never>]] = [:]

    init(loop: EventLoop) {
        self.loop = loop
    }

    func isRunning(_ key: String) -> Bool { waiters[key] != nil }

    /// The outcome of `fetch`, which is begun unless it is under way for this key.
    func value(
        _ key: String, _ fetch: @escaping @Sendable () async -> Outcome
    ) async throws(ProviderFailure) -> Value {
        let outcome = await withUnsafeContinuation { continuation in
            if waiters[key] != nil {
                waiters[key]?.append(continuation)
                return
            }
            waiters[key] = [continuation]
            loop.spawn { [self] in
                let outcome = await fetch()
                for waiter in waiters.removeValue(forKey: key) ?? [] {
                    waiter.resume(returning: outcome)
                }
            }
        }
        return try outcome.get()
    }
}
