import COpenSSL
import CLinux

/// Where the server's certificate lies.
package struct TLSFiles: Sendable {
    /// PEM: the server's certificate, then those between it and the root.
    package var certificateChain: String
    /// PEM: the private key of the first certificate.
    package var privateKey: String

    package init(certificateChain: String, privateKey: String) {
        self.certificateChain = certificateChain
        self.privateKey = privateKey
    }
}

/// Why a certificate or key cannot be used, in plain words.
package struct TLSFailure: Error, CustomStringConvertible {
    package let description: String

    /// `what` followed by OpenSSL's own reason, if it has left one.
    init(_ what: String) {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0, let reason = ERR_reason_error_string(code) else {
            description = what
            return
        }
        description = "\(what): \(String(cString: reason))"
    }
}

/// A certificate with its key and the rules for TLS; immutable once made, so loops may share it.
///
/// TLS 1.2 with forward-secret AEAD suites and TLS 1.3, no renegotiation, no compression, ALPN
/// `http/1.1` (checklist 88; RFC 9325). Renewing a certificate means making a new context.
final class TLSContext: @unchecked Sendable {
    fileprivate let context: OpaquePointer

    init(_ files: TLSFiles) throws(TLSFailure) {
        guard let context = SSL_CTX_new(TLS_server_method()) else {
            throw TLSFailure("TLS cannot be set up")
        }
        self.context = context
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
        SSL_CTX_ctrl(context, SSL_CTRL_SET_SESS_CACHE_MODE, Int(SSL_SESS_CACHE_OFF), nil)
        let modes =
            SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
            | SSL_MODE_RELEASE_BUFFERS
        SSL_CTX_ctrl(context, SSL_CTRL_MODE, Int(modes), nil)
        // SSL_OP_NO_COMPRESSION, _CIPHER_SERVER_PREFERENCE, _NO_RENEGOTIATION: macros with
        // arguments.
        SSL_CTX_set_options(context, 1 << 17 | 1 << 22 | 1 << 30)
        guard SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 else {
            throw TLSFailure("the TLS cipher suites are not available")
        }
        SSL_CTX_set_alpn_select_cb(context, selectProtocol, nil)
        guard SSL_CTX_use_certificate_chain_file(context, files.certificateChain) == 1 else {
            throw TLSFailure("\(files.certificateChain) is not a certificate chain in PEM form")
        }
        guard SSL_CTX_use_PrivateKey_file(context, files.privateKey, SSL_FILETYPE_PEM) == 1,
            SSL_CTX_check_private_key(context) == 1
        else {
            throw TLSFailure("\(files.privateKey) is not the key of the certificate")
        }
    }

    deinit { SSL_CTX_free(context) }
}

/// Chooses `http/1.1` among the protocols that the client offers (RFC 7301).
private func selectProtocol(
    _: OpaquePointer?, chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
    chosenLength: UnsafeMutablePointer<UInt8>?, offered: UnsafePointer<UInt8>?,
    offeredLength: UInt32, _: UnsafeMutableRawPointer?
) -> Int32 {
    guard let offered, let chosen, let chosenLength else { return SSL_TLSEXT_ERR_NOACK }
    let wanted: StaticString = "http/1.1"
    var index = 0
    while index < Int(offeredLength) {
        let length = Int(offered[index])
        guard index + 1 + length <= Int(offeredLength) else { break }
        if length == wanted.utf8CodeUnitCount,
            memcmp(offered + index + 1, wanted.utf8Start, length) == 0
        {
            chosen.pointee = offered + index + 1
            chosenLength.pointee = UInt8(length)
            return SSL_TLSEXT_ERR_OK
        }
        index += 1 + length
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL
}

/// TLS on one socket.
///
/// Lives on one loop.
final class TLSTransport: Transport {
    enum Handshake {
        case done
        case wouldBlock
        case failed
    }

    private let session: OpaquePointer

    init?(_ context: TLSContext, file: Int32) {
        guard let session = SSL_new(context.context) else { return nil }
        self.session = session
        SSL_set_fd(session, file)
        SSL_set_accept_state(session)
    }

    deinit { SSL_free(session) }

    func handshake() -> Handshake {
        ERR_clear_error()
        let result = SSL_do_handshake(session)
        if result == 1 { return .done }
        switch SSL_get_error(session, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .wouldBlock
        default: return .failed
        }
    }

    func receive(into space: UnsafeMutableBufferPointer<UInt8>) -> Transfer {
        ERR_clear_error()
        return outcome(SSL_read(session, space.baseAddress, Int32(clamping: space.count)))
    }

    func send(_ bytes: UnsafeBufferPointer<UInt8>) -> Transfer {
        ERR_clear_error()
        return outcome(SSL_write(session, bytes.baseAddress, Int32(clamping: bytes.count)))
    }

    func finish() {
        ERR_clear_error()
        _ = SSL_shutdown(session)
    }

    private func outcome(_ result: Int32) -> Transfer {
        if result > 0 { return .moved(Int(result)) }
        switch SSL_get_error(session, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .wouldBlock
        case SSL_ERROR_ZERO_RETURN: return .ended
        default: return .failed
        }
    }
}
