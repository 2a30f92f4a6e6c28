/// Names one scheduled action, so that it can be cancelled.
package struct TimerToken: Sendable, Equatable {
    fileprivate let index: Int32
    fileprivate let generation: UInt32
}

/// Actions ordered by the millisecond they are due.
///
/// Six levels of 64 slots; a slot of each level is as long as the whole level before.
/// Inserting and removing take constant time however many timers wait. Source: Varghese and Lauck,
/// "Hashed and hierarchical timing wheels", 1987.
struct TimerWheel {
    private struct Node {
        var due: UInt64 = 0
        var action: (@Sendable () -> Void)?
        var previous: Int32 = -1
        var next: Int32 = -1
        var slot: Int32 = -1
        var generation: UInt32 = 0
    }

    private static let levels = 6
    private static let longestMilliseconds = UInt64(1) << 36 - 1

    private var nodes: [Node] = []
    private var free: Int32 = -1
    private var heads = [Int32](repeating: -1, count: levels * 64)
    private var occupied = [UInt64](repeating: 0, count: levels)
    private var elapsed: UInt64 = 0

    mutating func insert(
        dueMilliseconds due: UInt64, _ action: @escaping @Sendable () -> Void
    ) -> TimerToken {
        let index: Int32
        if free >= 0 {
            index = free
            free = nodes[Int(index)].next
        } else {
            index = Int32(nodes.count)
            nodes.append(Node())
        }
        nodes[Int(index)].due = min(max(due, elapsed + 1), elapsed + Self.longestMilliseconds)
        nodes[Int(index)].action = action
        link(index)
        return TimerToken(index: index, generation: nodes[Int(index)].generation)
    }

    mutating func remove(_ token: TimerToken) {
        guard nodes[Int(token.index)].generation == token.generation else { return }
        unlink(token.index)
        _ = release(token.index)
    }

    /// Calls `fire` for every action due by `now`, earliest first within a slot's precision.
    mutating func advance(
        toMilliseconds now: UInt64, fire: (@escaping @Sendable () -> Void) -> Void
    ) {
        // Actions run after the wheel is consistent, since they may insert and remove timers.
        var due: [@Sendable () -> Void] = []
        while let (level, slot, start) = nextSlot(), start <= now {
            elapsed = max(elapsed, start)
            var index = heads[level * 64 + slot]
            heads[level * 64 + slot] = -1
            occupied[level] &= ~(1 << UInt64(slot))
            while index >= 0 {
                let next = nodes[Int(index)].next
                if nodes[Int(index)].due <= elapsed {
                    if let action = release(index) { due.append(action) }
                } else {
                    link(index)
                }
                index = next
            }
        }
        elapsed = max(elapsed, now)
        for action in due { fire(action) }
    }

    /// When ``advance(toMilliseconds:fire:)`` has something to do next; may be early, never late.
    var nextDueMilliseconds: UInt64? { nextSlot()?.start }

    private func nextSlot() -> (level: Int, slot: Int, start: UInt64)? {
        for level in 0..<Self.levels where occupied[level] != 0 {
            let shift = UInt64(level * 6)
            let present = (elapsed >> shift) & 63
            let bits = occupied[level]
            let rotated = present == 0 ? bits : bits >> present | bits << (64 - present)
            let distance = UInt64(rotated.trailingZeroBitCount)
            let slot = Int((present + distance) & 63)
            let start = ((elapsed >> shift) + distance) << shift
            return (level, slot, max(start, level == 0 ? start : elapsed))
        }
        return nil
    }

    private mutating func link(_ index: Int32) {
        let due = nodes[Int(index)].due
        let different = (elapsed ^ due) | 63
        let level = min(Self.levels - 1, (63 - different.leadingZeroBitCount) / 6)
        let slot = Int((due >> UInt64(level * 6)) & 63)
        let place = level * 64 + slot
        nodes[Int(index)].slot = Int32(place)
        nodes[Int(index)].previous = -1
        nodes[Int(index)].next = heads[place]
        if heads[place] >= 0 { nodes[Int(heads[place])].previous = index }
        heads[place] = index
        occupied[level] |= 1 << UInt64(slot)
    }

    private mutating func unlink(_ index: Int32) {
        let node = nodes[Int(index)]
        if node.previous >= 0 {
            nodes[Int(node.previous)].next = node.next
        } else {
            heads[Int(node.slot)] = node.next
            if node.next < 0 { occupied[Int(node.slot) / 64] &= ~(1 << UInt64(node.slot % 64)) }
        }
        if node.next >= 0 { nodes[Int(node.next)].previous = node.previous }
    }

    private mutating func release(_ index: Int32) -> (@Sendable () -> Void)? {
        let action = nodes[Int(index)].action
        nodes[Int(index)].action = nil
        nodes[Int(index)].generation &+= 1
        nodes[Int(index)].next = free
        free = index
        return action
    }
}
