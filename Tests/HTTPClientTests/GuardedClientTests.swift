import EventLoop
import Foundation
import Synchronization
import Testing

@testable import HTTPClient

@Suite struct `Guarded HTTP client` {
    @Test(
        "SEC-09: addresses inside, and all that only looks public, are refused",
        arguments: [
            "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254",
            "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1",
            "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7",
            "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
            "168.63.129.16",
            "::", "::1", "::ffff:8.8.8.8", "::ffff:127.0.0.1", "::8.8.8.8", "64:ff9b::808:808",
            "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:808:808::1", "3fff::1",
            "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
        ])
    func refused(address: String) throws {
        #expect(try !#require(NetworkAddress(address)).isPublic)
    }

    @Test(
        "SEC-09: public addresses are let through",
        arguments: [
            "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
            "126.255.255.255", "128.0.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255",
            "198.17.255.255", "198.20.0.0", "223.255.255.255", "2606:4700::1111", "2a00::1",
            "2001:4860:4860::8888", "2003::1",
        ])
    func allowed(address: String) throws {
        #expect(try #require(NetworkAddress(address)).isPublic)
    }

    @Test(
        "SEC-09: URLs that name an inside host in any notation are refused",
        arguments: [
            "https://127.0.0.1/", "https://127.0.0.1:8443/", "https://10.0.0.1", "https://[::1]/",
            "https://[::ffff:7f00:1]/", "https://[::ffff:127.0.0.1]/", "https://[fd00::1]/",
            "https://[64:ff9b::a00:1]/", "https://169.254.169.254/latest/meta-data/",
            "https://localhost/", "https://intranet/", "https://0.0.0.0/", "https://a.test./",
            "https://xn--/", "https://008.8.8.8/", "https://host.1/",
        ])
    func refusedURL(url: String) async throws {
        await #expect(throws: HTTPClientFailure.refusedAddress) { try await call(url) }
    }

    @Test(
        "SEC-09: other schemes, user information and odd numbers are no URLs here",
        arguments: [
            "http://example.org/", "ftp://example.org/", "//example.org/", "example.org",
            "https://user@example.org/", "https://user:pass@example.org/",
            "https://example.org@127.0.0.1/", "https://2130706433/", "https://134744072/",
            "https://0x7f000001/", "https://0x08.0x08.0x08.0x08/", "https://0177.0.0.1/",
            "https://127.1/", "https://8.8.2056/", "https://%31.1.1.1/",
            "https://example%2eorg/", "https://[fe80::1%25eth0]/", "https:///example.org/",
            "https://example.org\\@127.0.0.1/", "https://exämple.org/", "https://1.1.1.1 /",
            "https://example.org:0/", "https://example.org:99999/", "https:example.org",
            "https://①②⑦.0.0.1/", "",
        ])
    func refusedSyntax(url: String) async throws {
        await #expect(throws: HTTPClientFailure.self) { try await call(url) }
        #expect(TargetURL(url, isGuarded: true) == nil)
    }

    private func call(_ url: String) async throws -> IncomingResponse {
        let never = Resolver { host in
            Issue.record("\(host) was looked up")
            return []
        }
        return try await send(OutgoingRequest("GET", url), resolver: never)
    }

    @Test("SEC-09: one inside address among those of a name refuses the name")
    func mixed() async throws {
        let names = Resolver { _ in ["1.1.1.1", "10.0.0.1"].compactMap { NetworkAddress($0) } }
        await #expect(throws: HTTPClientFailure.refusedAddress) {
            try await send(OutgoingRequest("GET", "https://hook.test/"), resolver: names)
        }
    }

    @Test("SEC-09: the address that was checked is the one connected to, though DNS changes")
    func pinned() async throws {
        let files = try TestCertificate.files.get()
        let peer = try Peer("http_server.py", [files.certificate, files.key])
        let lookUps = Mutex(0)
        let names = Resolver { _ in
            // The second answer would lead elsewhere; it must never be asked for.
            let count = lookUps.withLock { count in
                count += 1
                return count
            }
            return [NetworkAddress(count == 1 ? "127.0.0.1" : "127.0.0.9")].compactMap { $0 }
        }
        let policy = AddressPolicy(isPublicOnly: true) { $0.pin == "127.0.0.1" }
        let seen = try await send(
            OutgoingRequest("GET", "https://hook.test:\(peer.port)/x", addresses: policy),
            caFile: files.certificate, resolver: names)
        #expect(lookUps.withLock { $0 } == 1)
        let fields = try echo(seen)["fields"] as? [[String]]
        #expect(fields?.contains(["host", "hook.test:\(peer.port)"]) == true)
    }

    @Test("SEC-09: an address that passed the first check is checked again at the socket")
    func checkedAtSocket() async throws {
        let peer = try Peer("http_server.py")
        let policy = AddressPolicy(isPublicOnly: false) { _ in false }
        await #expect(throws: HTTPClientFailure.refusedAddress) {
            try await send(
                OutgoingRequest("GET", "http://127.0.0.1:\(peer.port)/", addresses: policy))
        }
    }

    @Test func `a slow name server runs into the time-out`() async throws {
        let answered = DispatchSemaphore(value: 0)
        defer { answered.signal() }
        let slow = Resolver { _ in
            // The name server answers only after the call has failed.
            answered.wait()
            return []
        }
        var request = OutgoingRequest("GET", "https://hook.test/")
        request.connectTimeout = .milliseconds(100)
        await #expect(throws: HTTPClientFailure.timeout) { try await send(request, resolver: slow) }
    }

    @Test func `an unknown name cannot be resolved`() async throws {
        await #expect(throws: HTTPClientFailure.resolve) {
            try await send(OutgoingRequest("GET", "https://no-such-host.invalid/"))
        }
    }
}
