import HTTP
import Testing
import Values

@testable import Tenancy

@Suite struct `Limits by credential and address` {
    @Test("OV-48: what was counted two minutes ago is forgotten, and the last minute is not")
    func pruning() throws {
        let limits = RateLimits()
        let start = Instant(microseconds: 1_795_266_600_000_000)
        for number in 0..<1_000 {
            try limits.take(.workspace(Int64(number)), limit: 3, now: start)
        }
        #expect(limits.count == 1_000)
        let later = start + .seconds(60)
        for _ in 0..<2 { try limits.take(.workspace(1), limit: 3, now: later) }
        #expect(throws: Problem.self) { try limits.take(.workspace(1), limit: 3, now: later) }
        #expect(limits.count == 1_000)
        try limits.take(.workspace(2_000), limit: 3, now: start + .seconds(120))
        // The one that was used in the last minute, and the new one.
        #expect(limits.count == 2)
    }

    @Test(
        "OV-48: all addresses of an IPv6 network count as one",
        arguments: [
            ("203.0.113.7", "203.0.113.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::1", "2001:db8:1:2::/64"), ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
            ("::1", "0:0:0:0::/64"), ("fe80::1%eth0", "fe80:0:0:0::/64"),
            ("::ffff:203.0.113.7", "203.0.113.7"), ("not:an:address", "not:an:address"),
        ])
    func networks(address: String, network: String) {
        #expect(Peer(address: address, isSecure: true).network == network)
    }
}
