import HTTP

extension ProblemKind {
    /// BL-57.
    static let billingProfileIncomplete = ProblemKind(
        "billing_profile_incomplete", 409, "The buyer's name, address or country is missing")
    static let sellerIncomplete = ProblemKind(
        "seller_incomplete", 409, "The seller's data have not been set")
    /// BL-116.
    static let invoiceImmutable = ProblemKind(
        "invoice_immutable", 409, "An issued invoice cannot be changed")
    /// BL-117.
    static let invoicePaid = ProblemKind(
        "invoice_paid", 409, "The invoice is paid; correct it with a credit note")
    /// BL-54.
    static let overpayment = ProblemKind(
        "overpayment", 409, "The payment is more than what is left to pay")
    /// BL-84.
    static let duplicatePayment = ProblemKind(
        "duplicate_payment", 409, "A payment with this reference is recorded already")
    /// BL-86.
    static let creditsAlreadyUsed = ProblemKind(
        "credits_already_used", 409, "More credits are to be taken back than are left")
    static let overcredit = ProblemKind(
        "overcredit", 409, "More is to be credited than is left of a line")
    /// EN 16931 asks for more than was known at issue.
    static let eInvoiceIncomplete = ProblemKind(
        "e_invoice_incomplete", 409, "The document lacks what an e-invoice must say")
    static let taxRateExists = ProblemKind(
        "tax_rate_exists", 409, "The country has a tax rate from this day on already")
}
