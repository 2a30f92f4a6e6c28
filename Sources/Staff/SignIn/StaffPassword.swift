import Crypto
import EventLoop
import HTTP
import Persistence
import Tenancy
import Values

/// The first factor of the platform's staff.
enum StaffPassword {
    /// Limits first, then the hash in the bounded pool, with the same work for unknown addresses.
    ///
    /// - Throws: ``Problem`` `invalid_credentials`, `too_many_attempts`.
    static func prove(
        _ email: String, _ password: String, _ context: PlatformContext
    ) async throws -> StaffRecord {
        let key = Text.normalized(email).lowercased()
        let attempt = try await StaffAttempt.begin(key, in: context)
        let found: Rows = try await context.readAsStaff(
            """
            SELECT \(StaffRecord.columns) FROM platform.staff s
            WHERE s.email_key = \(key) AND s.status = 'active'
            """)
        let staff = found.first.flatMap { StaffRecord($0, from: 0) }
        let cost = context.services.settings.passwordCost
        let isRight: Bool
        do {
            isRight = try await context.services.passwords.run(startingWithin: .seconds(3)) {
                let hash = staff?.passwordHash ?? PasswordHash.dummy(cost: cost)
                return try PasswordHash.verify(password, against: hash, cost: cost) != .mismatch
            }
        } catch {
            await attempt.withdraw(in: context)
            throw error
        }
        guard isRight, let staff else { throw Problem(.invalidCredentials) }
        _ = try await context.writeAsStaff([attempt.settled])
        return staff
    }
}
