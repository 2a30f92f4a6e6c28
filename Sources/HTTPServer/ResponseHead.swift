import CLinux
import HTTP

/// Writes status line and fields of answers straight into an output buffer.
struct ResponseHead {
    /// How the content that follows is delimited.
    enum Length {
        /// No content and no length, as 204 and 304 have it.
        case absent
        case bytes(Int)
        case chunked
    }

    /// Said on every answer (checklist 22, 24): HSTS for one year, no sniffing, no referrer.
    private static let security: StaticString = """
        Strict-Transport-Security: max-age=31536000; includeSubDomains\r
        X-Content-Type-Options: nosniff\r
        Referrer-Policy: no-referrer\r\n
        """
    private static let contentPolicy: StaticString =
        "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
    private static let noStore: StaticString = "Cache-Control: no-store\r\n"

    var status: Status
    var contentType: StaticString?
    var fields: [(name: StaticString, value: String)]
    var length: Length
    var closes: Bool
    var isCompressed = false
    var variesByEncoding = false

    /// Appends everything but Date and the request id, which the caller knows how to write, and the
    /// empty line.
    func append(to buffer: ByteBuffer) {
        var setsCache = false
        var setsPolicy = false
        appendStatusLine(buffer)
        buffer.append(Self.security)
        for field in fields {
            if field.name.isField("cache-control") { setsCache = true }
            if field.name.isField("content-security-policy") { setsPolicy = true }
            buffer.append(field.name)
            buffer.append(": ")
            buffer.append(fieldValue: field.value)
            buffer.append("\r\n")
        }
        if !setsCache { buffer.append(Self.noStore) }
        if !setsPolicy { buffer.append(Self.contentPolicy) }
        if isCompressed { buffer.append("Content-Encoding: gzip\r\n") }
        if variesByEncoding { buffer.append("Vary: Accept-Encoding\r\n") }
        if let contentType {
            buffer.append("Content-Type: ")
            buffer.append(contentType)
            buffer.append("\r\n")
        }
        switch length {
        case .absent: break
        case .bytes(let count):
            buffer.append("Content-Length: ")
            buffer.append(decimal: count)
            buffer.append("\r\n")
        case .chunked: buffer.append("Transfer-Encoding: chunked\r\n")
        }
        if closes { buffer.append("Connection: close\r\n") }
    }

    private func appendStatusLine(_ buffer: ByteBuffer) {
        if status.code == 200 { return buffer.append("HTTP/1.1 200 OK\r\n") }
        buffer.append("HTTP/1.1 ")
        buffer.append(decimal: min(999, max(100, status.code)))
        buffer.append(" ")
        buffer.append(status.reason)
        buffer.append("\r\n")
    }
}

extension StaticString {
    /// Whether this is the field name `lowercase` in any case.
    fileprivate func isField(_ lowercase: StaticString) -> Bool {
        guard utf8CodeUnitCount == lowercase.utf8CodeUnitCount else { return false }
        for index in 0..<utf8CodeUnitCount
        where utf8Start[index] | 0x20 != lowercase.utf8Start[index] {
            return false
        }
        return true
    }
}

extension Status {
    /// Whether an answer of this status never has content (RFC 9110 §6.4.1).
    var hasNoContent: Bool { code == 204 || code == 304 || code < 200 }

    /// The reason phrase of RFC 9110 §15 and its successors; a plain word for others.
    var reason: StaticString {
        switch code {
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 206: "Partial Content"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 303: "See Other"
        case 304: "Not Modified"
        case 307: "Temporary Redirect"
        case 308: "Permanent Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 402: "Payment Required"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 410: "Gone"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 422: "Unprocessable Content"
        case 423: "Locked"
        case 428: "Precondition Required"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: "Other"
        }
    }
}
