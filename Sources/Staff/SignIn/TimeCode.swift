import Crypto
import Values

/// Time-based one-time codes (RFC 6238): 6 digits, steps of 30 seconds, SHA-1.
struct TimeCode: Sendable {
    static let secretByteCount = 20

    let secret: [UInt8]

    /// The step that an instant lies in.
    static func step(at now: Instant) -> Int64 { now.seconds / 30 }

    /// The code of a step, as apps show it.
    func code(_ step: Int64) -> String {
        let message = withUnsafeBytes(of: UInt64(bitPattern: step).bigEndian, Array.init)
        let mac = HMACSHA1.code(key: secret, message: message)
        let offset = Int(mac[19] & 0x0f)
        let word = mac[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let number = String((word & 0x7fff_ffff) % 1_000_000)
        return String(repeating: "0", count: 6 - number.count) + number
    }

    /// The step whose code this is: the present one, the one before or the one after.
    ///
    /// None that is not later than `used`. All three are compared, in constant time.
    func step(of code: String, at now: Instant, after used: Int64) -> Int64? {
        let given = Array(code.utf8)
        let present = Self.step(at: now)
        var found: Int64?
        for step in (present - 1)...(present + 1)
        where constantTimeEquals(given, Array(self.code(step).utf8)) && step > used {
            found = step
        }
        return found
    }

    /// What a QR picture for authenticator apps holds.
    func address(account: String) -> String {
        "otpauth://totp/Courtyard%20platform:" + PercentEncoding.encode(account)
            + "?secret=\(Base32.encode(secret))&issuer=Courtyard%20platform"
    }
}

/// RFC 4648 §6 without padding, as authenticator apps take secrets.
enum Base32 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                text.append(alphabet[Int(buffer >> UInt32(bits)) & 31])
            }
        }
        if bits > 0 { text.append(alphabet[Int(buffer << UInt32(5 - bits)) & 31]) }
        return String(decoding: text, as: UTF8.self)
    }
}
