import Testing

@testable import HTTPServer

func request(_ path: String, _ fields: String = "", method: String = "GET") -> String {
    "\(method) \(path) HTTP/1.1\r\nHost: x\r\n\(fields)\r\n"
}

@Suite struct `A connection` {
    @Test func `answers one request after the other on the same socket`() throws {
        let server = try TestServer()
        let client = try server.client()
        for path in ["/a", "/b"] {
            client.send(request(path))
            let answer = try #require(client.readAnswer())
            #expect(answer.status == 200)
            #expect(answer.text == "GET \(path)")
        }
    }

    @Test func `answers pipelined requests in order, slow ones too`() throws {
        let server = try TestServer()
        let client = try server.client()
        let paths = ["/a", "/later", "/b", "/later", "/c"]
        client.send(paths.map { request($0) }.joined())
        let answers = paths.compactMap { _ in client.readAnswer()?.text }
        #expect(answers == ["GET /a", "later", "GET /b", "later", "GET /c"])
    }

    @Test func `answers thousands of pipelined requests to a client that reads late`() throws {
        let server = try TestServer()
        let client = try server.client()
        let one = request("/big")
        client.send(String(repeating: one, count: 200))
        for _ in 0..<200 { #expect(client.readAnswer()?.body.count == 20_000) }
    }

    @Test func `collects a body and echoes it, also in chunks of one byte`() throws {
        let server = try TestServer()
        let client = try server.client()
        client.send(request("/echo", "Content-Length: 5\r\n", method: "POST") + "hello")
        #expect(client.readAnswer()?.text == "hello")
        client.send(request("/echo", "Transfer-Encoding: chunked\r\n", method: "POST"))
        for byte in "5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nA: b\r\n\r\n".utf8 {
            client.send([byte])
        }
        #expect(client.readAnswer()?.text == "hello world")
        client.send(request("/after"))
        #expect(client.readAnswer()?.text == "GET /after")
    }

    @Test(arguments: refusedHeads.indices)
    func `answers a bad head and closes`(_ index: Int) throws {
        let (what, head, status) = refusedHeads[index]
        let server = try TestServer()
        let client = try server.client()
        // What follows must never be read as a request.
        client.send(head + "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n")
        let answer = try #require(client.readAnswer(), "\(what)")
        #expect(answer.status == status, "\(what)")
        #expect(answer["Connection"] == "close", "\(what)")
        #expect(client.isClosedByServer, "\(what)")
    }

    @Test func `answers bad chunks and closes`() throws {
        let server = try TestServer()
        for body in [
            "5 \r\nhello\r\n", "5\nhello", "g\r\n", "5\r\nhelloX", "11111111111111111\r\n",
        ] {
            let client = try server.client()
            client.send(
                request("/echo", "Transfer-Encoding: chunked\r\n", method: "POST") + body
                    + request("/smuggled"))
            let answer = try #require(client.readAnswer())
            #expect(answer.status == 400)
            #expect(client.isClosedByServer)
        }
    }

    @Test func `refuses too much content at once or after counting, and closes`() throws {
        let server = try TestServer()
        for (fields, body) in [
            ("Content-Length: 11\r\n", ""),
            ("Transfer-Encoding: chunked\r\n", "b\r\nhello world\r\n"),
        ] {
            let client = try server.client()
            client.send(request("/small", fields, method: "POST") + body)
            #expect(client.readAnswer()?.status == 413)
            #expect(client.isClosedByServer)
        }
    }

    @Test func `lets the client read a refusal that comes while it still sends`() throws {
        let server = try TestServer()
        let client = try server.client()
        client.send(request("/refuse", "Content-Length: 300000\r\n", method: "POST"))
        client.send([UInt8](repeating: 0x61, count: 200_000))
        let answer = try #require(client.readAnswer())
        #expect(answer.status == 403)
        #expect(answer["Connection"] == "close")
    }

    @Test func `says 100 Continue only when the content is wanted`() throws {
        let server = try TestServer()
        let expecting = "Expect: 100-continue\r\nContent-Length: 5\r\n"
        let client = try server.client()
        for path in ["/echo", "/stream-in"] {
            client.send(request(path, expecting, method: "POST"))
            #expect(client.readAnswer()?.status == 100)
            client.send("hello")
            #expect(client.readAnswer()?.status == 200)
        }
        client.send(request("/refuse", expecting, method: "POST"))
        #expect(client.readAnswer()?.status == 403)
        #expect(client.isClosedByServer)
    }

    @Test func `answers HEAD with the length but without the content`() throws {
        let server = try TestServer()
        let client = try server.client()
        client.send(request("/abc", method: "HEAD"))
        let answer = try #require(client.readAnswer(toHead: true))
        #expect(answer["Content-Length"] == "9")
        client.send(request("/stream-out", method: "HEAD"))
        #expect(client.readAnswer(toHead: true)?["Transfer-Encoding"] == "chunked")
        client.send(request("/x"))
        #expect(client.readAnswer()?.text == "GET /x")
    }

    @Test func `sends 204 without length and content`() throws {
        let server = try TestServer()
        let client = try server.client()
        client.send(request("/none") + request("/none-streamed") + request("/x"))
        for _ in 0..<2 {
            let answer = try #require(client.readAnswer())
            #expect(answer.status == 204)
            #expect(answer["Content-Length"] == nil)
            #expect(answer["Transfer-Encoding"] == nil)
        }
        #expect(client.readAnswer()?.text == "GET /x")
    }

    @Test("SEC-22, SEC-24, SEC-28, SEC-95, OV-31: every answer carries the standard fields")
    func standardFields() throws {
        let server = try TestServer()
        let client = try server.client()
        client.send(request("/a", "X-Request-Id: mine-1\r\n") + request("/cached") + "bad\r\n")
        let answers = try (0..<3).map { _ in try #require(client.readAnswer()) }
        #expect(answers[0]["X-Request-Id"] == "mine-1")
        #expect(answers[1].all("Cache-Control") == ["max-age=9"])
        #expect(answers[2].status == 400)
        for answer in answers {
            #expect(
                answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains")
            #expect(answer["X-Content-Type-Options"] == "nosniff")
            #expect(answer["Referrer-Policy"] == "no-referrer")
            #expect(
                answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'")
            #expect(answer["Date"]?.hasSuffix(" GMT") == true)
            #expect(answer["X-Request-Id"]?.isEmpty == false)
        }
        #expect(answers[0]["Cache-Control"] == "no-store")
    }

    @Test func `SEC-02 writes a control character in a field value as a space`() throws {
        let server = try TestServer()
        let client = try server.client()
        client.send(request("/bad-field"))
        let answer = try #require(client.readAnswer())
        #expect(answer["X-Note"] == "a  Set-Cookie: b=1")
        #expect(answer["Set-Cookie"] == nil)
    }

    @Test func `replaces a request id that is too long or not printable`() throws {
        let server = try TestServer()
        let client = try server.client()
        let long = String(repeating: "a", count: 65)
        for given in [long, "a b", "ä", ""] {
            client.send(request("/a", "X-Request-Id: \(given)\r\n"))
            let id = try #require(client.readAnswer()?["X-Request-Id"])
            #expect(id != given && id.count == 13)
        }
    }

    @Test func `closes after an answer when the client asks`() throws {
        let server = try TestServer()
        let client = try server.client()
        client.send(request("/a", "Connection: close\r\n") + request("/b"))
        let answer = try #require(client.readAnswer())
        #expect(answer["Connection"] == "close")
        #expect(client.isClosedByServer)
    }

    @Test func `answers what a client asked before it ended its side`() throws {
        let server = try TestServer()
        let client = try server.client()
        client.send(request("/a") + request("/later"))
        client.endSending()
        #expect(client.readAnswer()?.text == "GET /a")
        #expect(client.readAnswer()?.text == "later")
        #expect(client.isClosedByServer)
    }

    @Test func `compresses where it may and the client wants it`() throws {
        let server = try TestServer()
        let client = try server.client()
        for (accepts, expected) in [
            ("gzip, br", "gzip"), ("*;q=0.5", "gzip"), ("gzip;q=0", nil), ("br", nil),
        ] as [(String, String?)] {
            client.send(request("/big", "Accept-Encoding: \(accepts)\r\n"))
            let answer = try #require(client.readAnswer())
            #expect(answer["Content-Encoding"] == expected)
            #expect(answer["Vary"] == "Accept-Encoding")
            #expect((answer.body.count < 1_000) == (expected != nil))
        }
    }
}
