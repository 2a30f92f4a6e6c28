import CLinux
import COpenSSL

@testable import HTTPServer

/// A certificate for `localhost` that signs itself, in a folder of its own.
final class TestCertificate {
    let folder: String
    var files: TLSFiles {
        TLSFiles(certificateChain: "\(folder)/certificate.pem", privateKey: "\(folder)/key.pem")
    }

    init(serial: Int) throws {
        var template = Array("/tmp/courtyard-tls-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw TLSFailure("no folder") }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        try write(serial: serial)
    }

    deinit {
        for name in ["certificate.pem", "key.pem"] { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    /// Writes a new key and certificate over the present ones.
    func write(serial: Int) throws {
        guard let key = EVP_PKEY_Q_keygen_p256(), let certificate = X509_new() else {
            throw TLSFailure("no key")
        }
        defer {
            X509_free(certificate)
            EVP_PKEY_free(key)
        }
        X509_set_version(certificate, 2)
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial)
        X509_gmtime_adj(X509_getm_notBefore(certificate), 0)
        X509_gmtime_adj(X509_getm_notAfter(certificate), 3_600)
        X509_set_pubkey(certificate, key)
        let name = X509_get_subject_name(certificate)
        X509_NAME_add_entry_by_txt(name, "CN", 0x1001, "localhost", -1, -1, 0)
        X509_set_issuer_name(certificate, name)
        X509_sign(certificate, key, EVP_sha256())
        try save("certificate.pem") { PEM_write_bio_X509($0, certificate) }
        try save("key.pem") { PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) }
    }

    func spoil() throws {
        try save("certificate.pem") { BIO_puts($0, "no certificate\n") }
    }

    private func save(_ name: String, _ body: (OpaquePointer) -> Int32) throws {
        guard let file = BIO_new_file("\(folder)/\(name)", "w") else { throw TLSFailure("no file") }
        defer { BIO_free(file) }
        guard body(file) > 0 else { throw TLSFailure("not written") }
    }

    private func EVP_PKEY_Q_keygen_p256() -> OpaquePointer? {
        let context = EVP_PKEY_CTX_new_from_name(nil, "EC", nil)
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1,
            EVP_PKEY_CTX_set_group_name(context, "P-256") == 1,
            EVP_PKEY_keygen(context, &key) == 1
        else { return nil }
        return key
    }
}

/// Blocking TLS over a test client's socket; it trusts every certificate.
final class TLSClient {
    let client: Client
    private let context: OpaquePointer
    private let session: OpaquePointer

    init?(port: Int, highestVersion: Int32 = TLS1_3_VERSION, protocols: [UInt8]? = nil) throws {
        client = try Client(port: port)
        context = SSL_CTX_new(TLS_client_method())
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(highestVersion), nil)
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_VERSION), nil)
        SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0")
        session = SSL_new(context)
        if let protocols { SSL_set_alpn_protos(session, protocols, UInt32(protocols.count)) }
        SSL_set_fd(session, client.file)
        guard SSL_connect(session) == 1 else {
            ERR_clear_error()
            return nil
        }
    }

    deinit {
        SSL_free(session)
        SSL_CTX_free(context)
    }

    var version: String { String(cString: SSL_get_version(session)) }

    var chosenProtocol: String {
        var start: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        SSL_get0_alpn_selected(session, &start, &length)
        return String(
            decoding: UnsafeBufferPointer(start: start, count: Int(length)), as: UTF8.self)
    }

    var serial: Int {
        guard let certificate = SSL_get1_peer_certificate(session) else { return -1 }
        defer { X509_free(certificate) }
        return ASN1_INTEGER_get(X509_get_serialNumber(certificate))
    }

    func ask(_ text: String) -> Answer? {
        let bytes = Array(text.utf8)
        guard SSL_write(session, bytes, Int32(bytes.count)) > 0 else { return nil }
        var received: [UInt8] = []
        while true {
            if let (answer, _) = Answer.parse(received, toHead: false) { return answer }
            var piece = [UInt8](repeating: 0, count: 65_536)
            let count = SSL_read(session, &piece, Int32(piece.count))
            guard count > 0 else { return nil }
            received += piece.prefix(Int(count))
        }
    }

    /// True if the server ends TLS in good order.
    var isClosedByServer: Bool {
        var byte: UInt8 = 0
        let result = SSL_read(session, &byte, 1)
        return SSL_get_error(session, result) == SSL_ERROR_ZERO_RETURN
    }
}
