import CLinux
import EventLoop
import HTTPServer
import Tenancy
import Values

/// `courtyard serve`: runs until SIGINT or SIGTERM.
enum ServeCommand {
    static func run(_ configuration: Configuration) throws {
        // Before the first thread starts, so that every thread leaves them to this one.
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let installation = try Installation(configuration)
        let log = RequestLog(isOn: configuration.logsRequests)
        let server = try RunningServer(installation, log: log)
        let scheme = configuration.server.tls == nil ? "http" : "https"
        log.event(
            "listening",
            [("address", .string("\(scheme)://\(configuration.host):\(server.port)"))])
        wait(for: &signals, server, log, hasCertificate: configuration.server.tls != nil)
        log.event("stopping")
        EventLoop.runUntilDone { _ in await server.stop(within: .seconds(20)) }
    }

    /// Returns on SIGINT or SIGTERM; reloads the certificate on SIGHUP.
    private static func wait(
        for signals: inout sigset_t, _ server: RunningServer, _ log: RequestLog,
        hasCertificate: Bool
    ) {
        while true {
            var received: Int32 = 0
            guard sigwait(&signals, &received) == 0 else { return }
            if received != SIGHUP { return }
            guard hasCertificate else { continue }
            do {
                try server.reloadCertificate()
                log.event("certificate_reloaded")
            } catch {
                log.event("certificate_not_reloaded", [("reason", .string("\(error)"))])
            }
        }
    }
}
