import Crypto
import HTTP
import Persistence
import Tenancy
import Values

/// A login that waits for its next step: which one, whose, and the secret that opens just that
/// step.
///
/// Nobody can skip a step (checklist row 16): each has a secret of its own, which is consumed by a
/// DELETE whose row count decides, and a finished step hands out the next one's.
struct LoginStep: Sendable {
    /// The steps that wait for the person, in the order of ID-02.
    enum Kind: String, Sendable {
        case secondFactor = "second_factor"
        case changePassword = "change_password"
        case selectWorkspace = "select_workspace"
        case enrolFactor = "enrol_factor"
    }

    static let lifetimeSeconds = 600

    let secret: SessionSecret
    let kind: Kind
    let personID: ID
    /// What clients call it; opens nothing.
    let challengeID: ID
    /// The workspace that has been chosen already.
    let tenantNumber: Int64?
    /// What this login has shown so far.
    let proof: LoginProof

    /// Makes the step's secret; the row must be written by ``creation(in:)``.
    init(
        _ kind: Kind, personID: ID, challengeID: ID, tenantNumber: Int64? = nil,
        proof: LoginProof
    ) {
        secret = SessionSecret.generate()
        self.kind = kind
        self.personID = personID
        self.challengeID = challengeID
        self.tenantNumber = tenantNumber
        self.proof = proof
    }

    private init(_ kind: Kind, _ row: Row, secret: SessionSecret) {
        self.kind = kind
        self.secret = secret
        personID = row.id(0)
        challengeID = row.id(1)
        tenantNumber = row.optionalInteger(2)
        proof = LoginProof(
            method: LoginHistory.Method(rawValue: row.text(4)) ?? .password,
            secondFactorAt: row.optionalInstant(3))
    }

    func creation(in context: PlatformContext) -> SQL {
        """
        INSERT INTO platform.login_steps (secret_hash, person_id, step, address, device,
            expires_at, challenge_id, tenant_number, second_factor_at, method)
        VALUES (\(bytes: secret.digest.bytes), \(personID), \(kind.rawValue),
            \(context.call.peer.address), \(context.call.device),
            \(context.now + .seconds(LoginStep.lifetimeSeconds)), \(challengeID),
            \(tenantNumber), \(proof.secondFactorAt), \(proof.method.rawValue))
        """
    }

    /// The step that a request may take.
    ///
    /// Like any changing request by cookie it must carry the token that its page was given and the
    /// browser's word that it comes from our own pages (OV-21).
    ///
    /// - Throws: ``Problem`` `unauthenticated` for a secret that is missing, unknown, used, too old
    ///   or of another step; `csrf_failed`.
    static func current(_ kind: Kind, in context: PlatformContext) async throws -> LoginStep {
        let head = context.call.head
        guard let secret = AuthCookie.step.secret(in: head) else {
            throw Problem(.unauthenticated)
        }
        guard head.string(.origin) != nil || head.string(.secFetchSite) != nil,
            let token = head.string(.csrfToken), constantTimeEquals(token, secret.csrfToken)
        else { throw Problem(.csrfFailed) }
        let rows = try await context.read(
            """
            SELECT person_id, challenge_id, tenant_number, second_factor_at, method
            FROM platform.login_steps
            WHERE secret_hash = \(bytes: secret.digest.bytes) AND step = \(kind.rawValue)
                AND expires_at > \(context.now) AND challenge_id IS NOT NULL
            """)
        guard let row = rows.first else { throw Problem(.unauthenticated) }
        return LoginStep(kind, row, secret: secret)
    }

    /// The statement that ends every other unfinished login of the person.
    func voidingOthers() -> SQL {
        """
        DELETE FROM platform.login_steps
        WHERE person_id = \(personID) AND secret_hash <> \(bytes: secret.digest.bytes)
        """
    }

    /// The statement that uses the step up; it must touch one row.
    func consumption(at now: Instant) -> SQL {
        """
        DELETE FROM platform.login_steps
        WHERE secret_hash = \(bytes: secret.digest.bytes) AND step = \(kind.rawValue)
            AND expires_at > \(now)
        """
    }

    /// The statement that takes one of the step's tries and returns how many are left; no row when
    /// there was none (ID-63).
    func taking(at now: Instant) -> SQL {
        """
        UPDATE platform.login_steps SET attempts_left = attempts_left - 1
        WHERE secret_hash = \(bytes: secret.digest.bytes) AND attempts_left > 0
            AND expires_at > \(now)
        RETURNING attempts_left
        """
    }

    /// The statement that ends it, whether or not it is still there.
    func removal() -> SQL {
        "DELETE FROM platform.login_steps WHERE secret_hash = \(bytes: secret.digest.bytes)"
    }
}
