import Crypto
import HTTP
import Persistence
import Tenancy
import Values

/// Judges the codes of a person; each works once, also when two requests bring it together, since a
/// conditional statement's row count decides (ID-141, checklist rule 13).
struct FactorProof: Sendable {
    let personID: ID
    let context: PlatformContext

    /// Judges a code and uses it up, counting what fails; the history tells of the codes of
    /// logins, those with a `step` (ID-110).
    ///
    /// - Returns: What was presented.
    /// - Throws: ``Problem`` `invalid_code`, `too_many_attempts`, `challenge_void`.
    @discardableResult
    func demand(
        _ code: String, by method: String, for use: CodeUse, step: LoginStep? = nil
    ) async throws -> LoginHistory.Method {
        let factor = FactorMethod(rawValue: method)
        let presented =
            RecoveryCode.isOne(Self.normalized(code))
            ? .recoveryCode : factor?.inHistory ?? .recoveryCode
        let attempt = try await begin(step, presented)
        guard try await accepts(code, by: factor, for: use) else {
            if let step {
                let ending = attempt.attemptsLeft == 0 ? [step.removal()] : []
                _ = try await context.write(ending + [entry(.wrongCode, presented, step)])
            }
            throw attempt.refusal
        }
        _ = try await context.write([attempt.success()])
        return presented
    }

    private func begin(
        _ step: LoginStep?, _ presented: LoginHistory.Method
    ) async throws -> CodeAttempt {
        do {
            return try await CodeAttempt.begin(of: personID, step: step, in: context)
        } catch let refusal as Problem where refusal.kind == .tooManyAttempts {
            if let step { _ = try await context.write([entry(.blocked, presented, step)]) }
            throw refusal
        }
    }

    private func entry(
        _ outcome: LoginHistory.Outcome, _ presented: LoginHistory.Method, _ step: LoginStep
    ) -> SQL {
        LoginHistory.entry(
            outcome, by: presented, person: personID, tenant: step.tenantNumber, in: context)
    }

    /// - Parameters:
    ///   - code: As typed, with or without spaces and hyphens.
    ///   - method: nil for a recovery code, which may also stand for any other method.
    ///   - use: What for; codes that were sent are good for that alone.
    /// - Returns: Whether it was right; if so, it is used up.
    /// - Throws: ``DatabaseError``.
    func accepts(_ code: String, by method: FactorMethod?, for use: CodeUse) async throws -> Bool {
        let code = Self.normalized(code)
        if use.purpose != .verification, use.purpose != .phone, RecoveryCode.isOne(code) {
            return try await consumed(RecoveryCode.consumption(code, of: personID))
        }
        switch method {
        case nil: return false
        case .totp?: return try await acceptsApp(code)
        case .sms?, .email?:
            return try await OneTimeCode.consume(code, of: personID, for: use, in: context) != nil
        }
    }

    static func normalized(_ code: String) -> String {
        String(
            String.UnicodeScalarView(
                code.unicodeScalars.filter { !$0.properties.isWhitespace && $0 != "-" })
        ).uppercased()
    }

    private func acceptsApp(_ code: String) async throws -> Bool {
        guard let sealed = try await Factors.read(personID, in: context).sealedSecret else {
            return false
        }
        let secret = try await context.open(sealed, Factors.secret, row: personID)
        guard let step = TOTP(secret: secret).step(of: code, at: context.now) else {
            return false
        }
        return try await consumed(
            """
            UPDATE platform.factors SET last_step = \(step)
            WHERE person_id = \(personID) AND method = 'totp'
                AND secret::bytea = \(bytes: sealed)
                AND (last_step IS NULL OR last_step < \(step))
            """)
    }

    private func consumed(_ statement: SQL) async throws -> Bool {
        try await context.write([statement])[0].affected == 1
    }
}

/// The code of a factor that is on, where a request may carry one.
struct OfferedCode: Sendable {
    /// The method and the code; nil without any.
    let pair: (method: String, code: String)?

    init(_ fields: FieldReader) {
        let method = fields.optional("method", FactorMethod.choice)
        let code = fields.optional("code", .text(1...64))
        if code != nil, method == nil, !fields.has("method") {
            fields.report("method", "required", "Tell which method the code is of.")
        }
        if let method, let code { pair = (method, code) } else { pair = nil }
    }
}
