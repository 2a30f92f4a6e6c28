import HTTP
import Persistence
import Tenancy
import Values

/// How often a signed-in person may have passwords hashed, exact over all processes: a change costs
/// up to three hashes, so without a limit one session could keep the pool from everybody else's
/// logins (checklist row 19).
enum PasswordChangeLimit {
    static let perMinute: Int64 = 10

    /// - Throws: ``Problem`` `rate_limited` with the seconds until the next minute.
    static func take(_ person: ID, in context: PlatformContext) async throws {
        let minute: Int64 = 60_000_000
        let elapsed = context.now.microseconds % minute
        let window = Instant(microseconds: context.now.microseconds - elapsed)
        let results = try await context.write([
            """
            INSERT INTO platform.rate_counters AS c (key, window_start, count)
            VALUES (\("p:\(person)"), \(window), 1)
            ON CONFLICT (key, window_start) DO UPDATE SET count = c.count + 1
            RETURNING count
            """
        ])
        guard let count = results[0].first?.integer(0), count > perMinute else { return }
        throw Problem(
            .rateLimited, retryAfterSeconds: max(1, Int((minute - elapsed) / 1_000_000)))
    }
}
