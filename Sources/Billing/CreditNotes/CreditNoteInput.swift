import HTTP
import Money
import Values

/// What a credit note gives back: parts of lines, AI credits, or without either all that is left.
struct CreditNoteInput: Input {
    struct Line: Input {
        var position: Int64 = 1
        /// Of the line's net, with the line's sign; nil for all that is left of it.
        var net: Int64?

        init() {}

        init(_ fields: FieldReader) {
            position = fields.required("position", .integer(1...500))
            net = fields.optional("net", .integer(-Money.limit...Money.limit))
            if net == 0 {
                fields.report("net", "out_of_range", "An amount of 0 credits nothing.")
            }
        }
    }

    let reason: String
    let lines: [Line]?
    /// How many bought AI credits are taken back (BL-86).
    let credits: Int64?

    init(_ fields: FieldReader) {
        reason = fields.required("reason", .text(1...500))
        lines = fields.optional("lines", .list(of: .object(placeholder: Line()), 1...500))
        credits = fields.optional("credits", .integer(1...1_000_000_000_000))
        if lines != nil, credits != nil {
            fields.report("lines", "not_allowed", "The credits say what is given back.")
        }
        if let lines, Set(lines.map(\.position)).count != lines.count {
            fields.report("lines", "duplicate", "Name each line once.")
        }
    }
}
