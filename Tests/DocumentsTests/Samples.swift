import Money
import Values

@testable import Documents

/// Documents with everything on them.
enum Sample {
    static let seller = Party(
        legalName: "Courtyard Cloud GmbH",
        addressLines: ["Lindenstraße 12", "Hinterhaus"], city: "Berlin", postcode: "10969",
        country: "DE", taxNumber: "DE123456789", registrationNumber: "HRB 123456 B",
        email: "billing@courtyard.example",
        electronicAddress: .init(scheme: "9930", value: "DE123456789"),
        bank: .init(
            account: "DE02100500000054540402", bic: "BELADEBEXXX", bankName: "Berliner Sparkasse"))

    static let buyer = Party(
        legalName: "Panadería Núñez e Hijos, S.L.", addressLines: ["Calle de Alcalá 45, 3.º B"],
        city: "Madrid", postcode: "28014", region: "Comunidad de Madrid", country: "ES",
        taxNumber: "ESB12345674", email: "facturas@nunez.example",
        electronicAddress: .init(scheme: "9920", value: "ESB12345674"))

    static let arabicBuyer = Party(
        legalName: "شركة النور للتجارة العامة ذ.م.م",
        addressLines: ["شارع الملك فهد، مبنى 17", "الطابق الثالث"], city: "الرياض",
        postcode: "11564",
        country: "SA", taxNumber: "310122393500003", email: "accounts@alnoor.example")

    /// A value that a test wrote rightly.
    static func known<Value>(_ value: @autoclosure () throws -> Value?) -> Value {
        guard let value = try? value() else { preconditionFailure("a sample is wrong") }
        return value
    }

    static func rate(_ percent: String) -> TaxRate { known(TaxRate(percent: percent)) }

    static func date(_ text: String) -> CivilDate { known(CivilDate(text)) }

    /// The worked example of the billing rules, §4.4: 182.94 in total.
    static func lines() -> [DocumentSnapshot.Line] {
        [
            line("GROWTH plan, monthly, 2026-11-17 to 2026-12-17", 1, 9_900, "22"),
            line("1,000 AI credits", 3, 1_000, "22"),
            line("Handbook, printed", 7, 335, "9"),
        ]
    }

    static func line(
        _ text: String, _ quantity: Int64, _ price: Int64, _ percent: String,
        _ category: TaxCategory? = nil, label: String? = "IVA", note: String? = nil
    ) -> DocumentSnapshot.Line {
        known(
            try DocumentSnapshot.Line(
                text: text, quantity: quantity, unitPrice: price, rate: rate(percent),
                category: category, taxLabel: label, taxNote: note))
    }

    static func invoice(
        _ language: Language = .english, currency: Currency = .eur,
        lines: [DocumentSnapshot.Line] = lines(), buyer: Party? = nil
    ) -> DocumentSnapshot {
        var invoice = known(
            try DocumentSnapshot(
                kind: .invoice, number: "INV-2026-000042", issuedOn: date("2026-11-17"),
                dueOn: date("2026-12-01"), currency: currency, language: language, seller: seller,
                buyer: buyer ?? (language == .arabic ? arabicBuyer : Self.buyer),
                workspace: "Núñez Bakery", lines: lines))
        invoice.references.order = "ORD-2026-000107"
        return invoice
    }

    static func receipt(_ language: Language = .english) -> DocumentSnapshot {
        var receipt = known(
            try DocumentSnapshot(
                kind: .receipt, number: "RCP-2026-000017", issuedOn: date("2026-11-24"),
                currency: .eur, language: language, seller: seller,
                buyer: language == .arabic ? arabicBuyer : buyer, workspace: "Núñez Bakery",
                lines: lines(), paid: 10_000))
        receipt.references = .init(
            order: "ORD-2026-000107", invoice: "INV-2026-000042",
            invoiceIssuedOn: date("2026-11-17"))
        receipt.payment = .init(
            method: .bankTransfer, reference: "2026-11-23/EREF 77120", paidOn: date("2026-11-23"),
            amount: 10_000)
        return receipt
    }

    static func creditNote(_ language: Language = .english) -> DocumentSnapshot {
        var note = known(
            try DocumentSnapshot(
                kind: .creditNote, number: "CRN-2026-000003", issuedOn: date("2026-11-28"),
                currency: .eur, language: language, seller: seller,
                buyer: language == .arabic ? arabicBuyer : buyer, workspace: "Núñez Bakery",
                lines: [line("1,000 AI credits", 2, 1_000, "22")]))
        note.references = .init(
            invoice: "INV-2026-000042", invoiceIssuedOn: date("2026-11-17"))
        note.reason = "Two of three packs were not needed."
        return note
    }

    /// Every combination of kind and language.
    static let all: [DocumentSnapshot] = Language.allCases.flatMap {
        [invoice($0), receipt($0), creditNote($0)]
    }
}
