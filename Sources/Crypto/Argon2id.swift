import CArgon2

/// Argon2id, version 1.3 (RFC 9106).
///
/// Takes tens of milliseconds: never call it on an event loop.
enum Argon2id {
    /// What an attacker must spend for each guess.
    struct Parameters: Equatable, Sendable {
        var memoryKiB: UInt32
        var passes: UInt32
        var lanes: UInt32
    }

    /// The library's code for what went wrong; in practice that memory was lacking.
    struct Failure: Error {
        var code: Int32
    }

    static func tag(
        password: [UInt8], salt: [UInt8], secret: [UInt8] = [], associatedData: [UInt8] = [],
        parameters: Parameters, count: Int
    ) throws(Failure) -> [UInt8] {
        // The library takes mutable pointers; it writes to the tag alone, as no flag asks for more.
        var (password, salt, secret, data) = (password, salt, secret, associatedData)
        var tag = [UInt8](repeating: 0, count: count)
        let code = tag.withUnsafeMutableBufferPointer { tag in
            password.withUnsafeMutableBufferPointer { password in
                salt.withUnsafeMutableBufferPointer { salt in
                    secret.withUnsafeMutableBufferPointer { secret in
                        data.withUnsafeMutableBufferPointer { data in
                            var context = argon2_context(
                                out: tag.baseAddress, outlen: UInt32(tag.count),
                                pwd: password.baseAddress, pwdlen: UInt32(password.count),
                                salt: salt.baseAddress, saltlen: UInt32(salt.count),
                                secret: secret.baseAddress, secretlen: UInt32(secret.count),
                                ad: data.baseAddress, adlen: UInt32(data.count),
                                t_cost: parameters.passes, m_cost: parameters.memoryKiB,
                                lanes: parameters.lanes, threads: 1,
                                version: ARGON2_VERSION_13.rawValue,
                                allocate_cbk: nil, free_cbk: nil, flags: 0)
                            return argon2id_ctx(&context)
                        }
                    }
                }
            }
        }
        guard code == ARGON2_OK.rawValue else { throw Failure(code: code) }
        return tag
    }
}
