import CLinux

/// Which addresses a call may go to (checklist rule 28, row 9).
package struct AddressPolicy: Sendable {
    let isPublicOnly: Bool
    let allows: @Sendable (NetworkAddress) -> Bool

    /// For an address that a tenant supplied: `https` to a public address, checked and pinned.
    package static let publicOnly = AddressPolicy(isPublicOnly: true) { $0.isPublic }
    /// For an address that the operator configured: anything that routes.
    package static let any = AddressPolicy(isPublicOnly: false) { _ in true }
}

/// An IP address; IPv4 is kept as its IPv4-mapped form (RFC 4291 §2.5.5.2).
struct NetworkAddress: Sendable, Hashable {
    private let high: UInt64
    private let low: UInt64
    /// Whether it was an IPv6 address; an IPv4-mapped one is another thing than IPv4.
    private let isV6: Bool

    /// From text as `inet_pton` reads it: four decimal numbers, or IPv6 without zone and brackets.
    init?(_ text: String) {
        var v4 = in_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            self.init(v4)
            return
        }
        var v6 = in6_addr()
        guard inet_pton(AF_INET6, text, &v6) == 1 else { return nil }
        self.init(v6)
    }

    /// `address` must have room for its family's own structure; nil for families other than IP.
    init?(_ address: UnsafePointer<sockaddr>) {
        let bytes = UnsafeRawPointer(address)
        switch Int32(address.pointee.sa_family) {
        case AF_INET: self.init(bytes.loadUnaligned(as: sockaddr_in.self).sin_addr)
        case AF_INET6: self.init(bytes.loadUnaligned(as: sockaddr_in6.self).sin6_addr)
        default: return nil
        }
    }

    private init(_ address: in_addr) {
        (high, isV6) = (0, false)
        low = 0xFFFF_0000_0000 | UInt64(UInt32(bigEndian: address.s_addr))
    }

    private init(_ address: in6_addr) {
        isV6 = true
        (high, low) = withUnsafeBytes(of: address) {
            (
                UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }

    /// As libcurl takes it in a list of pinned addresses: IPv6 in brackets.
    var pin: String {
        if !isV6 {
            return [24, 16, 8, 0].map { String((low >> UInt64($0)) & 0xFF) }.joined(separator: ".")
        }
        let groups = [high, low].flatMap { half in
            [48, 32, 16, 0].map { String((half >> UInt64($0)) & 0xFFFF, radix: 16) }
        }
        return "[" + groups.joined(separator: ":") + "]"
    }

    /// Whether it is an ordinary address of the public Internet.
    ///
    /// IPv6 must be global unicast, which leaves out loopback, unspecified, IPv4-mapped, NAT64
    /// (64:ff9b::/96 and its local kin), unique local, link-local and multicast addresses.
    /// Source: the IANA special-purpose address registries (RFC 6890).
    var isPublic: Bool {
        if !isV6 { return !Self.specialV4.contains { UInt32(low & 0xFFFF_FFFF) >> $1 == $0 >> $1 } }
        guard high >> 61 == 1 else { return false }
        return !Self.specialV6.contains { high >> $1 == $0 >> $1 }
    }

    /// First address and how many bits are free.
    private static let specialV4: [(UInt32, UInt32)] = [
        (0x0000_0000, 24),  // this network
        (0x0A00_0000, 24), (0xAC10_0000, 20), (0xC0A8_0000, 16),  // private
        (0x6440_0000, 22),  // carrier-grade NAT
        (0x7F00_0000, 24),  // loopback
        (0xA9FE_0000, 16),  // link-local, and where clouds serve metadata
        (0xA83F_8110, 0),  // 168.63.129.16, a public address at which Azure serves metadata
        (0xC000_0000, 8),  // protocol assignments
        (0xC000_0200, 8), (0xC633_6400, 8), (0xCB00_7100, 8),  // documentation
        (0xC058_6300, 8),  // 6to4 relays
        (0xC612_0000, 17),  // benchmarks
        (0xE000_0000, 28), (0xF000_0000, 28),  // multicast, reserved and broadcast
    ]

    /// The upper half of the first address and how many bits of that half are free.
    private static let specialV6: [(UInt64, UInt64)] = [
        (0x2001_0000_0000_0000, 41),  // protocol assignments, with Teredo
        (0x2001_0DB8_0000_0000, 32), (0x3FFF_0000_0000_0000, 44),  // documentation
        (0x2002_0000_0000_0000, 48),  // 6to4
    ]
}
