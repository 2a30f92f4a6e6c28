import HTTP
import Persistence
import Tenancy
import Values

/// Routes about the server itself (OV-60, OV-64).
enum OperationRoutes {
    private static let ok = Array(#"{"status":"ok"}"#.utf8)
    private static let status = Schema.object([("status", .choice(["ok"]), true)])
    private static let openapi = Array(Documents.openapi.utf8)

    static func routes(_ operations: Operations) -> [Route] {
        [
            .immediate(
                "/health", id: "health", "Tell that the process is alive",
                returns: .json(.ok, status)
            ) { _ in .json(.ok, ok) },
            .open(
                .get, "/ready", id: "ready", "Tell whether requests can be served",
                returns: .json(.ok, status), isRateLimited: false
            ) { context in
                try await checkReady(context, operations.platformVersion)
                return .json(.ok, ok)
            },
            .operators(
                "/metrics", id: "metrics", "Measure the process, in Prometheus' text format",
                returns: .media(.ok, "text/plain")
            ) { context in
                Response(
                    .ok, contentType: "text/plain; version=0.0.4; charset=utf-8",
                    body: .bytes(try await operations.metrics(context)))
            },
            .operators(
                "/v1/openapi.json", id: "openapi", "Describe every route (OpenAPI 3.1)",
                returns: .json(.ok, .any)
            ) { _ in
                var response = Response.json(.ok, openapi)
                response.mayCompress = true
                return response
            },
        ] + operations.testRoutes
    }

    /// The database answers, and its shared schema is at least what this server needs.
    private static func checkReady(_ context: PlatformContext, _ version: Int) async throws {
        let rows = try await context.read("SELECT max(version) FROM platform.migrations")
        guard let applied = rows.first?.optionalInteger(0), applied >= Int64(version) else {
            throw Problem(
                .databaseUnavailable, "The shared schema is behind.", retryAfterSeconds: 5)
        }
    }
}
