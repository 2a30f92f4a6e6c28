import Jobs
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Billing

@Suite struct `Warnings of limits` {
    @Test("BL-14: 80 and 100 percent are told once for each limit and period")
    func thresholds() async throws {
        let app = try TestApp([])
        let tenant = try await TestTenant.create(app, plan: "STARTER")
        let reader = try await tenant.member(holding: [.billingRead])
        let process = try app.billingProcess()
        process.start()
        // Readers of billing have one seat of five; four are 80 percent.
        for _ in 0..<2 { _ = try await tenant.member(.user) }
        try await watch(tenant)
        #expect(try await tenant.mails(to: reader.email).count == 0)
        for _ in 0..<2 {
            _ = try await tenant.member(.user)
            try await watch(tenant)
            try await watch(tenant)
        }
        #expect(
            try await tenant.mails(to: reader.email).map { $0["subject"] } == [
                "Most of what the plan allows is in use", "A limit of the plan is reached",
            ])
        app.clock.advance(by: .seconds(32 * 86_400))
        try await watch(tenant)
        #expect(try await tenant.mails(to: reader.email).count == 3)
        await process.stop()
    }

    private func watch(_ tenant: TestTenant) async throws {
        try await tenant.enqueue { context in
            "SELECT cell.watch_own_limits(\(context.newID()), \(context.now))"
        }
        #expect(
            try await eventually {
                let jobs = try await tenant.jobs(LimitWatch.kind)
                let notices = try await tenant.jobs(BillingNotice.kind)
                return jobs.isEmpty && notices.isEmpty
            })
    }
}
