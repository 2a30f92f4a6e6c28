import Billing
import EventLoop
import Tenancy
import Values

/// Reserves and settles with many workers that live on one loop, like requests.
final class CreditsBench: @unchecked Sendable {
    private let services: LoopServices
    private let tenants: [TenantReference]
    private let workers: Int
    private var pairs = 0
    private var slowest: Int64 = 0
    private var running = 0
    private var failure: (any Error)?

    init(_ services: LoopServices, _ tenants: [TenantReference], workers: Int) {
        self.services = services
        self.tenants = tenants
        self.workers = workers
    }

    /// Pairs a second, and the slowest pair, over so many seconds.
    func measure(_ seconds: Int) async throws -> (rate: Int, slowestMilliseconds: Int64) {
        let loop = services.loop
        let begun = loop.currentTime
        let end = begun + Int64(seconds) * 1_000_000_000
        (pairs, slowest, running) = (0, 0, workers)
        for worker in 0..<workers { loop.spawn { [self] in await work(worker, until: end) } }
        while running > 0 { try await loop.sleep(for: .milliseconds(5)) }
        if let failure { throw failure }
        let elapsed = Double(loop.currentTime - begun) / 1e9
        return (Int(Double(pairs) / elapsed), slowest / 1_000_000)
    }

    /// Reserves and settles, one after the other, until the time is up.
    private func work(_ worker: Int, until end: Int64) async {
        let loop = services.loop
        var step = worker
        while loop.currentTime < end, failure == nil {
            let context = TenantContext(
                tenant: tenants[step % tenants.count], job: "bench", services: services)
            step += workers
            let begun = loop.currentTime
            do {
                let hold = try await AICredits.reserve(
                    5, purpose: .aiAnswer, key: services.newID().description, in: context)
                try await AICredits.settle(hold, credits: 3, in: context)
                pairs += 1
                slowest = max(slowest, loop.currentTime - begun)
            } catch {
                failure = error
            }
        }
        running -= 1
    }
}
