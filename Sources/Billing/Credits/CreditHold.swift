import Values

/// Credits set aside for one call (BL-35).
package struct CreditHold: Sendable, Equatable {
    package enum State: String, Sendable {
        case held
        case settled
        case released
        /// Its deadline passed before anybody settled it; nothing is charged any more.
        case expired
    }

    package let id: ID
    /// The most that the call may cost, 1 or more.
    package let credits: Int64
    /// Other than `held` when an earlier request with the same key has come to its end: then there
    /// is nothing to call any more.
    package let state: State
}

/// What became of a hold; the same whoever asks and however often (R7).
package struct CreditSettlement: Sendable, Equatable {
    package let state: CreditHold.State
    /// What was taken from the balance.
    package let charged: Int64
    /// What the balance did not cover beyond the hold; the platform bears it.
    package let shortfall: Int64
}

/// Mistakes of the code that pays with credits, not of its users.
package enum CreditMistake: Error {
    /// The key was used before for another number of credits.
    case keyReused
    /// The workspace has no such hold.
    case unknownHold
}
