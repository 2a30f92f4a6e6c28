import Crypto
import Testing
import Values

@testable import Tenancy

/// The chain itself, without a database.
@Suite struct `An audit chain` {
    private static let chain = "01890000-0000-7000-8000-000000000001"

    private func entry(_ number: Int, action: String = "team.create", details: String = "{}")
        -> AuditEntry
    {
        AuditEntry(
            id: "01890000-0000-7000-8000-0000000001\(number + 10)",
            createdAt: "2026-03-01T09:15:00.00000\(number % 10)Z", actorKind: "member",
            actorID: nil, actorName: "Zoë", action: action, targetKind: "team", targetID: nil,
            details: details, requestID: "r", address: "192.0.2.1")
    }

    private func seals(_ entries: [AuditEntry]) -> [AuditSeal] {
        var hash = AuditSeal.genesis(of: Self.chain)
        return entries.enumerated().map { index, entry in
            hash = AuditSeal.hash(after: hash, digest: entry.digest)
            return AuditSeal(
                position: Int64(index + 1), eventID: entry.id, digest: entry.digest, hash: hash,
                entry: entry)
        }
    }

    private func head(_ seals: [AuditSeal]) -> AuditHead {
        AuditHead(
            chain: Self.chain, position: seals.last?.position ?? 0,
            hash: seals.last?.hash ?? AuditSeal.genesis(of: Self.chain))
    }

    private func findings(
        _ seals: [AuditSeal], head: AuditHead? = nil, kept: [AuditHead] = []
    ) -> [String] {
        var check = AuditChainCheck(chain: Self.chain, heads: kept)
        for seal in seals { check.add(seal) }
        return check.finish(at: head ?? self.head(seals))
    }

    @Test("SEC-102: a sound chain has no findings, also an empty one")
    func sound() {
        #expect(findings([]) == [])
        let seals = seals((0..<5).map { entry($0) })
        #expect(findings(seals) == [])
        #expect(findings(seals, kept: [head(Array(seals.prefix(3))), head(seals)]) == [])
    }

    @Test("SEC-102: the canonical form is what docs/audit.md says")
    func canonicalForm() {
        let form = String(decoding: entry(1).canonicalForm, as: UTF8.self)
        #expect(
            form
                == "17:courtyard-audit-1,36:01890000-0000-7000-8000-000000000111,"
                + "27:2026-03-01T09:15:00.000001Z,6:member,0:,4:Zoë,11:team.create,4:team,0:,2:{},"
                + "1:r,9:192.0.2.1,")
    }

    @Test("SEC-102: values cannot move from one field into the next")
    func unambiguous() {
        var one = entry(1)
        var two = one
        one.action = "a,1:b"
        one.targetKind = "c"
        two.action = "a"
        two.targetKind = "b,1:c"
        #expect(one.digest != two.digest)
    }

    @Test("SEC-102: a changed entry is named with its position")
    func changed() {
        var seals = seals((0..<5).map { entry($0) })
        seals[2].entry?.actorName = "Somebody else"
        #expect(
            findings(seals) == [
                "position 3: entry \(seals[2].eventID) was changed after it was sealed"
            ])
    }

    @Test("SEC-102: removed entries, seals and tails are named")
    func removed() {
        let whole = seals((0..<5).map { entry($0) })
        var withoutEntry = whole
        withoutEntry[1].entry = nil
        #expect(
            findings(withoutEntry) == ["position 2: entry \(whole[1].eventID) was removed"])
        var withoutSeal = whole
        withoutSeal.remove(at: 1)
        #expect(findings(withoutSeal) == ["position 2 is removed"])
        let withoutTail = Array(whole.prefix(3))
        #expect(
            findings(withoutTail, head: head(whole)) == [
                "the chain ends at position 3, but its head says 5"
            ])
    }

    @Test("SEC-102: reordered seals break the chain where they stand")
    func reordered() {
        var seals = seals((0..<5).map { entry($0) })
        let (second, third) = (seals[1], seals[2])
        seals[1] = third
        seals[1].position = 2
        seals[2] = second
        seals[2].position = 3
        let found = findings(seals)
        #expect(found.count >= 2)
        #expect(found.first?.hasPrefix("position 2: the seal of entry") == true)
    }

    @Test("SEC-102: a chain made anew from the start does not have the heads that were kept")
    func remade() {
        let old = seals((0..<5).map { entry($0) })
        let new = seals((0..<5).map { entry($0, action: "team.delete") })
        #expect(findings(new) == [])
        #expect(
            findings(new, kept: [head(Array(old.prefix(4)))]) == [
                "position 4: the hash is not the one that was kept"
            ])
        let short = Array(old.prefix(2))
        #expect(
            findings(short, kept: [head(old)]) == ["position 5 was kept as a head and is gone"])
    }

    @Test("SEC-102: pruned entries are missed unless the log itself says so")
    func pruned() {
        let prune = entry(
            6, action: "audit_log.prune", details: #"{"entries": 2, "through_position": 2}"#)
        var seals = seals((0..<4).map { entry($0) } + [prune])
        seals[0].entry = nil
        seals[1].entry = nil
        #expect(findings(seals) == [])
        seals[2].entry = nil
        #expect(findings(seals) == ["position 3: entry \(seals[2].eventID) was removed"])
    }
}
