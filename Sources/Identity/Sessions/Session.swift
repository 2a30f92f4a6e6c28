import Crypto
import HTTP
import Persistence
import Tenancy
import Values

/// A browser's login in one workspace: a row of `platform.sessions`, and of the same id in
/// `cell.admissions`, which is what lets requests in.
struct Session: Sendable {
    let id: ID
    let secret: SessionSecret
    let seat: Seat
    let role: Seat.Role
    /// When the person logged in; kept when the session moves.
    let startedAt: Instant
    /// When password and second factor were proved last (ID-72).
    let provenAt: Instant?

    /// Starts a session of a person whose row `transaction` has locked, and ends the oldest ones
    /// beyond the limit.
    ///
    /// - Throws: ``Problem`` `no_workspace` when the membership ended meanwhile.
    static func start(
        of person: Person, in seat: Seat, as role: Seat.Role, by proof: LoginProof,
        _ transaction: Transaction, _ context: PlatformContext
    ) async throws -> Session {
        let session = Session(
            id: context.newID(), secret: SessionSecret.generate(), seat: seat, role: role,
            startedAt: context.now, provenAt: context.now)
        let results = try await transaction.run([
            session.use(of: person, at: context.now),
            endings(of: person.id, beyond: SessionLimits.perPerson - 1, at: context.now),
        ])
        guard results[0].affected == 1 else { throw Problem(.noWorkspace) }
        transaction.atCommit(
            """
            INSERT INTO platform.sessions
                (id, person_id, tenant_number, device, address, created_at, ends_at,
                sso_connection_id, sso_subject, sso_session, second_factor_at)
            VALUES (\(session.id), \(person.id), \(seat.tenant.number), \(context.call.device),
                \(context.call.peer.address), \(session.startedAt), \(session.endsAt),
                \(proof.mark?.connectionID), \(proof.mark?.subject),
                \(proof.mark?.providerSession), \(proof.secondFactorAt))
            """)
        transaction.atCommit(session.admission(at: context.now, from: context.call.peer.address))
        transaction.atCommit(session.audit("session.start", of: person, context))
        transaction.atCommit(
            LoginHistory.entry(
                proof.method == .sso ? .ssoSuccess : .success, by: proof.method,
                person: person.id, tenant: seat.tenant.number, in: context))
        // What this browser was signed in to before has ended (ID-12).
        if let previous = AuthCookie.session.secret(in: context.call.head) {
            transaction.atCommit(ending(previous))
        }
        return session
    }

    /// Gives a live session a new secret, in the same workspace or another (ID-06, ID-12).
    ///
    /// The old secret is gone with the transaction, and the DELETE decides between two requests
    /// that would both move the session.
    ///
    /// - Throws: ``Problem`` `unauthenticated` when the old secret has ended, or when the session
    ///   is older than the other workspace's role allows; `not_found` when the membership ended.
    static func replace(
        _ old: Grant, with seat: Seat, as role: Seat.Role, of person: Person,
        _ transaction: Transaction, _ context: PlatformContext, provesFactor: Bool = false,
        provesPerson: Bool = false
    ) async throws -> Session {
        let results = try await transaction.run([
            """
            DELETE FROM cell.admissions
            WHERE token_hash = \(bytes: old.digest.bytes) AND credential_id = \(old.credentialID)
            """,
            """
            SELECT created_at FROM platform.sessions
            WHERE id = \(old.credentialID) AND person_id = \(person.id)
            """,
        ])
        guard results[0].affected == 1, let row = results[1].first else {
            throw Problem(.unauthenticated)
        }
        let session = Session(
            id: old.credentialID, secret: SessionSecret.generate(), seat: seat, role: role,
            startedAt: row.instant(0), provenAt: provesPerson ? context.now : old.provenAt)
        guard session.endsAt > context.now else {
            throw Problem(.unauthenticated, "Log in again to enter this workspace.")
        }
        let used = try await transaction.run(session.use(of: person, at: context.now))
        guard used.affected == 1 else { throw Problem.notFound }
        transaction.atCommit(
            """
            UPDATE platform.sessions
            SET tenant_number = \(seat.tenant.number), ends_at = \(session.endsAt),
                second_factor_at = CASE WHEN \(provesFactor) THEN \(context.now)
                    ELSE second_factor_at END
            WHERE id = \(session.id)
            """)
        transaction.atCommit(session.admission(at: context.now, from: context.call.peer.address))
        return session
    }

    var endsAt: Instant { startedAt + .seconds(SessionLimits.of(role.builtin).absoluteSeconds) }

    func audit(
        _ action: StaticString, of person: Person, _ context: PlatformContext
    ) -> SQL {
        PersonAudit(
            tenantNumber: seat.tenant.number, memberID: seat.memberID, name: person.name
        ).entry(action, "session", id, context)
    }

    /// Marks the workspace as used; touches no row when the membership is not active any more, and
    /// otherwise holds off its end until this transaction is over.
    private func use(of person: Person, at now: Instant) -> SQL {
        """
        UPDATE platform.memberships SET last_login_at = \(now)
        WHERE person_id = \(person.id) AND tenant_number = \(seat.tenant.number)
            AND status = 'active'
        """
    }

    private func admission(at now: Instant, from address: String) -> SQL {
        let idle = SessionLimits.of(role.builtin).idleSeconds
        let expiresAt = min(endsAt, now + .seconds(idle))
        return """
            INSERT INTO cell.admissions (token_hash, tenant_number, kind, principal_id,
                credential_id, expires_at, ends_at, idle_seconds, last_used_at, last_used_from,
                proven_at)
            VALUES (\(bytes: secret.digest.bytes), \(seat.tenant.number), 'session',
                \(seat.memberID), \(id), \(expiresAt), \(endsAt), \(idle), \(now), \(address),
                \(provenAt))
            """
    }
}

/// What a login has shown of the person, as its session and the history keep it.
struct LoginProof: Sendable {
    /// What was presented last.
    var method: LoginHistory.Method
    /// When a second factor was proved, here or at the provider (ID-88); nil while it was not.
    var secondFactorAt: Instant?
    /// Of a login through a provider.
    var mark: SessionMark?
}

/// Through which provider a session came: it is good for that workspace alone (ID-93).
struct SessionMark: Sendable {
    let connectionID: ID
    let subject: String
    let providerSession: String?
}

// MARK: - Ending

extension Session {
    /// Ends a person's sessions but the `kept` newest; those that are dead already go first.
    static func endings(of person: ID, beyond kept: Int, at now: Instant) -> SQL {
        """
        WITH ended AS (
            DELETE FROM platform.sessions WHERE person_id = \(person) AND id NOT IN (
                SELECT s.id FROM platform.sessions s
                JOIN cell.admissions a ON a.credential_id = s.id
                WHERE s.person_id = \(person) AND a.expires_at > \(now)
                ORDER BY s.created_at DESC, s.id DESC
                LIMIT \(kept))
            RETURNING id
        )
        DELETE FROM cell.admissions WHERE credential_id IN (SELECT id FROM ended)
        """
    }

    /// Ends a person's sessions, all or all but one.
    static func endings(of person: ID, except kept: ID?) -> SQL {
        """
        WITH ended AS (
            DELETE FROM platform.sessions
            WHERE person_id = \(person) AND id IS DISTINCT FROM \(kept)
            RETURNING id
        )
        DELETE FROM cell.admissions WHERE credential_id IN (SELECT id FROM ended)
        """
    }

    /// Ends the session of a secret, if there is one.
    static func ending(_ secret: SessionSecret) -> SQL {
        """
        WITH ended AS (
            DELETE FROM cell.admissions
            WHERE token_hash = \(bytes: secret.digest.bytes) AND kind = 'session'
            RETURNING credential_id
        )
        DELETE FROM platform.sessions WHERE id IN (SELECT credential_id FROM ended)
        """
    }

    /// Ends one session of a person; touches one row if it was live.
    static func ending(_ id: ID, of person: ID) -> SQL {
        """
        WITH ended AS (
            DELETE FROM platform.sessions WHERE id = \(id) AND person_id = \(person) RETURNING id
        )
        DELETE FROM cell.admissions WHERE credential_id IN (SELECT id FROM ended)
        """
    }
}
