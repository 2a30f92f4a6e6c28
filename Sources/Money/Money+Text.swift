// Amounts as decimal text, the way files, e-invoices and command lines write them.
extension Money {
    /// Why a text is no amount.
    package enum Malformation: Error, Equatable, CaseIterable {
        /// Something else than an optional minus, digits, and perhaps a point with digits.
        case notDecimal
        /// A digit other than 0 beyond the decimals of the currency.
        case tooPrecise
        /// Beyond 10^15 minor units in either direction.
        case tooLarge
    }

    /// Reads `1234.5`, `-0.07` or `12`: ASCII digits, at least one before the point and one after
    /// it; no white space, no plus, no thousands separators, no exponent.
    package init(decimal text: some StringProtocol, _ currency: Currency) throws(Malformation) {
        var digits = Array(text.utf8)[...]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative { digits.removeFirst() }
        let parts = digits.split(
            separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { 48...57 ~= $0 } }) else {
            throw .notDecimal
        }
        var fraction = parts.count == 2 ? Array(parts[1]) : []
        while fraction.count > currency.exponent, fraction.last == 48 { fraction.removeLast() }
        guard fraction.count <= currency.exponent else { throw .tooPrecise }
        while fraction.count < currency.exponent { fraction.append(48) }
        var amount: Int64 = 0
        for digit in parts[0] + fraction {
            amount = amount * 10 + Int64(digit - 48)
            guard amount <= Money.limit else { throw .tooLarge }
        }
        guard let money = try? Money(isNegative ? -amount : amount, currency) else {
            throw .tooLarge
        }
        self = money
    }

    /// The amount with exactly the decimals of its currency and a point: `-1234.50`, `1234` for
    /// yen.
    package var decimalText: String { currency.decimalText(minorUnits) }
}

extension Currency {
    /// Minor units as a decimal number with exactly ``exponent`` decimals and a point.
    package func decimalText(_ minorUnits: Int64) -> String {
        let sign = minorUnits < 0 ? "-" : ""
        guard exponent > 0 else { return sign + String(minorUnits.magnitude) }
        let (major, minor) = minorUnits.magnitude.quotientAndRemainder(
            dividingBy: minorUnitsPerMajor.magnitude)
        let decimals = String(minor)
        let zeros = String(repeating: "0", count: exponent - decimals.utf8.count)
        return "\(sign)\(major).\(zeros)\(decimals)"
    }
}
