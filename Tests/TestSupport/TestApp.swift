import Crypto
import EventLoop
import HTTP
import Persistence
import Tenancy
import Values

/// A server in memory: the real pipeline and a real PostgreSQL, without sockets.
///
/// Each has settings and a clock of its own; all share the test database. A second one stands for a
/// second server process: it shares no cache with the first.
package final class TestApp: @unchecked Sendable {
    package let services: LoopServices
    package let clock: Clock
    private let pipeline: Pipeline
    private let observer = SilentObserver()

    /// Serves the routes under test; `adjust` changes settings, such as limits generous in tests.
    package init(
        _ routes: [Route], _ adjust: (inout ServiceSettings) -> Void = { _ in }
    ) throws {
        let installation = try TestInstallation.shared.get()
        var settings = ServiceSettings(schemaVersion: installation.files.tenant.last?.version ?? 0)
        settings.authCallsPerAddress = 1_000_000
        settings.requestsPerSession = 1_000_000
        settings.requestsPerToken = 1_000_000
        settings.requestsPerWorkspace = 1_000_000
        settings.passwordCost = .test
        settings.origin = "https://courtyard.test"
        settings.requiresTLS = true
        settings.sendsSMS = true
        adjust(&settings)
        clock = Clock()
        services = LoopServices(
            loop: installation.loop, database: installation.database, clock: clock,
            blocking: installation.blocking,
            passwords: installation.blocking, rates: RateLimits(), keyRing: installation.keyRing,
            settings: settings)
        pipeline = Pipeline(routes: routes, services: services, observer: observer)
    }

    /// Sends one request as it would come from a socket.
    ///
    /// `target` is path and query, percent-encoded; content comes in pieces of `pieceSize`.
    package func send(
        _ method: Method, _ target: String, fields: [(String, String)] = [], body: [UInt8] = [],
        address: String = "192.0.2.1", isSecure: Bool = true, pieceSize: Int = 16_384
    ) async -> Answer {
        let head = MemoryExchange.head(method, target, fields)
        let peer = Peer(address: address, isSecure: isSecure)
        let exchange = MemoryExchange(head: head, peer: peer, content: body, pieceSize: pieceSize)
        return await withCheckedContinuation { continuation in
            services.loop.execute { [self] in
                exchange.begin(
                    on: services.loop, policy: pipeline.bodyPolicy(for: head, from: peer)
                ) {
                    continuation.resume(returning: $0)
                }
                if !exchange.isAnswered { pipeline.handle(exchange) }
            }
        }
    }

    /// Runs `body` on the loop, where database work belongs.
    package func run<Value: Sendable>(
        _ body: @escaping @Sendable (LoopServices) async throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            services.loop.execute { [services] in
                services.loop.spawn {
                    do {
                        continuation.resume(returning: try await body(services))
                    } catch {
                        continuation.resume(throwing: error)
                    }
                }
            }
        }
    }

    /// The outcomes of requests whose failure was a fault of ours, oldest first.
    package var defects: [String] { observer.defects }

    /// What the log and the metrics were told of requests, oldest first.
    package var records: [RequestRecord] { observer.records }
}
