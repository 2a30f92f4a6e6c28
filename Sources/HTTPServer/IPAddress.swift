import CLinux

/// An IP address; IPv4 is kept as its IPv4-mapped IPv6 form (RFC 4291 §2.5.5.2).
package struct IPAddress: Sendable, Hashable {
    var high: UInt64
    var low: UInt64

    private static let mappedPrefix: UInt64 = 0xFFFF_0000_0000

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// From the four bytes of an IPv4 address, read as one big-endian number.
    init(v4 address: UInt32) {
        self.init(high: 0, low: Self.mappedPrefix | UInt64(address))
    }

    /// From text as `inet_pton` reads it, without zone, port or brackets; nil for anything else.
    package init?(_ text: String) {
        var v4 = in_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            self.init(v4: UInt32(bigEndian: v4.s_addr))
            return
        }
        var v6 = in6_addr()
        guard inet_pton(AF_INET6, text, &v6) == 1 else { return nil }
        self.init(v6)
    }

    init(_ address: in6_addr) {
        var address = address
        self = withUnsafeBytes(of: &address) { bytes in
            IPAddress(
                high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        }
    }

    /// From what `accept` or `getsockname` wrote; nil for families other than IP.
    init?(_ storage: sockaddr_storage) {
        var storage = storage
        switch Int32(storage.ss_family) {
        case AF_INET:
            self = withUnsafeBytes(of: &storage) { bytes in
                IPAddress(v4: UInt32(bigEndian: bytes.load(as: sockaddr_in.self).sin_addr.s_addr))
            }
        case AF_INET6:
            self = withUnsafeBytes(of: &storage) { bytes in
                IPAddress(bytes.load(as: sockaddr_in6.self).sin6_addr)
            }
        default: return nil
        }
    }

    var isV4: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// 127.0.0.0/8 or ::1.
    var isLoopback: Bool {
        isV4 ? (low >> 24) & 0xFF == 127 : high == 0 && low == 1
    }

    var v6: in6_addr {
        var address = in6_addr()
        withUnsafeMutableBytes(of: &address) { bytes in
            bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
            bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        return address
    }

    /// As `inet_ntop` writes it; IPv4 in dotted form.
    package var text: String {
        if isV4 {
            let bytes = [24, 16, 8, 0].map { String((low >> UInt64($0)) & 0xFF) }
            return bytes.joined(separator: ".")
        }
        var address = v6
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 46) { text in
            guard let start = text.baseAddress, inet_ntop(AF_INET6, &address, start, 46) != nil
            else { return "::" }
            return String(cString: start)
        }
    }
}

/// A block of addresses such as `10.0.0.0/8`, `2001:db8::/32` or a single address.
package struct AddressRange: Sendable, Hashable {
    private let base: IPAddress
    private let highMask: UInt64
    private let lowMask: UInt64

    /// - Returns: nil unless `text` is an address, or an address and a prefix length in its range.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(String(first)) else { return nil }
        var bits = 128
        if parts.count == 2 {
            guard let given = Int(parts[1]), given >= 0, given <= (address.isV4 ? 32 : 128) else {
                return nil
            }
            bits = address.isV4 ? 96 + given : given
        }
        highMask = bits >= 64 ? .max : bits == 0 ? 0 : ~(UInt64.max >> UInt64(bits))
        lowMask = bits <= 64 ? 0 : bits == 128 ? .max : ~(UInt64.max >> UInt64(bits - 64))
        base = IPAddress(high: address.high & highMask, low: address.low & lowMask)
    }

    package func contains(_ address: IPAddress) -> Bool {
        address.high & highMask == base.high && address.low & lowMask == base.low
    }
}
