import Money
import Values

/// An invoice, receipt or credit note as it was issued: everything that is printed, and nothing
/// that could change later (BL-50, BL-52).
///
/// Pages, PDF and e-invoice are made from this value and the logo's bytes alone. All amounts are
/// minor units of ``currency``. On a credit note amounts are what is given back, as positive
/// numbers.
package struct DocumentSnapshot: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case invoice
        case receipt
        case creditNote = "credit_note"
    }

    package var kind: Kind
    /// Such as `INV-2026-000001`.
    package var number: String
    package var issuedOn: CivilDate
    /// The last day for a payment in time; invoices alone have it.
    package var dueOn: CivilDate?
    package var currency: Currency
    /// The language in which it is printed.
    package var language: Language
    package var seller: Party
    package var buyer: Party
    /// The workspace's name on the day of issue.
    package var workspace: String
    /// The logo of the workspace on the day of issue: SHA-256 of its bytes, 64 hexadecimal digits.
    package var logoSHA256: String?
    /// At least one on invoices and credit notes; a receipt may have none.
    package var lines: [Line]
    /// One row for each category and rate, in the order of the lines; empty without lines.
    package var taxes: [TaxRow]
    package var totals: Totals
    package var references = References()
    /// What a receipt confirms.
    package var payment: Payment?
    /// Further text under the totals, a paragraph each; tax notes come from ``taxes``.
    package var notes: [String] = []
    /// Why a credit note was issued.
    package var reason: String?

    package init(
        kind: Kind, number: String, issuedOn: CivilDate, dueOn: CivilDate? = nil,
        currency: Currency, language: Language, seller: Party, buyer: Party, workspace: String,
        logoSHA256: String? = nil, lines: [Line], taxes: [TaxRow], totals: Totals
    ) {
        (self.kind, self.number, self.issuedOn, self.dueOn) = (kind, number, issuedOn, dueOn)
        (self.currency, self.language) = (currency, language)
        (self.seller, self.buyer, self.workspace) = (seller, buyer, workspace)
        (self.logoSHA256, self.lines, self.taxes, self.totals) = (logoSHA256, lines, taxes, totals)
    }

    /// A document whose taxes and totals follow from its lines (BL-53), `paid` so far.
    ///
    /// - Throws: ``MoneyError/tooLarge`` if a sum is beyond 10^15 minor units.
    package init(
        kind: Kind, number: String, issuedOn: CivilDate, dueOn: CivilDate? = nil,
        currency: Currency, language: Language, seller: Party, buyer: Party, workspace: String,
        logoSHA256: String? = nil, lines: [Line], paid: Int64 = 0
    ) throws(MoneyError) {
        let table = try TaxTable(lines.map { ($0.net, $0.taxKey) })
        self.init(
            kind: kind, number: number, issuedOn: issuedOn, dueOn: dueOn, currency: currency,
            language: language, seller: seller, buyer: buyer, workspace: workspace,
            logoSHA256: logoSHA256, lines: lines, taxes: TaxRow.rows(of: table, lines: lines),
            totals: Totals(net: table.net, tax: table.tax, total: table.total, paid: paid))
    }

    /// Whether everything printed adds up (BL-132, R2): lines to bases, bases and taxes to totals.
    ///
    /// A credit note's tax per rate may differ from the rate's tax on its base by rounding, since
    /// credit notes together give back exactly what the invoice took.
    package var addsUp: Bool {
        guard let table = try? TaxTable(lines.map { ($0.net, $0.taxKey) }) else { return false }
        guard totals.total == totals.net + totals.tax else { return false }
        guard kind != .receipt || !lines.isEmpty else { return true }
        return table.net == totals.net && taxes.map(\.tax).reduce(0, +) == totals.tax
            && taxes.count == table.rows.count
            && zip(taxes, table.rows).allSatisfy { row, computed in
                row.taxKey == computed.key && row.base == computed.base
                    && (row.tax == computed.tax || kind == .creditNote)
            }
    }
}

extension DocumentSnapshot {
    /// What is sold, in whole pieces.
    package struct Line: Hashable, Sendable {
        package var text: String
        /// 1 or more.
        package var quantity: Int64
        /// Negative on lines that give something back.
        package var unitPrice: Int64
        package var rate: TaxRate
        package var category: TaxCategory
        /// The tax's name, such as `IVA`; as staff wrote it, in whatever language.
        package var taxLabel: String?
        /// What the law wants printed, such as `Reverse charge`.
        package var taxNote: String?
        /// Before tax.
        package var net: Int64

        /// - Throws: ``MoneyError/tooLarge`` if the net is beyond 10^15 minor units.
        package init(
            text: String, quantity: Int64, unitPrice: Int64, rate: TaxRate,
            category: TaxCategory? = nil, taxLabel: String? = nil, taxNote: String? = nil
        ) throws(MoneyError) {
            (self.text, self.quantity, self.unitPrice) = (text, quantity, unitPrice)
            (self.rate, self.category) = (rate, category ?? TaxCategory(rate: rate))
            (self.taxLabel, self.taxNote) = (taxLabel, taxNote)
            net = try Money.net(quantity: quantity, unitPrice: unitPrice)
        }

        package var taxKey: TaxTable.Key { TaxTable.Key(category, rate) }
    }

    /// One row of the tax table.
    package struct TaxRow: Hashable, Sendable {
        package var rate: TaxRate
        package var category: TaxCategory
        package var label: String?
        package var note: String?
        package var base: Int64
        package var tax: Int64

        package init(
            rate: TaxRate, category: TaxCategory, label: String? = nil, note: String? = nil,
            base: Int64, tax: Int64
        ) {
            (self.rate, self.category, self.label, self.note) = (rate, category, label, note)
            (self.base, self.tax) = (base, tax)
        }

        package var taxKey: TaxTable.Key { TaxTable.Key(category, rate) }

        /// The rows of a table, each with the label and note that its lines name first.
        package static func rows(of table: TaxTable, lines: [Line]) -> [TaxRow] {
            table.rows.map { row in
                let own = lines.filter { $0.taxKey == row.key }
                return TaxRow(
                    rate: row.key.rate, category: row.key.category,
                    label: own.lazy.compactMap(\.taxLabel).first,
                    note: own.lazy.compactMap(\.taxNote).first, base: row.base, tax: row.tax)
            }
        }
    }

    /// Sums of what is printed above them.
    package struct Totals: Hashable, Sendable {
        package var net, tax, total: Int64
        /// What was paid when it was issued; on a receipt that payment included.
        package var paid: Int64

        package init(net: Int64, tax: Int64, total: Int64, paid: Int64 = 0) {
            (self.net, self.tax, self.total, self.paid) = (net, tax, total, paid)
        }

        package var due: Int64 { total - paid }
    }

    /// The documents that it follows from.
    package struct References: Hashable, Sendable {
        /// The order's number.
        package var order: String?
        /// The invoice that is credited or was paid, and its day of issue.
        package var invoice: String?
        package var invoiceIssuedOn: CivilDate?

        package init(
            order: String? = nil, invoice: String? = nil, invoiceIssuedOn: CivilDate? = nil
        ) {
            (self.order, self.invoice) = (order, invoice)
            self.invoiceIssuedOn = invoiceIssuedOn
        }
    }

    /// Money received (BL-54).
    package struct Payment: Hashable, Sendable {
        package enum Method: String, Hashable, Sendable, CaseIterable {
            case bankTransfer = "bank_transfer"
            case cardTerminal = "card_terminal"
            case cash
            case other
        }

        package var method: Method
        package var reference: String
        package var paidOn: CivilDate
        package var amount: Int64

        package init(method: Method, reference: String, paidOn: CivilDate, amount: Int64) {
            (self.method, self.reference) = (method, reference)
            (self.paidOn, self.amount) = (paidOn, amount)
        }
    }
}
