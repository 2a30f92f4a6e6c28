import Testing

@testable import HTTPServer

@Suite struct `A connection` {
    @Test func `answers one request after the other on the same socket`() throws {
        let server = try TestServer()
        let client = try server.client()
        for path in ["/a", "/b"] {
            client.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
            let answer = try #require(client.readAnswer())
            #expect(answer.status == 200)
            #expect(answer.text == "GET \(path)")
        }
    }

    @Test func `answers pipelined requests in order, slow ones too`() throws {
        let server = try TestServer()
        let client = try server.client()
        let paths = ["/a", "/later", "/b", "/later", "/c"]
        client.send(paths.map { "GET \($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined())
        let answers = paths.compactMap { _ in client.readAnswer()?.text }
        #expect(answers == ["GET /a", "later", "GET /b", "later", "GET /c"])
    }

    @Test func `collects a body and echoes it`() throws {
        let server = try TestServer()
        let client = try server.client()
        client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
        #expect(client.readAnswer()?.text == "hello")
        client.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        for byte in "5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nA: b\r\n\r\n".utf8 {
            client.send([byte])
        }
        #expect(client.readAnswer()?.text == "hello world")
    }
}
