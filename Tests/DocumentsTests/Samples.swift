import Money
import Testing
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

    /// What is hard to set: long lines, other scripts, emoji, the largest amounts.
    static func hard() -> DocumentSnapshot {
        var buyer = arabicBuyer
        buyer.addressLines = (1...4).map { line in
            String((0..<30).map { "Straße\(line)-\($0)" }.joined(separator: " ").prefix(200))
        }
        let lines = [
            line(
                "株式会社コートヤード 🎉 and a description that runs over more than one line", 1, 9_900, "22"),
            line("חבילת קרדיטים — 1,000", 1, 99_999_999_999_900, "22"),
            line("Ёлка, Ελλάδα, हिन्दी, ไทย, 한국어 👩‍👩‍👧", 1_000_000, 1, "9.975"),
        ]
        return invoice(.english, lines: lines, buyer: buyer)
    }

    /// A picture of 180 by 60 pixels.
    static let logo = known(Logo(known(Base64.decode(logoText))))

    /// The same in small as JPEG.
    static let photo = known(Logo(known(Base64.decode(photoText))))

    private static let photoText = """
        /9j/4AAQSkZJRgABAQEAHgAeAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZG\
        NywtQFdBRkxOUlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09P\
        T09PT09PT09PT09PT09PT09PT09PT09PT0//wAARCAAaADADASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAA\
        AAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAk\
        M2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKT\
        lJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QA\
        HwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdh\
        cRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hp\
        anN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk\
        5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwDutf1qLRbMSsvmSyHEcecZPcn2FcS/jLWWlLiWJVJzsEYwPbnn\
        9au/EIP/AGlak52eScemcnP9K5KvWwuHpumpSV2zkq1JKVkeneGvEKa1G8cqCK6jGWVejD1Fblea+CA58Rxbc4CP\
        ux6Y/wAcVJ8RLXWJ9egbTbe/kiFqoJt0cru3N6d8YrixNKNOpaOxvSk5Ruz0aivD/wCzvE//AD5av/36l/wo/s7x\
        P/z5av8A9+pf8KwsXc9e1zR4NZsxDKdkiHMcgGSp/wAK4xvBOrCXarW7Ln7+8gfyzXotFa0sTUpK0XoRKnGWrMXw\
        74fi0WJ2LiW5kGHfGAB6D2raoorKc3N80ty0klZBRRRUjP/Z
        """

    private static let logoText = """
        iVBORw0KGgoAAAANSUhEUgAAALQAAAA8CAYAAADPLpCHAAABK0lEQVR42u3duwHDIAxAQc+RJl2arJOhsxVZwIVj\
        fkJc8RZAVwI6SimHlCWHIKClLUG/Pt9yN8NRCNA1iOFWGNA9IIOt4aBHQAZbQ0DPwAy1moOeCRlsNQUdCTPUqgId\
        ETPUugU6Mmao9RfoFTBDrUugV8IMtYDWPqBXxAw10OkwQw000MoLOgNmqIEGWvlAZ8IMNdBAn/R4vovmBjTQQGfE\
        3AI1UEADLaCBFtBAAw000EADLaCBFtBAC2iggQYaaKCBFtBAC2igBTTQQAMNtPvQ7kMLaKAFtDeF8uobZqCBlp+T\
        YBbQQMvvozDL/9ACGmjZsQKzbMGCWfYUwiybZAW0Xd/aB3QE2Ian5qBnoTY4dQM9EraBaRjonrANStNAt8JtOAoH\
        WgJaqugH4gCJjDiE8PMAAAAASUVORK5CYII=
        """

    /// Every combination of kind and language.
    static let all: [DocumentSnapshot] = Language.allCases.flatMap {
        [invoice($0), receipt($0), creditNote($0)]
    }
}

extension DocumentSnapshot: CustomTestStringConvertible {
    /// Kind and language.
    public var testDescription: String { "\(kind.rawValue) \(language.rawValue)" }
}
