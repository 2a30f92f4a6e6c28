import Crypto
import HTTP
import Jobs
import Persistence
import Tenancy
import Values

/// Codes that are sent by SMS or mail: made, kept as a keyed hash, and used up (ID-62).
enum OneTimeCode {
    static let lifetime: Duration = .seconds(300)
    private static let pause: Duration = .seconds(60)
    private static let window: Duration = .seconds(900)
    private static let sendsPerWindow = 3
    /// To one phone, whoever asks: SMS cost money.
    private static let messagesPerHour = 6

    /// Stores a new code in the place of an older one and queues its message, in one transaction:
    /// what is sent is stored, and what is stored will be sent.
    ///
    /// - Parameters:
    ///   - method: `sms` or `email`.
    ///   - target: A phone that is not the person's yet; else the code goes to the registered
    ///     contact.
    ///   - person: Who gets it.
    ///   - use: What it will be good for.
    ///   - context: That of the request.
    /// - Throws: ``Problem`` `code_recently_sent`, `phone_not_verified`,
    ///   `provider_not_configured`.
    static func send(
        by method: FactorMethod, to target: String? = nil, of person: Person, for use: CodeUse,
        in context: PlatformContext
    ) async throws {
        let address: String
        if method == .sms {
            guard let phone = target ?? person.phone else { throw Problem(.phoneNotVerified) }
            guard context.services.settings.sendsSMS else { throw Problem(.providerNotConfigured) }
            address = phone
        } else {
            address = person.email
        }
        let keys = try await context.services.vault.platformKeys()
        let (id, now) = (context.newID(), context.now)
        let code = NumericCode.random(digits: method == .sms ? 6 : 8)
        guard let hash = keys.hash(code, for: id.description, under: keys.newest) else {
            preconditionFailure("the vault gives out at least one key")
        }
        let message = CodeMessage(
            id: id, method: method, address: address, language: person.language,
            sealed: keys.seal(Array(code.utf8), CodeMessage.column, row: id.description),
            expiresAt: now + lifetime)
        try await context.transaction { transaction in
            guard try await Person.lock(person.id, in: transaction) != nil else {
                throw Problem(.unauthenticated)
            }
            try await checkPauses(
                person.id, use, method == .sms ? address : nil, transaction, now)
            try await transaction.run([
                """
                DELETE FROM platform.one_time_codes WHERE person_id = \(person.id)
                    AND purpose = \(use.purpose.rawValue) AND scope = \(use.scope)
                """,
                """
                INSERT INTO platform.one_time_codes (id, person_id, purpose, scope, method, target,
                    code_hash, hash_key, expires_at)
                VALUES (\(id), \(person.id), \(use.purpose.rawValue), \(use.scope),
                    \(method.rawValue), \(target), \(bytes: hash.bytes), \(Int64(keys.newest)),
                    \(now + lifetime))
                """,
                """
                INSERT INTO platform.code_sends (id, person_id, purpose, target, sent_at)
                VALUES (\(id), \(person.id), \(use.purpose.rawValue), \(address), \(now))
                """,
            ])
            transaction.atCommit(message.enqueue(in: context))
        }
    }

    private static func checkPauses(
        _ person: ID, _ use: CodeUse, _ phone: String?, _ transaction: Transaction, _ now: Instant
    ) async throws {
        let results = try await transaction.run([
            """
            SELECT sent_at FROM platform.code_sends
            WHERE person_id = \(person) AND purpose = \(use.purpose.rawValue)
                AND sent_at > \(now - window)
            ORDER BY sent_at
            """,
            """
            SELECT sent_at FROM platform.code_sends
            WHERE target = \(phone) AND sent_at > \(now - .seconds(3_600)) ORDER BY sent_at
            """,
        ])
        let own = results[0].map { $0.instant(0) }
        let messages = results[1].map { $0.instant(0) }
        var next = own.last.map { $0 + pause }
        if own.count >= sendsPerWindow { next = own[own.count - sendsPerWindow] + window }
        if messages.count >= messagesPerHour {
            next = messages[messages.count - messagesPerHour] + .seconds(3_600)
        }
        guard let next, next > now else { return }
        let seconds = Int(((next - now).wholeMicroseconds + 999_999) / 1_000_000)
        throw Problem(.codeRecentlySent, retryAfterSeconds: max(1, seconds))
    }

    /// What a right code proved.
    struct Proof: Sendable {
        let target: String?
    }

    /// Uses a code up.
    ///
    /// - Returns: nil for a wrong, used or expired one.
    static func consume(
        _ code: String, of person: ID, for use: CodeUse, in context: PlatformContext
    ) async throws -> Proof? {
        let rows = try await context.write([
            """
            UPDATE platform.one_time_codes SET attempts_left = attempts_left - 1
            WHERE person_id = \(person) AND purpose = \(use.purpose.rawValue)
                AND scope = \(use.scope) AND attempts_left > 0 AND expires_at > \(context.now)
            RETURNING id, hash_key, code_hash, target
            """
        ])[0]
        guard let row = rows.first else { return nil }
        let (id, number) = (row.id(0), UInt32(truncatingIfNeeded: row.integer(1)))
        let keys = try await context.services.vault.platformKeys(including: number)
        guard let hash = keys.hash(code, for: id.description, under: number),
            constantTimeEquals(hash.bytes, row.byteArray(2))
        else { return nil }
        let target = row.optionalText(3)
        let used = try await context.write([
            "DELETE FROM platform.one_time_codes WHERE id = \(id)"
        ])
        return used[0].affected == 1 ? Proof(target: target) : nil
    }
}

/// A code on its way to its reader: sealed in the queue, readable in the message alone.
struct CodeMessage: Sendable {
    static let column = SealedColumn("jobs", "payload")
    /// Has attempts for longer than a code lives: none is given up while it is still worth sending.
    static let kind = JobKind(
        "identity.code", maxAttempts: 30, firstRetry: .seconds(2), longestRetry: .seconds(30),
        lease: .seconds(30), timeout: .seconds(60))

    let id: ID
    let method: FactorMethod
    let address: String
    let language: String
    let sealed: [UInt8]
    let expiresAt: Instant

    func enqueue(in context: PlatformContext) -> SQL {
        CodeMessage.kind.enqueue(
            [
                "id": .string(id.description), "method": .string(method.rawValue),
                "to": .string(address), "language": .string(language),
                "sealed": .string(Base64Coding.standard.encode(sealed)),
                "expires_at": .integer(expiresAt.microseconds),
            ], in: context)
    }

    init(
        id: ID, method: FactorMethod, address: String, language: String, sealed: [UInt8],
        expiresAt: Instant
    ) {
        (self.id, self.method, self.address) = (id, method, address)
        (self.language, self.sealed, self.expiresAt) = (language, sealed, expiresAt)
    }

    init?(_ payload: JSON) {
        guard let id = payload["id"]?.stringValue.flatMap({ ID($0) }),
            let method = payload["method"]?.stringValue.flatMap(FactorMethod.init(rawValue:)),
            let address = payload["to"]?.stringValue,
            let language = payload["language"]?.stringValue,
            let sealed = payload["sealed"]?.stringValue
                .flatMap({ Base64Coding.standard.decode($0.utf8) }),
            let expires = payload["expires_at"]?.integerValue
        else { return nil }
        self.init(
            id: id, method: method, address: address, language: language, sealed: sealed,
            expiresAt: Instant(microseconds: expires))
    }

    func code(_ services: LoopServices) async throws -> String {
        let keys = try await services.vault.platformKeys(including: SealedBox.keyID(of: sealed))
        let code = try keys.open(sealed, CodeMessage.column, row: id.description)
        return String(decoding: code, as: UTF8.self)
    }

    func mail(_ code: String) -> Mail {
        Mail(
            to: address, language: Language(code: language), subject: "Your Courtyard code",
            paragraphs: [
                "Your code for Courtyard, valid for 5 minutes:", "\(verbatim: code)",
                "Give it to nobody. If you did not ask for it, change your password.",
            ])
    }

    func shortMessage(_ code: String) -> ShortMessage {
        let text: Phrase = "Your Courtyard code: \(verbatim: code). Give it to nobody."
        return ShortMessage(to: address, text: text.text(in: Language(code: language)))
    }
}

extension JobHandlers {
    /// Sends queued codes; one that has expired while it waited is dropped.
    package mutating func sendCodes(mail: @escaping MailTransport, sms: @escaping SMSTransport) {
        handle(CodeMessage.kind) { run in
            guard let message = CodeMessage(run.payload) else {
                throw JobFailure.permanent("malformed_code")
            }
            guard message.expiresAt > run.now else { return .finished }
            let code = try await message.code(run.services)
            if message.method == .sms {
                try await sms(message.shortMessage(code), run.id)
            } else {
                try await mail(message.mail(code), run.id)
            }
            return .finished
        }
    }
}
