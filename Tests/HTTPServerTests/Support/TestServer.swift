import EventLoop
import HTTP
import Synchronization

@testable import HTTPServer

/// A server on loopback with a handler that answers by path; it ends with its last reference.
final class TestServer: Sendable {
    let server: Server
    let port: Int
    let handler: TestHandler
    private let loops: [EventLoop]

    init(
        _ limits: ServerLimits = ServerLimits(), loops count: Int = 1,
        configure: (inout Server.Configuration) -> Void = { _ in }
    ) throws {
        loops = (0..<count).map { EventLoop.start(name: "test-\($0)") }
        let handler = TestHandler()
        self.handler = handler
        var configuration = Server.Configuration()
        configuration.limits = limits
        configure(&configuration)
        server = try Server(loops: loops, configuration: configuration) { loop in
            handler.loops.withLock { $0.append(loop) }
            return handler
        }
        port = try server.bind(host: "127.0.0.1", port: 0)
    }

    deinit {
        for loop in loops { loop.stop() }
    }

    func client() throws -> Client { try Client(port: port) }
}

/// Answers by path: see ``handle(_:)``.
final class TestHandler: RequestHandler {
    let loops = Mutex<[EventLoop]>([])
    /// Answers that a test gives later, by path.
    let held = Mutex<[any Exchange]>([])
    let streamedBytes = Atomic<Int>(0)
    let outcomes = Mutex<[String]>([])

    func bodyPolicy(for head: RequestHead, from peer: Peer) -> BodyPolicy {
        switch path(head) {
        case "/refuse": .refused(.json(403, Array("{}".utf8)))
        case "/stream-in", "/ignore": .streamed(limit: 10_000_000)
        case "/small": .buffered(limit: 10)
        default: .buffered(limit: 1_000_000)
        }
    }

    func handle(_ exchange: any Exchange) {
        let loop = current
        switch path(exchange.head) {
        case "/held": held.withLock { $0.append(exchange) }
        case "/dropped": break
        case "/later":
            loop.spawn {
                try? await loop.sleep(for: .milliseconds(30))
                exchange.respond(text("later"))
            }
        case "/stream-in": loop.spawn { await self.count(exchange) }
        case "/stream-out": exchange.respond(Response(200, contentType: "text/plain", body: big()))
        case "/peer":
            exchange.respond(text("\(exchange.peer.address) \(exchange.peer.isSecure)"))
        case "/big":
            var response = text(String(repeating: "courtyard ", count: 2_000))
            response.mayCompress = true
            exchange.respond(response)
        case "/none": exchange.respond(Response(204))
        case "/none-streamed": exchange.respond(Response(204, body: big()))
        case "/bad-field":
            exchange.respond(
                Response(200, fields: [(name: "X-Note", value: "a\r\nSet-Cookie: b=1")]))
        case "/cached":
            exchange.respond(Response(200, fields: [(name: "Cache-Control", value: "max-age=9")]))
        case "/echo":
            exchange.respond(Response(200, contentType: "text/plain", body: .bytes(exchange.body)))
        default:
            let target = String(decoding: exchange.head.bytes[exchange.head.path], as: UTF8.self)
            exchange.respond(text("\(exchange.head.method.rawValue) \(target)"))
        }
    }

    func answer(to failure: WireFailure) -> Response {
        let status: Status =
            switch failure {
            case .malformed: 400
            case .unsupportedVersion: 505
            case .notImplemented: 501
            case .targetTooLong: 414
            case .headTooLarge: 431
            case .contentTooLarge: 413
            case .timedOut: 408
            case .expectationFailed: 417
            case .overloaded: 503
            }
        var response = text("\(failure)", status)
        if failure == .overloaded { response.fields.append((name: "Retry-After", value: "1")) }
        return response
    }

    private var current: EventLoop {
        loops.withLock { loops in
            guard let loop = loops.first(where: \.isCurrent) else {
                preconditionFailure("not on a loop of this server")
            }
            return loop
        }
    }

    private func path(_ head: RequestHead) -> String {
        String(decoding: head.bytes[head.path], as: UTF8.self)
    }

    private func count(_ exchange: any Exchange) async {
        var total = 0
        do {
            while let piece = try await exchange.readBody() {
                total += piece.count
                streamedBytes.add(piece.count, ordering: .relaxed)
            }
            exchange.respond(text("\(total)"))
        } catch let failure as WireFailure {
            outcomes.withLock { $0.append("\(failure)") }
            exchange.respond(answer(to: failure))
        } catch {
            outcomes.withLock { $0.append("\(error)") }
        }
    }

    /// 64 MiB in pieces of 64 KiB.
    private func big() -> Response.Body {
        .stream { writer in
            let piece = [UInt8](repeating: 0x61, count: 65_536)
            do {
                for _ in 0..<1_024 {
                    try await writer.write(piece)
                    self.streamedBytes.add(piece.count, ordering: .relaxed)
                }
            } catch {
                self.outcomes.withLock { $0.append("\(error)") }
                throw error
            }
        }
    }
}

private func text(_ text: String, _ status: Status = 200) -> Response {
    Response(status, contentType: "text/plain; charset=utf-8", body: .bytes(Array(text.utf8)))
}
