import EventLoop
import HTTP
import HTTPServer

// A server with one static answer on one loop, to be measured beside others:
// scripts/bench/http-static.

final class StaticHandler: RequestHandler {
    private let answer = Response.json(200, Array(#"{"status":"ok"}"#.utf8))

    func bodyPolicy(for head: RequestHead, from peer: Peer) -> BodyPolicy {
        .buffered(limit: 1_024)
    }

    func handle(_ exchange: any Exchange) { exchange.respond(answer) }

    func answer(to failure: WireFailure) -> Response {
        Response.json(400, Array(#"{"status":"refused"}"#.utf8))
    }
}

let loop = EventLoop.start(name: "bench")
let server = try Server(loops: [loop]) { _ in StaticHandler() }
_ = try server.bind(host: "127.0.0.1", port: Int(CommandLine.arguments.last ?? "") ?? 18_082)
EventLoop().run()
