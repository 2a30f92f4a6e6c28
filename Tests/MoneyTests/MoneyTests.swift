import Testing

@testable import Money

@Suite struct `Amounts` {
    private let yen: Currency
    private let dinar: Currency

    init() throws {
        yen = try #require(Currency("JPY"))
        dinar = try #require(Currency("KWD"))
    }

    @Test("BL-119, OV-24: amounts of two currencies never meet in silence")
    func currencies() throws {
        let dollars = try Money(100, .usd)
        let euros = try Money(100, .eur)
        #expect(throws: MoneyError.currencyMismatch) { try dollars + euros }
        #expect(throws: MoneyError.currencyMismatch) { try dollars - euros }
        #expect(throws: MoneyError.currencyMismatch) { _ = try dollars < euros }
        #expect(dollars != euros)
        #expect(try dollars + dollars == Money(200, .usd))
        #expect(try dollars - dollars == .zero(.usd))
        #expect(try Money(99, .usd) < dollars)
    }

    @Test("BL-50: an amount is at most 10^15 minor units")
    func limits() throws {
        let largest = try Money(Money.limit, .usd)
        #expect(throws: MoneyError.tooLarge) { try Money(Money.limit + 1, .usd) }
        #expect(throws: MoneyError.tooLarge) { try Money(.min, .usd) }
        #expect(throws: MoneyError.tooLarge) { try largest + Money(1, .usd) }
        #expect(throws: MoneyError.tooLarge) { try -largest - Money(1, .usd) }
        #expect(throws: MoneyError.tooLarge) { try largest * .max }
        #expect(throws: MoneyError.tooLarge) { try Money.net(quantity: .max, unitPrice: .max) }
        #expect(throws: MoneyError.tooLarge) { try Money.sum([Money.limit, 1]) }
        #expect(throws: MoneyError.tooLarge) { try Money.sum(Array(repeating: .max, count: 9)) }
        #expect(try Money.sum([Money.limit, 1, -1]) == Money.limit)
        let key = TaxTable.Key(.standard, try #require(TaxRate(percent: "22")))
        #expect(throws: MoneyError.tooLarge) { try TaxTable([(Money.limit, key)]) }
    }

    @Test(
        "BL-50: decimal text is read exactly or not at all",
        arguments: [
            ("12", 1_200), ("12.3", 1_230), ("12.34", 1_234), ("-0.07", -7), ("0012.30", 1_230),
            ("12.3400", 1_234), ("10000000000000.00", 1_000_000_000_000_000), ("-0", 0),
        ])
    func reading(text: String, cents: Int64) throws {
        #expect(try Money(decimal: text, .usd).minorUnits == cents)
    }

    @Test(
        "BL-119: what is no amount is refused",
        arguments: [
            ("", Money.Malformation.notDecimal), ("-", .notDecimal), (".5", .notDecimal),
            ("5.", .notDecimal), ("1,5", .notDecimal), ("1 000", .notDecimal), ("+1", .notDecimal),
            ("1e3", .notDecimal), ("١٢", .notDecimal), ("--1", .notDecimal), ("1.2.3", .notDecimal),
            ("12.345", .tooPrecise), ("0.001", .tooPrecise),
            ("10000000000000.01", .tooLarge), ("99999999999999999999999999", .tooLarge),
        ])
    func refusals(text: String, reason: Money.Malformation) {
        #expect(throws: reason) { try Money(decimal: text, .usd) }
    }

    @Test("BL-50: an amount has as many decimals as its currency")
    func writing() throws {
        #expect(try Money(123_456, .usd).decimalText == "1234.56")
        #expect(try Money(-7, .usd).decimalText == "-0.07")
        #expect(try Money(1_234, yen).decimalText == "1234")
        #expect(try Money(1_234, dinar).decimalText == "1.234")
        #expect(
            try Money(-Money.limit, #require(Currency("CLF"))).decimalText == "-100000000000.0000")
        #expect(throws: Money.Malformation.tooPrecise) { try Money(decimal: "1.5", yen) }
        for amount in [0, 1, 9, 10, 99, 100, 101, -1, -100, 1_000_000_007] as [Int64] {
            for currency in [yen, .usd, dinar] {
                let money = try Money(amount, currency)
                #expect(try Money(decimal: money.decimalText, currency) == money)
            }
        }
    }

    @Test("BL-119: only codes in use name a currency", arguments: ["usd", "US", "XTS", "XAU", "€"])
    func codes(code: String) {
        #expect(Currency(code) == nil)
    }

    @Test("BL-53: rates are read and written as percentages")
    func rates() throws {
        for (text, ppm) in [("22", 220_000), ("9.975", 99_750), ("0", 0), ("100", 1_000_000)] {
            let rate = try #require(TaxRate(percent: text))
            #expect(rate.partsPerMillion == Int64(ppm))
            #expect(rate.percentText == text)
        }
        #expect(TaxRate(percent: "25.0000000")?.percentText == "25")
        #expect(TaxRate(percent: "0.0001")?.percentText == "0.0001")
        for text in ["", "100.0001", "-1", "1.00001", "1,5", ".5", "5.", "1000", "٢٢"] {
            #expect(TaxRate(percent: text) == nil, "\(text)")
        }
        #expect(TaxRate(partsPerMillion: -1) == nil)
        #expect(TaxRate(partsPerMillion: 1_000_001) == nil)
    }

    @Test("BL-53: a split is exact for any total and weights")
    func splitting() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            let total = Int64.random(in: -Money.limit...Money.limit, using: &random)
            let weights = (0..<Int.random(in: 1...12)).map { _ in
                Int64.random(in: 0...Money.limit, using: &random)
            }
            let parts = try Allocation.split(total, over: weights + [1])
            #expect(parts.reduce(0, +) == total)
            #expect(parts.allSatisfy { ($0 <= 0) == (total <= 0) || $0 == 0 })
            #expect(try Allocation.split(-total, over: weights + [1]) == parts.map { -$0 })
        }
        #expect(throws: AllocationError.noWeight) { try Allocation.split(1, over: []) }
        #expect(throws: AllocationError.noWeight) { try Allocation.split(1, over: [0, 0]) }
        #expect(throws: AllocationError.negativeWeight) { try Allocation.split(1, over: [2, -1]) }
    }

    @Test("BL-86: part of a pack is worth its share of the price")
    func packs() {
        let price = CreditArithmetic.price(of: 7_655, packPrice: 9_000, packCredits: 10_000)
        #expect(price == 6_890)
        #expect(CreditArithmetic.credits(forTokens: -5) == 0)
        #expect(CreditArithmetic.credits(forTokens: .max) == .max / 1_000 + 1)
    }

    @Test("BL-53: only rates above 0 are standard, and what is untaxed must say why")
    func categories() throws {
        #expect(TaxCategory(rate: .zero) == .zeroRated)
        #expect(TaxCategory(rate: try #require(TaxRate(percent: "0.0001"))) == .standard)
        #expect(!TaxCategory.zeroRated.needsReason && TaxCategory.zeroRated.isUntaxed)
        #expect(TaxCategory.reverseCharge.needsReason && TaxCategory.reverseCharge.isUntaxed)
        #expect(!TaxCategory.standard.isUntaxed)
    }
}
