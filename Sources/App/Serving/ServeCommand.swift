import CLinux
import EventLoop
import HTTPServer
import Synchronization
import Tenancy
import Values

/// `courtyard serve`: loops, listeners, and a clean end.
enum ServeCommand {
    static func run(_ configuration: Configuration, routes: [Route]) throws {
        // Before the first thread starts, so that every thread leaves them to this one.
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let installation = try Installation(configuration)
        let clock = Clock()
        let blocking = BlockingPool(name: "blocking", threads: 2, queueLimit: 64)
        let rates = RateLimits()
        let loops = (0..<configuration.loops).map { EventLoop.start(name: "loop-\($0)") }
        let log = RequestLog(isOn: configuration.logsRequests)
        let server = try Server(
            loops: loops, configuration: configuration.server
        ) { loop in
            let services = installation.services(
                on: loop, clock: clock, blocking: blocking, rates: rates)
            return Pipeline(routes: routes, services: services, observer: log)
        }
        let port = try server.bind(host: configuration.host, port: configuration.port)
        log.line("Courtyard listens on http://\(configuration.host):\(port)")
        wait(for: &signals, server)
        EventLoop.runUntilDone { _ in await server.drain(within: .seconds(20)) }
        log.flush()
    }

    /// Returns on SIGINT or SIGTERM; reloads the certificate on SIGHUP.
    private static func wait(for signals: inout sigset_t, _ server: Server) {
        while true {
            var received: Int32 = 0
            guard sigwait(&signals, &received) == 0 else { return }
            if received != SIGHUP { return }
            try? server.reloadCertificate()
        }
    }
}
