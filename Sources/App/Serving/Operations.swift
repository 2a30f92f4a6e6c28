import HTTP
import Persistence
import Tenancy

/// What the operation routes ask of the running server.
package struct Operations: Sendable {
    /// The number of the newest platform migration that this server was built with.
    package var platformVersion: Int
    /// The metrics of the whole process, in Prometheus' text format.
    package var metrics: @Sendable (PlatformContext) async throws -> [UInt8]
    /// Routes that only a test build has.
    package var testRoutes: [Route]

    package init(
        platformVersion: Int,
        metrics: @escaping @Sendable (PlatformContext) async throws -> [UInt8],
        testRoutes: [Route] = []
    ) {
        self.platformVersion = platformVersion
        self.metrics = metrics
        self.testRoutes = testRoutes
    }

    /// For documents and tests of routes: nothing is measured.
    package static let notServing = Operations(platformVersion: 0, metrics: { _ in [] })
}
