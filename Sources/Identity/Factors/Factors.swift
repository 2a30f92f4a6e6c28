import Crypto
import HTTP
import Persistence
import Tenancy
import Values

/// How a second factor is proved (ID-60).
enum FactorMethod: String, Sendable, CaseIterable {
    case totp, sms, email

    var inHistory: LoginHistory.Method {
        switch self {
        case .totp: .totp
        case .sms: .sms
        case .email: .email
        }
    }

    /// What a recovery code is given as; it replaces any method (ID-66).
    static let recovery = "recovery"

    /// Reads a method that a client chose; nil means a recovery code.
    static let choice = FieldType<String>.choice(allCases.map(\.rawValue) + [recovery])
    /// The methods whose codes are sent.
    static let sent = FieldType<String>.choice(["sms", "email"])
}

/// The second factors of a person.
struct Factors: Sendable {
    let methods: [FactorMethod]
    /// Of the authenticator app.
    let sealedSecret: [UInt8]?
    let recoveryCodes: Int64

    static let secret = SealedColumn("factors", "secret")

    var isEmpty: Bool { methods.isEmpty }

    /// What the person can choose from at login.
    var choices: [String] {
        methods.map(\.rawValue) + (recoveryCodes > 0 ? [FactorMethod.recovery] : [])
    }

    static func read(_ person: ID, in context: PlatformContext) async throws -> Factors {
        let rows = try await context.read(
            """
            SELECT method, secret, (
                SELECT count(*) FROM platform.recovery_codes WHERE person_id = \(person))
            FROM platform.factors WHERE person_id = \(person) ORDER BY created_at, method
            """)
        return Factors(
            methods: rows.map { FactorMethod(rawValue: $0.text(0)) }.compactMap { $0 },
            sealedSecret: rows.map { $0.byteArray(1) }.first { !$0.isEmpty },
            recoveryCodes: rows.first?.integer(2) ?? 0)
    }

    /// Whether the person has any, as a locked row's transaction sees it.
    static func exist(_ person: ID, in transaction: Transaction) async throws -> Bool {
        try await transaction.run(
            "SELECT 1 FROM platform.factors WHERE person_id = \(person) LIMIT 1"
        ).first != nil
    }
}

/// What a code is good for: one purpose, within one login or session (ID-62).
struct CodeUse: Sendable {
    enum Purpose: String, Sendable {
        case login
        case stepUp = "step_up"
        /// Of a change to the factors themselves (ID-64).
        case verification
        case phone
    }

    let purpose: Purpose
    /// The login's challenge or the session.
    let scope: ID
}

/// Single-use codes on paper (ID-66): 120 random bits, so that a plain hash keeps them.
enum RecoveryCode {
    static let count = 10
    private static let byteCount = 15
    private static let digitCount = 24

    /// New codes, and the statements that put them in the place of the old ones.
    static func renew(of person: ID) -> (codes: [String], sql: [SQL]) {
        let codes = (0..<count).map { _ in Base32.encode(SecureRandom.bytes(byteCount)) }
        let statements: [SQL] =
            ["DELETE FROM platform.recovery_codes WHERE person_id = \(person)"]
            + codes.map { storing($0, of: person) }
        return (codes.map(shown), statements)
    }

    static func storing(_ code: String, of person: ID) -> SQL {
        """
        INSERT INTO platform.recovery_codes (code_hash, person_id)
        VALUES (\(bytes: SHA256.digest(of: code).bytes), \(person))
        """
    }

    /// Uses a code up; touches one row if it was right.
    static func consumption(_ code: String, of person: ID) -> SQL {
        """
        DELETE FROM platform.recovery_codes
        WHERE code_hash = \(bytes: SHA256.digest(of: code).bytes) AND person_id = \(person)
        """
    }

    /// Whether a code that was typed, without hyphens, looks like one.
    static func isOne(_ code: String) -> Bool {
        code.utf8.count == digitCount && Base32.isDigits(code)
    }

    /// In groups of four.
    private static func shown(_ code: String) -> String {
        var text = ""
        for (index, character) in code.enumerated() {
            if index > 0, index % 4 == 0 { text += "-" }
            text.append(character)
        }
        return text
    }
}
