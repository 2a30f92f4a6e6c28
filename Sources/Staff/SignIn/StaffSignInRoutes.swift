import Crypto
import HTTP
import Persistence
import Tenancy
import Values

/// The sign-in of the platform's staff (BL-80): password, then always a second factor.
enum StaffSignInRoutes {
    static let all: [Route] = [
        .open(
            .post, "/v1/platform/auth/login", id: "staffLogin", "Sign in as platform staff",
            audit: "staff.password", accepts: .json(FieldReader.describe(Credentials.self)),
            returns: .json(.ok, StaffSession.schema),
            fails: [.invalidCredentials, .tooManyAttempts], handler: logIn),
        .open(
            .post, "/v1/platform/auth/two-factor", id: "staffTwoFactor",
            "Give the code of the second factor", audit: "staff.sign_in",
            accepts: .json(FieldReader.describe(Code.self)),
            returns: .json(.ok, StaffSession.schema),
            fails: [.invalidCode, .challengeVoid, .tooManyAttempts], handler: giveCode),
        .staffRead(
            "/v1/platform/auth/session", id: "staffSessionRead", "Read who is signed in",
            returns: .json(.ok, StaffSession.schema)
        ) { context in
            let staff = context.staff
            let csrf = StaffCookie.session.secret(in: context.call.head)?.csrfToken ?? ""
            return .json(
                .ok,
                StaffSession.answer(
                    staff: StaffSession.json(
                        id: staff.id, name: staff.name, email: staff.email, role: staff.role),
                    csrfToken: csrf
                ).serialized)
        },
        .staffChange(
            .post, "/v1/platform/auth/logout", id: "staffLogout", "Sign out",
            audit: "staff.sign_out", returns: .empty(.noContent), handler: logOut),
    ]

    struct Credentials: Input {
        let email, password: String

        init(_ fields: FieldReader) {
            email = fields.required("email", .text(1...254))
            password = fields.required("password", .verbatim(maximumLength: 1_024))
        }
    }

    struct Code: Input {
        let code: String

        init(_ fields: FieldReader) {
            code = fields.required("code", .verbatim(maximumLength: 16))
        }
    }

    /// The same work and the same answer for everybody who is not on the staff.
    private static func logIn(_ context: PlatformContext) async throws -> Response {
        let input = try context.call.input(Credentials.self)
        let staff = try await StaffPassword.prove(input.email, input.password, context)
        guard staff.totpSecret != nil else {
            return .json(
                .ok,
                JSON.object([.init(name: "state", value: "enrolment_required")])
                    .serialized)
        }
        let secret = SessionSecret.generate()
        let end = context.now + .seconds(StaffCookie.stepSeconds)
        _ = try await context.writeAsStaff([
            """
            INSERT INTO platform.staff_steps (secret_hash, staff_id, expires_at)
            VALUES (\(bytes: secret.digest.bytes), \(staff.id), \(end))
            """
        ])
        let answer: JSON = [
            "state": "two_factor_required", "methods": ["totp"],
            "csrf_token": .string(secret.csrfToken),
        ]
        var response = Response.json(.ok, answer.serialized)
        response.fields.append(StaffCookie.step.set(secret))
        return response
    }

    /// Every try is counted before the code is looked at: the sixth finds no step any more.
    private static func giveCode(_ context: PlatformContext) async throws -> Response {
        guard let secret = StaffCookie.step.secret(in: context.call.head) else {
            throw Problem(.unauthenticated)
        }
        guard let token = context.call.head.string(.csrfToken),
            constantTimeEquals(Array(secret.csrfToken.utf8), Array(token.utf8))
        else { throw Problem(.csrfFailed) }
        let input = try context.call.input(Code.self)
        let hash = secret.digest.bytes
        let tries = try await context.writeAsStaff([
            """
            UPDATE platform.staff_steps n SET attempts = n.attempts + 1
            FROM platform.staff s
            WHERE n.secret_hash = \(bytes: hash) AND n.expires_at > \(context.now)
                AND n.attempts < 5 AND s.id = n.staff_id AND s.status = 'active'
            RETURNING n.attempts, \(StaffRecord.columns)
            """
        ])[0]
        guard let row = tries.first, let staff = StaffRecord(row, from: 1) else {
            throw Problem(.challengeVoid)
        }
        let attempt = try await StaffAttempt.begin(staff.emailKey, in: context)
        let codes = try await staff.codes(in: context)
        guard let step = codes?.step(of: input.code, at: context.now, after: staff.totpStep) else {
            throw wrong(after: row.integer(0))
        }
        let session = StaffSession(staff: staff)
        let isFirst = try await context.services.database.transaction(in: .staff) { transaction in
            let used = try await transaction.run([
                """
                UPDATE platform.staff SET totp_step = \(step)
                WHERE id = \(staff.id) AND totp_step < \(step) AND status = 'active'
                """,
                "DELETE FROM platform.staff_steps WHERE secret_hash = \(bytes: hash)",
            ])
            guard used[0].affected == 1, used[1].affected == 1 else { return false }
            transaction.atCommit(attempt.settled)
            for statement in session.start(in: context) { transaction.atCommit(statement) }
            return true
        }
        guard isFirst else { throw wrong(after: row.integer(0)) }
        return session.response()
    }

    private static func wrong(after attempts: Int64) -> Problem {
        Problem(
            .invalidCode,
            extra: [JSON.Member(name: "attempts_left", value: .integer(max(0, 5 - attempts)))])
    }

    private static func logOut(_ context: StaffContext) async throws -> Response {
        try await context.change { transaction in
            try await transaction.run(
                "DELETE FROM platform.staff_sessions WHERE id = \(context.staff.sessionID)")
            return ((), AuditNote("staff_session", context.staff.sessionID))
        }
        var response = Response(.noContent)
        response.fields += [
            StaffCookie.session.remove(), ("Clear-Site-Data", "\"cache\", \"storage\""),
        ]
        return response
    }
}
