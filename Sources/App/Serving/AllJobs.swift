import Access
import Billing
import Contacts
import Identity
import Jobs
import Staff

/// Every kind of background work that a server does.
enum AllJobs {
    private static let upkeep = JobKind("identity.upkeep")
    private static let singleSignOn = JobKind("identity.sso")

    static func handlers(
        mail: @escaping MailTransport, sms: @escaping SMSTransport,
        sealed: @escaping @Sendable (AuditSealing.Progress) -> Void = { _ in }
    ) -> JobHandlers {
        var handlers = JobHandlers()
        handlers.sealAuditLogs(report: sealed)
        handlers.sendMail(through: mail)
        handlers.sendCodes(mail: mail, sms: sms)
        handlers.cleanExpiredRows()
        handlers.eraseClosedWorkspaces()
        handlers.importContacts()
        TokenReminder.register(in: &handlers)
        BillingJobs.register(in: &handlers, mail: mail)
        BillingJobs.repeatWork(in: &handlers)
        handlers.repeatPlatformJob(upkeep, .every(.seconds(300))) { run in
            try await IdentityUpkeep.run(
                run.services, checkpoint: { try run.checkpoint() })
            try await StaffUpkeep.run(run.services)
        }
        handlers.repeatPlatformJob(singleSignOn, .every(.seconds(600))) { run in
            try await SSOUpkeep.run(run.services)
        }
        return handlers
    }
}
