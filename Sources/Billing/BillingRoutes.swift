import Tenancy

/// Plans, usage, AI credits, orders, invoices: for workspaces and for the platform's staff.
package enum BillingRoutes {
    package static let all: [Route] =
        BillingProfileRoutes.all + OrderRoutes.all + InvoiceRoutes.all + Receipt.routes
        + BillingProfileRoutes.ofStaff + Seller.routes + BuyerTaxRate.routes + OrderRoutes.ofStaff
        + InvoiceRoutes.ofStaff + PaymentList.routes + [StatementOfAccount.route]
        + CreditRoutes.all
}
