import Money
import Testing

@Suite struct `Rounding of amounts` {
    @Test(
        "BL-23: halves go away from zero, in both directions alike",
        arguments: [
            (25, 10, 3), (-25, 10, -3), (24, 10, 2), (-24, 10, -2), (1, 2, 1), (-1, 2, -1),
            (0, 7, 0), (-7, 3, -2), (8, 3, 3), (34_700_045, 10, 3_470_005),
        ] as [(Int128, Int128, Int64)])
    func halves(dividend: Int128, divisor: Int128, quotient: Int64) {
        #expect(Rounding.divide(dividend, by: divisor) == quotient)
    }
}
