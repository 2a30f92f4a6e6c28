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
    ///
    /// Second factors (between the password and `changePassword`) and enforced enrolment (after
    /// `selectWorkspace`) take their places here.
    enum Kind: String, Sendable {
        case changePassword = "change_password"
        case selectWorkspace = "select_workspace"
    }

    static let lifetimeSeconds = 600

    let secret: SessionSecret
    let kind: Kind
    let personID: ID

    /// Makes the step's secret; the row must be written by ``creation(of:in:)``.
    init(_ kind: Kind, personID: ID) {
        secret = SessionSecret.generate()
        self.kind = kind
        self.personID = personID
    }

    private init(_ kind: Kind, personID: ID, secret: SessionSecret) {
        self.kind = kind
        self.personID = personID
        self.secret = secret
    }

    func creation(in context: PlatformContext) -> SQL {
        """
        INSERT INTO platform.login_steps
            (secret_hash, person_id, step, address, device, expires_at)
        VALUES (\(bytes: secret.digest.bytes), \(personID), \(kind.rawValue),
            \(context.call.peer.address), \(context.call.device),
            \(context.now + .seconds(LoginStep.lifetimeSeconds)))
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
            SELECT person_id FROM platform.login_steps
            WHERE secret_hash = \(bytes: secret.digest.bytes) AND step = \(kind.rawValue)
                AND expires_at > \(context.now)
            """)
        guard let row = rows.first else { throw Problem(.unauthenticated) }
        return LoginStep(kind, personID: row.id(0), secret: secret)
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
}
