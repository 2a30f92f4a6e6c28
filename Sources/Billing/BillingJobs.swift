import Jobs

/// The background work of billing.
package enum BillingJobs {
    private static let invoiceReminders = JobKind("billing.invoice_reminders")

    /// What comes back by itself and moves subscriptions through time.
    package static func repeatWork(in handlers: inout JobHandlers) {
        SubscriptionUpkeep.register(in: &handlers)
    }

    package static func register(
        in handlers: inout JobHandlers, mail: @escaping MailTransport
    ) {
        BillingNotice.register(in: &handlers)
        LimitWatch.register(in: &handlers)
        DocumentDelivery.register(in: &handlers, mail: mail)
        handlers.repeatPlatformJob(invoiceReminders, .every(.seconds(3_600))) { run in
            try await InvoiceReminder.run(run.services, checkpoint: { try run.checkpoint() })
        }
        CreditUpkeep.register(in: &handlers)
    }
}
