import Persistence
import Tenancy
import Values

/// Removes what has run out: links, codes, unfinished logins, dead sessions, old failures and
/// browsers.
///
/// Nothing depends on it for correctness; it keeps the tables small. Run it every few minutes. No
/// other job deletes from these tables, but for the admissions of machine tokens, which `Cleaning`
/// in Jobs removes.
package enum IdentityUpkeep {
    package static func run(
        _ services: LoopServices, checkpoint: @escaping () throws -> Void = {}
    ) async throws {
        let now = services.clock.now
        let sweep = Sweep(services.database, in: .identity, checkpoint: checkpoint)
        for statement in proofs(now) + sessions(now) { try await sweep.run(statement) }
    }

    /// Failures, codes, and links.
    private static func proofs(_ now: Instant) -> [SQL] {
        [
            """
            DELETE FROM platform.login_failures WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM platform.login_failures
                WHERE failed_at <= \(now - LoginThrottle.window) LIMIT \(Sweep.batch)))
            """,
            """
            DELETE FROM platform.code_failures WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM platform.code_failures
                WHERE failed_at <= \(now - LoginThrottle.window) LIMIT \(Sweep.batch)))
            """,
            """
            DELETE FROM platform.code_sends WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM platform.code_sends
                WHERE sent_at <= \(now - .seconds(3_600)) LIMIT \(Sweep.batch)))
            """,
            """
            DELETE FROM platform.one_time_codes WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM platform.one_time_codes
                WHERE expires_at <= \(now) LIMIT \(Sweep.batch)))
            """,
            """
            DELETE FROM platform.totp_enrolments WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM platform.totp_enrolments
                WHERE expires_at <= \(now) LIMIT \(Sweep.batch)))
            """,
            // A link that is dead still counts for an hour among the mails to its address.
            """
            DELETE FROM platform.mail_links WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM platform.mail_links
                WHERE expires_at <= \(now) AND created_at <= \(now - .seconds(3_600))
                LIMIT \(Sweep.batch)))
            """,
        ]
    }

    /// Unfinished logins, sessions, and browsers.
    private static func sessions(_ now: Instant) -> [SQL] {
        [
            """
            DELETE FROM platform.login_steps WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM platform.login_steps
                WHERE expires_at <= \(now) LIMIT \(Sweep.batch)))
            """,
            """
            DELETE FROM cell.admissions WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM cell.admissions
                WHERE kind = 'session' AND expires_at <= \(now) LIMIT \(Sweep.batch)))
            """,
            """
            DELETE FROM platform.sessions WHERE ctid = ANY (ARRAY(
                SELECT s.ctid FROM platform.sessions s
                WHERE s.created_at < \(now - .seconds(60))
                    AND NOT EXISTS (SELECT FROM cell.admissions a WHERE a.credential_id = s.id)
                LIMIT \(Sweep.batch)))
            """,
            """
            DELETE FROM platform.known_devices WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM platform.known_devices
                WHERE last_used_at <= \(now - .seconds(400 * 86_400)) LIMIT \(Sweep.batch)))
            """,
        ]
    }
}
