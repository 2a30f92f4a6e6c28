import HTTP
import Money
import Persistence
import Tabular
import Tenancy
import Values

/// How an amount stands in answers (OV-24).
enum Amount {
    /// `{"amount": 2900, "currency": "USD"}`, in minor units.
    static let schema = Schema.object(
        [("amount", .integer(), true), ("currency", .string(), true)], name: "Amount")

    static let kind = Resource.Kind.json(schema)
}

extension Currency {
    /// An amount as a sentence says it: `29.00 USD`.
    func printed(_ minorUnits: Int64) -> String { "\(decimalText(minorUnits)) \(code)" }
}

extension CSVWriter {
    /// Amounts as plain decimal numbers, which spreadsheets add up, then their currency.
    mutating func cells(amounts: [Int64], _ code: String) {
        let currency = Currency(code)
        for amount in amounts { cell(currency?.decimalText(amount) ?? "\(amount)") }
        cell(code)
    }
}
