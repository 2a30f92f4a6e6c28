import CLinux
import Crypto
import EventLoop
import Glibc
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
        // A file that may not grow fails the write, as a full disk does, and must not end all.
        signal(SIGXFSZ, SIG_IGN)
        let installation = try Installation(configuration)
        let log = RequestLog(isOn: configuration.logsRequests)
        let server = try RunningServer(installation, log: log)
        let scheme = configuration.server.tls == nil ? "http" : "https"
        log.event(
            "listening",
            [("address", .string("\(scheme)://\(configuration.host):\(server.port)"))])
        wait(for: &signals, server, log, installation)
        log.event("stopping")
        EventLoop.runUntilDone { _ in await server.stop(within: .seconds(20)) }
    }

    /// Returns on SIGINT or SIGTERM; reads the key ring and the certificate again on SIGHUP.
    private static func wait(
        for signals: inout sigset_t, _ server: RunningServer, _ log: RequestLog,
        _ installation: Installation
    ) {
        while true {
            var received: Int32 = 0
            guard sigwait(&signals, &received) == 0 else { return }
            if received != SIGHUP { return }
            again("key_ring_reloaded", "key_ring_not_reloaded", log) {
                installation.keyRing.replace(by: try installation.configuration.loadKeyRing())
            }
            guard installation.configuration.server.tls != nil else { continue }
            again("certificate_reloaded", "certificate_not_reloaded", log) {
                try server.reloadCertificate()
            }
        }
    }

    /// What cannot be read again stays as it was.
    private static func again(
        _ success: StaticString, _ failure: StaticString, _ log: RequestLog,
        _ reload: () throws -> Void
    ) {
        do {
            try reload()
            log.event(success)
        } catch {
            log.event(failure, [("reason", .string("\(error)"))])
        }
    }
}
