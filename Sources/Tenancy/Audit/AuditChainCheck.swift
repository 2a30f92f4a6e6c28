import Values

/// Follows a chain from its beginning and says where it does not hold.
///
/// A pure state machine: it is fed seals in the order of their positions.
package struct AuditChainCheck {
    /// One sentence for an operator, with position and id.
    package private(set) var findings: [String] = []
    /// Seals that were looked at.
    package private(set) var count: Int64 = 0
    private let chain: String
    private var position: Int64 = 0
    private var hash: [UInt8]
    /// Seals without their entry; fine if a later entry tells that they were pruned.
    private var missing: [(position: Int64, id: String)] = []
    private var prunedThrough: Int64 = 0
    private var kept: [Int64: [UInt8]]

    /// - Parameters:
    ///   - chain: The chain's id.
    ///   - heads: Heads that were kept elsewhere; those of other chains are ignored.
    package init(chain: String, heads: [AuditHead] = []) {
        self.chain = chain
        hash = AuditSeal.genesis(of: chain)
        kept = [:]
        for head in heads where head.chain == chain && head.position > 0 {
            if let other = kept[head.position], other != head.hash {
                findings.append("the kept heads disagree about position \(head.position)")
            }
            kept[head.position] = head.hash
        }
    }

    package mutating func add(_ seal: AuditSeal) {
        count += 1
        checkPlace(of: seal)
        if let entry = seal.entry {
            checkContent(of: seal, entry)
        } else {
            missing.append((seal.position, seal.eventID))
        }
        if let wanted = kept.removeValue(forKey: seal.position), wanted != seal.hash {
            findings.append("position \(seal.position): the hash is not the one that was kept")
        }
        position = seal.position
        hash = seal.hash
    }

    private mutating func checkPlace(of seal: AuditSeal) {
        if seal.position != position + 1 {
            let gap =
                seal.position == position + 2
                ? "position \(position + 1) is"
                : "positions \(position + 1) to "
                    + "\(seal.position - 1) are"
            findings.append("\(gap) removed")
        } else if AuditSeal.hash(after: hash, digest: seal.digest) != seal.hash {
            findings.append(
                "position \(seal.position): the seal of entry \(seal.eventID) does not follow "
                    + "the one before; seals were changed or reordered here")
        }
    }

    private mutating func checkContent(of seal: AuditSeal, _ entry: AuditEntry) {
        guard entry.id == seal.eventID, entry.digest == seal.digest else {
            findings.append(
                "position \(seal.position): entry \(seal.eventID) was changed after it was sealed")
            return
        }
        guard entry.action == Self.pruneAction,
            let details = try? JSON.parse(Array(entry.details.utf8)),
            let through = details["through_position"]?.integerValue, through < seal.position
        else { return }
        prunedThrough = max(prunedThrough, through)
    }

    /// Ends the chain where `head` says it ends.
    ///
    /// - Returns: Everything that does not hold; empty for a sound chain.
    package mutating func finish(at head: AuditHead) -> [String] {
        for (position, id) in missing where position > prunedThrough {
            findings.append("position \(position): entry \(id) was removed")
        }
        missing.removeAll()
        if head.chain != chain { findings.append("the head belongs to another chain") }
        if head.position != position {
            findings.append(
                "the chain ends at position \(position), but its head says \(head.position)")
        } else if head.hash != hash {
            findings.append("the head's hash is not that of position \(position)")
        }
        for position in kept.keys.sorted() {
            findings.append("position \(position) was kept as a head and is gone")
        }
        kept.removeAll()
        return findings
    }

    /// The entry that allows older entries to be gone, up to its `through_position`.
    package static let pruneAction = "audit_log.prune"
}
