import Foundation
import Testing

@testable import Money

/// Tests/Fixtures/billing-vectors.json.
struct Vectors: Decodable {
    var round_half_away: [[Int64]]
    var anchor_months: [AnchorMonths]
    var prorate_simple: [Share]
    var upgrade_bl23: [Upgrade]
    var interval_change_bl23: [IntervalChange]
    var tax_per_rate_bl53: [RateTax]
    var invoice_bl53: [Invoice]
    var credit_note_cumulative_per_rate: [CreditNotes]
    var ai_credits_bl30: [Credits]
    var dunning_bl25_bl55: [Dunning]
    var tax_inclusive: [Inclusive]
    var allocate_largest_remainder: [Split]
    var india_gst_18: [IndianTax]
    var indonesia_ppn: [IndonesianTax]
    var iso4217_exponent_not_2: [String: [String]]
    var invoices: [PublishedInvoice]

    struct AnchorMonths: Decodable {
        var anchor: String
        var step_months: Int
        var dates: [String]
    }
    struct Share: Decodable { var amount, num, den, expect: Int64 }
    struct Upgrade: Decodable {
        var old, new, expect: Int64
        var left, days: Int
    }
    struct IntervalChange: Decodable {
        var old, new, credit, due: Int64
        var left, days: Int
        var new_start, new_end: String
    }
    struct RateTax: Decodable {
        var nets: [Int64]
        var rate_ppm, base, tax, wrong_if_summed_per_line: Int64
    }
    struct Invoice: Decodable {
        var lines: [[Int64]]
        var line_net: [Int64]
        var base_by_rate, tax_by_rate: [String: Int64]
        var net, tax, total: Int64
    }
    struct CreditNotes: Decodable {
        var rate_ppm, invoice_base, invoice_tax: Int64
        var credited_bases, taxes: [Int64]
    }
    struct Credits: Decodable { var tokens, credits: Int64 }
    struct Dunning: Decodable {
        var period_end, renewal_draft, issued, due, reminder, overdue_from: String
        var free_limits_from: String
    }
    struct Inclusive: Decodable { var gross, rate_ppm, net, tax: Int64 }
    struct Split: Decodable {
        var total: Int64
        var weights, parts: [Int64]
    }
    struct IndianTax: Decodable { var base, cgst, sgst, igst: Int64 }
    struct IndonesianTax: Decodable { var base_rupiah, other_base, ppn: Int64 }

    static let all: Vectors = {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures/billing-vectors.json")
        do {
            return try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: file))
        } catch {
            fatalError("\(file.path): \(error)")
        }
    }()
}

/// An example invoice that somebody else published, with its figures as decimal text.
struct PublishedInvoice: Decodable, CustomTestStringConvertible {
    var source, currency: String
    var lines: [Line]
    /// Lines whose published net does not follow from what the document says of them.
    var skip_line_check: [Int]
    /// Allowances and charges of the whole document: sign and amount, category, percentage.
    var doc_adj: [[String]]
    var expect: [String: String]
    /// Category, percentage, base, tax.
    var expect_breakdown: [[String]]

    var testDescription: String { source }

    struct Line: Decodable {
        var quantity, price, priceQuantity: String
        var adjustments: [String]
        var category, percent, net: String

        init(from decoder: any Decoder) throws {
            var fields = try decoder.unkeyedContainer()
            quantity = try fields.decode(String.self)
            price = try fields.decode(String.self)
            priceQuantity = try fields.decode(String.self)
            adjustments = try fields.decode([String].self)
            category = try fields.decode(String.self)
            percent = try fields.decode(String.self)
            net = try fields.decode(String.self)
        }

        /// quantity × price ÷ price quantity, and what is added or taken off; rounded once.
        var computedNet: Int64 {
            let scale: Int128 = 1_000_000
            let product = exact(quantity) * exact(price) * scale / exact(priceQuantity)
            let adjustment = adjustments.reduce(Int128(0)) { $0 + signed($1) }
            return Rounding.divide(product + adjustment * scale, by: scale * scale / 100)
        }
    }

    /// Minor units of a currency with two decimals, as all of these have.
    static func minor(_ text: String) -> Int64 {
        Rounding.divide(exact(text), by: 10_000)
    }
}

/// Millionths; exact for the six decimals that the examples have at most.
private func exact(_ text: String) -> Int128 {
    let isNegative = text.hasPrefix("-")
    let parts = text.drop { $0 == "-" }.split(separator: ".")
    let decimals = (parts.count == 2 ? String(parts[1]) : "") + "000000"
    guard let whole = Int128(parts[0]), let millionths = Int128(decimals.prefix(6)) else {
        preconditionFailure("no number: \(text)")
    }
    let value = whole * 1_000_000 + millionths
    return isNegative ? -value : value
}

/// `+-12` is a charge of −12, and `--12` an allowance of −12.
func signed(_ text: String) -> Int128 {
    let value = exact(String(text.dropFirst()))
    return text.hasPrefix("-") ? -value : value
}
