import CLinux
import Documents
import Money
import Values

// Times the making of a document in every form: scripts/bench/documents.

func rate(_ percent: String) -> TaxRate { TaxRate(percent: percent) ?? .zero }

func invoice(lines count: Int, _ language: Language) throws -> DocumentSnapshot {
    let seller = Party(
        legalName: "Courtyard Cloud GmbH", addressLines: ["Lindenstraße 12"], city: "Berlin",
        postcode: "10969", country: "DE", taxNumber: "DE123456789",
        electronicAddress: .init(scheme: "9930", value: "DE123456789"),
        bank: .init(account: "DE02100500000054540402", bic: "BELADEBEXXX"))
    let buyer = Party(
        legalName: "شركة النور للتجارة العامة", addressLines: ["شارع الملك فهد، مبنى 17"],
        city: "الرياض", country: "SA", taxNumber: "310122393500003",
        electronicAddress: .init(scheme: "0192", value: "310122393500003"))
    let lines = try (1...count).map { number in
        try DocumentSnapshot.Line(
            text: "AI credits, pack \(number) of the month", quantity: Int64(number),
            unitPrice: 1_099, rate: rate(number.isMultiple(of: 3) ? "9" : "22"), taxLabel: "IVA")
    }
    let day = CivilDate(daysSinceEpoch: 20_774)
    return try DocumentSnapshot(
        kind: .invoice, number: "INV-2026-000042", issuedOn: day, dueOn: day.adding(days: 14),
        currency: .eur, language: language, seller: seller, buyer: buyer, workspace: "Núñez Bakery",
        lines: lines)
}

/// CPU of this thread in nanoseconds.
func cpu() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

/// The best of some runs, in hundredths of a millisecond.
func measure(_ name: String, runs: Int, _ make: () throws -> Int) rethrows {
    var best = Int64.max
    var bytes = 0
    for _ in 0..<runs {
        let start = cpu()
        bytes = try make()
        best = min(best, cpu() - start)
    }
    let hundredths = best / 10_000
    let decimals = String(hundredths % 100 + 100).dropFirst()
    puts("\(name): \(hundredths / 100).\(decimals) ms CPU, \(bytes) bytes")
}

let start = cpu()
_ = try PDFDocument.render(try invoice(lines: 1, .english)).count
puts("first PDF of a process, with finding the fonts: \((cpu() - start) / 1_000_000) ms CPU")
for language in [Language.english, .arabic] {
    for lines in [20, 500] {
        let document = try invoice(lines: lines, language)
        let name = "\(language.rawValue), \(lines) lines"
        try measure("PDF, \(name)", runs: 10) { try PDFDocument.render(document).count }
        measure("page, \(name)", runs: 10) { HTMLDocument.render(document).count }
        try measure("e-invoice, \(name)", runs: 10) { try UBLDocument.render(document).count }
        measure("snapshot, \(name)", runs: 10) { document.bytes.count }
    }
}
