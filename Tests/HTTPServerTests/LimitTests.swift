import CLinux
import Foundation
import EventLoop
import HTTP
import Synchronization
import Testing

@testable import HTTPServer

@Suite struct `The server's limits` {
    private func quick(_ change: (inout ServerLimits) -> Void) -> ServerLimits {
        var limits = ServerLimits()
        change(&limits)
        return limits
    }

    @Test func `SEC-97 a slow head is answered 408`() throws {
        let server = try TestServer(quick { $0.headTimeout = .milliseconds(100) })
        let client = try server.client()
        client.send("GET / HTTP/1.1\r\nHo")
        #expect(client.readAnswer()?.status == 408)
        #expect(client.isClosedByServer)
    }

    @Test func `a head that trickles in is answered 408 all the same`() throws {
        let server = try TestServer(quick { $0.headTimeout = .milliseconds(150) })
        let client = try server.client()
        for byte in "GET / HTTP/1.1\r\nHost: x\r\nA: aaaaaaaaaaaa".utf8 {
            client.send([byte])
            usleep(10_000)
        }
        #expect(client.readAnswer()?.status == 408)
    }

    @Test(arguments: ["/echo", "/stream-in"])
    func `a stalled body is answered 408`(_ path: String) throws {
        let server = try TestServer(quick { $0.bodyStallTimeout = .milliseconds(100) })
        let client = try server.client()
        client.send(request(path, "Content-Length: 5\r\n", method: "POST") + "he")
        #expect(client.readAnswer()?.status == 408)
        #expect(client.isClosedByServer)
    }

    @Test func `a body that trickles in too slowly is answered 408`() throws {
        let limits = quick {
            $0.bodyStallTimeout = .milliseconds(200)
            $0.bodyBytesPerSecond = 1_000
        }
        let server = try TestServer(limits)
        let client = try server.client()
        client.send(request("/echo", "Content-Length: 500\r\n", method: "POST"))
        for _ in 0..<30 {
            client.send("a")
            usleep(50_000)
        }
        #expect(client.readAnswer()?.status == 408)
    }

    @Test func `an idle connection is closed without a word`() throws {
        // Long enough for a busy machine to send the request in.
        let server = try TestServer(quick { $0.idleTimeout = .seconds(2) })
        let client = try server.client()
        client.send(request("/a"))
        #expect(client.readAnswer()?.status == 200)
        #expect(client.isClosedByServer)
    }

    @Test func `a client that takes no answer is dropped`() throws {
        let server = try TestServer(quick { $0.writeStallTimeout = .milliseconds(100) })
        let client = try Client(port: server.port, receiveBufferBytes: 4_096)
        client.send(request("/stream-out"))
        #expect(eventually { server.server.connectionCount == 1 })
        #expect(eventually { server.server.connectionCount == 0 })
        _ = client
    }

    @Test func `a slow handler is not a slow client`() throws {
        let limits = quick {
            $0.idleTimeout = .seconds(1)
            $0.headTimeout = .seconds(1)
        }
        let server = try TestServer(limits)
        let client = try server.client()
        client.send(request("/held"))
        #expect(eventually { server.handler.held.withLock { $0.count } == 1 })
        // Longer than both limits.
        usleep(2_500_000)
        let loop = try #require(server.handler.loops.withLock { $0.first })
        let held = server.handler.held.withLock { $0.removeFirst() }
        loop.execute { held.respond(Response(204)) }
        #expect(client.readAnswer()?.status == 204)
    }

    @Test func `one connection too many is answered 503`() throws {
        let server = try TestServer(quick { $0.connections = 2 })
        let clients = try (0..<2).map { _ in try server.client() }
        #expect(eventually { server.server.connectionCount == 2 })
        let third = try server.client()
        let answer = try #require(third.readAnswer())
        #expect(answer.status == 503)
        #expect(answer["Retry-After"] == "1")
        #expect(third.isClosedByServer)
        clients[0].send(request("/a"))
        #expect(clients[0].readAnswer()?.status == 200)
    }

    @Test func `one address may not take all connections`() throws {
        let limits = quick {
            $0.connectionsPerAddress = 1
            $0.exemptsLoopback = false
        }
        let server = try TestServer(limits)
        do {
            let first = try server.client()
            first.send(request("/a"))
            #expect(first.readAnswer()?.status == 200)
            #expect(try server.client().readAnswer()?.status == 503)
        }
        #expect(eventually { server.server.connectionCount == 0 })
        let next = try server.client()
        next.send(request("/a"))
        #expect(next.readAnswer()?.status == 200)
    }

    @Test func `one request in flight too many is answered 503`() throws {
        let server = try TestServer(quick { $0.requestsInFlightPerLoop = 1 })
        let first = try server.client()
        first.send(request("/held"))
        #expect(eventually { server.handler.held.withLock { $0.count } == 1 })
        let second = try server.client()
        second.send(request("/a"))
        #expect(second.readAnswer()?.status == 503)
        let loop = try #require(server.handler.loops.withLock { $0.first })
        let held = server.handler.held.withLock { $0.removeFirst() }
        loop.execute { held.respond(Response(204)) }
        #expect(first.readAnswer()?.status == 204)
        second.send(request("/a"))
        #expect(second.readAnswer()?.status == 200)
    }

    @Test func `a connection ends after its number of requests`() throws {
        let server = try TestServer(quick { $0.requestsPerConnection = 2 })
        let client = try server.client()
        client.send(String(repeating: request("/a"), count: 3))
        #expect(client.readAnswer()?["Connection"] == nil)
        #expect(client.readAnswer()?["Connection"] == "close")
        #expect(client.isClosedByServer)
    }

    @Test func `a request that its handler forgets does not hold the connection`() throws {
        let server = try TestServer()
        let client = try server.client()
        client.send(request("/dropped"))
        #expect(client.isClosedByServer)
        #expect(eventually { server.server.connectionCount == 0 })
    }
}

@Suite struct `Draining` {
    @Test func `closes idle connections and lets answers finish`() async throws {
        let server = try TestServer(loops: 2)
        let idle = try server.client()
        let busy = try server.client()
        idle.send(request("/a"))
        #expect(idle.readAnswer()?.status == 200)
        busy.send(request("/later") + request("/b"))
        usleep(5_000)
        await server.server.drain(within: .seconds(5))
        let answer = try #require(busy.readAnswer())
        #expect(answer.text == "later")
        #expect(answer["Connection"] == "close")
        #expect(busy.isClosedByServer)
        #expect(idle.isClosedByServer)
        #expect(throws: Client.NoConnection.self) { try server.client() }
    }

    @Test func `cuts off what does not finish`() async throws {
        let server = try TestServer()
        let client = try server.client()
        client.send(request("/held"))
        #expect(eventually { server.handler.held.withLock { $0.count } == 1 })
        await server.server.drain(within: .milliseconds(50))
        #expect(client.isClosedByServer)
    }
}

@Suite struct `Idle connections` {
    // What they cost in memory is measured by scripts/bench/idle: other tests share this process.
    @Test func `are kept and served, ten thousand at a time`() throws {
        let files = __rlimit_resource_t(7)  // RLIMIT_NOFILE
        var limit = rlimit()
        getrlimit(files, &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(files, &limit)
        // Both ends of each connection are in this process, and other tests need files too.
        let count = min(10_000, max(0, Int(clamping: limit.rlim_cur) - 2_500) / 2)
        var patient = ServerLimits()
        patient.idleTimeout = .seconds(3_600)
        let server = try TestServer(patient)
        let first = try server.client()
        first.send(request("/a"))
        #expect(first.readAnswer()?.status == 200)
        var clients: [Client] = []
        for _ in 0..<count {
            let client = try server.client()
            client.send(request("/a"))
            clients.append(client)
        }
        for client in clients { #expect(client.readAnswer()?.status == 200) }
        #expect(server.server.connectionCount == count + 1)
        first.send(request("/b"))
        #expect(first.readAnswer()?.text == "GET /b")
    }
}
