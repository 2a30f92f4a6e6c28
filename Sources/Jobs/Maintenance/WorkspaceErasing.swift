import Persistence
import Tenancy
import Values

/// Erases workspaces 30 days after they were closed (WS-82).
///
/// Each is one transaction that looks once more whether it is still closed, so that opening it
/// again at the last moment either comes first or finds nothing.
package enum WorkspaceErasing {
    static let kind = JobKind("workspaces.erase", timeout: .seconds(3_600))

    static func eraseDue(_ run: JobRun) async throws {
        let limit = run.now - ClosedWorkspace.grace
        let due: Rows = try await run.services.database.read(
            """
            SELECT c.number FROM cell.tenants c JOIN platform.tenants p USING (number)
            WHERE c.state = 'closed' AND p.closed_at <= \(limit)
            ORDER BY p.closed_at LIMIT 1000
            """, in: .identity)
        var failure: (any Error)?
        for number in due.map({ $0.integer(0) }) {
            try run.checkpoint()
            do {
                _ = try await run.services.database.write(
                    ["SELECT cell.erase_closed_tenant(\(number), \(limit), \(run.now))"],
                    in: .worker)
            } catch let error as DatabaseError {
                // One that something still uses does not keep the others waiting.
                failure = error
            }
        }
        if let failure { throw failure }
    }
}

extension JobHandlers {
    package mutating func eraseClosedWorkspaces() {
        repeatPlatformJob(WorkspaceErasing.kind, .every(.seconds(3_600))) {
            try await WorkspaceErasing.eraseDue($0)
        }
    }
}
