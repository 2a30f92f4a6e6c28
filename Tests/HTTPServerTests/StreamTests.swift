import CLinux
import Synchronization
import Testing

@testable import HTTPServer

@Suite struct `Streamed content` {
    @Test func `reaches the handler piece by piece`() throws {
        let server = try TestServer()
        let client = try server.client()
        client.send(request("/stream-in", "Content-Length: 1000000\r\n", method: "POST"))
        for _ in 0..<10 { client.send([UInt8](repeating: 0x61, count: 100_000)) }
        #expect(client.readAnswer()?.text == "1000000")
        client.send(request("/stream-in", "Transfer-Encoding: chunked\r\n", method: "POST"))
        for byte in "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n".utf8 { client.send([byte]) }
        #expect(client.readAnswer()?.text == "7")
        client.send(request("/stream-in"))
        #expect(client.readAnswer()?.text == "0")
    }

    @Test func `fails for the handler when chunks are malformed or the client leaves`() throws {
        let server = try TestServer()
        let client = try server.client()
        client.send(
            request("/stream-in", "Transfer-Encoding: chunked\r\n", method: "POST")
                + "3\r\nabc\r\nx\r\n")
        #expect(client.readAnswer()?.status == 400)
        #expect(client.isClosedByServer)
        do {
            let leaving = try server.client()
            leaving.send(request("/stream-in", "Content-Length: 9\r\n", method: "POST") + "abc")
        }
        #expect(eventually { server.handler.outcomes.withLock { $0.count } == 2 })
        #expect(server.handler.outcomes.withLock { $0.last?.hasPrefix("ClientGone") } == true)
    }

    @Test func `is limited`() throws {
        let server = try TestServer()
        let client = try server.client()
        client.send(request("/stream-in", "Content-Length: 10000001\r\n", method: "POST"))
        #expect(client.readAnswer()?.status == 413)
    }

    @Test func `goes out no faster than the client reads`() throws {
        let server = try TestServer()
        let client = try Client(port: server.port, receiveBufferBytes: 16_384)
        client.send(request("/stream-out"))
        _ = client.receive(atMost: 1_000)
        usleep(300_000)
        // What the handler has written lies in the kernel's buffers and under the high-water mark.
        let written = server.handler.streamedBytes.load(ordering: .relaxed)
        #expect(written > 0 && written < 8_000_000)
        var received = 1_000
        while received < 64 << 20 {
            let piece = client.receive(atMost: 1 << 20)
            if piece.isEmpty { break }
            received += piece.count
        }
        #expect(received >= 64 << 20)
        #expect(eventually { server.handler.streamedBytes.load(ordering: .relaxed) == 64 << 20 })
    }

    @Test func `ends for the handler when the client leaves`() throws {
        let server = try TestServer()
        do {
            let client = try server.client()
            client.send(request("/stream-out"))
            _ = client.receive(atMost: 1_000)
        }
        #expect(eventually { server.handler.outcomes.withLock { $0.count } == 1 })
        #expect(eventually { server.server.connectionCount == 0 })
    }
}

/// Waits up to five seconds for something to become true.
func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<6_000 {
        if condition() { return true }
        usleep(10_000)
    }
    return false
}
