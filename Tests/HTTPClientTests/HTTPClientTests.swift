import EventLoop
import Foundation
import TestSupport
import Testing

@testable import HTTPClient

/// Sends from a client of its own, trusting the test certificate.
func send(
    _ request: OutgoingRequest, caFile: String? = nil, resolver: Resolver = Resolver()
) async throws -> IncomingResponse {
    try await onLoop { loop in
        let client = HTTPClient(loop: loop, caFile: caFile, resolver: resolver)
        defer { client.close() }
        return try await client.send(request)
    }
}

/// What the server's echo saw.
func echo(_ response: IncomingResponse) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Data(response.body))
    return try #require(object as? [String: Any])
}

private func fields(_ seen: [String: Any], named name: String) -> [String] {
    (seen["fields"] as? [[String]] ?? []).filter { $0[0] == name }.map { $0[1] }
}

@Suite struct `HTTP client` {
    private func request(
        _ method: String = "GET", _ url: String, body: [UInt8]? = nil
    ) -> OutgoingRequest {
        OutgoingRequest(method, url, body: body, addresses: .any)
    }

    @Test func `method, path, fields and body arrive as given, and nothing else`() async throws {
        let peer = try Peer("http_server.py")
        var call = request("POST", "http://127.0.0.1:\(peer.port)/a?b=%20c", body: [0, 255, 10])
        call.fields = [("X-Empty", ""), ("X-Two", "1"), ("X-Two", "2"), ("X-Wide", "ä")]
        let response = try await send(call)
        #expect(response.status == 200)
        #expect(response[field: "content-type"] == nil)
        #expect(response.fields.filter { $0.name == "X-Twice" }.map(\.value) == ["a", "b"])
        let seen = try echo(response)
        #expect(seen["method"] as? String == "POST")
        #expect(seen["path"] as? String == "/a?b=%20c")
        #expect(seen["body"] as? String == "\u{0}\u{FF}\n")
        #expect(fields(seen, named: "x-two") == ["1", "2"])
        #expect(fields(seen, named: "x-empty") == [""])
        #expect(fields(seen, named: "content-length") == ["3"])
        for absent in ["content-type", "expect", "accept-encoding", "user-agent", "cookie"] {
            #expect(fields(seen, named: absent) == [])
        }
    }

    @Test(arguments: ["GET", "HEAD", "DELETE", "PUT", "PATCH"])
    func `every method is sent`(method: String) async throws {
        let peer = try Peer("http_server.py")
        let response = try await send(request(method, "http://127.0.0.1:\(peer.port)/"))
        #expect(response.status == 200)
        if method == "HEAD" { return #expect(response.body == []) }
        let seen = try echo(response)
        #expect(seen["method"] as? String == method)
        let announced = method == "PUT" || method == "PATCH" ? ["0"] : []
        #expect(fields(seen, named: "content-length") == announced)
    }

    @Test func `a large body arrives whole`() async throws {
        let peer = try Peer("http_server.py")
        var call = request(
            "PUT", "http://127.0.0.1:\(peer.port)/", body: Array(repeating: 0x61, count: 3_000_000))
        call.responseLimitBytes = 4_000_000
        let seen = try echo(try await send(call))
        #expect((seen["body"] as? String)?.count == 3_000_000)
    }

    @Test(arguments: [301, 404, 429, 500, 503])
    func `every status is an answer`(status: Int) async throws {
        let peer = try Peer("http_server.py")
        let response = try await send(request("http://127.0.0.1:\(peer.port)/status/\(status)"))
        #expect(response.status == status)
        #expect(response.body == Array("problem".utf8))
    }

    private func request(_ url: String) -> OutgoingRequest { request("GET", url) }

    @Test func `redirects are not followed`() async throws {
        let peer = try Peer("http_server.py")
        let response = try await send(request("http://127.0.0.1:\(peer.port)/redirect"))
        #expect(response.status == 302)
        #expect(response[field: "LOCATION"] == "/elsewhere")
    }

    @Test func `a connection serves the next call too`() async throws {
        let peer = try Peer("http_server.py")
        let url = "http://127.0.0.1:\(peer.port)/"
        let answers = try await onLoop { loop in
            let client = HTTPClient(loop: loop)
            defer { client.close() }
            let first = try await client.send(OutgoingRequest("GET", url, addresses: .any))
            return [first, try await client.send(OutgoingRequest("GET", url, addresses: .any))]
        }
        let ports = try answers.map { try echo($0)["peer"] as? Int }
        #expect(ports[0] != nil && ports[0] == ports[1])
    }

    @Test func `fifty calls run at once`() async throws {
        let peer = try Peer("http_server.py")
        let url = "http://127.0.0.1:\(peer.port)/"
        let count = try await onLoop { loop in
            let client = HTTPClient(loop: loop)
            defer { client.close() }
            return await withTaskGroup(of: Bool.self) { group in
                for index in 0..<50 {
                    group.addTask {
                        let call = OutgoingRequest("GET", url + String(index), addresses: .any)
                        return (try? await client.send(call))?.status == 200
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
        }
        #expect(count == 50)
    }

    @Test(
        "SEC-97: more content or fields than allowed ends the call",
        arguments: ["/large", "/flood", "/fields"])
    func tooLarge(path: String) async throws {
        let peer = try Peer("http_server.py")
        var call = request("http://127.0.0.1:\(peer.port)\(path)")
        call.responseLimitBytes = 99_999
        await #expect(throws: HTTPClientFailure.tooLarge) { try await send(call) }
    }

    @Test func `content of just the allowed size is taken`() async throws {
        let peer = try Peer("http_server.py")
        var call = request("http://127.0.0.1:\(peer.port)/large")
        call.responseLimitBytes = 100_000
        #expect(try await send(call).body.count == 100_000)
    }

    @Test(
        "SEC-97: a server that stalls or drips runs into the time-out",
        arguments: ["/slow", "/drip"])
    func timeout(path: String) async throws {
        let peer = try Peer("http_server.py")
        var call = request("http://127.0.0.1:\(peer.port)\(path)")
        call.timeout = .milliseconds(300)
        let began = ContinuousClock.now
        await #expect(throws: HTTPClientFailure.timeout) { try await send(call) }
        #expect(ContinuousClock.now - began < .seconds(20))
    }

    @Test func `a cancelled task aborts the call`() async throws {
        let peer = try Peer("http_server.py")
        let url = "http://127.0.0.1:\(peer.port)/slow"
        let began = ContinuousClock.now
        let failure = try await onLoop { loop -> HTTPClientFailure? in
            let client = HTTPClient(loop: loop)
            defer { client.close() }
            return await withUnsafeContinuation { done in
                let task = loop.spawn {
                    do throws(HTTPClientFailure) {
                        _ = try await client.send(OutgoingRequest("GET", url, addresses: .any))
                        done.resume(returning: nil)
                    } catch { done.resume(returning: error) }
                }
                loop.schedule(after: .milliseconds(100)) { task.cancel() }
            }
        }
        #expect(failure == .cancelled)
        #expect(ContinuousClock.now - began < .seconds(20))
    }

    @Test func `closing the client ends what runs, and later calls at once`() async throws {
        let peer = try Peer("http_server.py")
        let url = "http://127.0.0.1:\(peer.port)/slow"
        let failures = try await onLoop { loop in
            let client = HTTPClient(loop: loop)
            loop.schedule(after: .milliseconds(100)) { client.close() }
            var failures: [HTTPClientFailure] = []
            for _ in 0..<2 {
                do throws(HTTPClientFailure) {
                    _ = try await client.send(OutgoingRequest("GET", url, addresses: .any))
                } catch { failures.append(error) }
            }
            return failures
        }
        #expect(failures == [.cancelled, .cancelled])
    }

    @Test func `a refused connection, an unknown name and a broken answer differ`() async throws {
        let peer = try Peer("http_server.py")
        let broken = request("http://127.0.0.1:\(peer.port)/broken")
        await #expect(throws: HTTPClientFailure.other(18)) { try await send(broken) }
        let closed = request("http://127.0.0.1:\(peer.port)/")
        peer.kill()
        await #expect(throws: HTTPClientFailure.connect) { try await send(closed) }
        let unknown = request("http://no-such-host.invalid/")
        await #expect(throws: HTTPClientFailure.resolve) { try await send(unknown) }
    }

    @Test("SEC-88: a certificate must be trusted and made out to the name")
    func certificates() async throws {
        let files = try TestCertificate.files.get()
        let peer = try Peer("http_server.py", [files.certificate, files.key])
        let call = request("https://localhost:\(peer.port)/")
        await #expect(throws: HTTPClientFailure.tls) { try await send(call) }
        #expect(try await send(call, caFile: files.certificate).status == 200)
        let other = request("https://127.0.0.2:\(peer.port)/")
        await #expect(throws: (any Error).self) { try await send(other, caFile: files.certificate) }
        let plain = request("http://127.0.0.1:\(peer.port)/")
        await #expect(throws: (any Error).self) { try await send(plain) }
        let missing = "/no-such-file.pem"
        await #expect(throws: HTTPClientFailure.tls) { try await send(call, caFile: missing) }
    }

    @Test(
        "row 11: nothing can be added to a request head",
        arguments: [
            ("GET", "http://a.test/", "X", "a\r\nY: b"), ("GET", "http://a.test/", "X", "a\nb"),
            ("GET", "http://a.test/", "X\r\nY", "b"), ("GET", "http://a.test/", "", "b"),
            ("GET", "http://a.test/", "X", "\u{0}"), ("GET", "http://a.test/", "X:", "b"),
            ("GET /x", "http://a.test/", "X", "b"), ("", "http://a.test/", "X", "b"),
            ("GET", "http://a.test/ b", "X", "b"), ("GET", "http://a.test/\r\nX: y", "X", "b"),
            ("GET", "ftp://a.test/", "X", "b"), ("GET", "file:///etc/passwd", "X", "b"),
            ("GET", "/x", "X", "b"), ("GET", "", "X", "b"),
            ("POST", "http://a.test/", "Content-Length", "0"),
            ("POST", "http://a.test/", "Transfer-Encoding", "chunked"),
        ])
    func syntax(method: String, url: String, name: String, value: String) async throws {
        let call = OutgoingRequest(method, url, fields: [(name, value)], addresses: .any)
        await #expect(throws: HTTPClientFailure.invalidRequest) { try await send(call) }
    }
}
