import Crypto
import EventLoop
import Tenancy

/// Hashing in the bounded pool, the only place where Identity spends CPU on passwords.
///
/// A full pool refuses at once and late work is not begun: ``BlockingPool/Overloaded`` is answered
/// as 503 with `Retry-After` (checklist rules 12 and 37).
struct PasswordWork: Sendable {
    private static let deadline: Duration = .seconds(3)

    let services: LoopServices

    /// What became of a password on trial.
    enum Verdict: Sendable, Equatable {
        case wrong
        /// `renewedHash` replaces a hash that was made at another cost than today's.
        case right(renewedHash: String?)
    }

    /// Hashes a new password.
    func hash(_ password: String) async throws -> String {
        let cost = services.settings.passwordCost
        return try await services.passwords.run(startingWithin: Self.deadline) {
            try PasswordHash.hash(password, cost: cost)
        }
    }

    /// Compares a password with a person's hash; without one the same work is done (ID-08).
    func verify(_ password: String, against hash: String?) async throws -> Verdict {
        let cost = services.settings.passwordCost
        return try await services.passwords.run(startingWithin: Self.deadline) {
            guard let hash else {
                _ = try PasswordHash.verify(
                    password, against: PasswordHash.dummy(cost: cost), cost: cost)
                return .wrong
            }
            switch try PasswordHash.verify(password, against: hash, cost: cost) {
            case .mismatch: return .wrong
            case .match(needsRehash: false): return .right(renewedHash: nil)
            case .match(needsRehash: true):
                return .right(renewedHash: try PasswordHash.hash(password, cost: cost))
            }
        }
    }
}
