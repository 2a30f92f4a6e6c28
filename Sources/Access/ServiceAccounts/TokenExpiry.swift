import HTTP
import Tenancy
import Values

/// How long a machine's token lives (AC-77).
enum TokenExpiry {
    private static let usual = Duration.seconds(90 * 86_400)
    private static let longest = Duration.seconds(365 * 86_400)

    /// The end of a token made now.
    ///
    /// - Throws: ``Problem``: `expires_at` `out_of_range` when it is past or more than 365 days
    ///   away (AC-120).
    static func end(_ chosen: Instant?, now: Instant) throws -> Instant {
        guard let chosen else { return now + usual }
        guard chosen > now, chosen <= now + longest else {
            throw Problem.field(
                "expires_at", "out_of_range", "In the future, and at most 365 days ahead.")
        }
        return chosen
    }
}
