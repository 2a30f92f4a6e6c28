import Documents
import HTTP
import Money
import Persistence
import Values

/// A line of an invoice with its tax.
struct InvoiceLine: Sendable, Equatable {
    var text: String
    var quantity: Int64
    /// Minor units; negative on lines that give something back.
    var unitPrice: Int64
    var rate: TaxRate
    var tax: TaxFields
    /// Whether staff chose the tax; else it came from the table of rates.
    var taxIsChosen: Bool

    /// - Throws: ``MoneyError/tooLarge``.
    func net() throws(MoneyError) -> Int64 {
        try Money.net(quantity: quantity, unitPrice: unitPrice)
    }

    var key: TaxTable.Key { TaxTable.Key(tax.category, rate) }

    /// Untaxed: what a line is when the table of rates knows nothing of the buyer's country.
    init(_ line: OrderDraft.Line) {
        (text, quantity, unitPrice) = (line.text, line.quantity, line.unitPrice)
        (rate, taxIsChosen) = (.zero, false)
        tax = TaxFields(category: .zeroRated, label: nil, note: nil)
    }

    /// Reads the columns of ``columns``.
    init(_ row: Row) {
        (text, quantity, unitPrice) = (row.text(0), row.integer(1), row.integer(2))
        rate = TaxRate(partsPerMillion: row.integer(3)) ?? .zero
        tax = TaxFields(
            category: TaxCategory(rawValue: row.text(4)) ?? .zeroRated,
            label: row.optionalText(5), note: row.optionalText(6))
        taxIsChosen = row.bool(7)
    }

    static func select(_ invoice: ID) -> SQL {
        """
        SELECT text, quantity, unit_price, tax_rate, tax_category, tax_label, tax_note,
            tax_is_chosen
        FROM platform.invoice_lines WHERE invoice_id = \(invoice) ORDER BY position
        """
    }

    /// As `platform.set_draft_lines` reads it.
    func json() throws(MoneyError) -> JSON {
        [
            "text": .string(text), "quantity": .integer(quantity),
            "unit_price": .integer(unitPrice), "net": .integer(try net()),
            "tax_rate": .integer(rate.partsPerMillion),
            "tax_category": .string(tax.category.rawValue),
            "tax_label": tax.label.map(JSON.string) ?? .null,
            "tax_note": tax.note.map(JSON.string) ?? .null, "tax_is_chosen": .bool(taxIsChosen),
        ]
    }

    /// As a document prints it.
    func printed() throws(MoneyError) -> DocumentSnapshot.Line {
        try DocumentSnapshot.Line(
            text: text, quantity: quantity, unitPrice: unitPrice, rate: rate,
            category: tax.category, taxLabel: tax.label, taxNote: tax.note)
    }
}

/// A line as it is written in a request; without a rate the table of rates decides.
struct InvoiceLineInput: Input {
    var text = ""
    var quantity: Int64 = 1
    var unitPrice: Int64 = 0
    var rate: Int64?
    var tax = TaxFields(category: .zeroRated, label: nil, note: nil)

    init() {}

    init(_ fields: FieldReader) {
        text = fields.required("text", .text(1...500))
        quantity = fields.optional("quantity", .integer(1...1_000_000)) ?? 1
        unitPrice = fields.required("unit_price", .integer(-Money.limit...Money.limit))
        rate = fields.optional("tax_rate_ppm", .integer(0...1_000_000))
        tax = TaxFields(fields, prefix: "tax_", rate: rate)
        if (try? Money.net(quantity: quantity, unitPrice: unitPrice)) == nil {
            fields.report("unit_price", "out_of_range", "The line's amount is too large.")
        }
    }

    var line: InvoiceLine {
        var line = InvoiceLine(
            OrderDraft.Line(text: text, quantity: quantity, unitPrice: unitPrice))
        if let rate {
            line.rate = TaxRate(partsPerMillion: rate) ?? .zero
            line.tax = tax
            line.taxIsChosen = true
        }
        return line
    }
}

/// The lines of a draft with what they come to.
struct InvoiceLines: Sendable {
    var lines: [InvoiceLine]
    let table: TaxTable

    /// - Throws: ``Problem`` `validation_failed` when the total is not above 0 or too large.
    init(_ lines: [InvoiceLine]) throws {
        self.lines = lines
        do {
            table = try TaxTable(
                lines.map { line throws(MoneyError) in (try line.net(), line.key) })
        } catch {
            throw Problem.field("lines", "out_of_range", "The total is too large.")
        }
        guard table.total > 0 else {
            throw Problem.field("lines", "out_of_range", "The total must be above 0.")
        }
    }

    /// The rows of the tax table as they are stored and answered.
    func taxes() throws -> JSON {
        let printed = try lines.map { try $0.printed() }
        return .array(DocumentSnapshot.TaxRow.rows(of: table, lines: printed).map(\.stored))
    }

    func json() throws -> JSON { .array(try lines.map { try $0.json() }) }

    /// Gives every line that staff did not tax itself the rate of the buyer's country on a day.
    static func tax(
        _ lines: [InvoiceLine], country: String?, on date: CivilDate, in transaction: Transaction
    ) async throws -> [InvoiceLine] {
        guard lines.contains(where: { !$0.taxIsChosen }) else { return lines }
        var rate = TaxRate.zero
        var tax = TaxFields(category: .zeroRated, label: nil, note: nil)
        if let country,
            let row = try await transaction.run(BuyerTaxRate.find(country, on: date)).first
        {
            rate = TaxRate(partsPerMillion: row.integer(0)) ?? .zero
            tax = TaxFields(
                category: TaxCategory(rawValue: row.text(1)) ?? .zeroRated,
                label: row.optionalText(2), note: row.optionalText(3))
        }
        return lines.map { line in
            guard !line.taxIsChosen else { return line }
            var taxed = line
            (taxed.rate, taxed.tax) = (rate, tax)
            return taxed
        }
    }
}

extension DocumentSnapshot.TaxRow {
    /// As invoices and credit notes keep it.
    var stored: JSON {
        [
            "category": .string(category.rawValue), "rate_ppm": .integer(rate.partsPerMillion),
            "label": label.map(JSON.string) ?? .null, "note": note.map(JSON.string) ?? .null,
            "base": .integer(base), "tax": .integer(tax),
        ]
    }

    /// Reads what ``stored`` wrote.
    init?(stored: JSON) {
        guard let rate = stored["rate_ppm"]?.integerValue.flatMap(TaxRate.init(partsPerMillion:)),
            let category = stored["category"]?.stringValue.flatMap(TaxCategory.init(rawValue:)),
            let base = stored["base"]?.integerValue, let tax = stored["tax"]?.integerValue
        else { return nil }
        self.init(
            rate: rate, category: category, label: stored["label"]?.stringValue,
            note: stored["note"]?.stringValue, base: base, tax: tax)
    }
}
