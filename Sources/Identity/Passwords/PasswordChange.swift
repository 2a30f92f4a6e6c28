import HTTP
import Persistence
import Tenancy
import Values

/// A new password of a known person, on its way to being theirs.
struct PasswordChange: Sendable {
    let person: Person
    let context: PlatformContext

    /// Checks a new password and hashes it.
    ///
    /// - Throws: ``Problem`` `validation_failed` with the reason for `new_password` (ID-126,
    ///   ID-27).
    func hash(of password: String) async throws -> String {
        try await person.policy(in: context).check(password, field: "new_password")
        let work = PasswordWork(services: context.services)
        if let old = person.passwordHash, try await work.verify(password, against: old) != .wrong {
            throw Problem.field(
                "new_password", "password_unchanged", "The new password equals the present one.")
        }
        return try await work.hash(password)
    }
}

extension Person {
    /// Stores a password that the person has chosen.
    func storing(_ hash: String) -> SQL {
        """
        UPDATE platform.persons SET password_hash = \(hash), must_change_password = false
        WHERE id = \(id)
        """
    }

    /// Stores the same password at today's cost, unless it has been changed meanwhile.
    func renewal(of hash: String) -> SQL {
        """
        UPDATE platform.persons SET password_hash = \(hash)
        WHERE id = \(id) AND password_hash = \(passwordHash)
        """
    }

    /// Voids whatever was begun with an older password: unfinished logins, reset links.
    func voidings(at now: Instant) -> [SQL] {
        [
            "DELETE FROM platform.login_steps WHERE person_id = \(id)",
            """
            UPDATE platform.mail_links SET expires_at = \(now)
            WHERE person_id = \(id) AND purpose = 'reset_password' AND expires_at > \(now)
            """,
        ]
    }
}
