/// A currency of ISO 4217, with the number of decimals its amounts are written with.
///
/// Source: the active codes of ISO 4217 that name money people pay with (no precious metals, no
/// test codes); exponents as in section 1 of the billing rules.
package struct Currency: Hashable, Sendable, CustomStringConvertible {
    /// Three capital letters, such as `USD`.
    package let code: String
    /// Decimals of the major unit: 0, 2, 3 or 4.
    package let exponent: Int

    /// Nil unless it is the code of an active currency, in capitals.
    package init?(_ code: String) {
        guard let exponent = Self.exponents[code] else { return nil }
        (self.code, self.exponent) = (code, exponent)
    }

    private init(known code: String, exponent: Int) {
        (self.code, self.exponent) = (code, exponent)
    }

    package static let usd = Currency(known: "USD", exponent: 2)
    package static let eur = Currency(known: "EUR", exponent: 2)

    package var description: String { code }

    /// Minor units of one major unit: 1, 100, 1,000 or 10,000.
    package var minorUnitsPerMajor: Int64 {
        switch exponent {
        case 0: 1
        case 2: 100
        case 3: 1_000
        default: 10_000
        }
    }

    /// All codes, in the order of the alphabet.
    package static let codes = exponents.keys.sorted()

    private static let exponents: [String: Int] = {
        var exponents: [String: Int] = [:]
        for (exponent, codes) in table {
            for code in codes.split(separator: " ") { exponents[String(code)] = exponent }
        }
        return exponents
    }()

    private static let table: [(exponent: Int, codes: String)] = [
        (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
        (
            2,
            """
            AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN \
            BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB \
            EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS \
            KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN \
            MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD \
            SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS \
            UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
            """
        ),
        (3, "BHD IQD JOD KWD LYD OMR TND"),
        (4, "CLF UYW"),
    ]
}
