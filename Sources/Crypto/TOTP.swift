import Values

/// One-time passwords of authenticator apps (RFC 6238): HMAC-SHA-1, 6 digits, steps of 30 seconds.
package struct TOTP: Sendable {
    package static let digits = 6
    package static let stepSeconds: Int64 = 30
    /// 160 bits, as RFC 4226 §4 recommends.
    package static let secretByteCount = 20

    package let secret: [UInt8]

    package init(secret: [UInt8]) { self.secret = secret }

    package static func generate() -> TOTP {
        TOTP(secret: SecureRandom.bytes(secretByteCount))
    }

    /// The step that an instant lies in.
    package static func step(at now: Instant) -> Int64 { now.seconds / stepSeconds }

    /// The code of a step, as apps show it.
    package func code(_ step: Int64) -> String {
        let message = withUnsafeBytes(of: step.bigEndian, Array.init)
        let mac = HMACSHA1.code(key: secret, message: message)
        let offset = Int(mac[19] & 15)
        let word = mac[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7fff_ffff
        return NumericCode.padded(word % 1_000_000, digits: Self.digits)
    }

    /// The step whose code this is: that of `now`, the one before or the one after (ID-60).
    ///
    /// None that is not later than `used`, the newest step whose code has worked already.
    package func step(of code: String, at now: Instant, after used: Int64? = nil) -> Int64? {
        let present = Self.step(at: now)
        var found: Int64?
        // All three are compared, so that the time says nothing.
        for step in present - 1...present + 1
        where constantTimeEquals(code, self.code(step)) && step > used ?? .min { found = step }
        return found
    }

    /// The secret as people type it into an app.
    package var text: String { Base32.encode(secret) }

    /// What a QR picture for apps holds.
    package func address(issuer: String, account: String) -> String {
        let issuer = PercentEncoding.encode(issuer)
        return "otpauth://totp/\(issuer):\(PercentEncoding.encode(account))?secret=\(text)"
            + "&issuer=\(issuer)&algorithm=SHA1&digits=\(Self.digits)&period=\(Self.stepSeconds)"
    }
}

/// Codes that people type: digits from the cryptographic random generator.
package enum NumericCode {
    /// A code of 1 to 9 digits, each equally likely.
    package static func random(digits: Int) -> String {
        precondition(1...9 ~= digits, "a code has 1 to 9 digits")
        let limit = (0..<digits).reduce(UInt32(1)) { product, _ in product * 10 }
        // Values that would make some codes likelier than others are drawn again.
        let fair = UInt32.max - UInt32.max % limit
        while true {
            let value = SecureRandom.bytes(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            if value < fair { return padded(value % limit, digits: digits) }
        }
    }

    static func padded(_ value: UInt32, digits: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: digits - text.count) + text
    }
}
