import Persistence
import Tenancy
import Values

/// Removes what has run out: links, unfinished logins, dead sessions, old failures and browsers.
///
/// Nothing depends on it for correctness; it keeps the tables small. Run it every few minutes. No
/// other job deletes from these tables, but for the admissions of machine tokens, which `Cleaning`
/// in Jobs removes.
package enum IdentityUpkeep {
    package static func run(_ services: LoopServices) async throws {
        let now = services.clock.now
        _ = try await services.database.write(
            [
                """
                DELETE FROM platform.login_failures
                WHERE failed_at <= \(now - LoginThrottle.window)
                """,
                """
                DELETE FROM platform.code_failures
                WHERE failed_at <= \(now - LoginThrottle.window)
                """,
                "DELETE FROM platform.code_sends WHERE sent_at <= \(now - .seconds(3_600))",
                "DELETE FROM platform.one_time_codes WHERE expires_at <= \(now)",
                "DELETE FROM platform.totp_enrolments WHERE expires_at <= \(now)",
                "DELETE FROM platform.login_steps WHERE expires_at <= \(now)",
                // A link that is dead still counts for an hour among the mails to its address.
                """
                DELETE FROM platform.mail_links
                WHERE expires_at <= \(now) AND created_at <= \(now - .seconds(3_600))
                """,
                "DELETE FROM cell.admissions WHERE kind = 'session' AND expires_at <= \(now)",
                """
                DELETE FROM platform.sessions s
                WHERE created_at < \(now - .seconds(60))
                    AND NOT EXISTS (SELECT FROM cell.admissions a WHERE a.credential_id = s.id)
                """,
                """
                DELETE FROM platform.known_devices
                WHERE last_used_at <= \(now - .seconds(400 * 86_400))
                """,
            ], in: .identity)
    }
}
