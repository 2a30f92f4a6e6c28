import HTTP
import Persistence
import Tenancy
import Values

/// One password or code on trial (checklist rule 12).
///
/// It is written down as a failure before any work is done, under a lock of its e-mail, and struck
/// out when it proves right: guesses that arrive together cannot all slip through.
struct StaffAttempt: Sendable {
    private static let window: Duration = .seconds(900)
    private static let fromAddress = 5
    private static let fromAnywhere = 30

    private let id: ID
    private let emailKey, address: String

    /// - Throws: ``Problem`` `too_many_attempts` with the seconds to wait.
    static func begin(_ emailKey: String, in context: PlatformContext) async throws -> Self {
        let attempt = StaffAttempt(
            id: context.newID(), emailKey: emailKey, address: context.call.peer.address)
        let now = context.now
        try await context.services.database.transaction(in: .staff) { transaction in
            let results = try await transaction.run([
                "SELECT pg_advisory_xact_lock(hashtextextended('staff ' || \(emailKey), 0))",
                """
                SELECT failed_at, address = \(attempt.address) FROM platform.staff_failures
                WHERE email_key = \(emailKey) AND failed_at > \(now - window)
                ORDER BY failed_at DESC
                """,
            ])
            let failures = results[1].map { (at: $0.instant(0), isFromHere: $0.bool(1)) }
            let here = failures.filter(\.isFromHere)
            if here.count >= fromAddress || failures.count >= fromAnywhere {
                let oldest =
                    here.count >= fromAddress
                    ? here[fromAddress - 1].at : failures[fromAnywhere - 1].at
                let wait = (oldest + window) - now
                let seconds = Int((wait.wholeMicroseconds + 999_999) / 1_000_000)
                throw Problem(.tooManyAttempts, retryAfterSeconds: max(1, seconds))
            }
            transaction.atCommit(
                """
                INSERT INTO platform.staff_failures (id, email_key, address, failed_at)
                VALUES (\(attempt.id), \(emailKey), \(attempt.address), \(now))
                """)
        }
        return attempt
    }

    /// Strikes out an attempt that was not decided, such as when the hash pool was full.
    func withdraw(in context: PlatformContext) async {
        _ = try? await context.writeAsStaff([settled])
    }

    /// The statement that strikes this attempt out.
    var settled: SQL { "DELETE FROM platform.staff_failures WHERE id = \(id)" }

    /// The statement after a completed sign-in: what failed from here before is forgiven.
    static func pardon(_ emailKey: String, from address: String) -> SQL {
        """
        DELETE FROM platform.staff_failures
        WHERE email_key = \(emailKey) AND address = \(address)
        """
    }
}
