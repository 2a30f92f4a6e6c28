import EventLoop
import HTTP
import Persistence
import Values

/// The limit on unauthenticated calls by ``Peer/network``, exact over all processes (OV-48).
enum AddressLimit {
    private static let pause: Duration = .seconds(1)

    static func take(_ call: Call, _ services: LoopServices) async throws {
        let now = services.clock.now
        let minute = now.microseconds / 60_000_000
        let window = Instant(microseconds: minute * 60_000_000)
        let elapsed = (now.microseconds % 60_000_000) / 1_000_000
        let refusal = Problem(.rateLimited, retryAfterSeconds: Int(60 - elapsed))
        if services.rates.isRefused(call.peer.network, window: minute) {
            // Who goes on asking waits for the answer: so a flood asks as seldom as it has
            // connections, and leaves the loop to others.
            try await services.loop.sleep(for: pause)
            throw refusal
        }
        let key = "a:" + call.peer.network
        let rows: [Rows] = try await services.database.write(
            [
                """
                INSERT INTO platform.rate_counters AS c (key, window_start, count)
                VALUES (\(key), \(window), 1)
                ON CONFLICT (key, window_start) DO UPDATE SET count = c.count + 1
                RETURNING count
                """
            ], in: .identity)
        guard let count = rows.first?.first?.integer(0),
            count > services.settings.authCallsPerAddress
        else { return }
        services.rates.refuse(call.peer.network, window: minute)
        throw refusal
    }
}
