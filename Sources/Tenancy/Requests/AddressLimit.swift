import HTTP
import Persistence
import Values

/// The limit on unauthenticated calls by network address, exact over all processes (OV-48).
enum AddressLimit {
    static func take(_ call: Call, _ services: LoopServices) async throws {
        let now = services.clock.now
        let window = Instant(microseconds: now.microseconds / 60_000_000 * 60_000_000)
        let key = "a:" + call.peer.address
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
        let elapsed = (now.microseconds % 60_000_000) / 1_000_000
        throw Problem(.rateLimited, retryAfterSeconds: Int(60 - elapsed))
    }
}
