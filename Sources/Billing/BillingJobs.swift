import Jobs

/// The background work of billing.
package enum BillingJobs {
    package static func register(in handlers: inout JobHandlers) {
        BillingNotice.register(in: &handlers)
    }
}
