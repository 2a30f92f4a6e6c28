/// A tax rate in parts per million: 22 % is 220,000, and 9.975 % is 99,750.
package struct TaxRate: Hashable, Sendable, Comparable {
    /// 0 to 1,000,000.
    package let partsPerMillion: Int64

    package static let zero = TaxRate(known: 0)

    /// Nil below 0 and above 100 %.
    package init?(partsPerMillion: Int64) {
        guard 0...1_000_000 ~= partsPerMillion else { return nil }
        self.partsPerMillion = partsPerMillion
    }

    private init(known partsPerMillion: Int64) { self.partsPerMillion = partsPerMillion }

    /// Reads a percentage such as `22`, `9.975` or `25.0`; nil for anything finer than four
    /// decimals, negative or above 100.
    package init?(percent text: some StringProtocol) {
        let parts = text.utf8.split(
            separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, 1...3 ~= whole.count,
            parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { 48...57 ~= $0 } })
        else { return nil }
        var decimals = parts.count == 2 ? Array(parts[1]) : []
        while decimals.count > 4, decimals.last == 48 { decimals.removeLast() }
        guard decimals.count <= 4 else { return nil }
        decimals += Array(repeating: 48, count: 4 - decimals.count)
        self.init(partsPerMillion: (whole + decimals).reduce(0) { $0 * 10 + Int64($1 - 48) })
    }

    /// The percentage without needless zeros: `22`, `9.975`, `0`.
    package var percentText: String {
        let (whole, rest) = partsPerMillion.quotientAndRemainder(dividingBy: 10_000)
        guard rest > 0 else { return String(whole) }
        var decimals = String(rest + 10_000).dropFirst()
        while decimals.last == "0" { decimals.removeLast() }
        return "\(whole).\(decimals)"
    }

    package static func < (left: TaxRate, right: TaxRate) -> Bool {
        left.partsPerMillion < right.partsPerMillion
    }

    /// The tax on a net amount of at most 10^15 minor units in either direction, rounded once.
    ///
    /// On a document it is computed on the sum of all nets of the rate (BL-53), never line by line;
    /// see ``TaxTable``.
    package func tax(on base: Int64) -> Int64 {
        Rounding.divide(Int128(base) * Int128(partsPerMillion), by: 1_000_000)
    }

    /// Net and tax of a price that includes the tax, of at most 10^15 minor units; they add up to
    /// `gross` exactly.
    package func split(gross: Int64) -> (net: Int64, tax: Int64) {
        let net = Rounding.divide(
            Int128(gross) * 1_000_000, by: 1_000_000 + Int128(partsPerMillion))
        return (net, gross - net)
    }

    /// The tax that one credit note gives back, so that all credit notes together give back no more
    /// and in the end no less than the invoice took (billing rules §4.6).
    ///
    /// - Parameters:
    ///   - creditedBase: The nets of this rate credited so far, this credit note included.
    ///   - creditedTax: The tax of this rate that earlier credit notes gave back.
    /// - Returns: The tax of this credit note, in minor units.
    package func creditedTax(creditedBase: Int64, creditedTax: Int64) -> Int64 {
        tax(on: creditedBase) - creditedTax
    }
}
