import HTTP
import Persistence
import Tenancy
import Values

/// The entry point of everything that pays with AI credits (BL-30 … BL-36).
///
/// Before a call to a text model, ``reserve(_:purpose:key:callTimeout:in:)`` sets aside the most it
/// may cost. Afterwards ``settle(_:credits:in:storing:)`` stores its result and takes what it did
/// cost; ``release(_:in:)`` gives everything back after a failure of any kind. Holds whose owner
/// died are given back by a job.
///
/// Each of them is a short transaction of its own, shared with others that wait for the same
/// wallet, and must not run while the caller has one open. The caller has been admitted already.
package enum AICredits {
    /// More than any call can cost.
    static let largestHold: Int64 = 1_000_000_000
    /// How long after the call's end its hold is given back if nobody has settled it.
    static let grace: Duration = .seconds(120)

    /// Sets credits aside: included ones first, then bought ones (BL-34).
    ///
    /// The same key with the same number of credits gives the first hold again, whatever has become
    /// of it, so that a repeated request reserves once.
    ///
    /// - Parameters:
    ///   - credits: The most that the call may cost, 1 or more.
    ///   - purpose: What the credits are for.
    ///   - key: Names what is paid for, once and for ever within the workspace; 1 to 200 bytes.
    ///   - callTimeout: When the call is given up at the latest.
    ///   - context: The request or job that pays.
    /// - Returns: The hold; nothing is to be called unless its state is `held`.
    /// - Throws: ``Problem`` `ai_credits_exhausted` (BL-115); ``CreditMistake/keyReused``.
    package static func reserve(
        _ credits: Int64, purpose: CreditPurpose, key: String,
        callTimeout: Duration = .seconds(60), in context: TenantContext
    ) async throws -> CreditHold {
        precondition((1...largestHold).contains(credits), "a hold has a credit at least")
        precondition((1...200).contains(key.utf8.count), "a key has 1 to 200 bytes")
        return try await context.services.component(WalletQueues.self).reserve(
            ReserveRequest(
                id: context.newID(), key: key, purpose: purpose, credits: credits,
                deadline: context.now + callTimeout + grace),
            of: context.tenant)
    }

    /// Takes what the call did cost and gives back the rest of the hold.
    ///
    /// - Parameters:
    ///   - hold: From ``reserve(_:purpose:key:callTimeout:in:)``.
    ///   - credits: 0 releases. What goes beyond the hold is taken as far as the balance has it.
    ///   - context: The request or job that pays.
    /// - Returns: What became of the hold, which may have ended before.
    /// - Throws: ``CreditMistake/unknownHold``; ``DatabaseError``.
    @discardableResult
    package static func settle(
        _ hold: CreditHold, credits: Int64, in context: TenantContext
    ) async throws -> CreditSettlement {
        try await settle(hold.id, credits: credits, endsJob: false, in: context)
    }

    /// Stores the result of a call, and takes what it did cost, so that neither happens alone.
    ///
    /// `body` and a job that settles commit together. Settling follows at once; if the process dies
    /// between the two, the job does it (§7.6).
    ///
    /// - Throws: What `body` throws; the hold is released then.
    package static func settle<Value>(
        _ hold: CreditHold, credits: Int64, in context: TenantContext,
        storing body: (TenantTransaction) async throws -> Value
    ) async throws -> (value: Value, settlement: CreditSettlement) {
        let value: Value
        do {
            value = try await context.transaction { transaction in
                let value = try await body(transaction)
                transaction.atCommit(HoldSettling.plan(hold, credits: credits, in: context))
                return value
            }
        } catch {
            // Whether or not this arrives, the sweeper ends the hold; the caller's error counts.
            _ = try? await release(hold, in: context)
            throw error
        }
        return (value, try await settle(hold.id, credits: credits, endsJob: true, in: context))
    }

    /// Gives the whole hold back: the call failed, or was never made.
    @discardableResult
    package static func release(
        _ hold: CreditHold, in context: TenantContext
    ) async throws -> CreditSettlement {
        try await settle(hold.id, credits: 0, endsJob: false, in: context)
    }

    static func settle(
        _ hold: ID, credits: Int64, endsJob: Bool, in context: TenantContext
    ) async throws -> CreditSettlement {
        precondition(credits >= 0, "nobody is paid for a call")
        return try await context.services.component(WalletQueues.self).settle(
            SettleRequest(hold: hold, credits: credits, endsJob: endsJob), of: context.tenant)
    }
}
