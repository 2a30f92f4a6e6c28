import HTTP
import Money
import Persistence
import Tenancy
import Values

/// `POST /v1/billing/credits/orders`: packs that bring their credits once staff have recorded the
/// payment (BL-33).
struct CreditPurchase: Input {
    let pack: String
    let quantity: Int64

    init(_ fields: FieldReader) {
        pack = fields.required("pack", .text(1...40))
        quantity = fields.required("quantity", .integer(1...100))
    }

    /// The order keeps credits and price as they are now, whatever becomes of the pack.
    static func place(_ context: TenantContext) async throws -> Response {
        let purchase = try context.call.input(CreditPurchase.self)
        return try await context.transaction { transaction in
            let rows = try await transaction.run(
                """
                SELECT p.credits, p.price, p.currency,
                    (SELECT language FROM platform.own_billing_profile)
                FROM platform.credit_packs p WHERE p.name = \(purchase.pack) AND p.is_offered
                """)
            guard let pack = rows.first, let currency = Currency(pack.text(2)) else {
                throw Problem.field("pack", "invalid_option", "There is no such pack.")
            }
            let language = Language(code: pack.optionalText(3) ?? context.grant.language)
            let draft = purchase.draft(
                credits: pack.integer(0), price: pack.integer(1), currency, in: language)
            let order = try await Order.place(draft, in: transaction, of: context)
            transaction.audit(
                AuditNote(
                    "order", order.id,
                    [
                        "number": .string(order.number), "pack": .string(purchase.pack),
                        "quantity": .integer(purchase.quantity),
                    ]))
            let placed = try await transaction.run(Order.select(order.id))
            return Order.resource.response(placed[0], status: .created)
        }
    }

    private func draft(
        credits: Int64, price: Int64, _ currency: Currency, in language: Language
    ) -> OrderDraft {
        let text: Phrase = "AI credits: \(credits)"
        return OrderDraft(
            kind: .aiCredits, currency: currency,
            lines: [
                OrderDraft.Line(
                    text: text.text(in: language), quantity: quantity, unitPrice: price)
            ],
            goods: [
                "credits": .integer(credits * quantity), "pack": .string(pack),
                "pack_credits": .integer(credits), "pack_price": .integer(price),
            ])
    }
}
