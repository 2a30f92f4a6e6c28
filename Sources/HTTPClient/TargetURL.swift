import CCurl

/// Where a request goes, as libcurl itself reads the URL, so that no second reading can differ.
struct TargetURL {
    let scheme: String
    /// Lower case; IPv6 with its brackets.
    let host: String
    let port: Int

    /// - Parameters:
    ///   - text: An absolute URL of printable ASCII.
    ///   - isGuarded: Take `https` alone, and no host but one written plainly: without user
    ///     information, percent signs or numbers that stand for an IPv4 address in another
    ///     notation.
    init?(_ text: String, isGuarded: Bool) {
        guard text.utf8.count <= 8_192,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }),
            let url = curl_url()
        else { return nil }
        defer { curl_url_cleanup(url) }
        guard curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK,
            let scheme = Self.part(CURLUPART_SCHEME, of: url),
            let host = Self.part(CURLUPART_HOST, of: url)?.lowercased(),
            let port = Self.part(CURLUPART_PORT, of: url).flatMap({ Int($0) }), port > 0
        else { return nil }
        (self.scheme, self.host, self.port) = (scheme.lowercased(), host, port)
        if !isGuarded {
            if self.scheme != "https", self.scheme != "http" { return nil }
            return
        }
        // libcurl rewrites odd notations, so a host that does not stand there as it is was one.
        let prefix = "https://" + host
        let given = text.lowercased()
        guard self.scheme == "https", given.hasPrefix(prefix) else { return nil }
        let next = given.utf8.dropFirst(prefix.utf8.count).first
        guard next.map({ ":/?#".utf8.contains($0) }) ?? true else { return nil }
    }

    /// The address, if the host is one.
    var literal: NetworkAddress? {
        if host.hasPrefix("["), host.hasSuffix("]") {
            return NetworkAddress(String(host.dropFirst().dropLast()))
        }
        return NetworkAddress(host)
    }

    /// Two or more labels of letters, digits, hyphens and underscores, the last no number.
    var isOrdinaryName: Bool {
        let labels = host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard host.utf8.count <= 253, labels.count >= 2, let last = labels.last,
            let first = last.first, (0x61...0x7A).contains(first)
        else { return false }
        return labels.allSatisfy { label in
            (1...63).contains(label.count)
                && label.allSatisfy {
                    (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
                        || $0 == 0x5F
                }
        }
    }

    private static func part(_ part: CURLUPart, of url: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        let flags = UInt32(CURLU_DEFAULT_PORT)
        guard curl_url_get(url, part, &text, flags) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}

/// What may stand in a request head (RFC 9110 §5).
enum RequestSyntax {
    static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                    || (0x61...0x7A).contains(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
    }

    /// libcurl frames the body itself, so the caller may not.
    static func isField(_ name: String, _ value: String) -> Bool {
        let lower = name.lowercased()
        return isToken(name) && lower != "content-length" && lower != "transfer-encoding"
            && value.utf8.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || $0 == 9 }
    }
}
