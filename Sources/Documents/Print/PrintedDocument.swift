import Money
import Values

/// What stands on a document, in words and figures of its language; page and PDF lay it out.
struct PrintedDocument {
    /// A word and its value, such as `Due date` and `1 December 2026`.
    struct Fact: Hashable {
        var label: String
        var value: PrintedText
    }

    /// A seller or buyer: heading, name, address, and what else is known.
    struct Block {
        var heading: String
        var name: PrintedText
        var address: [PrintedText]
        var facts: [Fact]
    }

    struct Row {
        var text: PrintedText
        var quantity, unitPrice, rate, net: PrintedText
    }

    struct TaxRow {
        var label, base, tax: PrintedText
    }

    struct Total {
        var label: String
        var value: PrintedText
        var isStrong = false
    }

    let language: Language
    /// What kind of document it is, such as `Invoice`.
    let title: String
    let number: String
    let workspace: PrintedText
    let parties: [Block]
    let facts: [Fact]
    /// The figure that readers look for first.
    let headline: Fact
    /// What stands beside the headline.
    let headlineFacts: [Fact]
    /// Headings of text, quantity, unit price, rate and net.
    let columns: [String]
    let rows: [Row]
    /// Headings of rate, base and tax.
    let taxColumns: [String]
    let taxRows: [TaxRow]
    let totals: [Total]
    /// Sentences under the totals, in order.
    let notes: [PrintedText]
    let reason: Fact?
    let bankHeading: String
    let bank: [Fact]
    /// Says which currency all amounts have.
    let currencyNote: String
    /// How to pay, in a sentence; nil where nothing is to be paid.
    let paymentNote: String?
}

extension PrintedDocument {
    init(_ document: DocumentSnapshot) {
        let words = Words(document: document)
        language = document.language
        title = words.title
        number = PrintedText.figure(cleaning: document.number).plain
        workspace = .foreign(cleaning: document.workspace)
        parties = [
            words.block("Issued by", document.seller), words.block("Billed to", document.buyer),
        ]
        facts = words.facts
        headline = words.headline
        headlineFacts = words.headlineFacts
        columns = words.texts("Description", "Quantity", "Unit price", "Tax", "Net amount")
        rows = document.lines.map(words.row)
        taxColumns = words.texts("Tax", "Taxable amount", "Tax amount")
        taxRows = document.taxes.map(words.taxRow)
        totals = words.totals
        notes = words.notes
        reason = document.reason.map {
            Fact(label: words.text("Reason"), value: .foreign(cleaning: $0))
        }
        bankHeading = words.text("Bank details")
        let isPayable = document.kind == .invoice && document.totals.due > 0
        bank = isPayable ? words.bank : []
        currencyNote = words.text("All amounts are in \(document.currency.code).")
        paymentNote =
            isPayable && document.seller.bank != nil
            ? words.text("Please state \(number) with your payment.") : nil
    }
}

/// Puts a snapshot into words.
private struct Words {
    let document: DocumentSnapshot
    let style: AmountStyle

    init(document: DocumentSnapshot) {
        self.document = document
        style = AmountStyle(language: document.language, currency: document.currency)
    }

    func text(_ phrase: Phrase) -> String { phrase.text(in: document.language) }

    func texts(_ phrases: Phrase...) -> [String] { phrases.map(text) }

    func date(_ date: CivilDate) -> PrintedText { .words(document.language.date(date)) }

    func fact(_ label: Phrase, _ value: PrintedText) -> PrintedDocument.Fact {
        PrintedDocument.Fact(label: text(label), value: value)
    }

    func fact(_ label: Phrase, code: String?) -> PrintedDocument.Fact? {
        code.map { fact(label, .figure(cleaning: $0)) }
    }

    var title: String {
        switch document.kind {
        case .invoice: text("Invoice")
        case .receipt: text("Receipt")
        case .creditNote: text("Credit note")
        }
    }

    func block(_ heading: Phrase, _ party: Party) -> PrintedDocument.Block {
        let place = [party.postcode, party.city].compactMap(\.self).filter { !$0.isEmpty }
        let country = CountryNames.name(of: party.country, in: document.language)
        let address =
            (party.addressLines + [place.joined(separator: " "), party.region ?? ""])
            .filter { !$0.isEmpty }.map { PrintedText.foreign(cleaning: $0) }
            + [.foreign(cleaning: country)]
        let facts = [
            fact("Tax number", code: party.taxNumber),
            fact("Registration number", code: party.registrationNumber),
            fact("E-mail", code: party.email),
        ]
        return PrintedDocument.Block(
            heading: text(heading), name: .foreign(cleaning: party.legalName), address: address,
            facts: facts.compactMap(\.self))
    }

    var facts: [PrintedDocument.Fact] {
        let references = document.references
        let facts: [PrintedDocument.Fact?] = [
            fact("Number", .figure(cleaning: document.number)),
            fact("Date of issue", date(document.issuedOn)),
            document.dueOn.map { fact("Due date", date($0)) },
            fact("Invoice number", code: references.invoice),
            references.invoiceIssuedOn.map { fact("Invoice date", date($0)) },
            fact("Order number", code: references.order),
            fact("Workspace", .foreign(cleaning: document.workspace)),
        ]
        return facts.compactMap(\.self)
    }

    var headline: PrintedDocument.Fact {
        let totals = document.totals
        return switch document.kind {
        case .invoice: fact("Amount due", style.amountWithCurrency(totals.due))
        case .creditNote: fact("Amount credited", style.amountWithCurrency(totals.total))
        case .receipt:
            fact(
                "Amount received",
                style.amountWithCurrency(document.payment?.amount ?? totals.paid))
        }
    }

    var headlineFacts: [PrintedDocument.Fact] {
        if let payment = document.payment {
            return [
                fact("Payment method", .words(method(payment.method))),
                fact("Payment date", date(payment.paidOn)),
                fact("Payment reference", .foreign(cleaning: payment.reference)),
            ]
        }
        return document.dueOn.map { [fact("Due date", date($0))] } ?? []
    }

    private func method(_ method: DocumentSnapshot.Payment.Method) -> String {
        switch method {
        case .bankTransfer: text("Bank transfer")
        case .cardTerminal: text("Card terminal")
        case .cash: text("Cash")
        case .other: text("Other")
        }
    }

    func row(_ line: DocumentSnapshot.Line) -> PrintedDocument.Row {
        PrintedDocument.Row(
            text: .foreign(cleaning: line.text), quantity: style.number(line.quantity),
            unitPrice: style.amount(line.unitPrice), rate: style.rate(line.rate),
            net: style.amount(line.net))
    }

    func taxRow(_ row: DocumentSnapshot.TaxRow) -> PrintedDocument.TaxRow {
        let rate = style.rate(row.rate).plain
        return PrintedDocument.TaxRow(
            label: row.label.map { .foreign(cleaning: "\($0) \(rate)") } ?? .figure(rate),
            base: style.amount(row.base), tax: style.amount(row.tax))
    }

    var totals: [PrintedDocument.Total] {
        let sums = document.totals
        var totals = [
            PrintedDocument.Total(label: text("Net amount"), value: style.amount(sums.net)),
            PrintedDocument.Total(label: text("Tax"), value: style.amount(sums.tax)),
        ]
        switch document.kind {
        case .creditNote:
            totals.append(total("Amount credited", sums.total, isStrong: true))
        case .invoice:
            totals.append(total("Total amount", sums.total, isStrong: true))
            guard sums.paid != 0 else { break }
            totals.append(total("Paid", sums.paid))
            totals.append(total("Amount due", sums.due, isStrong: true))
        case .receipt:
            totals.append(total("Invoice total", sums.total, isStrong: true))
            totals.append(total("Paid so far", sums.paid))
            totals.append(total("Amount due", sums.due))
        }
        return totals
    }

    private func total(
        _ label: Phrase, _ amount: Int64, isStrong: Bool = false
    ) -> PrintedDocument.Total {
        PrintedDocument.Total(
            label: text(label), value: style.amountWithCurrency(amount), isStrong: isStrong)
    }

    /// What the law wants printed of the taxes, each once, and the document's own notes.
    var notes: [PrintedText] {
        var notes: [String] = []
        for note in document.taxes.compactMap(\.note) + document.notes
        where !note.isEmpty && !notes.contains(note) { notes.append(note) }
        return notes.map { PrintedText.foreign(cleaning: $0) }
    }

    var bank: [PrintedDocument.Fact] {
        guard let bank = document.seller.bank else { return [] }
        let facts: [PrintedDocument.Fact?] = [
            fact("Account holder", .foreign(cleaning: bank.holder ?? document.seller.legalName)),
            fact("Account number", .figure(cleaning: Self.grouped(bank.account))),
            fact("Bank code", code: bank.bic),
            bank.bankName.map { fact("Bank", .foreign(cleaning: $0)) },
        ]
        return facts.compactMap(\.self)
    }

    /// An IBAN in groups of four, as it is printed; other account numbers as they are.
    private static func grouped(_ account: String) -> String {
        let isIBAN =
            15...34 ~= account.utf8.count && account.prefix(2).allSatisfy(\.isUppercase)
            && account.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
        guard isIBAN else { return account }
        var text = ""
        for (index, character) in account.enumerated() {
            if index > 0, index.isMultiple(of: 4) { text += "\u{A0}" }
            text.append(character)
        }
        return text
    }
}
