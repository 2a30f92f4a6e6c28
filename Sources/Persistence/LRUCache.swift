/// A dictionary that keeps the `capacity` most recently used entries.
package struct LRUCache<Key: Hashable, Value> {
    private struct Node {
        var key: Key?
        var value: Value?
        var newer: Int32 = -1
        var older: Int32 = -1
    }

    package let capacity: Int
    private var places: [Key: Int32] = [:]
    private var nodes: [Node] = []
    private var free: [Int32] = []
    private var newest: Int32 = -1
    private var oldest: Int32 = -1

    package init(capacity: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
    }

    package var count: Int { places.count }

    /// The value, which becomes the most recently used.
    package mutating func value(for key: Key) -> Value? {
        guard let place = places[key] else { return nil }
        moveToFront(place)
        return nodes[Int(place)].value
    }

    /// Stores the value as the most recently used and returns the entry that had to go, if any.
    @discardableResult
    package mutating func insert(_ value: Value, for key: Key) -> (key: Key, value: Value)? {
        if let place = places[key] {
            nodes[Int(place)].value = value
            moveToFront(place)
            return nil
        }
        var evicted: (Key, Value)?
        if places.count >= capacity, oldest >= 0, let key = nodes[Int(oldest)].key,
            let value = removeValue(for: key)
        {
            evicted = (key, value)
        }
        let place: Int32
        if let reused = free.popLast() {
            place = reused
        } else {
            place = Int32(nodes.count)
            nodes.append(Node())
        }
        nodes[Int(place)] = Node(key: key, value: value)
        places[key] = place
        linkAtFront(place)
        return evicted
    }

    @discardableResult
    package mutating func removeValue(for key: Key) -> Value? {
        guard let place = places.removeValue(forKey: key) else { return nil }
        unlink(place)
        let value = nodes[Int(place)].value
        nodes[Int(place)] = Node()
        free.append(place)
        return value
    }

    private mutating func moveToFront(_ place: Int32) {
        guard newest != place else { return }
        unlink(place)
        linkAtFront(place)
    }

    private mutating func linkAtFront(_ place: Int32) {
        nodes[Int(place)].newer = -1
        nodes[Int(place)].older = newest
        if newest >= 0 { nodes[Int(newest)].newer = place }
        newest = place
        if oldest < 0 { oldest = place }
    }

    private mutating func unlink(_ place: Int32) {
        let (newer, older) = (nodes[Int(place)].newer, nodes[Int(place)].older)
        if newer >= 0 { nodes[Int(newer)].older = older } else { newest = older }
        if older >= 0 { nodes[Int(older)].newer = newer } else { oldest = newer }
    }
}
