import CCurl
import EventLoop

/// Why a mail was not taken.
package enum SMTPFailure: Error, Sendable, Equatable {
    /// The server refused this message or recipient for good, with its reply (5xx); never retry.
    case refused(Int)
    /// The server asks to try later, with its reply (4xx).
    case later(Int)
    /// The server does not accept the user or password; the operator must mend that.
    case login
    /// TLS is not offered although it is required, or the certificate is not trusted.
    case tls
    /// No connection, or one that broke or took too long.
    case unreachable
    /// The task was cancelled or the transport closed.
    case cancelled
    /// Anything else, by libcurl's error number (libcurl-errors(3)).
    case other(Int)

    /// Whether another attempt at the same message is pointless.
    package var isPermanent: Bool {
        if case .refused = self { true } else { false }
    }
}

/// How to reach a mail server.
package struct SMTPSettings: Sendable {
    /// Encryption of a connection that begins in clear text (RFC 3207).
    package enum StartTLS: String, Sendable {
        /// The server must offer it.
        case required
        /// Used if it is offered; then it must succeed.
        case offered
    }

    /// `smtp://` or `smtps://` with host and optional port, user and password.
    package var url: String
    package var startTLS: StartTLS
    /// PEM certificates to trust instead of the system's.
    package var caFile: String?
    package var timeout: Duration = .seconds(60)

    package init(url: String, startTLS: StartTLS, caFile: String? = nil) {
        (self.url, self.startTLS, self.caFile) = (url, startTLS, caFile)
    }

    /// Reads what the operator wrote in `COURTYARD_MAIL`:
    /// `smtp[s]://[user:password@]host[:port][?starttls=required|offered][&ca=/path/of.pem]`.
    ///
    /// Without `starttls`, a password makes it required, so that none goes out in clear text.
    ///
    /// - Returns: nil unless the text has exactly this form.
    package init?(configuration text: String) {
        let halves = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let url = String(halves[0])
        guard let hasPassword = Self.hasPassword(url) else { return nil }
        self.init(url: url, startTLS: hasPassword ? .required : .offered)
        guard halves.count == 2 else { return }
        for option in halves[1].split(separator: "&", omittingEmptySubsequences: false) {
            let pair = option.split(separator: "=", maxSplits: 1).map(String.init)
            guard pair.count == 2 else { return nil }
            switch pair[0] {
            case "starttls":
                guard let wanted = StartTLS(rawValue: pair[1]) else { return nil }
                startTLS = wanted
            case "ca": caFile = pair[1]
            default: return nil
            }
        }
    }

    /// Whether an `smtp` or `smtps` URL has a password; nil for any other text.
    private static func hasPassword(_ url: String) -> Bool? {
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let parsed = curl_url() else {
            return nil
        }
        defer { curl_url_cleanup(parsed) }
        guard curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK,
            let scheme = part(CURLUPART_SCHEME, of: parsed), scheme == "smtp" || scheme == "smtps",
            part(CURLUPART_HOST, of: parsed) != nil
        else { return nil }
        return part(CURLUPART_PASSWORD, of: parsed) != nil
    }

    private static func part(_ part: CURLUPart, of url: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(url, part, &text, 0) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}

/// Hands mails to one SMTP server, keeping the connection for the next.
package final class SMTPTransport: @unchecked Sendable {
    // Unchecked: lives on one EventLoop.
    private let settings: SMTPSettings
    private let multi: CurlMulti

    package init(loop: EventLoop, settings: SMTPSettings) {
        self.settings = settings
        multi = CurlMulti(loop: loop)
    }

    /// Aborts what runs and closes the connections; must be called on the loop before the
    /// transport goes.
    package func close() { multi.close() }

    /// Sends a message; returns when the server has taken it.
    ///
    /// The caller must run on the loop.
    package func send(_ message: MailMessage) async throws(SMTPFailure) {
        let transfer = Transfer(
            url: settings.url, protocols: "smtp,smtps",
            timeouts: (min(settings.timeout, .seconds(15)), settings.timeout),
            caFile: settings.caFile, policy: .any, receiveLimit: 64 * 1_024,
            upload: message.bytes)
        transfer.set(CURLOPT_USE_SSL, settings.startTLS == .required ? 3 : 1)
        transfer.set(CURLOPT_UPLOAD, 1)
        transfer.set(CURLOPT_MAIL_FROM, "<\(message.from.address)>")
        transfer.set(CURLOPT_MAIL_RCPT, ["<\(message.to.address)>"])
        guard let code = await multi.perform(transfer) else { throw .cancelled }
        if let failure = Self.failure(code, of: transfer) { throw failure }
    }

    private static func failure(_ code: CURLcode, of transfer: Transfer) -> SMTPFailure? {
        let reply = transfer.lastCode
        switch code {
        case CURLE_OK: return nil
        case CURLE_LOGIN_DENIED: return .login
        case CURLE_USE_SSL_FAILED, CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION,
            CURLE_SSL_CACERT_BADFILE:
            return .tls
        // The sender or recipient was refused, or the whole message after it was sent. A 5xx in a
        // greeting is about the server, not the message, and may pass.
        case CURLE_SEND_ERROR where reply >= 500,
            CURLE_WEIRD_SERVER_REPLY where reply >= 500 && transfer.isUploadComplete:
            return .refused(reply)
        case CURLE_SEND_ERROR where reply >= 400, CURLE_WEIRD_SERVER_REPLY where reply >= 400:
            return .later(reply)
        case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_OPERATION_TIMEDOUT,
            CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_WEIRD_SERVER_REPLY:
            return .unreachable
        default: return .other(Int(code.rawValue))
        }
    }
}
