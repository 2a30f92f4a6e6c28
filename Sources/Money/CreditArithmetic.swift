/// AI credits as whole numbers (BL-30), and what part of a pack is worth.
package enum CreditArithmetic {
    /// The credits a call costs: one for each thousand tokens begun, input and output together.
    package static func credits(forTokens tokens: Int64) -> Int64 {
        guard tokens > 0 else { return 0 }
        return (tokens - 1) / 1_000 + 1
    }

    /// What credits of a pack were bought for (billing rules §7.8).
    ///
    /// - Parameters:
    ///   - credits: At most `packCredits`.
    ///   - packPrice: What the whole pack cost, in minor units.
    ///   - packCredits: The credits in the pack, above 0.
    /// - Returns: Minor units, rounded once.
    package static func price(
        of credits: Int64, packPrice: Int64, packCredits: Int64
    ) -> Int64 {
        Rounding.divide(Int128(packPrice) * Int128(credits), by: Int128(packCredits))
    }
}
