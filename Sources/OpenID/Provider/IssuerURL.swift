/// Which URLs a provider may be reached at.
package struct IssuerURL {
    /// Whether the text can name an issuer: an https URL of printable ASCII with a host, without
    /// user, query and fragment (OpenID Connect Discovery §3).
    ///
    /// Plain HTTP is for tests alone.
    package static func isValid(_ text: String, allowsPlainHTTP: Bool) -> Bool {
        isEndpoint(text, allowsPlainHTTP: allowsPlainHTTP) && !text.utf8.contains(0x3F)
            && text.utf8.count <= 512
    }

    /// Whether the text can name an endpoint, which may have a query but no fragment.
    static func isEndpoint(_ text: String, allowsPlainHTTP: Bool) -> Bool {
        let schemes = allowsPlainHTTP ? ["https://", "http://"] : ["https://"]
        guard text.utf8.count <= 2_048, let scheme = schemes.first(where: text.hasPrefix),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"\"#<>\\^`{|}".utf8.contains($0) })
        else { return false }
        let authority = text.utf8.dropFirst(scheme.utf8.count).prefix { $0 != 0x2F && $0 != 0x3F }
        return !authority.isEmpty && !authority.contains(UInt8(ascii: "@"))
            && !authority.contains(UInt8(ascii: "%"))
    }

    /// Where the provider describes itself (OpenID Connect Discovery §4).
    static func configuration(of issuer: String) -> String {
        (issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer)
            + "/.well-known/openid-configuration"
    }
}
