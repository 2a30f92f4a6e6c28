import Crypto
import HTTP
import Persistence
import QRCode
import Tenancy
import Values

/// Turns a person's factors on and off (ID-64…ID-69).
struct FactorChange: Sendable {
    static let pendingSecret = SealedColumn("totp_enrolments", "secret")
    private static let enrolmentLifetime: Duration = .seconds(900)

    let person: Person
    let context: PlatformContext

    // MARK: Proof

    /// Sends the code that a change needs.
    func sendVerification(by via: String, scope: ID) async throws {
        try await OneTimeCode.send(
            by: via == "sms" ? .sms : .email, of: person,
            for: CodeUse(purpose: .verification, scope: scope), in: context)
    }

    /// - Throws: ``Problem`` `verification_required` for a missing, wrong, used or old code
    ///   (ID-132), `too_many_attempts`.
    func verify(_ code: String?, scope: ID) async throws {
        guard let code else { throw Problem(.verificationRequired) }
        let attempt = try await CodeAttempt.begin(of: person.id, in: context)
        let use = CodeUse(purpose: .verification, scope: scope)
        guard
            try await FactorProof(personID: person.id, context: context)
                .accepts(code, by: .email, for: use)
        else { throw Problem(.verificationRequired) }
        _ = try await context.write([attempt.success()])
    }

    // MARK: Enrolment of an app

    /// Begins with an authenticator app; the secret is shown in this answer alone (ID-65).
    func beginApp() async throws -> Response {
        let codes = TOTP.generate()
        let sealed = try await context.seal(codes.secret, Self.pendingSecret, row: person.id)
        _ = try await context.write([
            """
            INSERT INTO platform.totp_enrolments (person_id, secret, expires_at)
            VALUES (\(person.id), \(bytes: sealed), \(context.now + Self.enrolmentLifetime))
            ON CONFLICT (person_id)
                DO UPDATE SET secret = excluded.secret, expires_at = excluded.expires_at
            """
        ])
        let address = codes.address(issuer: "Courtyard", account: person.email)
        let answer: JSON = [
            "secret": .string(codes.text), "otpauth_url": .string(address),
            "qr_svg": QRCode(address).map { .string($0.svg) } ?? .null,
        ]
        return .json(.ok, answer.serialized)
    }

    static let appSchema = Schema.object(
        [
            ("secret", .string(), true), ("otpauth_url", .string(), true),
            ("qr_svg", .nullable(.string()), true),
        ], name: "AuthenticatorApp")

    /// A method that is ready to be turned on.
    struct Ready: Sendable {
        let method: FactorMethod
        /// Of an app: the pending value, the same sealed for its new place, and the step whose code
        /// it has shown.
        fileprivate var app: (pending: [UInt8], sealed: [UInt8], step: Int64)?
    }

    /// Checks that a method can be turned on, and of an app that it shows right codes.
    ///
    /// - Throws: ``Problem`` `invalid_code`, `phone_not_verified`.
    func prepare(_ method: FactorMethod, appCode: String?) async throws -> Ready {
        switch method {
        case .email: return Ready(method: .email)
        case .sms:
            guard person.phone != nil else { throw Problem(.phoneNotVerified) }
            return Ready(method: .sms)
        case .totp:
            let attempt = try await CodeAttempt.begin(of: person.id, in: context)
            let rows = try await context.read(
                """
                SELECT secret FROM platform.totp_enrolments
                WHERE person_id = \(person.id) AND expires_at > \(context.now)
                """)
            guard let pending = rows.first?.byteArray(0), let appCode else {
                throw attempt.refusal
            }
            let secret = try await context.open(pending, Self.pendingSecret, row: person.id)
            let code = FactorProof.normalized(appCode)
            guard let step = TOTP(secret: secret).step(of: code, at: context.now) else {
                throw attempt.refusal
            }
            _ = try await context.write([attempt.success()])
            let sealed = try await context.seal(secret, Factors.secret, row: person.id)
            return Ready(method: .totp, app: (pending, sealed, step))
        }
    }

    // MARK: On and off

    /// Turns a method on, in a transaction that has locked the person.
    ///
    /// - Returns: Recovery codes, if this is the first factor.
    /// - Throws: ``Problem`` `invalid_code` when another request has used the enrolment up.
    func turnOn(_ ready: Ready, _ transaction: Transaction) async throws -> [String]? {
        let hadFactors = try await Factors.exist(person.id, in: transaction)
        if let app = ready.app {
            let used = try await transaction.run(
                """
                DELETE FROM platform.totp_enrolments
                WHERE person_id = \(person.id) AND secret::bytea = \(bytes: app.pending)
                """)
            guard used.affected == 1 else { throw Problem(.invalidCode) }
        }
        try await transaction.run(
            """
            INSERT INTO platform.factors (person_id, method, secret, last_step, created_at)
            VALUES (\(person.id), \(ready.method.rawValue), \(bytes: ready.app?.sealed),
                \(ready.app?.step), \(context.now))
            ON CONFLICT (person_id, method)
                DO UPDATE SET secret = excluded.secret, last_step = excluded.last_step
            """)
        finish(.secondFactorOn, transaction)
        guard !hadFactors else { return nil }
        let (codes, statements) = RecoveryCode.renew(of: person.id)
        try await transaction.run(statements)
        return codes
    }

    /// Turns a method off, in a transaction that has locked the person.
    ///
    /// - Throws: ``Problem`` `not_found` when it is not on, `two_factor_required_by_workspace` when
    ///   it is the last one and `isRequired`.
    func turnOff(
        _ method: FactorMethod, isRequired: Bool, _ transaction: Transaction
    ) async throws {
        let off = try await transaction.run(
            """
            DELETE FROM platform.factors
            WHERE person_id = \(person.id) AND method = \(method.rawValue)
            """)
        guard off.affected == 1 else { throw Problem.notFound }
        if !(try await Factors.exist(person.id, in: transaction)) {
            if isRequired { throw Problem(.twoFactorRequiredByWorkspace) }
            transaction.atCommit(
                "DELETE FROM platform.recovery_codes WHERE person_id = \(person.id)")
        }
        finish(.secondFactorOff, transaction)
    }

    /// Logins under way began under other rules, so they end (ID-142).
    private func finish(_ mail: IdentityMail, _ transaction: Transaction) {
        transaction.atCommit("DELETE FROM platform.login_steps WHERE person_id = \(person.id)")
        transaction.atCommit(mail.enqueue(to: person, in: context))
    }

    /// Whether any workspace of the person wants a second factor of them (ID-69, ID-71).
    func isRequiredAnywhere() async throws -> Bool {
        for seat in try await Seat.all(of: person.id, in: context) {
            // A workspace that is being migrated cannot be asked: better keep the factor.
            guard let role = try await seat.role(in: context) else { return true }
            if role.requiresSecondFactor { return true }
        }
        return false
    }
}
