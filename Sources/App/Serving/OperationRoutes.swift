import HTTP
import Persistence
import Tenancy
import Values

/// Routes about the server itself (OV-60, OV-62).
package enum OperationRoutes {
    private static let ok = Array(#"{"status":"ok"}"#.utf8)

    package static let all: [Route] = [
        .immediate(
            "/health", id: "health", "Tell that the process is alive",
            returns: .json(.ok, .object([("status", .string(), true)]))
        ) { _ in .json(.ok, ok) },
        .open(
            .get, "/ready", id: "ready", "Tell whether requests can be served",
            returns: .json(.ok, .object([("status", .string(), true)])), isRateLimited: false
        ) { context in
            _ = try await context.read("SELECT 1")
            return .json(.ok, ok)
        },
    ]
}
