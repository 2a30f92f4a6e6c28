import COpenSSL

/// HMAC (RFC 2104) with SHA-1, for time-based codes alone (RFC 6238): that is what authenticator
/// apps compute.
package enum HMACSHA1 {
    /// - Parameters:
    ///   - key: Not empty.
    ///   - message: Of any length.
    /// - Returns: 20 bytes.
    package static func code(key: [UInt8], message: [UInt8]) -> [UInt8] {
        precondition(!key.isEmpty, "a key is needed")
        var output = [UInt8](repeating: 0, count: 20)
        let done = HMAC(
            EVP_sha1(), key, Int32(key.count), message, message.count, &output, nil)
        precondition(done != nil, "HMAC-SHA-1 failed")
        return output
    }
}
