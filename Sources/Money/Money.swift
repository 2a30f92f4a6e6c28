/// An amount of one currency in its minor units (OV-24).
///
/// Source: billing rules, section 1. There is no floating point, and no operator that takes two
/// amounts without saying what happens when their currencies differ: all throw.
package struct Money: Hashable, Sendable {
    /// Cents, yen, fils…: the currency's smallest unit; at most 10^15 in either direction.
    package let minorUnits: Int64
    package let currency: Currency

    /// The largest magnitude that an amount may have.
    package static let limit: Int64 = 1_000_000_000_000_000

    /// - Throws: ``MoneyError/tooLarge`` beyond 10^15 in either direction.
    package init(_ minorUnits: Int64, _ currency: Currency) throws(MoneyError) {
        self.minorUnits = try Self.checked(Int128(minorUnits))
        self.currency = currency
    }

    package static func zero(_ currency: Currency) -> Money { Money(known: 0, currency) }

    private init(known minorUnits: Int64, _ currency: Currency) {
        (self.minorUnits, self.currency) = (minorUnits, currency)
    }

    /// `amount` if it is at most 10^15 in either direction.
    ///
    /// - Throws: ``MoneyError/tooLarge`` otherwise.
    package static func checked(_ amount: Int128) throws(MoneyError) -> Int64 {
        guard amount.magnitude <= limit.magnitude else { throw .tooLarge }
        return Int64(amount)
    }

    package static func + (left: Money, right: Money) throws(MoneyError) -> Money {
        guard left.currency == right.currency else { throw .currencyMismatch }
        return try Money(left.minorUnits + right.minorUnits, left.currency)
    }

    package static func - (left: Money, right: Money) throws(MoneyError) -> Money {
        try left + -right
    }

    package static prefix func - (money: Money) -> Money {
        Money(known: -money.minorUnits, money.currency)
    }

    package static func * (money: Money, factor: Int64) throws(MoneyError) -> Money {
        let product = Int128(money.minorUnits) * Int128(factor)
        return Money(known: try checked(product), money.currency)
    }

    /// Whether the left amount is the smaller one.
    package static func < (left: Money, right: Money) throws(MoneyError) -> Bool {
        guard left.currency == right.currency else { throw .currencyMismatch }
        return left.minorUnits < right.minorUnits
    }

    /// The sum of amounts in minor units.
    ///
    /// - Throws: ``MoneyError/tooLarge`` if the sum is beyond 10^15 in either direction.
    package static func sum(_ amounts: some Sequence<Int64>) throws(MoneyError) -> Int64 {
        try checked(amounts.reduce(Int128(0)) { $0 + Int128($1) })
    }

    /// What a line costs before tax.
    ///
    /// - Parameters:
    ///   - quantity: Whole pieces, 1 or more.
    ///   - unitPrice: Minor units; negative on lines that give something back.
    /// - Returns: Minor units.
    /// - Throws: ``MoneyError/tooLarge`` beyond 10^15 in either direction.
    package static func net(quantity: Int64, unitPrice: Int64) throws(MoneyError) -> Int64 {
        try checked(Int128(quantity) * Int128(unitPrice))
    }
}

/// Why two amounts make no third.
package enum MoneyError: Error, Equatable, CaseIterable {
    /// The amounts are of two currencies.
    case currencyMismatch
    /// The result is beyond 10^15 minor units in either direction.
    case tooLarge
}
