import Tenancy

/// Plans, usage, AI credits, orders, invoices: for workspaces and for the platform's staff.
package enum BillingRoutes {
    package static let all: [Route] =
        PlanRoutes.all + UpgradeRequestRoutes.all + PlanRoutes.ofStaff
        + UpgradeRequestRoutes.ofStaff + BillingProfileRoutes.all + OrderRoutes.all
        + InvoiceRoutes.all + Receipt.routes + DocumentRoutes.all
        + BillingProfileRoutes.ofStaff + Seller.routes + BuyerTaxRate.routes + OrderRoutes.ofStaff
        + InvoiceRoutes.ofStaff + PaymentList.routes + [StatementOfAccount.route]
        + DocumentRoutes.ofStaff
        + CreditRoutes.all
}
