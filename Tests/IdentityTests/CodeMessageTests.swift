import Jobs
import Testing

@testable import Identity

@Suite struct `A code on its way` {
    @Test("ID-62, SEC-103: it is tried again for as long as it lives, with short pauses")
    func patience() {
        let kind = CodeMessage.kind
        let shortest = (1..<kind.maxAttempts).map { kind.pause(after: $0, chance: 0) }
        #expect(shortest.reduce(.zero, +) > OneTimeCode.lifetime)
        let longest = (1..<kind.maxAttempts).map { kind.pause(after: $0, chance: 1) }
        #expect(longest.allSatisfy { $0 <= .seconds(30) })
    }
}
