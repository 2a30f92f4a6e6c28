/// The only rounding of amounts: half away from zero, so that a credit mirrors its charge exactly.
///
/// Source: billing rules, section 1.
package enum Rounding {
    /// `dividend / divisor`, rounded half away from zero.
    ///
    /// - Precondition: `divisor` is above 0, and the quotient fits into 64 bits.
    package static func divide(_ dividend: Int128, by divisor: Int128) -> Int64 {
        precondition(divisor > 0, "a divisor is above 0")
        let magnitude = (2 * dividend.magnitude + divisor.magnitude) / (2 * divisor.magnitude)
        return Int64(dividend < 0 ? -Int128(magnitude) : Int128(magnitude))
    }
}
