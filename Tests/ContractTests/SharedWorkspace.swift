import Tenancy
import TestSupport

@testable import App

/// One workspace on the largest plan for tests that only need fresh members, since making a workspace
/// takes longer than a call.
actor SharedWorkspace {
    static let shared = SharedWorkspace()
    /// Whose ids the first one's members try.
    static let other = SharedWorkspace()
    static let suspended = SharedWorkspace()
    private var made: Task<TestTenant, any Error>?

    func tenant() async throws -> TestTenant {
        let task =
            made
            ?? Task {
                let app = try TestApp(AllRoutes.all)
                return try await TestTenant.create(app, plan: "ENTERPRISE")
            }
        made = task
        return try await task.value
    }
}
