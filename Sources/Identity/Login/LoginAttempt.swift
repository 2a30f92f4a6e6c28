import HTTP
import Persistence
import Tenancy
import Values

/// One password on trial, admitted under the limits of ID-09 before any hashing (checklist rule
/// 12).
///
/// The attempt is written down as a failure first, under a lock of its e-mail, and struck out when
/// the password proves right: so the count is exact over all processes, and guesses that arrive
/// together cannot all slip through before one of them has failed.
struct LoginAttempt: Sendable {
    let id: ID
    let emailKey: String
    let address: String
    /// An attempt that nobody settled counts as failed after this long: its process has died.
    private static let trialSeconds: Duration = .seconds(15)

    /// - Throws: ``Problem`` `too_many_attempts` with the seconds to wait.
    static func begin(
        emailKey: String, isKnownDevice: Bool, in context: PlatformContext
    ) async throws -> LoginAttempt {
        let attempt = LoginAttempt(
            id: context.newID(), emailKey: emailKey, address: context.call.peer.network)
        let now = context.now
        try await context.transaction { transaction in
            let results = try await transaction.run([
                "SELECT pg_advisory_xact_lock(hashtextextended('login ' || \(emailKey), 0))",
                """
                SELECT failed_at, address = \(attempt.address),
                    is_settled OR failed_at < \(now - trialSeconds)
                FROM platform.login_failures
                WHERE email_key = \(emailKey) AND failed_at > \(now - LoginThrottle.window)
                ORDER BY failed_at
                """,
            ])
            let failures = results[1].map {
                Failure(at: $0.instant(0), isFromHere: $0.bool(1), isSettled: $0.bool(2))
            }
            try refuse(failures, isKnownDevice: isKnownDevice, now: now)
            transaction.atCommit(
                """
                INSERT INTO platform.login_failures (id, email_key, address, failed_at, is_settled)
                VALUES (\(attempt.id), \(emailKey), \(attempt.address), \(now), false)
                """)
        }
        return attempt
    }

    /// Leaves the attempt as the failure it was; `record` writes it into a history.
    func fail(in context: PlatformContext, _ record: SQL? = nil) async throws {
        let settled: SQL = "UPDATE platform.login_failures SET is_settled = true WHERE id = \(id)"
        _ = try await context.write([settled] + (record.map { [$0] } ?? []))
    }

    /// Strikes out an attempt that was never decided.
    func withdraw(in context: PlatformContext) async {
        // Should this fail too, it counts as one failure for an hour at most.
        _ = try? await context.write(["DELETE FROM platform.login_failures WHERE id = \(id)"])
    }

    /// The statement for a right password: what failed here before is forgiven.
    func success() -> SQL {
        """
        DELETE FROM platform.login_failures
        WHERE id = \(id) OR (email_key = \(emailKey) AND address = \(address) AND is_settled)
        """
    }

    /// The statement that lifts every block of an e-mail (after a reset).
    static func pardon(emailKey: String) -> SQL {
        "DELETE FROM platform.login_failures WHERE email_key = \(emailKey)"
    }

    private struct Failure {
        let at: Instant
        let isFromHere: Bool
        let isSettled: Bool
    }

    private static func refuse(
        _ failures: [Failure], isKnownDevice: Bool, now: Instant
    ) throws {
        let throttle = LoginThrottle(
            fromAddress: failures.filter { $0.isFromHere && $0.isSettled }.map(\.at),
            fromAnywhere: failures.filter(\.isSettled).map(\.at), isKnownDevice: isKnownDevice)
        if let until = throttle.blockedUntil(), until > now {
            throw refusal(until - now)
        }
        // Attempts under way might all fail: no more of them than failures are allowed.
        let withTrials = LoginThrottle(
            fromAddress: failures.filter(\.isFromHere).map(\.at),
            fromAnywhere: failures.map(\.at), isKnownDevice: isKnownDevice)
        if failures.contains(where: { !$0.isSettled }),
            let until = withTrials.blockedUntil(), until > now
        {
            throw refusal(.seconds(1))
        }
    }

    private static func refusal(_ wait: Duration) -> Problem {
        let seconds = Int((wait.wholeMicroseconds + 999_999) / 1_000_000)
        return Problem(.tooManyAttempts, retryAfterSeconds: max(1, seconds))
    }
}
