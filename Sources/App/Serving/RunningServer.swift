import EventLoop
import HTTP
import HTTPServer
import Jobs
import Persistence
import Tenancy
import Values

/// A server with everything it runs on: loops, listeners, databases, runners of background work.
package final class RunningServer: Sendable {
    private struct Part: Sendable {
        let services: LoopServices
        let runner: JobRunner
    }

    private let server: Server
    private let parts: [Part]
    private let sharing: RateSharing?
    private let log: RequestLog
    /// The port that is listened on.
    package let port: Int

    /// Starts to serve.
    ///
    /// - Parameters:
    ///   - installation: A migrated database.
    ///   - log: Where requests and events are written.
    /// - Throws: What keeps it from listening, as a sentence.
    init(_ installation: Installation, log: RequestLog) throws {
        let configuration = installation.configuration
        let clock = Clock()
        let pools = Pools()
        let rates = RateLimits()
        let metrics = ServerMetrics(pools: pools)
        let kinds = AllJobs.handlers(mail: { _, _ in }, sms: { _, _ in }).kinds
        let operations = Operations(
            platformVersion: installation.files.platform.count,
            metrics: { try await metrics.text($0) },
            testRoutes: TestRoutes.all(kinds))
        let routes = AllRoutes.routes(operations)
        let loops = (0..<configuration.loops).map { EventLoop.start(name: "loop-\($0)") }
        let report: @Sendable (JobReport) -> Void = { report in
            metrics.jobs.count(report)
            log.finished(report)
        }
        var parts: [Part] = []
        server = try Server(loops: loops, configuration: configuration.server) { loop in
            let services = installation.services(
                on: loop, clock: clock, pools: pools, rates: rates)
            let loopMetrics = LoopMetrics(log: log)
            let pipeline = Pipeline(routes: routes, services: services, observer: loopMetrics)
            metrics.add(
                .init(
                    loop: loop, metrics: loopMetrics, pipeline: pipeline,
                    database: services.database))
            let mail = configuration.mail.transport(on: loop, log: log)
            let sms = configuration.sms.transport(on: loop, log: log)
            parts.append(
                Part(
                    services: services,
                    runner: JobRunner(
                        services: services,
                        handlers: AllJobs.handlers(mail: mail, sms: sms) { log.sealed($0) },
                        connections: installation.connections,
                        complain: { log.event("jobs", [("error", .string($0))]) },
                        report: report)))
            return pipeline
        }
        self.parts = parts
        sharing = parts.first.map { RateSharing(services: $0.services) }
        self.log = log
        metrics.count { [server] in server.connectionCount }
        port = try server.bind(host: configuration.host, port: configuration.port)
        for part in parts {
            part.services.loop.execute { part.runner.start() }
        }
        if let first = loops.first {
            first.execute { [sharing] in
                log.flushRegularly(on: first)
                sharing?.start()
            }
        }
    }

    /// Connections made from now on use the certificate as it is on disk now.
    func reloadCertificate() throws { try server.reloadCertificate() }

    /// Stops accepting, finishes requests, then background work, then leaves the database.
    package func stop(within limit: Duration) async {
        await server.drain(within: limit)
        for part in parts {
            await Self.run(on: part.services.loop) { await part.runner.stop(within: .seconds(10)) }
        }
        if let sharing, let first = parts.first {
            await Self.run(on: first.services.loop) { sharing.stop() }
        }
        for part in parts {
            await Self.run(on: part.services.loop) {
                part.services.closeComponents()
                part.services.database.close()
            }
        }
        log.flush()
    }

    private static func run(
        on loop: EventLoop, _ body: @escaping @Sendable () async -> Void
    ) async {
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            loop.execute {
                loop.spawn {
                    await body()
                    continuation.resume()
                }
            }
        }
    }
}
