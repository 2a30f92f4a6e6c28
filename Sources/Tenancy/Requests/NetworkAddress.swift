import CLinux
import HTTP

extension Peer {
    /// What limits by address count: the address itself, or the /64 of an IPv6 address.
    ///
    /// One household or server has a whole /64 of addresses, and would have as many attempts. An
    /// IPv4 address written as IPv6 counts as what it is.
    package var network: String {
        guard address.contains(":") else { return address }
        var bytes = [UInt8](repeating: 0, count: 16)
        let text = address.prefix { $0 != "%" }
        guard inet_pton(Int32(AF_INET6), String(text), &bytes) == 1 else { return address }
        if bytes[..<12] == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff] {
            return bytes[12...].map(String.init).joined(separator: ".")
        }
        let groups = stride(from: 0, to: 8, by: 2).map { index in
            String(UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1]), radix: 16)
        }
        return groups.joined(separator: ":") + "::/64"
    }
}
