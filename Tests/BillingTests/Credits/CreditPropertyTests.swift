import HTTP
import Persistence
import Tenancy
import TestSupport
import Testing
import Values

@testable import Billing

/// A wallet as the billing rules describe it, in a few lines, to compare the real one with.
private struct ModelWallet {
    struct Hold {
        var included: Int64
        var bought: Int64
        var month: Int
        var state = CreditHold.State.held
        var result: CreditSettlement?
        let real: CreditHold
        let key: String
    }

    var parts = TestWallet.Parts(included: 200)
    var month = 0
    var holds: [Hold] = []

    mutating func reserve(_ credits: Int64, _ real: CreditHold?, key: String) -> Bool {
        guard credits <= parts.available, let real else { return credits <= parts.available }
        let included = min(credits, parts.included - parts.includedHeld)
        parts.includedHeld += included
        parts.boughtHeld += credits - included
        holds.append(
            Hold(
                included: included, bought: credits - included, month: month, real: real, key: key))
        return true
    }

    mutating func settle(_ index: Int, _ credits: Int64) -> CreditSettlement {
        if let result = holds[index].result { return result }
        let hold = holds[index]
        parts.includedHeld -= hold.included
        parts.boughtHeld -= hold.bought
        var missing = credits
        func take(_ amount: Int64) -> Int64 {
            let taken = max(0, min(missing, amount))
            missing -= taken
            return taken
        }
        let fromHeld = take(hold.included)
        parts.included -= fromHeld
        parts.bought -= take(hold.bought)
        if hold.month < month { parts.included -= hold.included - fromHeld }
        parts.included -= take(parts.included - parts.includedHeld)
        parts.bought -= take(parts.bought - parts.boughtHeld)
        let result = CreditSettlement(
            state: credits > 0 ? .settled : .released, charged: credits - missing,
            shortfall: missing)
        holds[index].result = result
        return result
    }

    mutating func nextMonth() {
        month += 1
        parts.included = parts.includedHeld + 200
    }
}

@Suite struct `Any sequence of movements of AI credits` {
    @Test(
        "R4, R7, BL-36, BL-131: leaves the wallet that the rules describe, explained by its ledger",
        arguments: [1, 2, 3, 5, 8, 13] as [UInt64])
    func sequences(_ seed: UInt64) async throws {
        let app = try TestApp([])
        let start = testInstant("2090-01-15T00:00:00Z")
        app.clock.set(start)
        var random = SeededGenerator(seed: seed)
        var model = ModelWallet()
        let first = try await TestWallet.create(app, plan: "STARTER")
        let second = try first.onSecondProcess()
        for step in 0..<150 {
            let wallet = Bool.random(using: &random) ? first : second
            try await move(step, &model, wallet, &random)
            if Int.random(in: 0..<25, using: &random) == 0 {
                model.nextMonth()
                // Far enough for a month, near enough for the deadlines of holds, which are years.
                let now = start + .seconds(Int64(model.month) * 31 * 86_400)
                for process in [first, second] { process.app.clock.set(now) }
                try await wallet.touch()
            }
            let parts = try wallet.parts()
            try #require(parts == model.parts, "seed \(seed), step \(step)")
        }
        #expect(try first.findings() == [])
    }

    private func move(
        _ step: Int, _ model: inout ModelWallet, _ wallet: TestWallet,
        _ random: inout SeededGenerator
    ) async throws {
        let credits = Int64.random(in: 1...120, using: &random)
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<40:
            let key = "step \(step)"
            let hold = try? await wallet.run {
                try await AICredits.reserve(
                    credits, purpose: .analysis, key: key,
                    callTimeout: .seconds(20 * 365 * 86_400), in: $0)
            }
            #expect(model.reserve(credits, hold, key: key) == (hold != nil), "step \(step)")
        case 40..<75 where !model.holds.isEmpty:
            let index = Int.random(in: model.holds.indices, using: &random)
            let charge = Bool.random(using: &random) ? credits : 0
            let result = try await wallet.settle(model.holds[index].real, charge)
            #expect(result == model.settle(index, charge), "step \(step)")
        case 75..<80 where !model.holds.isEmpty:
            // A repeated key changes nothing.
            let hold = model.holds[Int.random(in: model.holds.indices, using: &random)]
            let again = try await wallet.reserve(hold.real.credits, key: hold.key)
            #expect(again.id == hold.real.id)
        case 80..<88:
            _ = try await wallet.buy(credits)
            model.parts.bought += credits
        case 88..<94:
            let isLeft = credits <= model.parts.bought - model.parts.boughtHeld
            #expect(try await wallet.refund(credits) == (isLeft ? "refunded" : "used"))
            if isLeft { model.parts.bought -= credits }
        default:
            let change = Bool.random(using: &random) ? credits : -credits
            let isLeft = -change <= model.parts.bought - model.parts.boughtHeld
            #expect(try await wallet.adjust(change) == isLeft)
            if isLeft { model.parts.bought += change }
        }
    }
}
