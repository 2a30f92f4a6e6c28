import Crypto
import HTTP
import Persistence
import Values

/// Lets staff in by their own cookie, and nobody else by anything (BL-80).
///
/// Rights are read afresh on every request: staff are few, and their requests rare.
package struct StaffGate: Sendable {
    package static let cookieName = "__Host-courtyard-staff"
    package static let idle: Duration = .seconds(1_800)
    package static let absolute: Duration = .seconds(43_200)

    let secret: SessionSecret

    /// Nil when the request has no staff session, or brings a bearer token beside it (checklist
    /// 29).
    init?(_ head: RequestHead) {
        guard head.range(of: .authorization) == nil,
            let text = Credential.cookie(named: Self.cookieName, in: head),
            let secret = SessionSecret(text)
        else { return nil }
        self.secret = secret
    }

    /// - Throws: ``Problem`` `unauthenticated`.
    func admit(_ services: LoopServices) async throws -> StaffMember {
        let now = services.clock.now
        let hash = secret.digest.bytes
        let rows: Rows = try await services.database.read(
            """
            SELECT s.id, n.id, s.name, s.email_key, s.role, n.last_used_at
            FROM platform.staff_sessions n JOIN platform.staff s ON s.id = n.staff_id
            WHERE n.secret_hash = \(bytes: hash) AND n.ends_at > \(now)
                AND n.last_used_at > \(now - Self.idle) AND s.status = 'active'
                AND s.totp_secret IS NOT NULL
            """, in: .staff)
        guard let row = rows.first, let role = StaffRole(rawValue: row.text(4)) else {
            throw Problem(.unauthenticated)
        }
        if now - row.instant(5) >= .seconds(60) {
            _ = try await services.database.write(
                [
                    """
                    UPDATE platform.staff_sessions SET last_used_at = \(now)
                    WHERE secret_hash = \(bytes: hash)
                    """
                ], in: .staff)
        }
        return StaffMember(
            id: row.id(0), sessionID: row.id(1), name: row.text(2), email: row.text(3), role: role)
    }
}

extension RequestGuards {
    /// What a request of the platform's staff must prove beside its session: its rate, its own
    /// pages (OV-21) and its role.
    func checkStaff(
        _ head: RequestHead, _ gate: StaffGate, _ staff: StaffMember, _ access: Access,
        _ services: LoopServices
    ) throws {
        try services.rates.take(
            .credential(staff.sessionID), limit: services.settings.requestsPerSession,
            now: services.clock.now)
        if head.method.isChanging {
            guard let given = head.string(.csrfToken),
                constantTimeEquals(Array(gate.secret.csrfToken.utf8), Array(given.utf8)),
                isSameOrigin(head) == true
            else { throw Problem(.csrfFailed) }
        }
        guard case .staff(let name) = access.audience, let role = StaffRole(rawValue: name) else {
            preconditionFailure("a staff route without a role")
        }
        guard staff.role.includes(role) else {
            throw Problem(
                .permissionDenied,
                extra: [JSON.Member(name: "required_role", value: .string(role.rawValue))])
        }
    }
}
