import Documents
import HTTP
import Money
import Persistence
import Tenancy
import Values

/// The order of an invoice that is credited, and what of its goods goes back (BL-86).
struct RefundedOrder {
    let id: ID
    private let tenant: Int64?
    /// How many AI credits were bought; nil for other goods.
    private let bought: Int64?

    /// Nil for an invoice without an order.
    init?(of invoice: PaymentRecording.Present, in transaction: Transaction) async throws {
        guard let order = invoice.order else { return nil }
        let row = try await transaction.run(
            """
            SELECT o.kind, o.goods, o.goods_granted_at IS NOT NULL
                AND EXISTS (SELECT FROM cell.tenants t WHERE t.number = o.tenant_number)
            FROM platform.orders o WHERE o.id = \(order) FOR UPDATE
            """)[0]
        (id, tenant) = (order, invoice.tenant)
        let isOfCredits = row.text(0) == OrderKind.aiCredits.rawValue && row.bool(2)
        bought = isOfCredits ? row.json(1)["credits"]?.integerValue : nil
    }

    /// The part of each line that stands for so many credits (billing rules §7.8); `left` is what
    /// was not credited before.
    func parts(
        _ credits: Int64, of lines: [DocumentSnapshot.Line], left: [Int64]
    ) throws -> [CreditNoteIssue.Part] {
        guard let bought else {
            throw Problem.field("credits", "not_allowed", "No credits were bought with it.")
        }
        guard credits <= bought else { throw Problem(.creditsAlreadyUsed) }
        return lines.indices.compactMap { index in
            let price = CreditArithmetic.price(
                of: credits, packPrice: lines[index].net, packCredits: bought)
            let net = price.magnitude > left[index].magnitude ? left[index] : price
            guard net != 0 else { return nil }
            return CreditNoteIssue.Part(position: index + 1, net: net, line: lines[index])
        }
    }

    /// How many credits go back with the parts; nil when none were bought.
    ///
    /// Whoever credits lines of such an order says how many credits go back, so that neither money
    /// nor credits are given twice; crediting all that is left takes back all that is left.
    func credits(
        for input: CreditNoteInput, _ parts: [CreditNoteIssue.Part], of invoice: DocumentSnapshot
    ) throws -> Int64? {
        guard let bought else { return nil }
        if let credits = input.credits { return credits }
        let net = parts.map(\.net).reduce(0, +)
        guard invoice.totals.net > 0 else { return nil }
        // Rounded up, so that no part of the price is given back without its credits.
        let product = Int128(bought) * Int128(net)
        let whole = Int128(invoice.totals.net)
        return Int64((product + whole - 1) / whole)
    }

    /// Takes bought credits back for a credit note.
    ///
    /// - Throws: ``Problem`` `credits_already_used` when fewer are left.
    func takeBack(
        _ credits: Int64, for note: ID, in transaction: Transaction, _ services: LoopServices
    ) async throws {
        guard let tenant, credits > 0 else { return }
        let outcome = try await transaction.run(
            """
            SELECT platform.refund_purchased_credits(\(note), \(tenant), \(credits),
                \(services.clock.now), \(services.newID()))
            """)[0].text(0)
        if outcome == "used" { throw Problem(.creditsAlreadyUsed) }
    }
}
