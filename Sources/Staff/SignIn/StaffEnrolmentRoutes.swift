import Crypto
import HTTP
import Persistence
import Tenancy
import Values

/// Enrolling the second factor with a single-use link that the operator made.
///
/// The link alone opens nothing: the password is needed too, and the factor counts only after its
/// first right code.
enum StaffEnrolmentRoutes {
    static let all: [Route] = [
        .open(
            .post, "/v1/platform/auth/enrolment", id: "staffEnrolmentBegin",
            "Begin to enrol an authenticator app", audit: "staff.enrolment_begin",
            accepts: .json(FieldReader.describe(Beginning.self)),
            returns: .json(
                .ok,
                .object([("secret", .string(), true), ("otpauth_url", .string(), true)])),
            fails: [.invalidCredentials, .tooManyAttempts, .tokenExpired], handler: begin),
        .open(
            .post, "/v1/platform/auth/enrolment/confirm", id: "staffEnrolmentConfirm",
            "Complete the enrolment with the app's first code, and sign in",
            audit: "staff.enrol", accepts: .json(FieldReader.describe(Ending.self)),
            returns: .json(.ok, StaffSession.schema), fails: [.invalidCode, .tokenExpired],
            handler: confirm),
    ]

    struct Beginning: Input {
        let token, password: String

        init(_ fields: FieldReader) {
            token = fields.required("token", .verbatim(maximumLength: 256))
            password = fields.required("password", .verbatim(maximumLength: 1_024))
        }
    }

    struct Ending: Input {
        let token, code: String

        init(_ fields: FieldReader) {
            token = fields.required("token", .verbatim(maximumLength: 256))
            code = fields.required("code", .verbatim(maximumLength: 16))
        }
    }

    private static func begin(_ context: PlatformContext) async throws -> Response {
        let input = try context.call.input(Beginning.self)
        let link = try await find(input.token, context)
        _ = try await StaffPassword.prove(link.staff.emailKey, input.password, context)
        let codes = TOTP.generate()
        let sealed = try await context.seal(
            codes.secret, StaffRecord.sealedColumn, row: link.staff.id)
        let kept = try await context.writeAsStaff([
            """
            UPDATE platform.staff_links SET totp_secret = \(bytes: sealed), attempts = 0
            WHERE secret_hash = \(bytes: link.hash) AND expires_at > \(context.now)
            """
        ])
        guard kept[0].affected == 1 else { throw Problem(.tokenExpired) }
        let answer: JSON = [
            "secret": .string(codes.text),
            "otpauth_url": .string(
                codes.address(issuer: "Courtyard platform", account: link.staff.emailKey)),
        ]
        return .json(.ok, answer.serialized)
    }

    /// The DELETE of the link decides between two requests; every wrong code counts, and after the
    /// fifth the enrolment has to begin again.
    private static func confirm(_ context: PlatformContext) async throws -> Response {
        let input = try context.call.input(Ending.self)
        let link = try await find(input.token, context)
        let tries = try await context.writeAsStaff([
            """
            UPDATE platform.staff_links SET attempts = attempts + 1
            WHERE secret_hash = \(bytes: link.hash) AND attempts < 5 AND totp_secret IS NOT NULL
            RETURNING totp_secret, attempts
            """
        ])[0]
        guard let row = tries.first, let sealed = row.bytes(0).map({ [UInt8]($0) }) else {
            throw Problem(.tokenExpired)
        }
        let codes = TOTP(
            secret: try await context.open(
                sealed, StaffRecord.sealedColumn, row: link.staff.id))
        guard let step = codes.step(of: input.code, at: context.now) else {
            let left = JSON.integer(5 - row.integer(1))
            throw Problem(
                .invalidCode, extra: [JSON.Member(name: "attempts_left", value: left)])
        }
        let session = StaffSession(staff: link.staff)
        try await context.services.database.transaction(in: .staff) { transaction in
            let used = try await transaction.run([
                """
                DELETE FROM platform.staff_links
                WHERE secret_hash = \(bytes: link.hash) AND totp_secret = \(bytes: sealed)
                """,
                """
                UPDATE platform.staff SET totp_secret = \(bytes: sealed), totp_step = \(step)
                WHERE id = \(link.staff.id) AND status = 'active'
                """,
            ])
            guard used[0].affected == 1, used[1].affected == 1 else {
                throw Problem(.tokenExpired)
            }
            transaction.atCommit(
                StaffAudit(id: link.staff.id, name: link.staff.name, context.call).entry(
                    AuditNote("staff", link.staff.id), context.services))
            for statement in session.start(in: context) { transaction.atCommit(statement) }
        }
        return session.response()
    }

    /// - Throws: ``Problem`` `token_expired`.
    private static func find(
        _ token: String, _ context: PlatformContext
    ) async throws -> (hash: [UInt8], staff: StaffRecord) {
        guard let hash = SessionSecret(token)?.digest.bytes else { throw Problem(.tokenExpired) }
        let rows = try await context.readAsStaff(
            """
            SELECT \(StaffRecord.columns)
            FROM platform.staff_links l JOIN platform.staff s ON s.id = l.staff_id
            WHERE l.secret_hash = \(bytes: hash) AND l.expires_at > \(context.now)
                AND s.status = 'active'
            """)
        guard let staff = rows.first.flatMap({ StaffRecord($0) }) else {
            throw Problem(.tokenExpired)
        }
        return (hash, staff)
    }
}
