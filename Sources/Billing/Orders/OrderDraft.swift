import Money
import Values

/// What an order is about (BL-40).
enum OrderKind: String, Sendable, CaseIterable {
    case plan
    case aiCredits = "ai_credits"
    case other
}

/// What somebody is about to buy.
struct OrderDraft: Sendable {
    /// A line without tax, which the invoice adds.
    struct Line: Sendable, Equatable {
        /// 1 to 500 characters, in the language of the workspace's documents.
        var text: String
        var quantity: Int64
        /// Minor units; negative on lines that give something back.
        var unitPrice: Int64
    }

    var kind: OrderKind
    var currency: Currency
    /// 1 to 500.
    var lines: [Line]
    /// What full payment gives; see ``Goods``.
    var goods: JSON
    /// An order with such a key is made once, such as a renewal's subscription and period.
    var uniqueKey: String?

    /// What all lines come to, before tax.
    ///
    /// - Throws: ``MoneyError/tooLarge``.
    func amount() throws(MoneyError) -> Int64 {
        var nets: [Int64] = []
        for line in lines {
            nets.append(try Money.net(quantity: line.quantity, unitPrice: line.unitPrice))
        }
        return try Money.sum(nets)
    }

    /// The lines as they are stored.
    var linesJSON: JSON {
        .array(
            lines.map { line in
                [
                    "text": .string(line.text), "quantity": .integer(line.quantity),
                    "unit_price": .integer(line.unitPrice),
                ]
            })
    }
}
