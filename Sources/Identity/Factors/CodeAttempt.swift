import HTTP
import Persistence
import Tenancy
import Values

/// One code on trial.
///
/// As with passwords, a try is written down as a failure before it is judged, under a lock of the
/// person, and struck out when the code proves right: so tries that arrive together are counted
/// exactly. The counter is apart from that of passwords, belongs to the person, and so is inherited
/// by the next login (checklist rule 17, row 55).
struct CodeAttempt: Sendable {
    /// Wrong codes within the hour before further ones must wait.
    static let free: Int64 = 10

    let personID: ID
    /// How many more wrong ones are allowed.
    let attemptsLeft: Int64

    /// - Throws: ``Problem`` `too_many_attempts`; `challenge_void` when the login has used up its
    ///   tries.
    static func begin(
        of person: ID, step: LoginStep? = nil, in context: PlatformContext
    ) async throws -> CodeAttempt {
        let now = context.now
        return try await context.transaction { transaction in
            guard try await Person.lock(person, in: transaction) != nil else {
                throw Problem(.unauthenticated)
            }
            let rows = try await transaction.run(
                """
                SELECT count(*), max(failed_at) FROM platform.code_failures
                WHERE person_id = \(person) AND failed_at > \(now - LoginThrottle.window)
                """)
            let failures = rows[0].integer(0)
            if let last = rows[0].optionalInstant(1), failures >= free {
                try refuse(until: last + wait(after: failures), now)
            }
            var left = free - failures - 1
            if let step {
                let taken = try await transaction.run(step.taking(at: now))
                guard let row = taken.first else { throw Problem(.challengeVoid) }
                left = row.integer(0)
            }
            transaction.atCommit(
                """
                INSERT INTO platform.code_failures (id, person_id, failed_at)
                VALUES (\(context.newID()), \(person), \(now))
                """)
            return CodeAttempt(personID: person, attemptsLeft: max(0, left))
        }
    }

    /// What a wrong code is answered with; says neither why nor which factor (checklist rule 16).
    var refusal: Problem {
        Problem(
            .invalidCode,
            extra: [JSON.Member(name: "attempts_left", value: .integer(attemptsLeft))])
    }

    /// The statement for a right code: what failed before is forgiven.
    func success() -> SQL { "DELETE FROM platform.code_failures WHERE person_id = \(personID)" }

    private static func wait(after failures: Int64) -> Duration {
        let doublings = failures - free
        return doublings >= 5
            ? LoginThrottle.longestWait
            : min(LoginThrottle.firstWait * (1 << doublings), LoginThrottle.longestWait)
    }

    private static func refuse(until: Instant, _ now: Instant) throws {
        guard until > now else { return }
        let seconds = Int(((until - now).wholeMicroseconds + 999_999) / 1_000_000)
        throw Problem(.tooManyAttempts, retryAfterSeconds: max(1, seconds))
    }
}
