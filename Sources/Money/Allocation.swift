/// Splitting an amount so that nothing is lost.
package enum Allocation {
    /// Splits an amount over weights by the largest remainder: shares rounded down, then one unit
    /// each to the largest remainders, of equal ones to the first.
    ///
    /// Source: billing rules §1.5.
    ///
    /// - Parameters:
    ///   - total: Minor units; a negative amount is split as the mirror of its opposite.
    ///   - weights: One for each part, 0 or more, not all 0; at most 10^15 each.
    /// - Returns: One part for each weight, in order, that add up to exactly `total`.
    /// - Throws: ``AllocationError`` if the weights give no share to anybody.
    package static func split(
        _ total: Int64, over weights: [Int64]
    ) throws(AllocationError) -> [Int64] {
        guard weights.allSatisfy({ $0 >= 0 }) else { throw .negativeWeight }
        let sum = weights.reduce(UInt128(0)) { $0 + UInt128($1) }
        guard sum > 0 else { throw .noWeight }
        let amount = UInt128(total.magnitude)
        var parts: [UInt128] = []
        var remainders: [(index: Int, rest: UInt128)] = []
        for (index, weight) in weights.enumerated() {
            let (share, rest) = (amount * UInt128(weight)).quotientAndRemainder(dividingBy: sum)
            parts.append(share)
            remainders.append((index, rest))
        }
        let missing = Int(amount - parts.reduce(0, +))
        remainders.sort { ($1.rest, $0.index) < ($0.rest, $1.index) }
        for (index, _) in remainders.prefix(missing) { parts[index] += 1 }
        return parts.map { total < 0 ? -Int64($0) : Int64($0) }
    }
}

/// Why weights give no shares.
package enum AllocationError: Error, Equatable, CaseIterable {
    case negativeWeight
    /// There is no weight, or all are 0.
    case noWeight
}
