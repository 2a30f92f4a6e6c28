import Persistence
import Tenancy
import TestSupport

@testable import App

/// One workspace on the largest plan for tests that only need fresh members, since making a
/// workspace takes longer than a call.
actor SharedWorkspace {
    static let shared = SharedWorkspace()
    /// Whose ids the first one's members try.
    static let other = SharedWorkspace()
    /// Has more service accounts than any workspace may, so that none can be added by a call.
    static let machines = SharedWorkspace()
    static let suspended = SharedWorkspace()
    /// What the platform's staff may suspend at any moment.
    static let atStaffsMercy = SharedWorkspace()
    private var made: Task<TestTenant, any Error>?

    func tenant() async throws -> TestTenant {
        let task =
            made
            ?? Task {
                let app = try TestApp(AllRoutes.all)
                let tenant = try await TestTenant.create(app, plan: "ENTERPRISE")
                // The tests seat more people than any plan allows.
                _ = try await app.run { services in
                    try await services.database.write(
                        [
                            """
                            UPDATE cell.tenants SET limits = (
                                SELECT jsonb_object_agg(key, 1000000) FROM jsonb_each(limits))
                            WHERE number = \(tenant.number)
                            """
                        ], in: .identity)
                }
                return tenant
            }
        made = task
        return try await task.value
    }
}
