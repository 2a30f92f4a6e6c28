import COpenSSL
import Testing

@testable import HTTPServer

@Suite struct `TLS` {
    private func secure(
        _ certificate: TestCertificate, _ limits: ServerLimits = ServerLimits()
    ) throws -> TestServer {
        try TestServer(limits) { $0.tls = certificate.files }
    }

    @Test("SEC-88: TLS 1.2 and 1.3 are spoken, older versions are not")
    func versions() throws {
        let certificate = try TestCertificate(serial: 1)
        let server = try secure(certificate)
        for (version, name) in [(TLS1_3_VERSION, "TLSv1.3"), (TLS1_2_VERSION, "TLSv1.2")] {
            let client = try #require(try TLSClient(port: server.port, highestVersion: version))
            #expect(client.version == name)
            #expect(client.ask(request("/peer"))?.text == "127.0.0.1 true")
            #expect(client.ask(request("/big"))?.body.count == 20_000)
            #expect(client.ask(request("/a", "Connection: close\r\n"))?.status == 200)
            #expect(client.isClosedByServer)
        }
        #expect(try TLSClient(port: server.port, highestVersion: TLS1_1_VERSION) == nil)
    }

    @Test func `large bodies go both ways`() throws {
        let certificate = try TestCertificate(serial: 1)
        let server = try secure(certificate)
        let client = try #require(try TLSClient(port: server.port))
        let body = String(repeating: "0123456789", count: 90_000)
        let answer = client.ask(
            request("/echo", "Content-Length: \(body.utf8.count)\r\n", method: "POST") + body)
        #expect(answer?.text == body)
    }

    @Test func `only http 1.1 is agreed on`() throws {
        let certificate = try TestCertificate(serial: 1)
        let server = try secure(certificate)
        let both = Array("\u{2}h2\u{8}http/1.1".utf8)
        #expect(
            try TLSClient(port: server.port, protocols: both)?.chosenProtocol == "http/1.1")
        #expect(try TLSClient(port: server.port, protocols: Array("\u{2}h2".utf8)) == nil)
    }

    @Test func `a new certificate counts for new connections, a bad one is refused`() throws {
        let certificate = try TestCertificate(serial: 1)
        let server = try secure(certificate)
        let old = try #require(try TLSClient(port: server.port))
        #expect(old.serial == 1)
        try certificate.write(serial: 2)
        try server.server.reloadCertificate()
        #expect(try TLSClient(port: server.port)?.serial == 2)
        #expect(old.ask(request("/a"))?.status == 200)
        try certificate.spoil()
        #expect(throws: TLSFailure.self) { try server.server.reloadCertificate() }
        #expect(try TLSClient(port: server.port)?.serial == 2)
    }

    @Test("SEC-29: plain HTTP on a TLS port is refused") func plain() throws {
        let certificate = try TestCertificate(serial: 1)
        let server = try secure(certificate)
        let client = try server.client()
        client.send(request("/a"))
        #expect(client.readAnswer()?.status == 400)
        #expect(client.isClosedByServer)
    }

    @Test func `a handshake that does not come, or is rubbish, ends the connection`() throws {
        let certificate = try TestCertificate(serial: 1)
        var limits = ServerLimits()
        limits.handshakeTimeout = .milliseconds(400)
        let server = try secure(certificate, limits)
        let silent = try server.client()
        let rubbish = try server.client()
        rubbish.send([0x16, 3, 1, 0, 4, 1, 2, 3, 4, 5, 6])
        _ = rubbish.readToEnd()
        #expect(silent.isClosedByServer)
        #expect(eventually { server.server.connectionCount == 0 })
    }
}
