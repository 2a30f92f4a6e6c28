import HTTP

/// Finds the client behind trusted HTTP proxies (checklist rule 32).
enum ForwardedPeer {
    /// The peer of a request that came from a trusted proxy.
    ///
    /// `X-Forwarded-For` is read from the right, since each proxy appends the address that it saw:
    /// the first one that is not itself a trusted proxy is the client. What stands left of it was
    /// said by the client and means nothing. An entry that is no address ends the search.
    static func peer(
        of proxy: Peer, _ head: RequestHead, trusted: [AddressRange]
    ) -> Peer {
        var peer = proxy
        if let proto = list(.forwardedProto, head).last { peer.isSecure = proto == "https" }
        for entry in list(.forwardedFor, head).reversed() {
            guard let address = address(entry) else { break }
            peer.address = address.text
            if !trusted.contains(where: { $0.contains(address) }) { break }
        }
        return peer
    }

    /// The items of all fields of that name, in order.
    private static func list(_ name: FieldName, _ head: RequestHead) -> [String] {
        head.fields.filter { $0.known == name }.flatMap { field in
            head.bytes[Int(field.value.lowerBound)..<Int(field.value.upperBound)]
                .split(separator: 0x2C, omittingEmptySubsequences: false)
                .map { item in
                    let text = String(decoding: item, as: UTF8.self)
                    return String(text.drop { $0 == " " }.prefix { $0 != " " })
                }
        }
    }

    /// `203.0.113.7`, `203.0.113.7:1234`, `2001:db8::1` or `[2001:db8::1]:1234`.
    private static func address(_ text: String) -> IPAddress? {
        if let address = IPAddress(text) { return address }
        if text.hasPrefix("[") {
            return IPAddress(String(text.dropFirst().prefix { $0 != "]" }))
        }
        return IPAddress(String(text.prefix { $0 != ":" }))
    }
}
