import Values

/// Hashes of passwords: Argon2id in the PHC string format, 16 bytes of salt, 32 bytes of tag.
///
/// Every call takes tens of milliseconds and 19 MiB: run it in a bounded pool, after the rate
/// limits (checklist rule 12). Passwords are brought to Unicode form C first, since keyboards
/// differ in how they compose the same letters; nothing is trimmed or cut.
package enum PasswordHash {
    /// What one hash costs.
    package struct Cost: Sendable {
        let parameters: Argon2id.Parameters

        /// m = 19,456 KiB, t = 2, p = 1 (checklist rule 37).
        package static let production = Cost(
            parameters: Argon2id.Parameters(memoryKiB: 19_456, passes: 2, lanes: 1))

        #if TEST_BUILD
            /// Next to nothing, for tests that are about something else.
            package static let test = Cost(
                parameters: Argon2id.Parameters(memoryKiB: 8, passes: 1, lanes: 1))
        #endif
    }

    package enum Verdict: Sendable, Equatable {
        /// The right password; `needsRehash` if the hash was made at another cost than today's.
        case match(needsRehash: Bool)
        case mismatch
    }

    package enum Failure: Error, Equatable {
        /// Memory was lacking; nothing is known about the password.
        case unavailable
        /// The stored text is no hash of ours.
        case malformedHash
    }

    /// Hashes a password with a new salt.
    ///
    /// - Returns: `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<tag>`.
    /// - Throws: ``Failure/unavailable``.
    package static func hash(
        _ password: String, cost: Cost = .production
    ) throws(Failure) -> String {
        let salt = SecureRandom.bytes(PHCString.saltByteCount)
        let tag = try tag(password, salt: salt, parameters: cost.parameters)
        return PHCString(parameters: cost.parameters, salt: salt, tag: tag).text
    }

    /// Compares a password with a stored hash, at the cost that the hash names.
    ///
    /// - Parameters:
    ///   - password: As typed.
    ///   - hash: As ``hash(_:cost:)`` made it.
    ///   - cost: What a hash should cost today.
    /// - Returns: Whether it is the password.
    /// - Throws: ``Failure``; the login must then be refused.
    package static func verify(
        _ password: String, against hash: String, cost: Cost = .production
    ) throws(Failure) -> Verdict {
        guard let stored = PHCString(hash) else { throw .malformedHash }
        let tag = try tag(password, salt: stored.salt, parameters: stored.parameters)
        guard constantTimeEquals(tag, stored.tag) else { return .mismatch }
        return .match(needsRehash: stored.parameters != cost.parameters)
    }

    /// A hash that no password has, to be verified where an account is unknown or has no password,
    /// so that the answer takes as long (ID-08).
    package static func dummy(cost: Cost = .production) -> String {
        PHCString(
            parameters: cost.parameters,
            salt: [UInt8](repeating: 0x5a, count: PHCString.saltByteCount),
            tag: [UInt8](repeating: 0, count: PHCString.tagByteCount)
        ).text
    }

    private static func tag(
        _ password: String, salt: [UInt8], parameters: Argon2id.Parameters
    ) throws(Failure) -> [UInt8] {
        do {
            return try Argon2id.tag(
                password: Array(Text.composed(password).utf8), salt: salt,
                parameters: parameters, count: PHCString.tagByteCount)
        } catch {
            throw .unavailable
        }
    }
}
