import Testing

@testable import HTTPServer

@Suite struct `The client's address` {
    private let here: AddressRange

    init() throws { here = try #require(AddressRange("127.0.0.0/8")) }

    @Test("SEC-30: forwarded fields of a client that is no proxy mean nothing")
    func forged() throws {
        let server = try TestServer()
        let client = try server.client()
        client.send(
            request("/peer", "X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-Proto: https\r\n"))
        #expect(client.readAnswer()?.text == "127.0.0.1 false")
    }

    @Test(
        "SEC-30: behind trusted proxies the list is read from the right",
        arguments: [
            ("X-Forwarded-For: 198.51.100.1\r\n", "198.51.100.1 false"),
            ("X-Forwarded-For: 6.6.6.6, 198.51.100.1\r\n", "198.51.100.1 false"),
            ("X-Forwarded-For: 6.6.6.6, 198.51.100.1, 10.1.2.3\r\n", "198.51.100.1 false"),
            ("X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 198.51.100.1\r\n", "198.51.100.1 false"),
            ("X-Forwarded-For: [2001:db8::1]:99\r\n", "2001:db8::1 false"),
            ("X-Forwarded-For: 198.51.100.1:99\r\n", "198.51.100.1 false"),
            ("X-Forwarded-For: 6.6.6.6, rubbish, 10.1.2.3\r\n", "10.1.2.3 false"),
            ("X-Forwarded-For: rubbish\r\n", "127.0.0.1 false"),
            ("X-Forwarded-Proto: https\r\n", "127.0.0.1 true"),
            ("X-Forwarded-Proto: https, http\r\n", "127.0.0.1 false"),
            ("", "127.0.0.1 false"),
        ])
    func forwarded(_ fields: String, _ expected: String) throws {
        let server = try TestServer { $0.trustedProxies = [here, AddressRange("10.0.0.0/8")!] }
        let client = try server.client()
        client.send(request("/peer", fields))
        #expect(client.readAnswer()?.text == expected)
    }

    @Test func `the PROXY header is read from configured addresses, byte by byte too`() throws {
        let server = try TestServer { $0.proxyProtocolSources = [here] }
        let binary: [UInt8] =
            [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]
            + [0x21, 0x11, 0, 15, 198, 51, 100, 7, 127, 0, 0, 1, 0, 80, 0, 81, 4, 0, 0]
        for (header, expected) in [
            (Array("PROXY TCP4 198.51.100.7 127.0.0.1 80 81\r\n".utf8), "198.51.100.7 false"),
            (Array("PROXY TCP6 2001:db8::7 ::1 80 81\r\n".utf8), "2001:db8::7 false"),
            (Array("PROXY UNKNOWN\r\n".utf8), "127.0.0.1 false"),
            (binary, "198.51.100.7 false"),
        ] {
            let client = try server.client()
            client.send(header + Array(request("/peer").utf8))
            #expect(client.readAnswer()?.text == expected)
            let slow = try server.client()
            for byte in header + Array(request("/peer").utf8) { slow.send([byte]) }
            #expect(slow.readAnswer()?.text == expected)
        }
    }

    @Test func `a missing or malformed PROXY header ends the connection`() throws {
        let server = try TestServer { $0.proxyProtocolSources = [here] }
        for header in [
            "", "PROXY TCP4 198.51.100.7\r\n", "PROXY TCP4 a b 1 2\r\n", "PROXY\n",
            "PROXY TCP6 198.51.100.7 ::1 1 2\r\n", "PROXY TCP4 1.2.3.4 1.2.3.4 1 99999\r\n",
            "PROXY " + String(repeating: "x", count: 200),
        ] {
            let client = try server.client()
            client.send(header + request("/peer"))
            #expect(client.readToEnd().isEmpty)
        }
    }

    @Test func `a PROXY header from elsewhere is a malformed request`() throws {
        let server = try TestServer()
        let client = try server.client()
        client.send("PROXY TCP4 198.51.100.7 127.0.0.1 80 81\r\n" + request("/peer"))
        #expect(client.readAnswer()?.status == 400)
        #expect(client.isClosedByServer)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.0", false),
        ("2001:db8::/32", "2001:db8:1::", true), ("2001:db8::/32", "2001:db9::", false),
        ("::1", "::1", true), ("0.0.0.0/0", "1.2.3.4", true), ("0.0.0.0/0", "::1", false),
        ("10.0.0.1", "10.0.0.2", false), ("::/0", "1.2.3.4", true),
    ])
    func `ranges of addresses`(_ range: String, _ address: String, _ isInside: Bool) throws {
        let range = try #require(AddressRange(range))
        #expect(range.contains(try #require(IPAddress(address))) == isInside)
    }

    @Test(arguments: ["", "10.0.0.0/33", "10.0.0/8", "x", "::/129", "10.0.0.0/-1", "10.0.0.0/"])
    func `rubbish is no range`(_ text: String) {
        #expect(AddressRange(text) == nil)
    }
}
